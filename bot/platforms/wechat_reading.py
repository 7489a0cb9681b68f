"""From what a gateway tells to what the rest of the bot sees. Pure: everything looked up is given."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from hashlib import blake2b
from typing import Any, Final

from bot.domain.messages import BOT, Incoming, Kind, MediaKind, MediaRef
from bot.platforms.wechat_text import title_in

NAME: Final = "wechat"
_SECONDS_BELOW: Final = 100_000_000_000
"""A time stamp below this counts seconds, above it milliseconds: gateways send either."""
_AHEAD: Final = timedelta(days=1)
_SERVICES: Final = frozenset({"weixin", "filehelper", "fmessage", "medianote", "newsapp", "qmessage", "floatbottle"})
"""WeChat's own accounts: what they write to the bot is no message of a person."""


class Type(IntEnum):
    """Kinds of messages by the numbers that gateways send, which are not those of the protocol's own list."""

    UNKNOWN = 0
    ATTACHMENT = 1
    AUDIO = 2
    CONTACT = 3
    CHAT_HISTORY = 4
    EMOTICON = 5
    IMAGE = 6
    TEXT = 7
    LOCATION = 8
    MINI_PROGRAM = 9
    GROUP_NOTE = 10
    TRANSFER = 11
    RED_ENVELOPE = 12
    RECALLED = 13
    URL = 14
    VIDEO = 15
    POST = 16


