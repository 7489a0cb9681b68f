"""How fast is spoken: pauses between two messages, longer by chance, and so many messages on one local day.

Remembers what was let go; decides nothing about which message goes. Nothing here waits or reads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.workdays import local


def evenly() -> float:
    """A chance that is always half: what a simulation draws, so that equal input gives equal runs."""
    return 0.5


@dataclass(kw_only=True, slots=True)
class _Day:
    day: date
    spent: int


class Pacer:
    """The pauses of accounts and conversations, by any name that tells them apart, and the daily counts of accounts."""

    def __init__(self, *, chance: Callable[[], float]) -> None:
        """``chance`` gives a number from 0 up to 1 for every pause that varies."""
        self._chance = chance
        self._free_at: dict[str, datetime] = {}
        self._days: dict[str, _Day] = {}

    def free_at(self, name: str, *, now: datetime) -> datetime | None:
        """Until when it must be silent, None if it may speak now."""
        until = self._free_at.get(name)
        return until if until is not None and until > now else None

    def spoke(self, name: str, *, pause: float, jitter: float = 0.0, now: datetime) -> None:
        """It speaks now, and then is silent for ``pause`` seconds and a random share of ``jitter`` seconds."""
        seconds = pause + (jitter * self._chance() if jitter else 0.0)
        if seconds:
            self._free_at[name] = now + timedelta(seconds=seconds)

    def forget(self, *, now: datetime) -> None:
        """Forget pauses that are over: there may be one for every conversation of a county."""
        self._free_at = {name: until for name, until in self._free_at.items() if until > now}

    def is_counted(self, account: str, *, now: datetime) -> bool:
        """Whether it is known how much an account has sent on this local day."""
        counted = self._days.get(account)
        return counted is not None and counted.day == local(now).date()

    def count_from(self, account: str, spent: int, *, now: datetime) -> None:
        """So many messages has the account sent on this local day until now."""
        self._days[account] = _Day(day=local(now).date(), spent=spent)

    def forget_count(self, account: str) -> None:
        """Others send from the account as well: what it has sent is counted anew before it sends again."""
        self._days.pop(account, None)

    def has_left(self, account: str, cap: int) -> bool:
        """Whether the account may send another message on the day that is counted."""
        return self._days[account].spent < cap

    def spend(self, account: str) -> None:
        """The account sends one more, if it is counted at all."""
        if account in self._days:
            self._days[account].spent += 1

    def refund(self, account: str) -> None:
        """One of those did surely not leave."""
        if account in self._days:
            self._days[account].spent = max(0, self._days[account].spent - 1)
