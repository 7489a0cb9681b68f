"""The life of the line to a gateway: connect, listen, prove that it is whole, connect again without ever storming.

A gateway has one stream of events and keeps nothing. Whoever asks it to stop takes the stream from whoever has it; so
we do that once at most, and only when the stream that it still holds must be our own broken one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from random import Random
from typing import Final

import structlog

from bot.platforms.wechat_gaps import Wholeness
from bot.platforms.wechat_options import WechatTiming
from bot.platforms.wechat_reading import NAME
from bot.platforms.wechat_wire import Fault, Wire, WireFault, messages
from bot.ports import Clock
from bot.ports.platform import Host, LineState, LineStatus

_DONG: Final = 3
_ASKED_FOR_STALE: Final = 3
"""How often the events are asked for while our own broken stream may still hold them."""

_REFUSALS: Final = {
    Fault.TOKEN: "网关不认这个令牌(token),请核对 XIAOWEI_WECHAT_TOKEN 和网关的设置",
    Fault.CERTIFICATE: "网关的证书信不过,或者网关没有开加密:请核对证书文件、证书上的名字和加密设置",
    Fault.NOT_A_GATEWAY: "这个地址上回话的不是 Wechaty 网关,请核对 XIAOWEI_WECHAT_ENDPOINT",
    Fault.TAKEN: "别的程序占着这个网关,小微收不到消息:请先停掉那个程序",
}
_TROUBLES: Final = {
    Fault.UNREACHABLE: "连不上微信网关",
    Fault.BROKEN: "和微信网关的连接断了",
    Fault.TIMEOUT: "微信网关没有回应",
}
_OTHER_TROUBLE: Final = "微信网关启动不了微信端"
_NO_LOGIN: Final = "微信账号还没有登录,请看网关给出的二维码"
_LOGGED_OUT: Final = "微信账号退出了登录,要有人重新扫码"
_DEAF: Final = "微信网关还在,但不再送来消息"
_ENDED: Final = "微信网关结束了连接"

Handler = Callable[[int, str], Awaitable[None]]


class Line:
    """Keeps the line up, and tells how it stands."""

    def __init__(
        self, *, wire: Wire, clock: Clock, random: Random, timing: WechatTiming, suspended: Callable[[], bool]
    ) -> None:
        """``suspended`` tells whether events are left unread on purpose, so that silence proves nothing."""
        self._wire = wire
        self._clock = clock
        self._random = random
        self._timing = timing
        self._suspended = suspended
        self._wholeness = Wholeness(NAME)
        self._status: LineStatus | None = None
        self._account = ""
        self._asked_to_stop = False
        self._web: bool | None = None
        self._listening_since: datetime | None = None
        self._dongs = False
        self._told = False
        self._heard = asyncio.Event()
        self._log = structlog.get_logger("wechat")

    @property
    def account(self) -> str:
        """Who the bot is; the last that was told, empty before."""
        return self._account

    @property
    def online(self) -> bool:
        """Whether the account is logged in and heard."""
        return self._wholeness.whole

    async def run(self, host: Host, handle: Handler, *, settle: Callable[[], Awaitable[None]]) -> None:
        """Listen until cancelled; ``handle`` gets every event, ``settle`` finishes what was heard before hanging up."""
        failures = 0
        after_break = True  # a process before this one may have left its stream behind
        try:
            while True:
                self._listening_since = None
                fault: Fault | None = None
                try:
                    await self._session(host, handle, after_break=after_break)
                    why, after_break = _ENDED, False
                except WireFault as error:
                    fault = error.fault
                    why = _REFUSALS.get(fault) or _TROUBLES.get(fault, _OTHER_TROUBLE)
                    after_break = after_break if fault in (Fault.UNREACHABLE, Fault.TAKEN) else True
                self._wire.close()
                refused = fault in _REFUSALS
                await self._down(host, why, refused=refused)
                failures = 0 if self._stood() and not refused else failures + 1
                await asyncio.sleep(self._pause(failures, refused=refused))
        finally:
            await settle()
            self._wire.close()

    def _stood(self) -> bool:
        """Whether the line that just ended had been heard for a while."""
        since = self._listening_since
        return since is not None and (self._clock.now() - since).total_seconds() >= self._timing.settled

    def _pause(self, failures: int, *, refused: bool) -> float:
        """Seconds before the next attempt: none after a line that stood, doubling after each failure."""
        if refused:
            base = self._timing.refused_pause
        elif not failures:
            return 0.0
        else:
            base = min(self._timing.first_pause * 2.0 ** min(failures - 1, 16), self._timing.longest_pause)
        return min(base * (1 + self._random.random() / 2), max(self._timing.longest_pause, base))

    async def _session(self, host: Host, handle: Handler, *, after_break: bool) -> None:
        """One connection from its beginning to its end; raises WireFault unless it ends politely."""
        await self._tell(host, LineState.CONNECTING, why="正在连接微信网关")
        await self._wire.open()
        await self._start()
        self._told = False
        asked = 0
        while True:
            try:
                await self._listen(host, handle)
            except WireFault as error:
                if error.fault is not Fault.TAKEN:
                    raise
                asked += 1
                if not after_break or (asked >= _ASKED_FOR_STALE and self._asked_to_stop):
                    raise
                if asked >= _ASKED_FOR_STALE:
                    self._asked_to_stop = True
                    self._log.warning("gateway_asked_to_stop")
                    await self._wire.call("stop", messages.StopRequest())
                    await self._wire.call("start", messages.StartRequest())
                else:
                    await asyncio.sleep(self._timing.stale_pause)
            else:
                return

    async def _start(self) -> None:
        """Have the gateway start its WeChat client if it has not yet; raises WireFault."""
        try:
            await self._wire.call("start", messages.StartRequest())
        except WireFault as error:
            if error.fault is not Fault.BROKEN:
                raise
            if self._web is None:  # found out once, so that a server that hangs up is not asked twice each time
                self._web = await self._wire.answers_like_the_web()
            raise WireFault(Fault.NOT_A_GATEWAY if self._web else Fault.BROKEN) from None
        self._web = None

    async def _listen(self, host: Host, handle: Handler) -> None:
        """Hear events, and watch that they can still be heard."""

        async def hear(kind: int, payload: str) -> None:
            now = self._clock.now()
            self._heard.set()
            self._listening_since = self._listening_since or now
            self._dongs = self._dongs or kind == _DONG
            self._wholeness.proved(now)
            await handle(kind, payload)

        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(self._watch())
                login = group.create_task(self._ask_for_login(host))
                await self._wire.listen(hear)
                watch.cancel()
                login.cancel()
        except* WireFault as group_of_faults:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # a fault in the moment of stopping must not undo the stop
                raise asyncio.CancelledError from None
            raise _first(group_of_faults) from None

    async def _watch(self) -> None:
        """Ask the gateway whether it is there whenever it was silent; raises WireFault if it is not."""
        while True:
            self._heard.clear()
            try:
                async with asyncio.timeout(self._timing.heartbeat):
                    await self._heard.wait()
            except TimeoutError:
                # While too much waits here nothing is read, so silence is ours; the connection's own pings still watch.
                if not self._suspended():
                    await self._ask_whether_whole()
            else:
                # One event proves the line for this moment; the next look is a whole interval later.
                await asyncio.sleep(self._timing.heartbeat / 2)

    async def _ask_whether_whole(self) -> None:
        within = self._timing.heartbeat_answer
        asked_at = self._clock.now()
        await self._wire.call("ding", messages.DingRequest(data=NAME), within=within)
        if not self._dongs:
            self._wholeness.proved(asked_at)
            return
        # A gateway can lose our stream and keep the connection: then it answers calls, and we are deaf.
        try:
            async with asyncio.timeout(within):
                await self._heard.wait()
        except TimeoutError:
            self._wholeness.lost(_DEAF)
            raise WireFault(Fault.TIMEOUT) from None

    async def _ask_for_login(self, host: Host) -> None:
        """A gateway that says nothing of a login by itself is asked for something that only an account has."""
        await asyncio.sleep(self._timing.login)
        if self._told:
            return
        try:
            rooms = await self._wire.call("room_list", messages.RoomListRequest())
        except WireFault as error:
            if error.fault in _TROUBLES:
                raise
            rooms = None
        if self._told:
            return
        if rooms is not None and rooms.ids:
            await self.logged_in(host, self._account)
        else:
            await self._tell(host, LineState.LOGGED_OUT, why=_NO_LOGIN)

    async def logged_in(self, host: Host, account: str) -> None:
        """The account is there: from now on it is heard."""
        self._told = True
        self._account = account or self._account
        gap = self._wholeness.regained(self._clock.now(), account=self._account)
        why = "" if self._account else "网关没有说明登录的是哪个账号"
        await self._tell(host, LineState.ONLINE, why=why)
        if gap is not None:
            await host.missed(gap)

    async def message_came(self, host: Host) -> None:
        """A message was announced: a gateway that said nothing of a login has one."""
        if not self._told:
            await self.logged_in(host, self._account)

    async def logged_out(self, host: Host) -> None:
        """The account is gone: nothing is heard until somebody logs in."""
        self._told = True
        self._wholeness.lost(_LOGGED_OUT)
        await self._tell(host, LineState.LOGGED_OUT, why=_LOGGED_OUT)

    async def scan(self, host: Host, *, qr: str, status: int) -> None:
        """Somebody must scan, or is about to; ``status`` by the gateway's numbers, 0 if it gave none."""
        if not qr and status == 0:  # says nothing: it must not close a line that stands
            return
        self._told = True
        self._wholeness.lost(_LOGGED_OUT)
        why = {1: "手机上取消了登录,请重新扫码", 3: "已经扫码,请在手机上点确认", 4: "手机上已确认,正在登录"}.get(
            status, "请用机器人的微信扫码登录"
        )
        await self._tell(host, LineState.SCAN, why=why, qr=qr or None)

    async def _down(self, host: Host, why: str, *, refused: bool) -> None:
        self._wholeness.lost(why)
        await self._tell(host, LineState.REFUSED if refused else LineState.OFFLINE, why=why)

    async def _tell(self, host: Host, state: LineState, *, why: str, qr: str | None = None) -> None:
        """Say how the line stands, if that is news. Trying again is none while the trouble stays the same."""
        before = self._status
        if state is LineState.CONNECTING and before is not None:
            return
        account = self._account if state is LineState.ONLINE else ""
        if before is not None and (before.state, before.why, before.qr, before.account) == (state, why, qr, account):
            return
        at: datetime = self._clock.now()
        self._status = LineStatus(platform=NAME, state=state, at=at, account=account, why=why, qr=qr)
        self._log.info("line_changed", state=state)
        await host.line_changed(self._status)


def _first(group: BaseExceptionGroup[WireFault]) -> WireFault:
    """The first fault of a group, however deep."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if not isinstance(error, WireFault):
        message = "a group of wire faults holds nothing else"
        raise TypeError(message)
    return error
