"""What the bot needs of a chat platform, what a platform finds on our side, and how a send or a fetch may fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.domain.messages import Card, Incoming, MediaRef


class NotAccepted(Exception):  # noqa: N818 - the platform is told exactly this
    """A message could not be stored, so it must not be acknowledged. The text says why, in Chinese."""


class FailureKind(StrEnum):
    """How a send or a fetch failed: try again, give up, or find out first."""

    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


class SendFailed(Exception):  # noqa: N818 - reads as what happened
    """A platform did not (or may not) have delivered a message. ``reason`` holds no words of the message.

    ``attachment``: nothing but its picture or file was not delivered; the words beside it were.
    """

    def __init__(self, kind: FailureKind, reason: str, *, attachment: bool = False) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason
        self.attachment = attachment


class FetchFailed(Exception):  # noqa: N818 - reads as what happened
    """A picture or file could not be got from its platform: TEMPORARY, or PERMANENT (gone, too large)."""

    def __init__(self, kind: FailureKind, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a platform can do (DESIGN section 5).

    ``shows_sent``: what is sent is shown at once, so that a send is as good as its echo. ``pause_seconds`` is kept
    between two sends of the account, whoever gets them, longer by a random share of up to ``jitter_seconds``;
    ``daily_cap`` is how many messages it may send on one local day, None for no limit. ``files``: whether it carries
    pictures and files; where gateways differ, that is true until one has refused.
    """

    hears_all: bool
    echoes_own: bool
    shows_sent: bool = False
    private_messages: bool = True
    mentions: bool = True
    cards: bool = False
    buttons: bool = False
    member_list: bool = False
    voice_text: bool = False
    recall: bool = False
    files: bool = True
    stable_ids: bool = True
    pause_seconds: float = 0.0
    jitter_seconds: float = 0.0
    daily_cap: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A picture or file on its way out. ``media_type`` is a MIME type."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """One message on its way out, to a conversation of the platform or (``private``) an account. ``id`` is ours: b7.

    ``mentions`` are accounts that are called by it. ``choices`` say what a bare 1, 2, 3 in answer stands for, in this
    order: a platform with buttons offers them as such, the numbers stand in the text anyway. With an ``attachment`` or
    a ``card`` the text is what stands beside it; a platform without cards sends text and link instead.
    """

    id: str
    to: str
    private: bool
    text: str
    quote: str | None = None
    mentions: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    attachment: Attachment | None = None
    card: Card | None = None


class Platform(Protocol):
    """An adapter to a chat platform, as delivery sees it."""

    @property
    def name(self) -> str:
        """The word that stands in messages and configuration: practice, wechat, dingtalk."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    async def send(self, parcel: Parcel) -> str:
        """Send and return the platform's id of the message; raises SendFailed."""
        ...

    async def was_sent(self, parcel: Parcel) -> bool | None:
        """Whether a send of unknown result arrived, by the platform's echo; None if that cannot be known."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody in a conversation: the account and the name that the conversation sees."""

    account: str
    name: str


class Adapter(Platform, Protocol):
    """A platform that has a connection to live with: what ``bot.app`` runs beside the engine."""

    async def run(self, host: "Host") -> None:
        """Hear until cancelled, connecting again with growing pauses; ends within two seconds of being cancelled.

        Whatever the other side does is survived; only a fault of our own code may raise.
        """
        ...

    async def fetch(self, media: MediaRef, *, most: int) -> bytes:
        """The bytes of a picture, voice message or file; raises FetchFailed, also for more than ``most`` bytes."""
        ...

    async def recall(self, to: str, platform_id: str) -> None:
        """Take back a message that was sent to a conversation; raises SendFailed where that cannot be done."""
        ...

    async def members(self, conversation: str) -> tuple[Member, ...]:
        """Who is in a conversation, cached and fetched slowly; empty where the platform does not tell."""
        ...


class Receiver(Protocol):
    """Where adapters bring what they hear."""

    async def receive(self, incoming: Incoming) -> bool:
        """Store durably; False if it was already there. Raises NotAccepted: then do not acknowledge."""
        ...


class LineState(StrEnum):
    """How the line to a platform stands."""

    CONNECTING = "connecting"
    SCAN = "scan"
    """Somebody must scan the code with the phone of the account."""
    ONLINE = "online"
    LOGGED_OUT = "logged_out"
    """The platform ended the account's login: nothing is heard until somebody logs in again."""
    REFUSED = "refused"
    """The platform refuses our credentials or certificate: nothing helps but another configuration."""
    OFFLINE = "offline"
    """Not reachable; connecting again after a pause."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LineStatus:
    """How the line to a platform stands since ``at`` (aware). ``account`` is known once it is online.

    ``why`` is for an operator, in Chinese, without credentials. ``qr`` is what the code to scan contains.
    """

    platform: str
    state: LineState
    at: datetime
    account: str = ""
    why: str = ""
    qr: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A time in which nothing could be heard; nobody keeps what was said then. Both ends aware.

    ``since`` is the last proof that the line was whole (a message, a heartbeat, an answered ping), ``until`` the
    instant from which it was whole again.
    """

    platform: str
    account: str
    since: datetime
    until: datetime
    why: str


class KnockKind(StrEnum):
    """Who asks to be let in."""

    FRIEND = "friend"
    """Somebody wants to write to the bot privately; ``words`` is what the request says."""
    ROOM = "room"
    """Somebody invites the bot into a conversation; ``words`` is its name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Knock:
    """A request to be let in. ``account`` is who asks."""

    platform: str
    id: str
    kind: KnockKind
    account: str
    name: str
    words: str
    at: datetime


class Host(Receiver, Protocol):
    """Our side, as a running adapter sees it."""

    async def echoed(self, platform: str, conversation: str, *, at: datetime) -> None:
        """The bot's own post came back from a conversation: proof that it is heard (R36)."""
        ...

    async def line_changed(self, status: LineStatus) -> None:
        """The line stands differently. Never raises."""
        ...

    async def missed(self, gap: Gap) -> None:
        """Nothing could be heard for a while: it is kept and shown. Never raises."""
        ...

    async def admits(self, knock: Knock) -> bool:
        """Whether to let somebody in; if not, the operator is told, and may do it by hand."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidBefore:
    """What was said by somebody of this name, or by the bot (no name), under the platform's id."""

    id: str
    name: str
    text: str


@runtime_checkable
class Remembers(Protocol):
    """A host that knows what was said before the adapter ran: for platforms that quote words instead of ids."""

    async def said_before(self, platform: str, conversation: str, *, private: bool) -> Sequence[SaidBefore]:
        """The last few hundred messages of both sides, oldest first; nothing if nobody can tell now. Never raises."""
        ...
