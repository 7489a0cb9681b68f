"""The frames of DingTalk's stream and how they are answered, by the SDK's own types.

The SDK's client is not used: its loop blocks, floods and cannot be stopped. It declares no types, so this is the only
file that imports it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dingtalk_stream import (  # type: ignore[import-untyped]
    AckMessage,
    CallbackMessage,
    CardCallbackMessage,
    ChatbotMessage,
    EventMessage,
    SystemMessage,
)

ROBOT_TOPIC: Final[str] = ChatbotMessage.TOPIC
CARD_TOPIC: Final = "/v1.0/card/instances/callback"
SUBSCRIPTIONS: Final = (
    {"type": "EVENT", "topic": "*"},
    {"type": "CALLBACK", "topic": ROBOT_TOPIC},
    {"type": "CALLBACK", "topic": CARD_TOPIC},
)

_TYPES: Final = {"SYSTEM": SystemMessage, "EVENT": EventMessage, "CALLBACK": CallbackMessage}
_UNUSABLE: Final = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What the SDK's types raise for data that is not as they expect it."""


class FrameType(StrEnum):
    """Who a frame speaks for."""

    SYSTEM = "SYSTEM"
    EVENT = "EVENT"
    CALLBACK = "CALLBACK"


class BadFrame(Exception):  # noqa: N818 - says what arrived
    """What arrived is no frame. ``message_id`` is what it can be answered by, if that could be read."""

    def __init__(self, why: str, *, message_id: str = "") -> None:
        super().__init__(why)
        self.message_id = message_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One frame. ``sent_ms`` is the server's clock in milliseconds, None if it does not say."""

    type: FrameType
    topic: str
    message_id: str
    data: Mapping[str, object]
    sent_ms: int | None = None
    event_type: str = ""
    event_id: str = ""
    event_ms: int | None = None


def parse(text: str) -> Frame:
    """The frame that a websocket text holds; raises BadFrame."""
    raw = _json(text)
    if not isinstance(raw, dict):
        raise BadFrame("not an object")
    headers = raw.get("headers")
    headers = headers if isinstance(headers, dict) else {}
    message_id = str(headers.get("messageId") or "")
    sdk_type = _TYPES.get(str(raw.get("type")))
    if sdk_type is None:
        raise BadFrame("unknown type", message_id=message_id)
    try:
        message = sdk_type.from_dict(raw)
    except _UNUSABLE as error:
        raise BadFrame("fields are not as agreed", message_id=message_id) from error
    data = message.data or {}
    if not isinstance(data, dict):
        raise BadFrame("data is not an object", message_id=message_id)
    found = message.headers
    return Frame(
        type=FrameType(str(raw["type"])),
        topic=str(found.topic or ""),
        message_id=message_id,
        data=data,
        sent_ms=found.time,
        event_type=str(found.event_type or ""),
        event_id=str(found.event_id or ""),
        event_ms=found.event_born_time,
    )


def acknowledged(frame: Frame) -> str:
    """The answer to a frame that needs no more of the server: kept, or of no use to us."""
    match frame.type:
        case FrameType.SYSTEM:
            return _answer(frame.message_id, AckMessage.STATUS_OK, "OK", frame.data)
        case FrameType.EVENT:
            return _answer(frame.message_id, AckMessage.STATUS_OK, "OK", {"status": "SUCCESS", "message": ""})
        case FrameType.CALLBACK:
            return _answer(frame.message_id, AckMessage.STATUS_OK, "OK", {"response": None})


def later(frame: Frame) -> str:
    """The answer to an event that could not be kept: the server is to bring it again."""
    return _answer(frame.message_id, AckMessage.STATUS_OK, "OK", {"status": "LATER", "message": ""})


def unusable(message_id: str) -> str:
    """The answer to a frame that nobody can read: bringing it again would not help."""
    return _answer(message_id, AckMessage.STATUS_BAD_REQUEST, "unreadable", {})


def robot_message(data: Mapping[str, object]) -> ChatbotMessage:
    """The SDK's robot message; raises BadFrame. Only fields that we use are given to it: it trips over others."""
    wanted = {name: data[name] for name in _ROBOT_FIELDS if data.get(name) is not None}
    try:
        return ChatbotMessage.from_dict(wanted)
    except _UNUSABLE as error:
        raise BadFrame("not a robot message") from error


def tapped(data: Mapping[str, object]) -> tuple[str, str, Mapping[str, object]]:
    """The card, the account and the private data of a tapped button; raises BadFrame."""
    try:
        message = CardCallbackMessage.from_dict(dict(data))
        private = message.content.get("cardPrivateData") or {}
    except _UNUSABLE as error:
        raise BadFrame("not a tapped card") from error
    if not (message.card_instance_id and message.user_id and isinstance(private, dict)):
        raise BadFrame("a tapped card without card or account")
    return str(message.card_instance_id), str(message.user_id), private


_ROBOT_FIELDS: Final = (
    "atUsers",
    "chatbotUserId",
    "conversationId",
    "conversationTitle",
    "conversationType",
    "createAt",
    "isInAtList",
    "msgId",
    "robotCode",
    "senderId",
    "senderNick",
    "senderStaffId",
    "sessionWebhook",
    "sessionWebhookExpiredTime",
)


def _json(text: str) -> object:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFrame("not JSON") from error
    return found


def _answer(message_id: str, code: int, said: str, data: Mapping[str, object]) -> str:
    message = AckMessage()
    message.code = code
    message.headers.message_id = message_id
    message.headers.content_type = "application/json"
    message.message = said
    message.data = dict(data)
    return json.dumps(message.to_dict(), ensure_ascii=False)
