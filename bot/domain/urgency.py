"""What goes out first when not everything can go at once."""

from datetime import datetime, timedelta
from enum import IntEnum

from bot.domain.messages import OutKind
from bot.domain.workdays import local

DUTY_USEFUL_FOR = timedelta(hours=3)
"""Past the morning nobody waits for the duty notice any more."""


class Rank(IntEnum):
    """The lower, the sooner: across recipients, and before what the same recipient waits for."""

    EMERGENCY = 0
    """Overtakes everything that is not under way yet, and no daily cap holds it (R8)."""
    USUAL = 1
    """What somebody waits for: prompts, results, receipts, answers."""
    BROADCAST = 2
    """What is posted whether anybody waits or not."""


_BROADCAST = frozenset({OutKind.DUTY, OutKind.CONTENT})


def rank_of(kind: OutKind) -> Rank:
    """How soon a message of this kind goes."""
    if kind is OutKind.EMERGENCY:
        return Rank.EMERGENCY
    return Rank.BROADCAST if kind in _BROADCAST else Rank.USUAL


def too_late(kind: OutKind, meant_for: datetime, now: datetime) -> bool:
    """Whether a broadcast that was meant for an instant (aware) would only be in the way now.

    A line that was away for days must not pour out the notices of days gone by.
    """
    if kind is OutKind.DUTY:
        return now - meant_for > DUTY_USEFUL_FOR
    return kind is OutKind.CONTENT and local(meant_for).date() != local(now).date()
