"""The stream connection: asked for, listened to, kept alive, made again; never a storm, never a blocked loop."""

import asyncio
import random
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

import aiohttp
import structlog

from bot.platforms.dingtalk_api import DingtalkApi, Refused
from bot.platforms.dingtalk_frames import SUBSCRIPTIONS, BadFrame, Frame, FrameType, acknowledged, parse, unusable
from bot.platforms.dingtalk_http import DingtalkHttp
from bot.platforms.dingtalk_lanes import Lanes
from bot.platforms.dingtalk_line import LineKeeper, Pauses
from bot.platforms.dingtalk_reading import conversation_of
from bot.platforms.dingtalk_timings import DingtalkTimings
from bot.ports import Clock
from bot.ports.platform import FailureKind, Host, LineState, SendFailed

_LARGEST_FRAME: Final = 16 * 1024 * 1024
_AT_ONCE: Final = 256
"""Frames that may wait to be stored; then the server has to wait."""
_WRITE: Final = 5.0
_CLOSED: Final = frozenset({aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED})

Hear = Callable[[Host, Frame], Awaitable[str | None]]
"""Takes a frame in and says what to answer, None for nothing."""


class Socket(Protocol):
    """As much of a websocket as an answer needs."""

    @property
    def closed(self) -> bool:
        """Whether nothing can be written any more."""
        ...

    async def send_str(self, data: str) -> None:
        """Write a text frame."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ending:
    """How a connection ended. ``polite`` if the server asked us to connect again before it closes."""

    polite: bool
    why: str = ""


class DingtalkStream:
    """Lives with the connection. ``hear`` gets every frame that is not the line's own."""

    def __init__(
        self,
        *,
        api: DingtalkApi,
        http: DingtalkHttp,
        hear: Hear,
        account: str,
        clock: Clock,
        source: random.Random,
        timings: DingtalkTimings,
    ) -> None:
        self._api = api
        self._http = http
        self._hear = hear
        self._account = account
        self._clock = clock
        self._random = source
        self._timings = timings
        self._log = structlog.get_logger("dingtalk")

    async def run(self, host: Host) -> None:
        """Hear until cancelled."""
        keeper = LineKeeper(host=host, clock=self._clock, account=self._account)
        async with asyncio.TaskGroup() as tasks:
            lanes = Lanes(tasks=tasks, most=_AT_ONCE)
            await self._live(host, keeper, lanes, tasks)

    async def _live(self, host: Host, keeper: LineKeeper, lanes: Lanes, tasks: asyncio.TaskGroup) -> None:
        loop = asyncio.get_running_loop()
        pauses = Pauses(timings=self._timings, source=self._random)
        before: aiohttp.ClientWebSocketResponse | None = None
        await keeper.stands(LineState.CONNECTING, "")
        while True:
            try:
                socket = await self._connect()
            except Refused as refused:
                await keeper.stands(LineState.REFUSED, refused.reason)
                await asyncio.sleep(pauses.after_refusal())
                continue
            except SendFailed as failure:
                await keeper.stands(LineState.OFFLINE, failure.reason)
                await asyncio.sleep(pauses.after_failure())
                continue
            since = loop.time()
            proven = partial(keeper.whole, unbroken=before is not None and not before.closed)
            ending = _Ending(polite=False)
            try:
                # A server may accept and hang up: the line stands when something has come over it.
                await _written(socket.ping())
                ending = await self._listen(socket, host, keeper, lanes, proven=proven)
            finally:
                if not ending.polite:
                    await socket.close()
            settled = loop.time() - since >= self._timings.settled_after
            if settled:
                pauses.settled()
            before = socket if ending.polite else None
            if ending.polite:
                tasks.create_task(self._farewell(socket, host, keeper, lanes))
                if settled:
                    continue
            await keeper.stands(LineState.OFFLINE, ending.why)
            await asyncio.sleep(pauses.after_failure())

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        """An open websocket; raises SendFailed, Refused."""
        address = await self._api.open_line(SUBSCRIPTIONS)
        try:
            async with asyncio.timeout(self._timings.connect):
                return await self._http.session.ws_connect(
                    address,
                    autoping=False,
                    max_msg_size=_LARGEST_FRAME,
                    timeout=aiohttp.ClientWSTimeout(ws_close=self._timings.goodbye),
                )
        except (aiohttp.ClientError, TimeoutError, ssl.SSLError, OSError, ValueError) as error:
            raise SendFailed(FailureKind.TEMPORARY, "连不上钉钉的长连接") from error

    async def _farewell(
        self, socket: aiohttp.ClientWebSocketResponse, host: Host, keeper: LineKeeper, lanes: Lanes
    ) -> None:
        """Listen to the connection that is going, until it is gone: what comes on both is the same message."""
        try:
            async with asyncio.timeout(self._timings.farewell):
                while (await self._listen(socket, host, keeper, lanes)).polite:
                    pass
        except TimeoutError:
            pass
        finally:
            await socket.close()

    async def _listen(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        host: Host,
        keeper: LineKeeper,
        lanes: Lanes,
        *,
        proven: Callable[[], Awaitable[None]] | None = None,
    ) -> _Ending:
        """Take in frames until the connection ends, or the server asks us to go.

        ``proven`` is called with the first sign of life of a connection that was asked for one.
        """
        asked = proven is not None
        while True:
            try:
                message = await socket.receive(timeout=self._timings.pong if asked else self._timings.heartbeat)
            except TimeoutError:
                if asked:
                    return _Ending(polite=False, why="钉钉的长连接没有回音了,重新连接")
                asked = True
                if not await _written(socket.ping()):
                    return _Ending(polite=False, why="与钉钉的长连接断了")
                continue
            if message.type in _CLOSED or message.type is aiohttp.WSMsgType.ERROR:
                return _Ending(polite=False, why="与钉钉的长连接断了")
            asked = False
            if proven is not None:  # it looks at the last proof before this one
                await proven()
                proven = None
            keeper.proof()
            if message.type is aiohttp.WSMsgType.PING:
                await _written(socket.pong(message.data))
            elif message.type is aiohttp.WSMsgType.TEXT and await self._taken(message.data, socket, host, lanes):
                return _Ending(polite=True, why="钉钉请我们换一条连接")

    async def _taken(self, text: str, socket: Socket, host: Host, lanes: Lanes) -> bool:
        """Take in one frame; whether it asks us to go."""
        try:
            frame = parse(text)
        except BadFrame as bad:
            self._log.warning("dingtalk_bad_frame", cause=str(bad))
            if bad.message_id:
                await _written(socket.send_str(unusable(bad.message_id)))
            return False
        if frame.type is FrameType.SYSTEM:
            if frame.topic == "disconnect":
                return True
            await _written(socket.send_str(acknowledged(frame)))
            return False

        async def work() -> None:
            answer = await self._hear(host, frame)
            if answer is not None and not socket.closed:
                await _written(socket.send_str(answer))

        await lanes.put(conversation_of(frame), work)
        return False


async def _written(writing: Awaitable[None]) -> bool:
    """Whether it could be written: a frozen or closed connection is found out by listening, not here."""
    try:
        async with asyncio.timeout(_WRITE):
            await writing
    except (aiohttp.ClientError, ConnectionError, TimeoutError):
        return False
    return True
