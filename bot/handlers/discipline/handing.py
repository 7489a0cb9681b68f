"""To whom a clue may be handed: an organ by its name, the county desk, or a checker of another township (R18, R71)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain import clues as ledger
from bot.domain.categories import Level
from bot.domain.clues import Case, CaseChange, at_county, may_check, may_see
from bot.domain.org import Organisation, Person, Unit
from bot.office import Office

_SHORT: Final = 4
"""Characters of a name that says no more than 县里 or 县纪委."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """A handing-over that is allowed: ``told`` are the people who see it from now on and must know."""

    change: CaseChange
    to: str
    told: tuple[Person, ...]


def hand(case: Case, words: str, by: Person, *, at: datetime, office: Office) -> Handed | None:
    """Hand a case over; None if the words name somebody who must not have it.

    Somebody listed must hold the discipline role and stand clear of those pointed at. Only the county sends a checker
    of another township. What is no name of the organisation is an organ outside: it is written down as it was said.
    """
    org = office.org
    named = [person for person in org.people.values() if person.name in words]
    units = _units(words, org)
    if named:
        return _to_people(case, named, by, at=at, org=org)
    if not units:
        change = ledger.handed_over(case, at=at, by=by.id, to=words)
        return Handed(change=change, to=words, told=())
    unit = units[0]
    if unit.level is Level.COUNTY:
        people = [person for person in org.officials_at(unit.id) if at_county(person, org)]
    elif unit.level is Level.TOWNSHIP:
        people = list(org.officials_at(unit.id))
    else:
        return None
    fitting = [
        one for one in people if may_check(one, case.clue, org) or at_county(one, org) or may_see(one, case, org)
    ]
    if not fitting:
        return None
    organ = words if unit.level is Level.COUNTY and len(words) > _SHORT else ""
    return _to_people(case, fitting[:1], by, at=at, org=org, organ=organ)


def _to_people(
    case: Case, people: Sequence[Person], by: Person, *, at: datetime, org: Organisation, organ: str = ""
) -> Handed | None:
    """``organ`` is how the receiving organ was called, where that says more than the person who is told."""
    person = people[0]
    to = organ or person.title
    if len(people) > 1 or person.id == by.id:
        return None
    if at_county(person, org):
        change = ledger.handed_over(case, at=at, by=by.id, to=to, up=True)
        return _if_seen(Handed(change=change, to=to, told=(person,)), org)
    if may_see(person, case, org):
        change = ledger.handed_over(case, at=at, by=by.id, to=person.title)
        return Handed(change=change, to=person.title, told=(person,))
    if at_county(by, org) and may_check(person, case.clue, org):
        change = ledger.assigned(case, at=at, by=by.id, checker=person.id, to=person.title)
        return _if_seen(Handed(change=change, to=person.title, told=(person,)), org)
    return None


def _if_seen(handed: Handed, org: Organisation) -> Handed | None:
    """Nobody is told of a case that they could not open."""
    return handed if all(may_see(person, handed.change.case, org) for person in handed.told) else None


def _units(words: str, org: Organisation) -> list[Unit]:
    """The units that the words name, the longest name first; 县, 县里 and 县纪委 mean the county."""
    named = [unit for unit in org.units.values() if unit.name in words]
    if not named and words.startswith("县"):
        named = [org.county]
    return sorted(named, key=lambda unit: -len(unit.name))