_LABELS: Final[Mapping[int, str]] = {
    Type.IMAGE: "[图片]",
    Type.EMOTICON: "[动画表情]",
    Type.AUDIO: "[语音]",
    Type.VIDEO: "[视频]",
    Type.CONTACT: "[名片]",
    Type.LOCATION: "[位置]",
    Type.CHAT_HISTORY: "[聊天记录]",
    Type.TRANSFER: "[转账]",
    Type.RED_ENVELOPE: "[红包]",
}
"""How WeChat itself shows what has no words, in quotations too."""
_MEDIA: Final[Mapping[int, tuple[Kind, MediaKind]]] = {
    Type.IMAGE: (Kind.IMAGE, MediaKind.PICTURE),
    Type.AUDIO: (Kind.VOICE, MediaKind.VOICE),
    Type.VIDEO: (Kind.FILE, MediaKind.VIDEO),
    Type.ATTACHMENT: (Kind.FILE, MediaKind.FILE),
}
_CARDS: Final = frozenset(
    {Type.URL, Type.MINI_PROGRAM, Type.CONTACT, Type.LOCATION, Type.CHAT_HISTORY, Type.GROUP_NOTE}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Payload:
    """A message as the gateway tells it. ``room`` is empty for a private one; ``at`` is aware."""

    id: str
    type: int
    talker: str
    listener: str
    room: str
    text: str
    filename: str
    mention_ids: tuple[str, ...]
    at: datetime


def event_fields(payload: str) -> Mapping[str, Any] | None:
    """The fields of an event; None if it is not what an event looks like."""
    try:
        fields = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def word(fields: Mapping[str, Any], key: str) -> str:
    """A field that should be a text; empty if it is not."""
    value = fields.get(key)
    return value if isinstance(value, str) else ""


def words(fields: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A field that should be a list of texts; without what is not."""
    value = fields.get(key)
    return tuple(one for one in value if isinstance(one, str) and one) if isinstance(value, list) else ()


def instant(stamp: object, *, now: datetime) -> datetime:
    """The time that a stamp of seconds or milliseconds means; ``now`` if it means none that can be true."""
    if isinstance(stamp, bool) or not isinstance(stamp, int | float) or not 0 < stamp < 10 * _SECONDS_BELOW * 1000:
        return now
    seconds = stamp if stamp < _SECONDS_BELOW else stamp / 1000
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return now
    return now if at > now + _AHEAD else at


def payload_of(told: Any, *, event_id: str, now: datetime) -> Payload:  # noqa: ANN401 - the stubs are untyped
    """A message as it was told; a missing id is the event's, a missing time is now."""
    received = told.receive_time
    # The gateway reads every stamp as milliseconds, so one that was seconds arrives as a day of January 1970.
    stamp = received.timestamp() * 1000 if isinstance(received, datetime) else 0
    room = told.room_id
    return Payload(
        id=told.id or event_id,
        type=int(told.type),
        talker=told.talker_id,
        listener=told.listener_id,
        room=room,
        text=told.text,
        filename=told.filename,
        mention_ids=tuple(told.mention_ids),
        at=instant(round(stamp), now=now),
    )


def conversation_of(payload: Payload, *, account: str) -> str:
    """The room, or the account of the other one."""
    if payload.room:
        return payload.room
    return payload.listener if account and payload.talker == account else payload.talker


def says_nothing(payload: Payload) -> bool:
    """Whether nobody speaks in it: notices of WeChat itself."""
    if not payload.talker or payload.talker in _SERVICES or payload.talker.startswith("gh_"):
        return True
    if payload.type in (Type.UNKNOWN, Type.POST):
        return not payload.text.strip() or payload.text.lstrip().startswith("<")
    return payload.type == Type.TEXT and not payload.text.strip()


def shown(payload: Payload, text: str) -> str:
    """How a message stands in a quotation."""
    if payload.type == Type.ATTACHMENT:
        return f"[文件]{payload.filename}"
    if payload.type in (Type.URL, Type.MINI_PROGRAM):
        return f"[{'链接' if payload.type == Type.URL else '小程序'}]{text.partition(chr(10))[0]}"
    return _LABELS.get(payload.type, text)


def incoming(
    payload: Payload, *, name: str, text: str, mentions: tuple[str, ...] = (), quote: str | None = None
) -> Incoming:
    """The message for the rest of the bot; ``text`` is its words, or what its card says."""
    kind = Kind.TEXT
    media: tuple[MediaRef, ...] = ()
    if payload.type in _MEDIA:
        kind, of_what = _MEDIA[payload.type]
        handle = json.dumps({"id": payload.id, "picture": payload.type == Type.IMAGE})
        media = (MediaRef(platform=NAME, kind=of_what, handle=handle, name=payload.filename),)
        text = payload.filename if kind is Kind.FILE else ""
    elif payload.type in _CARDS:
        kind = Kind.CARD
        text = text or title_in(payload.text) or _LABELS.get(payload.type, "")
    elif payload.type == Type.RECALLED:
        kind, quote, text = Kind.RECALL, quote or payload.text.strip() or None, ""
    elif payload.type in _LABELS:
        text = _LABELS[payload.type]
    return Incoming(
        platform=NAME,
        id=payload.id,
        group=payload.room or None,
        sender=payload.talker,
        name=name,
        kind=kind,
        text=text,
        sent_at=payload.at,
        mentions=mentions,
        quote=quote,
        media=media,
    )


def card_text(title: str, description: str, address: str) -> str:
    """What a card says, a line each, without what is missing or said twice."""
    return "\n".join(dict.fromkeys(part.strip() for part in (title, description, address) if part.strip()))


def substitute_id(*parts: str) -> str:
    """A stable id for what has none: the same parts give the same id, so that a duplicate stays one."""
    return "x-" + blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def membership(fields: Mapping[str, Any], *, kind: Kind, account: str, now: datetime) -> tuple[Incoming, ...]:
    """Who came into or left a room, one message each; of the bot itself told by ``BOT`` in ``mentions``."""
    joined = kind is Kind.JOIN
    room = word(fields, "roomId")
    who = words(fields, "inviteeIdList" if joined else "removeeIdList")
    if not room:
        return ()
    at = instant(fields.get("timestamp"), now=now)
    # Without a time of its own a duplicate is known by arriving within the same minute.
    stamp = str(fields.get("timestamp") or at.replace(second=0, microsecond=0).isoformat())
    return tuple(
        Incoming(
            platform=NAME,
            id=substitute_id(room, kind, one, stamp),
            group=room,
            sender=one,
            name="",
            kind=kind,
            text="",
            sent_at=at,
            mentions=(BOT,) if account and one == account else (),
        )
        for one in who
    )


def renaming(fields: Mapping[str, Any], *, now: datetime) -> Incoming | None:
    """A room got another name; None if the event does not say which room."""
    room, topic = word(fields, "roomId"), word(fields, "newTopic")
    if not room or not topic:
        return None
    at = instant(fields.get("timestamp"), now=now)
    stamp = str(fields.get("timestamp") or at.replace(second=0, microsecond=0).isoformat())
    return Incoming(
        platform=NAME,
        id=substitute_id(room, Kind.RENAME, topic, stamp),
        group=room,
        sender=word(fields, "changerId"),
        name="",
        kind=Kind.RENAME,
        text=topic,
        sent_at=at,
    )
