"""What one message to many groups needs of the database (R43)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.messages import Recipient
from bot.domain.one_to_many import MailFate, Mailing


@dataclass(frozen=True, kw_only=True, slots=True)
class ToRecall:
    """A message that is to be taken back. ``id`` is ours (b7), ``platform_id`` the platform's, if it gave one.

    ``arrived`` is False if it never got there. ``asked_at`` is when somebody wanted it gone (aware).
    """

    id: str
    to: Recipient
    arrived: bool
    platform: str | None
    platform_id: str | None
    asked_at: datetime


class MailingStore(Protocol):
    """The records of mailings. Every method may raise StoreUnavailable."""

    async def mailings(self, unit: str, *, since: datetime) -> tuple[Mailing, ...]:
        """All steps of a unit's mailings that were begun since then, by number and step."""
        ...

    async def mailing_steps(self, unit: str, number: int) -> tuple[Mailing, ...]:
        """All steps of one mailing."""
        ...

    async def next_mailing(self, unit: str) -> int:
        """The number that the unit's next mailing will have."""
        ...

    async def mail_fates(self, keys: Sequence[str]) -> Mapping[str, MailFate]:
        """What became of these sends, by dedupe key; unknown keys are left out."""
        ...

    async def mailing_until(self) -> datetime | None:
        """When the last planned send of any mailing goes, None if none waits."""
        ...

    async def due_recalls(self, now: datetime) -> tuple[ToRecall, ...]:
        """Messages that are to be taken back now, by id; one that is still under way is waited for."""
        ...

    async def next_recall(self, *, after: datetime) -> datetime | None:
        """When, later than that, taking a message back is tried again; None if nothing waits."""
        ...

    async def recall_settled(
        self, send: str, *, now: datetime, why: str = "", again_at: datetime | None = None
    ) -> None:
        """Write down that a message was taken back, or ``why`` not, or when it is tried again."""
        ...
