"""What notices and letters need of the database (R63, R64)."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.slips import Slip


class SlipStore(Protocol):
    """The records of slips. Every method may raise StoreUnavailable."""

    async def slips(self, units: Sequence[str], *, since: str) -> tuple[Slip, ...]:
        """Slips of months from ``since`` (``2026-02``) on, issued by one of these units or meant for it.

        In their latest form, the newest month first, otherwise in the order in which they were made.
        """
        ...

    async def slip(self, slip_id: str) -> Slip | None:
        """One slip in its latest form."""
        ...

    async def slip_history(self, slip_id: str) -> tuple[Slip, ...]:
        """All forms of a slip, the first one first: who did what, and when."""
        ...
