"""Patterns behind many small matters, for the discipline role alone: where to look, never whom to blame (R40, R55)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.tickets import State, Ticket

WITHIN = timedelta(days=30)
"""How far back matters are looked at together."""


class Pattern(StrEnum):
    """What repeats itself in a village."""

    SAME_TOPIC = "same_topic"
    """The same topic again and again."""
    COMES_BACK = "comes_back"
    """Matters that were closed and then found not to be solved."""
    LATE = "late"
    """Several matters overdue at the same time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hint:
    """A pattern in a village (id) and how many tickets show it; ``topic`` only with ``SAME_TOPIC``."""

    village: str
    pattern: Pattern
    tickets: tuple[str, ...]
    topic: str = ""


def hints(tickets: Sequence[Ticket], villages: Sequence[str], *, at: datetime, least: int) -> tuple[Hint, ...]:
    """The patterns of these villages as of an instant, in their order; none that fewer than ``least`` tickets show.

    ``tickets`` are the live ones and those that ended lately.
    """
    found = []
    for village in villages:
        own = [one for one in tickets if one.village == village and one.state is not State.WITHDRAWN]
        lately = [one for one in own if at - WITHIN < one.said_at <= at]
        topics = Counter(one.topic for one in lately if one.topic)
        for topic, count in sorted(topics.items(), key=lambda item: (-item[1], item[0])):
            if count >= least:
                same = tuple(one.id for one in lately if one.topic == topic)
                found.append(Hint(village=village, pattern=Pattern.SAME_TOPIC, tickets=same, topic=topic))
        back = tuple(one.id for one in lately if one.reopened_by is not None)
        late = tuple(one.id for one in own if _is_late(one, at))
        for pattern, shown in ((Pattern.COMES_BACK, back), (Pattern.LATE, late)):
            if len(shown) >= least:
                found.append(Hint(village=village, pattern=pattern, tickets=shown))
    return tuple(found)


def _is_late(ticket: Ticket, at: datetime) -> bool:
    return ticket.state.is_live and ticket.state is not State.ANSWERED and ticket.due_at <= at
