"""Cadres whose name in a group does not say who they are: a kind private word, at most once a week (R32).

Villagers are never looked at (R33): only accounts of the organisation's list are compared. Inspectors find the list in
the weekly summary, not in a message of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.nicknames import SeenName, proper_name, shows_identity
from bot.domain.org import Person
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.workdays import local
from bot.office import Office

LOOK_BACK = timedelta(days=7)
"""How long ago a name may have been seen."""
_USEFUL_FOR = timedelta(hours=3)
_HALL = "practice"
"""There the hall itself calls people by their bare names, which nobody can change."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``seen``: how officers' accounts were called in the township's groups within ``LOOK_BACK``."""

    seen: tuple[SeenName, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """A cadre and the groups, by our ids, in which his name does not say who he is."""

    person: Person
    groups: tuple[str, ...]


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Remind the cadres of the township ``slot.scope`` in private (R32)."""
    if slot.scope not in office.org.units or not office.rules.nicknames.check or now - slot.at > _USEFUL_FOR:
        return NOTHING
    week = local(slot.at).date().isocalendar()
    mark = f"{week.year}-W{week.week:02}"
    return Outcome(sends=tuple(_kindly(one, mark, now, office) for one in unclear(facts.seen, office)))


def unclear(seen: Iterable[SeenName], office: Office) -> tuple[Unclear, ...]:
    """The cadres among those seen whose names lack name or post, in the order of the organisation's list."""
    org = office.org
    groups: dict[str, list[str]] = {}
    for one in seen:
        person = org.person_at(one.platform, one.account)
        group = org.groups.get(one.group)
        if person is None or group is None or (one.platform == _HALL and one.name == person.name):
            continue
        if not shows_identity(one.name, person):
            groups.setdefault(person.id, []).append(group.id)
    return tuple(
        Unclear(person=person, groups=tuple(dict.fromkeys(groups[person.id])))
        for person in org.people.values()
        if person.id in groups
    )


def _kindly(one: Unclear, mark: str, now: datetime, office: Office) -> Outgoing:
    where = office.say("due.separator").join(office.org.groups[group].name for group in one.groups)
    return Outgoing(
        to=ToPerson(person=one.person.id),
        kind=OutKind.NOTICE,
        text=office.say("nicknames.kindly", groups=where, example=proper_name(one.person)),
        dedupe_key=f"nickname:{one.person.id}:{mark}",
        not_before=office.loud_at(now),
    )
