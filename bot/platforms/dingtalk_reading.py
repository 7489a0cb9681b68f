"""What DingTalk says, read: robot messages, tapped cards and events of a group become incoming messages.

Nothing is lost for being unknown: a message of a kind that cannot be read is kept as one that could not be read.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.domain.messages import BOT, EVERYONE, Incoming, Kind, MediaKind, MediaRef
from bot.platforms.dingtalk_frames import BadFrame, Frame, robot_message, tapped

NAME: Final = "dingtalk"
UNREADABLE: Final = "[钉钉没有把这条消息的内容交给机器人]"
"""Stands in for what DingTalk does not hand to robots."""
_GROUP: Final = "2"
_JOINED: Final = frozenset({"chat_add_member"})
_LEFT: Final = frozenset({"chat_remove_member", "chat_quit"})
_RENAMED: Final = "chat_update_title"
_DISBANDED: Final = "chat_disband"
_BEFORE_DINGTALK: Final = datetime(2014, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """Where an answer to a conversation may be posted until it expires (aware)."""

    url: str
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """A robot message, read. ``staff`` is whether the sender belongs to the organisation.

    ``quoted`` is what a quoted message of the bot said, where only its words are handed over and no id.
    """

    incoming: Incoming
    webhook: Webhook | None
    staff: bool
    quoted: str = ""


def read_robot_message(frame: Frame, *, now: datetime, called: Sequence[str]) -> Heard:
    """A message to the robot; raises BadFrame if nobody can tell who wrote it or where. ``called`` are its names."""
    data = frame.data
    message = robot_message(data)
    conversation, sender = str(message.conversation_id or ""), str(message.sender_id or "")
    staff = str(message.sender_staff_id or "")
    if not conversation or not (sender or staff):
        raise BadFrame("neither conversation nor sender", message_id=frame.message_id)
    group = conversation if str(message.conversation_type) == _GROUP else None
    kind, text, media = _content(data)
    if group is not None:
        text = _without_call(text, called)
    quote, quoted = _quote(data)
    created = str(message.create_at or "")
    incoming = Incoming(
        platform=NAME,
        id=str(message.message_id or "")
        or substitute(conversation, sender or staff, created or frame.message_id, kind, text),
        group=group,
        sender=staff or sender,
        name=str(message.sender_nick or ""),
        kind=kind,
        text=text,
        sent_at=instant(message.create_at, otherwise=now),
        mentions=_mentions(message, to_bot=group is not None),
        quote=quote,
        media=media,
        group_name="" if group is None else str(message.conversation_title or ""),
    )
    url = str(message.session_webhook or "")
    until = instant(message.session_webhook_expired_time, otherwise=now)
    return Heard(
        incoming=incoming, webhook=Webhook(url=url, until=until) if url else None, staff=bool(staff), quoted=quoted
    )


def read_tap(frame: Frame, *, now: datetime, group: str | None) -> Incoming | None:
    """A tapped button, as the number of the choice; None if it stands for none. ``group`` is where the card hangs."""
    card, account, private = tapped(frame.data)
    params = private.get("params")
    wanted = params.get("choice") if isinstance(params, Mapping) else None
    ids = private.get("actionIds")
    if wanted is None and isinstance(ids, list) and ids:
        wanted = ids[0]
    number = str(wanted or "").strip()
    if not number.isdecimal():
        return None
    space, where = str(frame.data.get("spaceId") or ""), str(frame.data.get("spaceType") or "").upper()
    if "GROUP" in where and space:
        group = space.rpartition(".")[2]
    return Incoming(
        platform=NAME,
        id=substitute("tap", card, account, number, frame.message_id),
        group=group,
        sender=account,
        name="",
        kind=Kind.TEXT,
        text=number,
        sent_at=instant(frame.sent_ms, otherwise=now),
        mentions=() if group is None else (BOT,),
        quote=card,
    )


def read_event(frame: Frame, *, now: datetime) -> tuple[Incoming, ...]:
    """Who joined or left a group, its new name, its end; empty for events that say nothing of a group."""
    data = {str(name).lower(): value for name, value in frame.data.items()}
    conversation = str(data.get("openconversationid") or data.get("chatid") or "")
    if not conversation:
        return ()
    at = instant(frame.event_ms if frame.event_ms is not None else data.get("timestamp"), otherwise=now)
    operator = str(data.get("operator") or data.get("operatorunionid") or "")
    told: list[tuple[Kind, str, str]] = []
    if frame.event_type in _JOINED:
        told = [(Kind.JOIN, account, "") for account in _accounts(data.get("userid"))]
    elif frame.event_type in _LEFT:
        told = [(Kind.LEAVE, account, "") for account in _accounts(data.get("userid")) or (operator,)]
    elif frame.event_type == _RENAMED:
        told = [(Kind.RENAME, operator, str(data.get("title") or ""))]
    elif frame.event_type == _DISBANDED:  # whoever was there, the bot is out as well
        told = [(Kind.LEAVE, BOT, "")]
    event = frame.event_id or str(data.get("eventid") or "") or frame.message_id
    return tuple(
        Incoming(
            platform=NAME,
            id=substitute(event, conversation, kind, account, text),
            group=conversation,
            sender=account,
            name="",
            kind=kind,
            text=text,
            sent_at=at,
            group_name=text if kind is Kind.RENAME else "",
        )
        for kind, account, text in told
    )


def conversation_of(frame: Frame) -> str:
    """What must stay in order: the conversation that a frame is about, or its card."""
    data = {str(name).lower(): value for name, value in frame.data.items()}
    names = ("conversationid", "openconversationid", "chatid", "spaceid", "outtrackid")
    return next((str(data[name]) for name in names if data.get(name)), "")


def instant(milliseconds: object, *, otherwise: datetime) -> datetime:
    """Milliseconds since 1970 as an aware instant; ``otherwise`` for what is none."""
    try:
        found = datetime.fromtimestamp(int(str(milliseconds)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return otherwise
    return found if found > _BEFORE_DINGTALK else otherwise


def substitute(*parts: str) -> str:
    """A stable id for what comes without one: the same again if the same comes again."""
    return "x-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def words_key(text: str) -> str:
    """A message by its words alone, however a quote cut its spaces."""
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()


def _content(data: Mapping[str, object]) -> tuple[Kind, str, tuple[MediaRef, ...]]:
    """Kind, words and attachments of a robot message."""
    content = _object(data.get("content"))
    match data.get("msgtype"):
        case "text":
            text = _object(data.get("text")).get("content")
            return (Kind.TEXT, text.strip(), ()) if isinstance(text, str) else (Kind.FILE, UNREADABLE, ())
        case "richText":
            return _rich(content)
        case "picture":
            return Kind.IMAGE, "", _media(content, MediaKind.PICTURE)
        case "audio":
            return Kind.VOICE, str(content.get("recognition") or "").strip(), _media(content, MediaKind.VOICE)
        case "video":
            return Kind.FILE, "", _media(content, MediaKind.VIDEO)
        case "file":
            return Kind.FILE, str(content.get("fileName") or ""), _media(content, MediaKind.FILE)
        case _:
            return Kind.FILE, UNREADABLE, _media(content, MediaKind.FILE)


def _rich(content: Mapping[str, object]) -> tuple[Kind, str, tuple[MediaRef, ...]]:
    parts = content.get("richText")
    parts = [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []
    text = "".join(str(part["text"]) for part in parts if isinstance(part.get("text"), str)).strip()
    media = tuple(ref for part in parts for ref in _media(part, MediaKind.PICTURE))
    if not text and not media:
        return Kind.FILE, UNREADABLE, ()
    return (Kind.TEXT if text else Kind.IMAGE), text, media


def _media(content: Mapping[str, object], kind: MediaKind) -> tuple[MediaRef, ...]:
    code = content.get("downloadCode") or content.get("pictureDownloadCode")
    if not isinstance(code, str) or not code:
        return ()
    return (MediaRef(platform=NAME, kind=kind, handle=code, name=str(content.get("fileName") or "")),)


def _mentions(message: object, *, to_bot: bool) -> tuple[str, ...]:
    """Who is called, the bot as BOT: a group's message reaches a robot only because it is called."""
    bot_id = getattr(message, "chatbot_user_id", None)
    found = [BOT] if to_bot and getattr(message, "is_in_at_list", None) is not False else []
    for user in getattr(message, "at_users", None) or ():
        account = BOT if user.dingtalk_id == bot_id else str(user.staff_id or user.dingtalk_id or "")
        found.append(EVERYONE if account == "@ALL" else account)
    return tuple(dict.fromkeys(account for account in found if account))


