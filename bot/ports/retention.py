"""What keeping things for a stated time, and a person's own record, need of the database (legal.md 2 and 10)."""

from datetime import datetime
from typing import Protocol

from bot.domain.retention import Step, Stored


class RetentionStore(Protocol):
    """Terms that run out. Every method may raise StoreUnavailable."""

    async def expired(self, step: Step, *, before: datetime, most: int) -> int:
        """How much of a step's kind ended before then and is still here; counted no further than ``most``."""
        ...

    async def tidy(self) -> bool:
        """Give back a portion of the room that deletions left, so that nothing deleted lies about.

        True if more is to do. Where the database does that by itself there is never anything to do.
        """
        ...

    async def stored_about(self, platform: str, account: str) -> Stored:
        """What is stored about an account, and nothing about anybody else."""
        ...
