"""What inspectors write down about a day's patrol, as the database keeps it (R39)."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from bot.domain.patrol_notes import PatrolNote


class PatrolNoteStore(Protocol):
    """The records of the daily patrol. Every method may raise StoreUnavailable."""

    async def patrol_notes(self, townships: Sequence[str], *, since: date, until: date) -> tuple[PatrolNote, ...]:
        """What was noted about the local days from ``since`` to ``until``, both included, oldest first."""
        ...
