"""Who is on duty, and who answers when nobody is: there is always one living owner (R10, R28)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from bot.domain.categories import Level
from bot.domain.org import Organisation, Person, Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """Somebody is away on these local days, the last one included (请假)."""

    person: str
    first: date
    last: date

    def on(self, day: date) -> bool:
        """Whether it covers the day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True, slots=True)
class Back:
    """Somebody is there again from this local day on, whatever was said before (销假)."""

    person: str
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Swap:
    """``taker`` does the duty of ``giver`` on one local day, because both agreed (换班)."""

    village: str
    day: date
    giver: str
    taker: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """Who is on duty on one local day, read from a table (R28): in one group, or in the whole village without one.

    Nobody in ``people`` means that the configured plan applies again.
    """

    village: str
    day: date
    people: tuple[str, ...]
    group: str | None = None


DutyChange = Absence | Back | Swap | Planned
"""What officers change of the roster themselves; later ones are applied on top of earlier ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyRecord:
    """All changes in order. ``version`` grows with every change: equal versions mean equal changes."""

    version: int = 0
    changes: tuple[DutyChange, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Who is on duty in which village on which day.

    ``days`` holds named days; ``weekly`` what applies otherwise, by weekday (Monday is 0). Values are ids of people.
    ``read`` holds what a table said since, by village or group, and goes before both; ``absences`` and ``swaps`` lie on
    top of everything.
    """

    days: Mapping[tuple[str, date], tuple[str, ...]]
    weekly: Mapping[tuple[str, int], tuple[str, ...]]
    absences: tuple[Absence, ...] = ()
    swaps: tuple[Swap, ...] = ()
    read: Mapping[tuple[str, date], tuple[str, ...]] = field(default_factory=dict)

    def on_duty(self, village: str, day: date, *, group: str | None = None) -> tuple[str, ...]:
        """Ids of the people on duty, the first of them responsible; empty if the roster has a hole.

        Who is away that day is not on duty: whoever stands behind is responsible then. With ``group`` those whom a
        table names for this group of the village, if it names any.
        """
        return tuple(person for person in self.planned(village, day, group=group) if not self.is_away(person, day))

    def planned(self, village: str, day: date, *, group: str | None = None) -> tuple[str, ...]:
        """Ids of the people whose turn it is after all swaps, those who are away included."""
        people = self.before_swaps(village, day, group=group)
        for swap in self.swaps_on(village, day):
            people = tuple(dict.fromkeys(swap.taker if person == swap.giver else person for person in people))
        return people

    def before_swaps(self, village: str, day: date, *, group: str | None = None) -> tuple[str, ...]:
        """Ids of the people whom the plan itself names, whatever they have settled among themselves."""
        if group is not None and (group, day) in self.read:
            return self.read[group, day]
        named = self.read.get((village, day), self.days.get((village, day)))
        return named if named is not None else self.weekly.get((village, day.weekday()), ())

    def swaps_on(self, village: str, day: date) -> tuple[Swap, ...]:
        """The swaps of a village's day, in the order in which they were agreed."""
        return tuple(swap for swap in self.swaps if swap.village == village and swap.day == day)

    def away(self, person: str, day: date) -> Absence | None:
        """The absence that covers the day, the longest if there are several; None if the person is there."""
        covering = (absence for absence in self.absences if absence.person == person and absence.on(day))
        return max(covering, key=lambda absence: absence.last, default=None)

    def is_away(self, person: str, day: date) -> bool:
        """Whether the person said to be away that day."""
        return self.away(person, day) is not None

    def changed(self, changes: Iterable[DutyChange]) -> Self:
        """The roster with these changes on top, applied in their order."""
        absences, swaps, plan = list(self.absences), list(self.swaps), dict(self.read)
        for change in changes:
            match change:
                case Absence():
                    absences.append(change)
                case Back():
                    absences = [kept for absence in absences if (kept := _cut(absence, change)) is not None]
                case Swap():
                    swaps.append(change)
                case Planned(people=()):
                    plan.pop((change.group or change.village, change.day), None)
                case Planned():
                    plan[change.group or change.village, change.day] = change.people
        return replace(self, absences=tuple(absences), swaps=tuple(swaps), read=plan)


def _cut(absence: Absence, back: Back) -> Absence | None:
    """What is left of an absence when the person comes back."""
    if absence.person != back.person or absence.last < back.day:
        return absence
    if absence.first >= back.day:
        return None
    return replace(absence, last=back.day - timedelta(days=1))


def is_reachable(person: Person, running: frozenset[str] | None) -> bool:
    """Whether the person has an account on a platform that runs; ``running`` None: platforms are not known here."""
    return running is None or any(account.platform in running for account in person.accounts)


