"""The recorded day on either platform: who was there, what everybody said, and how their phones send it."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from bot.chatfile import read_chat
from bot.domain.messages import BOT, Incoming, Kind
from bot.platforms.dingtalk import DingtalkPlatform
from bot.platforms.wechat import WechatPlatform
from bot.ports import Clock
from bot.ports.platform import Capabilities
from bot.settings import Settings
from bot.settings.source import SHIPPED
from tests.platforms.days import heard_by, moved
from tests.platforms.dingtalk.peer import CLIENT_ID, CLIENT_SECRET, Peer
from tests.platforms.dingtalk.recording import FAST
from tests.platforms.wechat.conftest import QUICK
from tests.platforms.wechat.gateway import BOT_ACCOUNT, Gateway

DAY = SHIPPED / "demo" / "day.jsonl"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
KINDS = {Kind.TEXT: 7, Kind.IMAGE: 6, Kind.VOICE: 2, Kind.CARD: 14}
RULE = "- - - - - - - - - - - - - - -"


def recorded(platform: str, room: str) -> list[Incoming]:
    messages = read_chat(DAY, skip_bad=False).messages
    return [
        replace(one, platform=platform, group=None if one.group is None else f"{one.group}{room}") for one in messages
    ]


def on_wechat(settings: Settings) -> Settings:
    """The county with its groups and accounts there."""
    return moved(settings, "wechat", lambda conversation: f"{conversation}@chatroom")


def day_on_wechat(capabilities: Capabilities) -> list[Incoming]:
    """The day as it is said there."""
    return heard_by(recorded("wechat", "@chatroom"), capabilities)


def adapter_to_wechat(gateway: Gateway, clock: Clock) -> WechatPlatform:
    jitter = Random(7)  # noqa: S311 - spreads attempts, keeps no secret
    return WechatPlatform(endpoint=gateway.endpoint, token=gateway.token, clock=clock, random=jitter, timing=QUICK)


def on_dingtalk(settings: Settings) -> Settings:
    """The county with its groups and accounts there."""
    return moved(settings, "dingtalk", str)


def day_on_dingtalk(capabilities: Capabilities) -> list[Incoming]:
    """The day as it is said there: nothing is quoted, and the bot is called."""
    return [
        replace(one, quote=None, mentions=(BOT,) if one.group else ())
        for one in heard_by(recorded("dingtalk", ""), capabilities)
        if one.kind in (Kind.TEXT, Kind.IMAGE, Kind.VOICE)
    ]


def adapter_to_dingtalk(peer: Peer, clock: Clock) -> DingtalkPlatform:
    return DingtalkPlatform(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        clock=clock,
        source=Random(7),  # noqa: S311 - spreads attempts, keeps no secret
        api_base=peer.base,
        oapi_base=peer.base,
        timings=FAST,
    )


def frame_of(peer: Peer, message: Incoming) -> dict[str, Any]:
    """A message as DingTalk hands it over, again and again as the same frame."""
    kind, content = _as_sent(message)
    at_ms = int(message.sent_at.timestamp() * 1000)
    frame = peer.robot(
        kind, content, group=message.group, sender=message.sender, name=message.name, at_ms=at_ms, msg_id=message.id
    )
    frame["headers"]["messageId"] = f"frame-{message.id}"
    return frame


def _as_sent(message: Incoming) -> tuple[str, dict[str, object]]:
    if message.kind is Kind.IMAGE:
        return "picture", {"content": {"downloadCode": message.id}}
    if message.kind is Kind.VOICE:
        return "audio", {"content": {"downloadCode": message.id, "recognition": message.text}}
    return "text", {"text": {"content": f" {message.text}"}}


class Phones:
    """The village's phones on WeChat."""

    def __init__(self, gateway: Gateway, day: Sequence[Incoming]) -> None:
        self._gateway = gateway
        self._said = {message.id: message for message in day}

    async def move_in(self, settings: Settings) -> None:
        """Everybody who speaks that day or is on the county's list is in the groups."""
        await self._gateway.order("reset")
        names = {message.sender: message.name for message in self._said.values()}
        for person in settings.county.people.values():
            for known in person.accounts:
                names.setdefault(known.id, person.name)
        for account, name in {**names, BOT_ACCOUNT: "小微"}.items():
            await self._gateway.order("contact", id=account, name=name)
        for group in settings.county.groups.values():
            members = [*names, BOT_ACCOUNT]
            await self._gateway.order("room", id=group.conversation, topic=group.name, members=members)
        await self._gateway.order("login", id=BOT_ACCOUNT)

    async def speak(self, message: Incoming) -> None:
        """As a phone would send it: quotes are part of the text."""
        text = message.text
        if message.quote in self._said:
            quoted = self._said[message.quote]
            text = f"「{quoted.name}：{quoted.text}」\n{RULE}\n{text}"
        more: dict[str, object] = {}
        if message.kind in (Kind.IMAGE, Kind.VOICE):
            more = {"size": 200, "head": PICTURE, "filename": "a.png" if message.kind is Kind.IMAGE else "a.sil"}
        if message.kind is Kind.CARD:
            more = {"link": {"title": text, "description": "", "url": "", "thumbnailUrl": ""}}
        mentions = [BOT_ACCOUNT if one == BOT else one for one in message.mentions]
        await self._gateway.say(
            text,
            by=message.sender,
            room=message.group or "",
            id=message.id,
            type=KINDS[message.kind],
            mentions=mentions,
            at=int(message.sent_at.timestamp() * 1000),
            **more,
        )
