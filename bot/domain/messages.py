"""Messages as the rest of the bot sees them, whatever platform they came from or go to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What an incoming message is made of (DESIGN section 9)."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    FILE = "file"
    CARD = "card"
    JOIN = "join"
    LEAVE = "leave"
    RENAME = "rename"
    RECALL = "recall"
    """Somebody took back what they wrote: ``quote`` names it."""


class MediaKind(StrEnum):
    """What hangs on a message besides words."""

    PICTURE = "picture"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaRef:
    """A picture, voice message or file that is still with its platform.

    ``handle`` is whatever the platform's adapter needs to fetch it, and nobody else reads it; ``name`` the file's name,
    if it has one.
    """

    platform: str
    kind: MediaKind
    handle: str
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A card to tap: a mini program (``app_id``, ``page``) where the platform has them, else the link.

    ``url`` is where the link leads; ``thumbnail`` the address of its small picture, if any.
    """

    title: str
    description: str
    url: str
    thumbnail: str = ""
    app_id: str = ""
    page: str = ""


class OutKind(StrEnum):
    """What a message of the bot is for (DESIGN section 9)."""

    RECEIPT = "receipt"
    PROMPT = "prompt"
    RESULT = "result"
    QUESTION = "question"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    TRANSFER = "transfer"
    DUTY = "duty"
    CONTENT = "content"
    DIGEST = "digest"
    RATING = "rating"
    EMERGENCY = "emergency"
    ALERT = "alert"
    NOTICE = "notice"


BOT = "bot"
"""Stands for the bot itself in ``mentions``."""

EVERYONE = "all"
"""Stands for everybody in ``mentions``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """One message as an adapter hands it over, before it is stored.

    ``group`` is the platform's conversation id, None for a private message to the bot. ``sent_at`` is what the
    platform says (aware); it may be wrong. ``text`` is the words, the transcript, or the file's name; ``quote`` the
    platform's id of the quoted message; ``mentions`` account ids, ``BOT`` or ``EVERYONE``.
    """

    platform: str
    id: str
    group: str | None
    sender: str
    name: str
    kind: Kind
    text: str
    sent_at: datetime
    mentions: tuple[str, ...] = ()
    quote: str | None = None
    media: tuple[MediaRef, ...] = ()
    group_name: str = ""
    """How the conversation is called there at the moment; empty if the platform does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A stored message. ``seq`` is the order of arrival over all; ``at`` the trusted time of sending, UTC-aware:

    never later than its arrival. ``conversation`` names the group by our own id, or is ``private:<account>``.
    """

    seq: int
    platform: str
    id: str
    conversation: str
    group: str | None
    sender: str
    name: str
    kind: Kind
    text: str
    at: datetime
    received_at: datetime
    mentions: tuple[str, ...] = ()
    quote: str | None = None
    set_aside: bool = False
    """Part of a clue: never joined to anything else."""
    media: tuple[MediaKind, ...] = ()
    """What hangs on it besides words."""
    urgent: bool = False
    """At a glance it may be a cry for help: decided first if there is much to decide (decision 0021)."""

    @property
    def private(self) -> bool:
        """Whether it was written to the bot alone."""
        return self.group is None

    @property
    def shows(self) -> bool:
        """Whether it brings a picture or a paper, alone or beside words."""
        return self.kind in (Kind.IMAGE, Kind.FILE) or bool({MediaKind.PICTURE, MediaKind.FILE} & set(self.media))


@dataclass(frozen=True, kw_only=True, slots=True)
class ToGroup:
    """A village group, by our own id."""

    group: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToPerson:
    """A person of the organisation, by id."""

    person: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToAccount:
    """Somebody known only by a platform account: a villager who wrote privately."""

    platform: str
    account: str


Recipient = ToGroup | ToPerson | ToAccount


def recipient_key(to: Recipient) -> str:
    """A recipient as one word, for ordering and looking up: ``group:g-lw1``, ``person:p-3``, ``account:wechat/x``."""
    match to:
        case ToGroup(group=group):
            return f"group:{group}"
        case ToPerson(person=person):
            return f"person:{person}"
        case ToAccount(platform=platform, account=account):
            return f"account:{platform}/{account}"


def recipient_of(key: str) -> Recipient:
    """The recipient behind a key; raises ValueError for anything else."""
    kind, _, rest = key.partition(":")
    if kind == "group":
        return ToGroup(group=rest)
    if kind == "person":
        return ToPerson(person=rest)
    platform, slash, account = rest.partition("/")
    if kind == "account" and slash:
        return ToAccount(platform=platform, account=account)
    message = f"not a recipient: {key}"
    raise ValueError(message)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """A message that a decision wants sent.

    ``dedupe_key`` makes it unique for ever: the same key is never sent twice. ``not_before`` holds it back (quiet
    hours, pacing); ``ticket`` is the ticket's id if it is about one; ``quote`` the platform id of the message it
    answers; ``confidential`` marks what only the discipline role may see, in logs and replays as well.
    """

    to: Recipient
    kind: OutKind
    text: str
    dedupe_key: str
    not_before: datetime | None = None
    ticket: str | None = None
    quote: str | None = None
    confidential: bool = False
    choices: tuple[str, ...] = ()
    """What a bare 1, 2, 3 in answer to it stands for, each as the sentence that it replaces: ``12 办结 …``."""
    asked_of: str | None = None
    """In a group: the account whose answer is meant."""
    content: str | None = None
    """The content item that it posts."""
    answers: bool = False
    """To an officer: it answers what this officer has just said or done, so it neither waits nor counts (DESIGN 7)."""
    attachment: str | None = None
    """The content hash of a stored picture or file that goes with it."""
    card: Card | None = None
    """A card that goes with it; ``text`` is what stands beside it."""
