"""The clue: an allegation against a person with public power, who may see it, and what became of it.

A clue is never a ticket (R50). Its case is the entry of the confidential ledger: received, handed over, accepted by the
organ, and what came of it (R58). Every look at it is an event as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.categories import Level
from bot.domain.org import Organisation, Person, Role

DISCIPLINE = frozenset({Role.INSPECTOR, Role.COUNTY_DESK})
"""The roles that may see clues, in a township or at the county; never in a village."""


class Evidence(StrEnum):
    """What a piece of a clue is; the piece itself stays with its sender and the platform."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    FILE = "file"
    CARD = "card"


@dataclass(frozen=True, kw_only=True, slots=True)
class Exhibit:
    """One piece of a clue with the SHA-256 of what came in, so that nobody can exchange it unseen (R50)."""

    kind: Evidence
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Clue:
    """An allegation against a person with public power: for the discipline role only (R50).

    ``messages`` are platform ids; ``about`` the ids of listed people whom the words may point at, ``units`` of offices
    whose leaders they may mean: these people, and everyone beside or below them, must see nothing of it. ``follows``
    are the sender's messages put aside just before: of the same matter. ``pressing``: the evidence may vanish.
    ``above``: the county itself is pointed at; then nothing of it is kept here but this pointer (legal.md 1), and
    ``text``, ``about``, ``units`` and ``exhibits`` are empty.
    """

    platform: str
    messages: tuple[str, ...]
    village: str
    private: bool
    text: str
    said_at: datetime
    about: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    group: str | None = None
    follows: tuple[str, ...] = ()
    pressing: bool = False
    above: bool = False


class Desk(StrEnum):
    """Whose ledger a clue stands in. ``ABOVE``: in none here; the sender is shown the public channel."""

    TOWNSHIP = "township"
    COUNTY = "county"
    ABOVE = "above"


class CaseState(StrEnum):
    """Where a case stands. The last four are results (R58)."""

    RECEIVED = "received"
    HANDED_OVER = "handed_over"
    ACCEPTED = "accepted"
    VERIFIED = "verified"
    PARTLY = "partly"
    UNTRUE = "untrue"
    FALSE_ACCUSATION = "false_accusation"

    @property
    def is_result(self) -> bool:
        """Whether it says what came of the case."""
        return self in RESULTS


RESULTS = frozenset({CaseState.VERIFIED, CaseState.PARTLY, CaseState.UNTRUE, CaseState.FALSE_ACCUSATION})


class Step(StrEnum):
    """What happened to a case: the kinds of its events."""

    RECEIVED = "received"
    READ = "read"
    EXPORTED = "exported"
    HANDED_OVER = "handed_over"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    CONCLUDED = "concluded"
    DRAFTED = "drafted"
    ACCUSATION_ASKED = "accusation_asked"
    LINE_APPROVED = "line_approved"
    REMINDED = "reminded"
    RAISED = "raised"


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueEvent:
    """One entry of a case's history, never changed afterwards. ``actor`` is a person's id or ``bot``."""

    code: str
    at: datetime
    step: Step
    actor: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """A line of the transfer list: who handed it to whom, and when. ``to`` is a title or the name of an organ."""

    at: datetime
    by: str
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A clue in the ledger. ``code`` is random in looks and tells neither order nor number.

    ``read_at`` is when somebody of the discipline role first read it; ``raised_at`` when the county desk was given it
    because nobody did, or because the township handed it up. ``checker`` is the person of another township who checks
    it (R71): then the home grid sees nothing any more. ``excused``: a mistake in honest work (R58). ``doubted_by``
    asked at ``doubted_at`` to call it a false accusation, for ``doubt``; nothing follows until the same person confirms
    it. ``version`` counts the changes.
    """

    code: str
    clue: Clue
    received_at: datetime
    state: CaseState = CaseState.RECEIVED
    read_at: datetime | None = None
    reminded_at: datetime | None = None
    raised_at: datetime | None = None
    checker: str | None = None
    handovers: tuple[Handover, ...] = ()
    accepted_by: str = ""
    measure: str = ""
    result: str = ""
    excused: bool = False
    line_at: datetime | None = None
    doubted_by: str | None = None
    doubted_at: datetime | None = None
    doubt: str = ""
    version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseChange:
    """A case in its new form and the events that led there, in order."""

    case: Case
    events: tuple[ClueEvent, ...]


# Who may see it


def pointed_units(clue: Clue, org: Organisation) -> frozenset[str]:
    """The units of the people whom a clue points at, and those whose leaders it means."""
    return frozenset({org.people[id_].unit for id_ in clue.about if id_ in org.people} | set(clue.units))


def in_conflict(person: Person, clue: Clue, org: Organisation) -> bool:
    """Whether somebody is pointed at, or works beside or below somebody who is (R50, legal.md 1)."""
    return person.id in clue.about or not pointed_units(clue, org).isdisjoint(org.line_of(person.unit))


def holds_role(person: Person, org: Organisation) -> bool:
    """Whether somebody holds the discipline role, in a township or at the county: a village's people never do."""
    level = org.units[org.office_of(person)].level
    return bool(person.roles & DISCIPLINE) and level in (Level.TOWNSHIP, Level.COUNTY)


