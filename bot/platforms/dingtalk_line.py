"""How the line to DingTalk stands, told to our side once per change, and the gaps in which nothing could be heard."""

import random
from datetime import datetime

import structlog

from bot.platforms.dingtalk_reading import NAME
from bot.platforms.dingtalk_timings import DingtalkTimings
from bot.ports import Clock
from bot.ports.platform import Gap, Host, LineState, LineStatus


class LineKeeper:
    """Keeps the last proof that the line was whole. ``account`` is the robot's code."""

    def __init__(self, *, host: Host, clock: Clock, account: str) -> None:
        self._host = host
        self._clock = clock
        self._account = account
        self._told: tuple[LineState, str] | None = None
        self._whole_at: datetime | None = None
        self._why = ""
        self._log = structlog.get_logger("dingtalk")

    def proof(self) -> None:
        """Something came over the line just now: a frame, or the answer to our ping."""
        self._whole_at = self._clock.now()

    async def stands(self, state: LineState, why: str) -> None:
        """Tell how the line stands, unless that was told last. ``why`` is for an operator, in Chinese."""
        if state is not LineState.ONLINE and why:
            self._why = why
        if self._told == (state, why):
            return
        self._told = (state, why)
        self._log.info("dingtalk_line", state=state)
        account = self._account if state is LineState.ONLINE else ""
        await self._host.line_changed(
            LineStatus(platform=NAME, state=state, at=self._clock.now(), account=account, why=why)
        )

    async def whole(self, *, unbroken: bool) -> None:
        """The line stands again. ``unbroken`` if the connection before it was still heard: then nothing is missed."""
        since, now = self._whole_at, self._clock.now()
        why, self._why = self._why or "钉钉换连接时断了一下", ""
        self._whole_at = now
        await self.stands(LineState.ONLINE, "")
        if since is not None and not unbroken:
            await self._host.missed(Gap(platform=NAME, account=self._account, since=since, until=now, why=why))


class Pauses:
    """How long to wait before connecting again: doubling, with a random share so that not all come at once."""

    def __init__(self, *, timings: DingtalkTimings, source: random.Random) -> None:
        self._timings = timings
        self._random = source
        self._next = timings.first_pause

    def settled(self) -> None:
        """The last connection stood: begin from the shortest pause again."""
        self._next = self._timings.first_pause

    def after_failure(self) -> float:
        """Seconds until the next attempt, never more than the longest."""
        pause = self._next * (1 + self._random.random() / 4)
        self._next = min(self._next * 2, self._timings.longest_pause)
        return min(pause, self._timings.longest_pause)

    def after_refusal(self) -> float:
        """Seconds until refused credentials are tried again."""
        return self._timings.refused_pause * (1 + self._random.random() / 4)
