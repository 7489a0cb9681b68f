"""The daily item of a group: one good piece of news or advice, never the same twice within 30 days (R37, R38).

R37 forbids posting without a person. The person stands before the library: an item enters ``config`` only after
somebody has read and released it, and the library's entry records who. What happens here is the choice of the day.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from zlib import crc32

from bot.domain.content import ContentItem
from bot.domain.messages import Outgoing, OutKind, ToGroup, ToPerson
from bot.domain.org import Group
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol.people import overseers

REST_DAYS = 30
"""Days for which an item rests in a group after it was posted there; ``Facts.used`` reaches back this far (R37)."""

LATEST = time(20, 0)
"""The last local time of its own day at which an item may still appear: villagers' evenings are theirs."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``used``: ids of the items posted to the group within the last ``REST_DAYS`` days."""

    used: frozenset[str]


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The item for the group ``slot.scope`` on the local day of ``slot.at``; one per group and day (R37).

    If every item has been used, the group is left in peace and those who keep the library for the village are told in
    private, once per ISO week. Nothing for a group that is no longer configured.
    """
    group = office.org.groups.get(slot.scope)
    day = local(slot.at).date()
    here = local(now)
    if group is None or here.date() != day or here.time() > LATEST:
        return NOTHING
    item = choose(office.content, facts.used, group.id, day)
    if item is None:
        return Outcome(sends=_empty_notes(group, day, now, office))
    post = Outgoing(
        to=ToGroup(group=group.id),
        kind=OutKind.CONTENT,
        text=office.say("content.item", title=item.title, text=item.text.strip(), source=item.source),
        dedupe_key=f"content:{group.id}:{day}",
        content=item.id,
    )
    return Outcome(sends=(post,))


def choose(items: Collection[ContentItem], used: Collection[str], group: str, day: date) -> ContentItem | None:
    """The group's item of the day, None if all have been used.

    Every group has an order of its own, fixed by a checksum, and moves on one place a day: neighbouring groups differ,
    subjects mix, and the same question always has the same answer.
    """
    order = sorted(items, key=lambda item: (crc32(f"{group}/{item.id}".encode()), item.id))
    start = day.toordinal() % len(order) if order else 0
    return next((item for item in order[start:] + order[:start] if item.id not in used), None)


def _empty_notes(group: Group, day: date, now: datetime, office: Office) -> tuple[Outgoing, ...]:
    week = day.isocalendar()
    village = office.org.units[group.village]
    return tuple(
        Outgoing(
            to=ToPerson(person=person.id),
            kind=OutKind.NOTICE,
            text=office.say("content.empty", village=village.name, days=REST_DAYS),
            dedupe_key=f"content-empty:{village.id}:{week.year}-W{week.week:02}:{person.id}",
            not_before=office.loud_at(now),
        )
        for person in overseers(office, village.id)
    )