def at_county(person: Person, org: Organisation) -> bool:
    """Whether somebody of the discipline role sits at the county."""
    return holds_role(person, org) and org.office_of(person) == org.county.id


def desk_of(clue: Clue, org: Organisation) -> Desk:
    """Who keeps it: the township, unless its own people or anybody above the village is pointed at (legal.md 1)."""
    pointed = pointed_units(clue, org)
    if clue.above or org.county.id in pointed:
        return Desk.ABOVE
    county = [person for person in org.officials_at(org.county.id) if holds_role(person, org)]
    if county and all(in_conflict(person, clue, org) for person in county):
        return Desk.ABOVE
    home = org.township_of(clue.village)
    above_village = any(unit in org.units and org.units[unit].level is not Level.VILLAGE for unit in pointed)
    if home.level is not Level.TOWNSHIP or above_village:
        return Desk.COUNTY
    kept = any(holds_role(one, org) and not in_conflict(one, clue, org) for one in org.officials_at(home.id))
    return Desk.TOWNSHIP if kept else Desk.COUNTY


def may_read(
    person: Person, clue: Clue, org: Organisation, *, raised: bool = False, checker: str | None = None
) -> bool:
    """Whether somebody may see a clue: the discipline role of the right level, clear of those pointed at (R50, R71)."""
    return _may_read(person, clue, org, desk_of(clue, org), raised=raised, checker=checker)


def _may_read(
    person: Person, clue: Clue, org: Organisation, desk: Desk, *, raised: bool = False, checker: str | None = None
) -> bool:
    if desk is Desk.ABOVE or not holds_role(person, org) or in_conflict(person, clue, org):
        return False
    if checker is not None:
        return person.id == checker or at_county(person, org)
    if desk is Desk.COUNTY or at_county(person, org):
        return at_county(person, org) and (desk is Desk.COUNTY or raised)
    return org.office_of(person) == org.township_of(clue.village).id


def may_see(person: Person, case: Case, org: Organisation) -> bool:
    """Whether somebody may see a case as it stands now."""
    return may_read(person, case.clue, org, raised=case.raised_at is not None, checker=case.checker)


def readers(clue: Clue, org: Organisation) -> tuple[Person, ...]:
    """Who may see a new clue, each desk in the order of the configuration; nobody if it is kept nowhere here."""
    return _readers(clue, org)


def case_readers(case: Case, org: Organisation) -> tuple[Person, ...]:
    """Everybody who may see a case as it stands now: the township's own people before the county's."""
    return _readers(case.clue, org, raised=case.raised_at is not None, checker=case.checker)


def _readers(clue: Clue, org: Organisation, *, raised: bool = False, checker: str | None = None) -> tuple[Person, ...]:
    """Only the offices that could be meant are looked through: a city lists its officials by the thousand."""
    desk = desk_of(clue, org)
    offices = [org.township_of(clue.village).id, org.county.id]
    if checker is not None and checker in org.people:
        offices.append(org.office_of(org.people[checker]))
    return tuple(
        person
        for office in dict.fromkeys(offices)
        for person in org.officials_at(office)
        if _may_read(person, clue, org, desk, raised=raised, checker=checker)
    )


def may_check(person: Person, clue: Clue, org: Organisation) -> bool:
    """Whether somebody can be sent to check it from outside: another township's discipline role without ties (R71)."""
    elsewhere = org.office_of(person) not in (org.township_of(clue.village).id, org.county.id)
    return holds_role(person, org) and elsewhere and not in_conflict(person, clue, org)


def pointer(clue: Clue) -> Clue:
    """What is kept of a clue against the county itself: that it came, and nothing of what it says (legal.md 1)."""
    return replace(clue, text="", about=(), units=(), exhibits=(), above=True)


def lift(earlier: Clue, later: Clue) -> Clue:
    """The earlier words of a matter, pointing at whom the later ones name as well."""
    if later.above:
        return pointer(earlier)
    about = tuple(dict.fromkeys((*earlier.about, *later.about)))
    return replace(earlier, about=about, units=tuple(dict.fromkeys((*earlier.units, *later.units))))


