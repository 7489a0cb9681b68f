"""The daily item of a group: one good piece of news or advice, never the same twice within 30 days (R37, R38).

R37 forbids posting without a person. The person stands before the library: an item enters ``config`` or a village's own
list only after somebody has read and released it, and the record says who. Where a village wants more, an officer
decides about every single day. What happens here is the choice of the day, and when it is better to keep quiet.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.daily_item import LATEST, REST_DAYS, choose, key_of, say_item
from bot.domain.content import ContentItem
from bot.domain.messages import Outgoing, OutKind, ToGroup, ToPerson
from bot.domain.org import Group
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.own_content import ContentChoice
from bot.domain.workdays import SHANGHAI, local
from bot.office import Office
from bot.patrol.people import overseers

_LAST_TRY = timedelta(minutes=10)
"""How long an item that appears just before may be tried."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What speaks for and against an item now.

    ``used``: ids of the items posted to the group within the last ``REST_DAYS`` days. ``asked``: topics that the
    township really asked about within 30 days, most asked first. ``own``: released items of the village and of what
    stands above it. ``raised``: matters and questions of the group within the last hour. ``danger``: whether an
    emergency of the village is fresh. ``choice``: what an officer decided about the day, where the village wants that.
    """

    used: frozenset[str]
    asked: tuple[str, ...] = ()
    own: tuple[ContentItem, ...] = ()
    raised: int = 0
    danger: bool = False
    choice: ContentChoice | None = None


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The item for the group ``slot.scope`` on the local day of ``slot.at``; one per group and day (R37).

    In a heated hour, or soon after an emergency, it waits; on a day of mourning there is none. If every item has been
    used, the group is left in peace and those who keep the library for the village are told in private, once per ISO
    week. Nothing for a group that is no longer configured.
    """
    group = office.org.groups.get(slot.scope)
    day = local(slot.at).date()
    here = local(now)
    rules = office.rules.content
    if group is None or here.date() != day or here.time() > LATEST or day in rules.quiet_days:
        return NOTHING
    confirmed = office.org.units[group.village].confirms_content
    if confirmed and (facts.choice is None or not facts.choice.item):
        return NOTHING
    if facts.danger or facts.raised >= rules.lively:
        return _later(slot, now, office)
    items = (*office.content, *facts.own)
    if confirmed and facts.choice is not None:
        item = next((one for one in items if one.id == facts.choice.item), None)
    else:
        item = choose(items, facts.used, group.id, day, asked=facts.asked)
    if item is None:
        return Outcome(sends=() if confirmed else _empty_notes(group, day, now, office))
    post = Outgoing(
        to=ToGroup(group=group.id),
        kind=OutKind.CONTENT,
        text=say_item(item, office),
        dedupe_key=key_of(group.id, day),
        content=item.id,
        attachment=item.shows,
    )
    given_up = max(datetime.combine(day, LATEST, SHANGHAI), now + _LAST_TRY)
    return Outcome(sends=(post,), slots=(Slot(at=given_up, job=Job.CONTENT_FATE, scope=f"{group.id}/{day}"),))


def _later(slot: Slot, now: datetime, office: Office) -> Outcome:
    """Look again when the group may have calmed down, as long as the day allows."""
    again = now + timedelta(minutes=office.rules.content.again_minutes)
    if local(again).date() != local(slot.at).date() or local(again).time() > min(office.rules.content.until, LATEST):
        return NOTHING
    return Outcome(slots=(Slot(at=again, job=Job.CONTENT_AGAIN, scope=slot.scope),))


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
        for person in overseers(office, village.id, now=now)
    )
