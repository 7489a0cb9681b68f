"""How an emergency stands, read from its record: who was rung since the last cry, who sees to it (R8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.categories import Level
from bot.domain.tickets import EventKind, TicketEvent

ENDS = frozenset(
    {
        EventKind.TAKEN,
        EventKind.PROGRESS,
        EventKind.ANSWERED,
        EventKind.ALL_CLEAR,
        EventKind.FALSE_ALARM,
        EventKind.CLOSED,
        EventKind.WITHDRAWN,
    }
)
"""What stops the ringing further up: somebody sees to it, or there is nothing to see to any more."""

_FIRST = Level.VILLAGE.name.lower()


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """An emergency since its last cry: ids of the people rung, the levels rung, what stopped it, each in its order."""

    since: datetime
    rung: tuple[str, ...]
    stages: tuple[str, ...]
    ends: tuple[TicketEvent, ...]


def alarm_of(history: Sequence[TicketEvent]) -> Alarm | None:
    """The emergency in a ticket's history, oldest event first; None if nobody was ever rung."""
    cries = [index for index, event in enumerate(history) if _is_ring(event) and event.data.get("stage") == _FIRST]
    if not cries:
        return None
    since = history[cries[-1] :]
    rings = [event for event in since if _is_ring(event)]
    return Alarm(
        since=since[0].at,
        rung=tuple(dict.fromkeys(person for event in rings for person in str(event.data["people"]).split())),
        stages=tuple(str(event.data["stage"]) for event in rings),
        ends=tuple(event for event in since if event.kind in ENDS),
    )


def _is_ring(event: TicketEvent) -> bool:
    return event.kind is EventKind.CALLED