# What happens to it


def _changed(case: Case, event: ClueEvent, **values: object) -> CaseChange:
    changed = replace(case, version=case.version + 1, **values)  # type: ignore[arg-type]  # each caller names its fields
    return CaseChange(case=changed, events=(event,))


def _event(case: Case, step: Step, *, at: datetime, by: str, **data: str) -> ClueEvent:
    return ClueEvent(code=case.code, at=at, step=step, actor=by, data=data)


def read(case: Case, *, at: datetime, by: str) -> CaseChange:
    """Somebody read it: who and when is kept for good."""
    return _changed(case, _event(case, Step.READ, at=at, by=by), read_at=case.read_at or at)


def exported(case: Case, *, at: datetime, by: str) -> CaseChange:
    """Somebody took it out of the ledger in a sheet: that is a look as well."""
    return _changed(case, _event(case, Step.EXPORTED, at=at, by=by), read_at=case.read_at or at)


def handed_over(case: Case, *, at: datetime, by: str, to: str, up: bool = False) -> CaseChange:
    """Handed to an organ or to somebody who may receive it; ``up``: to the county desk, which sees it from now on."""
    listed = (*case.handovers, Handover(at=at, by=by, to=to))
    state = case.state if case.state is CaseState.ACCEPTED else CaseState.HANDED_OVER
    raised = case.raised_at or (at if up else None)
    event = _event(case, Step.HANDED_OVER, at=at, by=by, to=to)
    return _changed(case, event, handovers=listed, state=state, raised_at=raised)


def assigned(case: Case, *, at: datetime, by: str, checker: str, to: str) -> CaseChange:
    """Given to a checker of another township; from now on the home grid sees nothing of it (R71)."""
    listed = (*case.handovers, Handover(at=at, by=by, to=to))
    event = _event(case, Step.ASSIGNED, at=at, by=by, to=checker)
    return _changed(case, event, handovers=listed, state=CaseState.HANDED_OVER, checker=checker)


def accepted(case: Case, *, at: datetime, by: str, measure: str) -> CaseChange:
    """The organ has it in hand; ``measure`` says what it does, in its own words."""
    event = _event(case, Step.ACCEPTED, at=at, by=by, measure=measure)
    return _changed(case, event, state=CaseState.ACCEPTED, accepted_by=by, measure=measure)


def may_conclude(case: Case, result: CaseState) -> bool:
    """Whether a result can be recorded: once the organ has it; a false accusation only after it proved untrue (R58)."""
    if result is CaseState.FALSE_ACCUSATION:
        return case.state is CaseState.UNTRUE
    return result.is_result and (case.state is CaseState.ACCEPTED or case.state.is_result)


def concluded(case: Case, result: CaseState, *, at: datetime, by: str, words: str, excused: bool = False) -> CaseChange:
    """Record what came of it. Raises ValueError for a result that cannot follow."""
    if not may_conclude(case, result):
        message = f"{result} cannot follow {case.state}"
        raise ValueError(message)
    event = _event(case, Step.CONCLUDED, at=at, by=by, result=result.value, words=words)
    change = _changed(
        case, event, state=result, result=words, excused=excused, doubted_by=None, doubted_at=None, doubt=""
    )
    if result is not CaseState.UNTRUE:
        return change
    drafted = _event(case, Step.DRAFTED, at=at, by="bot", what="clarification")
    return replace(change, events=(*change.events, drafted))


def doubted(case: Case, *, at: datetime, by: str, reason: str) -> CaseChange:
    """A person wants it called a false accusation; it changes nothing until the same person confirms (R58)."""
    event = _event(case, Step.ACCUSATION_ASKED, at=at, by=by, reason=reason)
    return _changed(case, event, doubted_by=by, doubted_at=at, doubt=reason)


def line_approved(case: Case, *, at: datetime, by: str) -> CaseChange:
    """A person allowed the one neutral line in the group (R51)."""
    return _changed(case, _event(case, Step.LINE_APPROVED, at=at, by=by), line_at=at)


def reminded(case: Case, *, at: datetime) -> CaseChange:
    """Nobody of the role read it in time, and its readers were told again (R50)."""
    return _changed(case, _event(case, Step.REMINDED, at=at, by="bot"), reminded_at=at)


def raised(case: Case, *, at: datetime) -> CaseChange:
    """Nobody read it even then: the next level sees it from now on (R50)."""
    return _changed(case, _event(case, Step.RAISED, at=at, by="bot"), raised_at=at)
