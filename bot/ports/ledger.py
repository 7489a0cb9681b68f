"""What the bot needs of the clue ledger: the part of the store that only the discipline role's matters use."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.clues import Case, Clue


class ClueLedger(Protocol):
    """The confidential ledger. Callers have checked the reader's role, and log that somebody reads (R50)."""

    async def clues(self, villages: Sequence[str], *, since: datetime) -> tuple[Clue, ...]:
        """Clues of these villages said since then, oldest first."""
        ...

    async def cases(self, villages: Sequence[str], *, since: datetime, checker: str | None = None) -> tuple[Case, ...]:
        """Cases of these villages, and those given to ``checker``, received since then, the newest first."""
        ...
