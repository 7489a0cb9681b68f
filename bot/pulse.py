"""Whether the loops of this process turn: each says so now and then, and one that has not for long is stuck."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

STUCK_AFTER: Final = 180.0
"""Seconds without a word: a loop sleeps for 30 at most, and a turn over a long backlog is far shorter than the rest."""


class Loop(StrEnum):
    """The loops on which everything hangs."""

    WORK = "work"
    """Handles messages and what the schedule asks for."""
    MAIL = "mail"
    """Carries what the outbox holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stuck:
    """A loop that has said nothing for so many seconds."""

    part: Loop
    seconds: float


class Pulse:
    """The loops of one process, by a clock that neither jumps nor goes back (seconds)."""

    def __init__(self, seconds: Callable[[], float], *, stuck_after: float = STUCK_AFTER) -> None:
        """Ask this clock."""
        self._seconds = seconds
        self._stuck_after = stuck_after
        self._last: dict[Loop, float] = {}

    def beat(self, part: Loop) -> None:
        """The loop turns. From its first word on it is expected to go on."""
        self._last[part] = self._seconds()

    def ended(self, part: Loop) -> None:
        """The loop has come to its end, and nobody waits for it any more."""
        self._last.pop(part, None)

    def ages(self) -> dict[Loop, float]:
        """Seconds since the last word of every loop."""
        now = self._seconds()
        return {part: now - last for part, last in self._last.items()}

    def stuck(self) -> tuple[Stuck, ...]:
        """The loops that have said nothing for too long, the longest first."""
        late = [Stuck(part=part, seconds=age) for part, age in self.ages().items() if age > self._stuck_after]
        return tuple(sorted(late, key=lambda one: -one.seconds))
