"""What the bot needs from the world, and the errors that the world may raise."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.burden import Pace, Paced
from bot.domain.messages import Incoming, Kind, MediaKind, Message, Outgoing
from bot.domain.outcome import Mark, Outcome, Slot
from bot.domain.tickets import Thread, TicketEvent
from bot.ports.bindings import BindingStore
from bot.ports.content import ContentStore
from bot.ports.groups import GroupStore
from bot.ports.ledger import ClueLedger
from bot.ports.lines import LineStore
from bot.ports.mail import MailStore
from bot.ports.mailing import MailingStore
from bot.ports.media import MediaStore
from bot.ports.office import OfficeChanges
from bot.ports.patrol import PatrolNoteStore
from bot.ports.retention import RetentionStore
from bot.ports.schedule import SlotStore
from bot.ports.slips import SlipStore


class Clock(Protocol):
    """The time, always aware (UTC or Asia/Shanghai; comparisons do not care)."""

    def now(self) -> datetime:
        """The present instant."""
        ...


class SendState(StrEnum):
    """Where an outgoing message stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """An outgoing message with what became of it. ``id`` is ours (``b7``), ``platform_id`` the platform's."""

    id: str
    outgoing: Outgoing
    state: SendState
    created_at: datetime
    attempts: int = 0
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None
    platform_id: str | None = None
    error: str = ""
    pace: Pace = Pace.FREE
    bundle: str | None = None
    """Our id of the first of those with which it went out as one message."""
    platform: str | None = None
    """Through which it was sent, or tried last; None before that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupDay:
    """What happened in a group on one local day: counts only, no names (R36, R110).

    ``heard`` is how often anything came from it, an echo of the bot's own post included: a day with none was not heard.
    ``published`` are cadres' posts that published something (``domain.publishing``).
    """

    group: str
    day: date
    villager_messages: int = 0
    cadre_messages: int = 0
    bot_messages: int = 0
    heard: int = 0
    published: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """When a group was last heard at all, when a villager last spoke, and when the bot's own post was last sent.

    ``echoed_at`` is when the platform last gave such a post back.
    """

    group: str
    heard_at: datetime | None = None
    villager_at: datetime | None = None
    posted_at: datetime | None = None
    echoed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Something that an operator should look at: a message or a send that failed, with its cause."""

    at: datetime
    kind: str
    subject: str
    cause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of a conversation as a reader sees it: a message that came in or one that the bot sent."""

    id: str
    at: datetime
    sender: str
    name: str
    kind: Kind
    text: str
    from_bot: bool
    quote: str | None = None
    out_kind: str = ""
    ticket: str | None = None
    confidential: bool = False
    bundle: str | None = None
    """The id of the first line that was sent as one message with this one; None if it was sent by itself."""
    media: tuple[MediaKind, ...] = ()
    """What came with it besides words; where it lies the records of media know."""
    attachment: str | None = None
    """The content hash of what the bot sent with it."""


class Store(
    ClueLedger,
    SlotStore,
    OfficeChanges,
    LineStore,
    BindingStore,
    MailStore,
    MediaStore,
    SlipStore,
    ContentStore,
    MailingStore,
    PatrolNoteStore,
    GroupStore,
    RetentionStore,
    Protocol,
):
    """The durable state. Every method may raise StoreUnavailable; a write happened wholly or not at all."""

    # The inbox

    async def accept(
        self,
        incoming: Incoming,
        *,
        conversation: str,
        group: str | None,
        by_cadre: bool,
        received_at: datetime,
        urgent: bool = False,
    ) -> bool:
        """Store a message and count it for its group's day; False if (platform, id) is known. Raises NotAccepted.

        ``urgent``: at a glance it may be a cry for help.
        """
        ...

    async def waiting(self) -> Mapping[str, datetime]:
        """Conversations with messages that are not handled, each with the arrival of its first."""
        ...

    async def crying(self) -> frozenset[str]:
        """Those of them in which something waits that may be a cry for help."""
        ...

    async def calm(self, seqs: Sequence[int]) -> None:
        """Note that messages are no cry for help after all: they wait like others."""
        ...

    async def pending(self, *conversations: str) -> tuple[Message, ...]:
        """Messages of these conversations not yet handled, in order of arrival."""
        ...

    async def recent(
        self, conversation: str, *, since: datetime, before_seq: int, most: int | None = None
    ) -> tuple[Message, ...]:
        """The last messages that arrived since then, with a lower order number, oldest first, handled or not."""
        ...

    async def said(self, keys: Sequence[tuple[str, str]]) -> tuple[Message, ...]:
        """These messages, by platform and id, in order of arrival; unknown ones are left out."""
        ...

    async def fail(self, seqs: Sequence[int], cause: str, *, now: datetime) -> None:
        """Record that these messages could not be handled, and let those behind them pass."""
        ...

    async def marked(self, group: str, marks: Sequence[Mark], *, since: datetime) -> tuple[Message, ...]:
        """Messages of a group with one of the marks, oldest first."""
        ...

    async def marked_anywhere(self, mark: Mark, *, since: datetime) -> Mapping[str, int]:
        """How many messages of each conversation bear a mark."""
        ...

    # Tickets and the confidential queue

    async def next_numbers(self, villages: Sequence[str], year: int) -> Mapping[str, int]:
        """The number that the next ticket of each village in that year will have."""
        ...

    async def threads(self, villages: Sequence[str], *, since: datetime) -> tuple[Thread, ...]:
        """Live tickets of the villages, and ended ones with activity since then; by village and number."""
        ...

    async def threads_of(self, ids: Sequence[str]) -> tuple[Thread, ...]:
        """These tickets, by village and number; unknown ids are left out."""
        ...

    async def held_by(self, unit: str, villages: Sequence[str]) -> tuple[str, ...]:
        """Ids of the live tickets of these villages that the unit holds, in no order."""
        ...

    async def thread(self, ticket: str) -> Thread | None:
        """One ticket by its id."""
        ...

    async def linked(self, platform: str, message: str) -> Thread | None:
        """The ticket that a chat message belongs to, by the platform's message id."""
        ...

    async def home(self, platform: str, account: str) -> str | None:
        """Our id of the group in which the account last spoke: where a private word of theirs belongs."""
        ...

    async def village_asked_for(self, platform: str, account: str) -> str | None:
        """The village of the newest ticket that the account raised."""
        ...

    async def history(self, ticket: str) -> tuple[TicketEvent, ...]:
        """The events of a ticket, oldest first."""
        ...

    async def all_threads(self) -> tuple[Thread, ...]:
        """Every ticket, by village, year and number."""
        ...

    # The one way to write decisions

    async def commit(
        self, outcome: Outcome, *, now: datetime, handled: Sequence[int] = (), slot: Slot | None = None
    ) -> bool:
        """Write an outcome with the messages or the slot that caused it, in one transaction. Raises Conflict.

        False, and nothing written, if the slot was already done or a message already handled (another run was
        faster). Sends whose ``dedupe_key`` is known are left out.
        """
        ...

    # The outbox

    async def claim_sends(
        self, now: datetime, *, limit: int, through: Mapping[str, str | None] | None = None
    ) -> tuple[Sent, ...]:
        """Mark due sends as being sent and return them: by rank, then oldest first, at most one per recipient.

        Never one to a recipient to whom another is under way, and never one behind an earlier one of unknown result
        or waiting for another attempt. ``through``: only these ids, each with the platform that it will go through,
        which is kept with it (None: nobody can be reached). ``attempts`` counts the attempt that now begins.
        """
        ...

    async def join_sends(self, send: str, now: datetime, *, limit: int) -> tuple[Sent, ...]:
        """Mark as being sent, with a claimed send of ``Pace.TOGETHER``, what else of that pace is due to its recipient.

        Oldest first, the claimed one included; they are one bundle from then on: ``settle`` and ``hold_back`` of the
        claimed one are about all of them. Just the claimed one if nothing else is due.
        """
        ...

    async def paced(self, recipient_keys: Sequence[str], *, since: datetime) -> Mapping[str, tuple[Paced, ...]]:
        """The counted messages that each of these recipients got since then, oldest first; a bundle is one."""
        ...

    async def settle(
        self,
        send: str,
        state: SendState,
        *,
        now: datetime,
        platform: str | None = None,
        platform_id: str | None = None,
        error: str = "",
        next_attempt_at: datetime | None = None,
    ) -> None:
        """Record the result of a send. A sent message to a group counts as the bot's for that day.

        ``platform`` is where it was sent, so that ``sent_as`` never mixes two platforms' ids. What is sent stays sent.
        Raises ValueError for an id that the store never gave.
        """
        ...

    async def hold_back(self, send: str, *, until: datetime | None) -> None:
        """Put a claimed message back for its turn: not an attempt, and not before ``until`` (None: as it was)."""
        ...

    async def interrupted_sends(self) -> tuple[Sent, ...]:
        """Sends left in state sending or unknown, by a crash or a timeout."""
        ...

    async def sent_to(self, recipient_key: str, *, since: datetime) -> tuple[Sent, ...]:
        """What was sent to a recipient since then, oldest first. The key is ``recipient_key`` of domain.messages."""
        ...

    async def sent_to_any(self, recipient_keys: Sequence[str], *, since: datetime) -> tuple[Sent, ...]:
        """What was sent to any of these recipients since then, oldest first."""
        ...

    async def held_for(self, recipient_key: str) -> tuple[Sent, ...]:
        """What waits to be sent to a recipient: for its hour, for company, or for another attempt; by id."""
        ...

    async def sent_as(self, platform: str, platform_id: str) -> tuple[Sent, ...]:
        """What went out under a platform's id: what somebody quotes. Several if it was a bundle, in their order."""
        ...

    async def all_sent(self) -> tuple[Sent, ...]:
        """Everything in the outbox, by id."""
        ...

    # Looking

    async def days(self, groups: Sequence[str], *, since: date) -> tuple[GroupDay, ...]:
        """The groups' counts since a day."""
        ...

    async def hearing(self, groups: Sequence[str]) -> Mapping[str, Hearing]:
        """For every group asked: what proves that it is heard."""
        ...

    async def lines(self, recipient_key: str, conversation: str, *, limit: int) -> tuple[Line, ...]:
        """The last lines of a conversation, both sides, oldest first."""
        ...

    async def troubles(self, *, since: datetime) -> tuple[Trouble, ...]:
        """What failed since then."""
        ...

    async def remember(self, key: str, value: str) -> None:
        """Keep a small fact of the installation (where the practice clock stands)."""
        ...

    async def remember_new(self, facts: Mapping[str, str]) -> None:
        """Keep those of these small facts that are not known yet."""
        ...

    async def recall(self, key: str) -> str | None:
        """A small fact kept by ``remember``."""
        ...

    async def known_since(self, groups: Sequence[str]) -> Mapping[str, date]:
        """The local day since which each of the groups is looked after, where that is known (R36)."""
        ...


class StoreUnavailable(Exception):  # noqa: N818 - reads as what happened
    """The database is locked, full, or gone. The text says which, in Chinese."""


class Conflict(Exception):  # noqa: N818 - reads as what happened
    """An outcome contradicts what is stored (a number not next, a link to no ticket): decide again, on fresh facts."""


class Signal(Protocol):
    """Tells listeners that something changed."""

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[None]]:
        """Yields once for every change (several may fall into one)."""
        ...