def _quote(data: Mapping[str, object]) -> tuple[str | None, str]:
    """The quoted message: its id, and its words if it is the bot's own and has no id that we know."""
    text = _object(data.get("text"))
    replied = _object(text.get("repliedMsg")) or _object(data.get("quoteMessage"))
    ours = data.get("originalProcessQueryKey")
    if isinstance(ours, str) and ours:
        return ours, ""
    found = data.get("originalMsgId") or replied.get("msgId")
    words = _object(replied.get("content")).get("text") or _object(replied.get("text")).get("content")
    by_bot = bool(data.get("chatbotUserId")) and replied.get("senderId") == data.get("chatbotUserId")
    return (str(found) if found else None), (str(words) if words and by_bot else "")


def _without_call(text: str, called: Iterable[str]) -> str:
    """The words without the call of the bot at their head."""
    names = "|".join(re.escape(name) for name in called)
    return re.sub(rf"^\s*@(?:{names})(?:[\s\u2005,:\uff0c\uff1a\u3001]+|$)", "", text) if names else text


def _accounts(said: object) -> tuple[str, ...]:
    """Accounts as events tell them: a list, a list as a JSON string, or one."""
    if isinstance(said, str) and said.startswith("["):
        try:
            said = json.loads(said)
        except (ValueError, RecursionError):
            return ()
    if isinstance(said, list):
        return tuple(str(one) for one in said if one)
    return (str(said),) if said else ()


def _object(value: object) -> Mapping[str, object]:
    """A JSON object; files and sounds come as a JSON string at times."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, Mapping) else {}
