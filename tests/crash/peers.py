"""The village over a real peer that outlives every life of the bot, and can end one while it is being spoken to."""

import asyncio
import json
import os
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.domain.messages import Incoming
from bot.ports import Clock
from bot.ports.platform import Adapter
from bot.settings import Settings
from tests.crash.dying import BOUNDARIES, Death
from tests.platforms.dingtalk.peer import Peer
from tests.platforms.phones import (
    Phones,
    adapter_to_dingtalk,
    adapter_to_wechat,
    day_on_dingtalk,
    day_on_wechat,
    frame_of,
    on_dingtalk,
    on_wechat,
)
from tests.platforms.wechat.gateway import Gateway

SHOWN = "send.within"
"""The peer has shown a message, and has not said so yet."""
ANNOUNCED = "hear.within"
"""The bot was told that there is a message, and asks what it says."""

Shown = tuple[str, str]
"""To whom something was shown, and its words."""


class Here(ABC):
    """The peer as a life has it: from a process that was forked off."""

    @abstractmethod
    def adapter(self, clock: Clock) -> Adapter:
        """A new adapter to it."""

    @abstractmethod
    async def kills(self, death: Death) -> None:
        """The peer is to end this process there, if that is a place where it can."""

    @abstractmethod
    async def bring(self, message: Incoming) -> None:
        """See to it that a message comes that is not stored yet."""

    @abstractmethod
    async def waits_for(self) -> set[str]:
        """The messages that it would bring again, because nobody has acknowledged them."""


class World(ABC):
    """The peer and everybody who speaks there, as they are beside all lives."""

    boundaries: tuple[str, ...]

    def __init__(self, settings: Settings, day: Sequence[Incoming]) -> None:
        self.settings = settings
        self.day = day

    @abstractmethod
    async def begins(self) -> None:
        """A new day: nobody has said anything yet."""

    @abstractmethod
    async def ends(self) -> None:
        """Its processes are gone."""

    @abstractmethod
    def from_here(self) -> AbstractAsyncContextManager[Here]:
        """It, for a life."""

    @abstractmethod
    async def shown(self) -> list[Shown]:
        """What people saw of the bot this day, in order."""

    @abstractmethod
    async def acknowledged(self) -> list[str] | None:
        """The messages that it will not bring again; None if it asks for no acknowledgement."""


class OnDingtalk(World):
    """A server that speaks DingTalk's protocols, and brings again what was not acknowledged."""

    boundaries = (*BOUNDARIES, SHOWN)

    def __init__(self, settings: Settings, *, messages: int | None) -> None:
        self._peer = Peer()
        capabilities = adapter_to_dingtalk(self._peer, SystemClock()).capabilities
        super().__init__(on_dingtalk(settings), day_on_dingtalk(capabilities)[:messages])

    async def begins(self) -> None:
        await self._peer.kill()
        await self._peer.start()
        async with self._peer.from_here() as peer:
            await peer.mood(repeats=True)

    async def ends(self) -> None:
        await self._peer.kill()

    @asynccontextmanager
    async def from_here(self) -> AsyncIterator[Here]:
        async with self._peer.from_here() as peer:
            yield _DingtalkHere(peer)

    async def shown(self) -> list[Shown]:
        async with self._peer.from_here() as peer:
            return [(one["to"].removeprefix("cidp-"), _words(one["fields"])) for one in await peer.sent()]

    async def acknowledged(self) -> list[str]:
        async with self._peer.from_here() as peer:
            state = await peer.state()
        return [_message_of(frame) for frame in state["pushed"] if frame not in state["unanswered"]]


class _DingtalkHere(Here):
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def adapter(self, clock: Clock) -> Adapter:
        return adapter_to_dingtalk(self._peer, clock)

    async def kills(self, death: Death) -> None:
        if death.boundary == SHOWN:
            await self._peer.mood(kills=os.getpid(), kills_after=death.count)

    async def bring(self, message: Incoming) -> None:
        frame = frame_of(self._peer, message)
        if frame["headers"]["messageId"] not in (await self._peer.state())["pushed"]:
            await self._peer.push(frame)

    async def waits_for(self) -> set[str]:
        return {_message_of(frame) for frame in (await self._peer.state())["unanswered"]}


def _message_of(frame: str) -> str:
    return frame.removeprefix("frame-")


def _words(fields: Mapping[str, Any]) -> str:
    """The words of a message, whichever way it went."""
    return str(fields.get("content") or fields.get("text") or json.dumps(fields, ensure_ascii=False))


class OnWechat(World):
    """A Wechaty gateway. It asks for no acknowledgement, so that a phone says again what was not stored."""

    boundaries = (*BOUNDARIES, SHOWN, ANNOUNCED)

    def __init__(self, settings: Settings, *, messages: int | None, folder: Path) -> None:
        self._gateway = Gateway(folder)
        capabilities = adapter_to_wechat(self._gateway, SystemClock()).capabilities
        super().__init__(on_wechat(settings), day_on_wechat(capabilities)[:messages])

    async def begins(self) -> None:
        if not self._gateway.running:
            await asyncio.to_thread(self._gateway.start)
        await Phones(self._gateway, self.day).move_in(self.settings)

    async def ends(self) -> None:
        await asyncio.to_thread(self._gateway.stop)

    @asynccontextmanager
    async def from_here(self) -> AsyncIterator[Here]:
        yield _WechatHere(self._gateway, self.day)

    async def shown(self) -> list[Shown]:
        return [(one["to"], one.get("text", "")) for one in await self._gateway.order("sent")]

    async def acknowledged(self) -> None:
        return None


class _WechatHere(Here):
    def __init__(self, gateway: Gateway, day: Sequence[Incoming]) -> None:
        self._gateway = gateway
        self._phones = Phones(gateway, day)

    def adapter(self, clock: Clock) -> Adapter:
        return adapter_to_wechat(self._gateway, clock)

    async def kills(self, death: Death) -> None:
        method = {SHOWN: "messageSendTextAfter", ANNOUNCED: "messagePayload"}.get(death.boundary)
        if method is not None:
            await self._gateway.order("fault", method=method, kill=os.getpid(), skip=death.count - 1, times=1)

    async def bring(self, message: Incoming) -> None:
        await self._phones.speak(message)

    async def waits_for(self) -> set[str]:
        return set()


DINGTALK, WECHAT = PLATFORMS = ("dingtalk", "wechat")


def world_of(platform: str, settings: Settings, *, messages: int | None, folder: Path) -> World:
    """The village there. ``messages``: only so many of the day; ``folder`` is for the peer's own files."""
    if platform == DINGTALK:
        return OnDingtalk(settings, messages=messages)
    return OnWechat(settings, messages=messages, folder=folder)