def is_available(person: Person, roster: Roster, day: date, *, running: frozenset[str] | None = None) -> bool:
    """Whether somebody can be asked that day: reachable and not away."""
    return is_reachable(person, running) and not roster.is_away(person.id, day)


def may_own(org: Organisation, person: Person, village: str) -> bool:
    """Whether a village's ticket may be shown to the person: the unit covers it, and it is not the operator's desk."""
    return person.unit in org.units and org.covers(person, village) and person.roles != {Role.OPERATOR}


class Cannot(StrEnum):
    """Why somebody cannot answer for a ticket."""

    LEFT = "left"
    """On no list any more."""
    MOVED = "moved"
    """Works where the ticket must not be shown."""
    UNREACHABLE = "unreachable"
    """Has no account on a platform that runs."""
    AWAY = "away"


@dataclass(frozen=True, kw_only=True, slots=True)
class Vacancy:
    """Somebody who cannot answer for tickets that he holds, and which of a village's they are, by id."""

    village: str
    person: str
    why: Cannot
    tickets: tuple[str, ...]


def cannot(
    org: Organisation,
    roster: Roster,
    person_id: str,
    village: str,
    day: date,
    *,
    running: frozenset[str] | None = None,
) -> Cannot | None:
    """Why a person cannot answer for a village's ticket on a local day; None for somebody who can."""
    person = org.people.get(person_id)
    if person is None:
        return Cannot.LEFT
    if not may_own(org, person, village):
        return Cannot.MOVED
    if not is_reachable(person, running):
        return Cannot.UNREACHABLE
    return Cannot.AWAY if roster.is_away(person_id, day) else None


_OVERSEES = {Level.VILLAGE: Role.SECRETARY, Level.TOWNSHIP: Role.INSPECTOR, Level.COUNTY: Role.COUNTY_DESK}


def overseers(org: Organisation, unit: str, *, but: frozenset[str] = frozenset()) -> tuple[Person, ...]:
    """Who is told of gaps and changes in a unit's duty: the village's secretaries, else those above; not ``but``."""
    for place in org.line_of(unit):
        role = _OVERSEES.get(org.units[place].level)
        people = () if role is None else org.people_of(place, role)
        if told := tuple(person for person in people if person.id not in but):
            return told
    return ()


def line_of_duty(
    org: Organisation,
    roster: Roster,
    village: str,
    day: date,
    *,
    unit: str | None = None,
    running: frozenset[str] | None = None,
    group: str | None = None,
) -> tuple[Person, ...]:
    """Everybody who may be asked about a village's matter that day, in the order in which they are asked.

    Those on duty (in ``group`` first, if one is named), the village's other duty officers, its secretary, its
    committee, then inspectors and other people of the township, then the county; departments last. With ``unit``
    (the one that holds the matter) its own people come first, then those above it, and nobody of the village: what
    went up does not fall back (R16). Who is away or cannot be reached stands behind everybody else, so that the
    first is always the best there is. Nobody who may not see the matter. Empty only if the village and everything
    above it have no people.
    """
    held_above = unit is not None and unit != village and unit in org.units
    found = _line_above(org, unit) if held_above and unit is not None else iter(())
    seeing = [person for person in found if may_own(org, person, village)]
    if not seeing:
        seeing = [
            person for person in _line_of_village(org, roster, village, day, group) if may_own(org, person, village)
        ]
    ready = [person for person in seeing if is_available(person, roster, day, running=running)]
    reachable = [person for person in seeing if is_reachable(person, running)]
    return tuple(dict.fromkeys((*ready, *reachable, *seeing)))


def _line_of_village(org: Organisation, roster: Roster, village: str, day: date, group: str | None) -> Iterator[Person]:
    for person_id in (*roster.on_duty(village, day, group=group), *roster.on_duty(village, day)):
        if person_id in org.people:
            yield org.people[person_id]
    for role in (Role.DUTY_OFFICER, Role.SECRETARY, Role.COMMITTEE):
        yield from org.people_of(village, role)
    above = org.line_of(village)[1:]
    for unit in above:
        yield from _people_above(org, unit)
    for department in org.units.values():
        if department.level is Level.DEPARTMENT and department.parent in above:
            yield from _people_above(org, department.id)


def _line_above(org: Organisation, unit: str) -> Iterator[Person]:
    for place in org.line_of(unit):
        yield from _people_above(org, place)


def _people_above(org: Organisation, unit: str) -> Iterator[Person]:
    yield from org.people_of(unit, Role.INSPECTOR, Role.COUNTY_DESK)
    yield from org.people_of(unit, Role.HANDLER)
    yield from org.people_of(unit)
