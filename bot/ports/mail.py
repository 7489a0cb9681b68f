"""What delivery needs besides the platforms: what is due in the outbox, how the lines stand, what goes with a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.burden import Pace
from bot.domain.messages import Recipient, ToAccount
from bot.domain.urgency import Rank
from bot.ports.platform import Attachment


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A message that nothing but its platform or the reader's peace holds back, as much as choosing needs of it."""

    id: str
    to: Recipient
    rank: Rank
    pace: Pace


class MailStore(Protocol):
    """The outbox as delivery looks at it before it claims. Every method may raise StoreUnavailable."""

    async def due_sends(self, now: datetime, *, after: Due | None = None, limit: int) -> tuple[Due, ...]:
        """What ``claim_sends`` would find, by rank, then oldest first; ``after``: only what comes behind that one."""
        ...

    async def put_off(self, sends: Sequence[str], *, until: datetime) -> None:
        """Let messages that nobody has claimed wait until then; others of these ids are left alone."""
        ...

    async def next_send(self, *, after: datetime | None = None) -> datetime | None:
        """When the next message that is held back or waits for another attempt is due; ``after``: later than that.

        One that waits behind another is left out: it goes when the other is settled.
        """
        ...

    async def sent_through(self, platform: str, *, since: datetime) -> int:
        """How many messages went out through a platform since then; a bundle is one."""
        ...

    async def cap_reached(self, platform: str, *, at: datetime) -> None:
        """A platform's account has sent all that it may on this local day: among the troubles, once a day."""
        ...

    async def attachment_refused(self, platform: str, *, why: str, at: datetime) -> None:
        """A platform did not take a picture or file, and the reader was told so: among the troubles, the latest one."""
        ...

    async def heard_last(self, accounts: Sequence[ToAccount]) -> ToAccount | None:
        """From which of the accounts the latest message came, privately or in a group; None: never from any."""
        ...


class Lines(Protocol):
    """How the lines to the platforms stand."""

    def is_open(self, platform: str) -> bool:
        """Whether anything can be sent there now; a platform without a line is always open."""
        ...

    def stands(self, platform: str) -> bool:
        """Whether some process can send there now, this one or another: who that is carries what goes there."""
        ...


class Attachments(Protocol):
    """Where stored pictures and files come from."""

    async def load(self, digest: str) -> Attachment | None:
        """The bytes of a content hash with their name and type; None if they are not kept any more.

        Raises OSError if the disk does not play along, StoreUnavailable: then it may be tried again.
        """
        ...
