"""On the first working day of a month: which villages and departments last month's facts speak to (R63).

Candidates only, to the discipline officers of the township or county; nothing is ever issued by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain import slips
from bot.domain.candidates import of_department, of_village
from bot.domain.categories import Level
from bot.domain.circular import Circular
from bot.domain.common import topics
from bot.domain.doings import counted
from bot.domain.made import Made
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Role, Unit
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.patrol_notes import NoteKind, PatrolNote
from bot.domain.periods import Period, first_workday, month_before, month_name, month_of, same_season
from bot.domain.results import Ranking, Results, rank, results
from bot.domain.slips import Finding, Slip, SlipKind
from bot.domain.tickets import Thread, Ticket
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol.ranking_text import say_ranking
from bot.slipping import ISSUERS, findings_in_brief

BOT = "bot"
"""Who made a candidate."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is on record of the villages of a township, or of all for the county.

    ``threads``: live tickets, and those with activity since the month began. ``silent``: by village, ids of groups that
    are silent to the last grade and provably heard. ``known``: slips that were made before. ``made``: the circular's
    draft as a file. ``notes``: what inspectors of the township wrote down in that month.
    """

    threads: Sequence[Thread]
    silent: Mapping[str, Sequence[str]] = field(default_factory=dict)
    known: Sequence[Slip] = ()
    made: Sequence[Made] = ()
    notes: Sequence[PatrolNote] = ()


def is_due(at: datetime, office: Office) -> bool:
    """Whether a local day is the first working day of its month."""
    day = local(at).date()
    return first_workday(month_of(day), office.calendar) == day


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The candidates of the month before ``slot.at``, to each discipline officer of ``slot.scope`` in private.

    A township looks at its villages and departments, the county at its departments. Where the comparison of villages is
    switched on, it comes along, and behind it the draft of a circular (R110).
    """
    unit = office.org.units.get(slot.scope)
    if unit is None or not is_due(slot.at, office):
        return NOTHING
    month = month_before(local(slot.at).date())
    found = candidates(facts, unit, month, office, at=slot.at)
    readers = office.org.people_of(unit.id, *ISSUERS)
    words = {"office": unit.name, "month": office.say("slips.month", year=month.first.year, month=month.first.month)}
    lines = [
        office.say("slips.candidate", unit=office.org.units[slip.unit].name, facts=findings_in_brief(slip, office))
        for slip in found
    ]
    text = office.say("slips.candidates", **words, lines="\n".join(lines))
    if not found:
        text = office.say("slips.no_candidates", **words)
    done = counted(facts.notes, month)
    if any(done.values()):
        text = "\n\n".join((text, office.say("inspecting.month", counts=_say_counts(done, office))))
    if office.rules.review.ranking and unit.level is Level.TOWNSHIP:
        compared = compare(facts.threads, unit, month, office, now=slot.at)
        text = "\n\n".join((text, say_ranking(compared, unit, month, office)))
    sends = tuple(
        Outgoing(
            to=ToPerson(person=reader.id),
            kind=OutKind.DIGEST,
            text=text,
            dedupe_key=f"monthly:{unit.id}:{month_name(month)}:{reader.id}",
            not_before=office.loud_at(now),
        )
        for reader in readers
    )
    drafts = tuple(_circular(one, sent, month, office) for one in facts.made for sent in sends)
    return Outcome(slips=found, sends=sends + drafts, made=tuple(facts.made))


def _say_counts(done: Mapping[NoteKind, int], office: Office) -> str:
    """How often an office did what: of the office, never of a person (R73)."""
    return office.say("due.separator").join(
        office.say("inspecting.month_count", what=office.say(f"inspecting.deed_{kind.value}"), count=count)
        for kind, count in done.items()
        if count
    )


def _circular(draft: Made, sent: Outgoing, month: Period, office: Office) -> Outgoing:
    """The file behind what a reader gets; it goes where that goes, and nowhere else."""
    text = office.say("papers.circular_file", year=month.first.year, month=month.first.month)
    return replace(sent, text=text, dedupe_key=f"{sent.dedupe_key}:circular", attachment=draft.digest)


def candidates(facts: Facts, unit: Unit, month: Period, office: Office, *, at: datetime) -> tuple[Slip, ...]:
    """A candidate for every unit that has given enough ground and has none yet for that month and paper."""
    known = {slip.id for slip in facts.known}
    found = []
    for kind, receiver, findings in _looked_at(facts, unit, month, office, at=at):
        if findings:
            name = month_name(month)
            slip = slips.candidate(
                month=name, kind=kind, unit=receiver.id, office=unit.id, findings=findings, at=at, by=BOT
            )
            if slip.id not in known:
                found.append(slip)
    return tuple(found)


def compare(threads: Sequence[Thread], township: Unit, month: Period, office: Office, *, now: datetime) -> Ranking:
    """The villages of a township inside their bands, by what came of their matters in a month (R110)."""
    figures = {
        village.id: results([one.ticket for one in threads if one.ticket.village == village.id], month, now=now)
        for village in office.org.villages_of(township.id)
    }
    return rank(figures, office.rules.review.bands, lot=month_name(month))


def circular(threads: Sequence[Thread], township: Unit, month: Period, office: Office, *, now: datetime) -> Circular:
    """A month of a township's villages; ``threads`` reach back to the same month of the year before, as of ``now``."""
    tickets = [thread.ticket for thread in threads]
    return Circular(
        township=township,
        month=month,
        ranking=compare(threads, township, month, office, now=now),
        total=results(tickets, month, now=now),
        season=_season(tickets, month, now),
        frequent=tuple(topics(tickets, month)),
    )


def _season(tickets: Sequence[Ticket], month: Period, now: datetime) -> Results | None:
    """The same stretch a year ago; None if the bot was not there for the whole of it, which only its tickets tell."""
    before = same_season(month)
    known = any(ticket.said_at < before.begins for ticket in tickets)
    return results(tickets, before, now=now) if known else None


def _looked_at(
    facts: Facts, unit: Unit, month: Period, office: Office, *, at: datetime
) -> Sequence[tuple[SlipKind, Unit, tuple[Finding, ...]]]:
    rules = office.rules.slips
    tickets: list[Ticket] = [thread.ticket for thread in facts.threads]
    looked: list[tuple[SlipKind, Unit, tuple[Finding, ...]]] = []
    if unit.level is Level.TOWNSHIP:
        for village in office.org.villages_of(unit.id):
            own = [one for one in tickets if one.village == village.id]
            silent = facts.silent.get(village.id, ())
            looked.append((SlipKind.NOTICE, village, of_village(own, silent, month, rules, now=at)))
    for department in _departments(unit, office):
        held = [one for one in tickets if one.unit == department.id]
        looked.append((SlipKind.LETTER, department, of_department(held, month, rules, now=at)))
    return looked


def _departments(unit: Unit, office: Office) -> tuple[Unit, ...]:
    """The departments right under a township or the county, without the discipline office's own unit."""
    return tuple(
        one
        for one in office.org.units.values()
        if one.level is Level.DEPARTMENT
        and one.parent == unit.id
        and not office.org.people_of(one.id, Role.INSPECTOR, Role.COUNTY_DESK)
    )
