"""The clocks: the system's, one that a simulation sets, and one that runs on from wherever it was moved."""

from datetime import UTC, datetime, timedelta

from bot.ports import Clock


class SystemClock:
    """The only place that asks the system for the time."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC)


class SetClock:
    """Stands still until it is set; never goes back."""

    def __init__(self, at: datetime) -> None:
        """Start at an aware instant."""
        self._at = at

    def now(self) -> datetime:
        """The instant that was set last."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move forward; an earlier instant is ignored."""
        self._at = max(self._at, at)


class ShiftedClock:
    """Runs at the speed of another clock, from an instant of its own: the practice hall's."""

    def __init__(self, *, at: datetime, running_on: Clock) -> None:
        """Begin at ``at`` now."""
        self._base = running_on
        self._offset: timedelta = at - running_on.now()

    def now(self) -> datetime:
        """The practice time."""
        return self._base.now() + self._offset

    def set(self, at: datetime) -> None:
        """Jump forward; an earlier instant is ignored."""
        self._offset = max(self._offset, at - self._base.now())
