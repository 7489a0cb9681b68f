"""What became of the daily item: in the evening it is given up if it still waits, next morning somebody hears of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.daily_item import key_of
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.workdays import SHANGHAI, local
from bot.office import Office
from bot.patrol.people import overseers
from bot.ports.content import Fate

TOLD_AT = time(8, 5)
"""When, on the next local day, those who keep the library are told."""
_USEFUL_FOR = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``fate``: what the outbox knows of the item, None if it never came to a send."""

    fate: Fate | None


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """For ``slot.scope``, a group and a local day: on that day no further try, on the next one a private note (R37).

    Nothing is posted late, and nobody is told of what went well.
    """
    group_id, _, written = slot.scope.rpartition("/")
    group, day = office.org.groups.get(group_id), date.fromisoformat(written)
    if group is None or facts.fate is None:
        return NOTHING
    if local(slot.at).date() == day:
        told_at = datetime.combine(day + timedelta(days=1), TOLD_AT, SHANGHAI)
        return Outcome(
            lapsed=(key_of(group.id, day),), slots=(Slot(at=told_at, job=Job.CONTENT_FATE, scope=slot.scope),)
        )
    if facts.fate.sent or now - slot.at > _USEFUL_FOR:
        return NOTHING
    key = "content.unsure" if facts.fate.unsure else "content.failed"
    why = office.say("content.why", cause=facts.fate.error) if facts.fate.error else ""
    return Outcome(
        sends=tuple(
            Outgoing(
                to=ToPerson(person=person.id),
                kind=OutKind.NOTICE,
                text=office.say(key, group=group.name, why=why),
                dedupe_key=f"content-failed:{group.id}:{day}:{person.id}",
                not_before=office.loud_at(now),
            )
            for person in overseers(office, group.village, now=now)
        )
    )
