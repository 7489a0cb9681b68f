"""Measures the bot for its operator: metrics, and whether it is ready. The database is asked every few seconds at most.

What is counted is counted from the database, so it is true however many processes there are.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from bot.domain.operator_signs import Sign
from bot.office import Office
from bot.overseeing import Eye, facts_of
from bot.patrol.operator_signs import signs
from bot.ports import Clock, StoreUnavailable
from bot.ports.lines import Lease, LineRecord
from bot.ports.operator import Marks, OperatorStore, Standing
from bot.ports.platform import LineState
from bot.pulse import Pulse
from bot.web.health import Part
from bot.web.metrics import Snapshot, Totals

ASKED_EVERY: Final = 5.0
"""Seconds that an answer is good for, however often it is asked for."""
SETTLED_AFTER: Final = timedelta(seconds=30)
"""How old a row is when it is counted: before that another process may still write one with a lower number."""
LATE: Final = timedelta(minutes=2)
"""How late a run of the schedule may be: a turn over a long backlog comes first."""
FRESH: Final = timedelta(minutes=2)
"""How long ago a whole line was last known to be whole: its process says so every half minute."""
PROBED: Final = "probed_at"
"""Under which a probe leaves its mark: a disk that is full or read-only is noticed by writing alone."""
PLATFORMS: Final[Mapping[str, str]] = {"wechat": "微信", "dingtalk": "钉钉"}
_STATES: Final[Mapping[LineState, str]] = {
    LineState.CONNECTING: "正在连",
    LineState.SCAN: "等着扫码登录，码在线路页和运行小微的窗口里",
    LineState.ONLINE: "通着",
    LineState.LOGGED_OUT: "账号被退出登录了，请用登录小微的手机重新登录",
    LineState.REFUSED: "那边不认小微，请运行 xiaowei check",
    LineState.OFFLINE: "连不上，小微在自动重连；请运行 xiaowei check 看卡在哪一步",
}


class Records(OperatorStore, Protocol):
    """What is asked."""

    async def leases(self) -> tuple[Lease, ...]:
        """Who owns what."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _Look:
    """One look at the database; ``fault`` says what is amiss with it, in Chinese."""

    standing: Standing | None
    leases: tuple[Lease, ...] = ()
    missing: tuple[str, ...] = ()
    fault: str = ""


class Watchman:
    """``web.metrics.Monitor`` and ``web.health.Readiness`` of one process."""

    def __init__(
        self,
        *,
        store: Records,
        missing: Callable[[], Awaitable[list[str]]],
        clock: Clock,
        seconds: Callable[[], float],
        eye: Eye,
        pulse: Pulse,
        office: Callable[[], Office],
        platforms: Iterable[str],
    ) -> None:
        """Ask these. ``missing`` lists the migrations that the database lacks. ``seconds`` never jumps.

        ``platforms`` are those whose lines must stand.
        """
        self._store = store
        self._missing = missing
        self._clock = clock
        self._seconds = seconds
        self._eye = eye
        self._pulse = pulse
        self._office = office
        self._platforms = tuple(sorted(platforms))
        self._turn = asyncio.Lock()
        self._looked: tuple[float, _Look] | None = None
        self._marks: Marks | None = None
        self._messages = Counter[str]()
        self._sends = Counter[str]()
        self._tickets = Counter[str]()
        self._took: dict[str, float] = {}

    async def snapshot(self) -> Snapshot:
        """How it stands now; never raises for a database that is away."""
        look = await self._look()
        machine, now, office = await self._eye.look(), self._clock.now(), self._office()
        found: tuple[Sign, ...] = ()
        if look.standing is not None:
            found = signs(facts_of(look.standing, machine, office), look.standing.at)
        return Snapshot(
            at=now,
            machine=machine,
            platforms=self._platforms,
            standing=look.standing,
            totals=Totals(messages=self._messages, sends=self._sends, tickets=self._tickets),
            seconds=self._took,
            loops={loop.value: age for loop, age in self._pulse.ages().items()},
            signs=found,
        )

    async def parts(self) -> tuple[Part, ...]:
        """Every part that must work; never raises."""
        look = await self._look()
        if look.standing is None:
            return (Part(part="数据库", good=False, why=look.fault),)
        if look.missing:
            why = f"还差 {len(look.missing)} 步升级，请运行 xiaowei migrate"
            return (Part(part="数据库", good=True), Part(part="数据库版本", good=False, why=why))
        return (
            Part(part="数据库", good=True),
            Part(part="数据库版本", good=True),
            self._schedule(look.standing),
            *(self._line(platform, look) for platform in self._platforms),
        )

    async def _look(self) -> _Look:
        """A look of a few seconds ago, or a new one; who asks meanwhile waits for it and shares it."""
        async with self._turn:
            if self._looked is None or self._seconds() - self._looked[0] >= ASKED_EVERY:
                self._looked = (self._seconds(), await self._ask())
            return self._looked[1]

    async def _ask(self) -> _Look:
        now = self._clock.now()
        try:
            missing = tuple(await self._missing())
            if missing:
                return _Look(standing=Standing(at=now), missing=missing)
            began = self._seconds()
            standing = await self._store.standing(now)
            leases = await self._store.leases()
            self._took["read"] = self._seconds() - began
            began = self._seconds()
            await self._store.remember(PROBED, now.isoformat())
            self._took["write"] = self._seconds() - began
            await self._count()
        except StoreUnavailable as error:
            return _Look(standing=None, fault=str(error))
        return _Look(standing=standing, leases=leases)

    async def _count(self) -> None:
        """Add what has ended since the last look. Raises StoreUnavailable, and then nothing is added."""
        if self._marks is None:
            self._marks = await self._store.marks()
            return
        counted = await self._store.counted(self._marks, before=self._clock.now() - SETTLED_AFTER)
        self._marks = counted.marks
        self._messages.update(counted.messages)
        self._sends.update(counted.sends)
        self._tickets.update(counted.tickets)

    def _schedule(self, standing: Standing) -> Part:
        since = standing.late_since
        if since is None or standing.at - since < LATE:
            return Part(part="定时", good=True)
        minutes = int((standing.at - since).total_seconds() // 60)
        why = f"到点的事晚了 {minutes} 分钟还没有做，请看运行定时工作的进程在不在"
        return Part(part="定时", good=False, why=why)

    def _line(self, platform: str, look: _Look) -> Part:
        """A line stands when its state says so, somebody owns it, and has lately said that it is whole."""
        name = f"{PLATFORMS.get(platform, platform)}线路"
        lines: tuple[LineRecord, ...] = () if look.standing is None else look.standing.lines
        line = next((one for one in lines if one.platform == platform), None)
        now = self._clock.now()
        owned = any(lease.name == platform and lease.until > now for lease in look.leases)
        if line is None or not owned:
            return Part(part=name, good=False, why="现在没有小微在收消息")
        if not line.is_online:
            because = f"（{line.why}）" if line.why else ""
            return Part(part=name, good=False, why=f"{_STATES[line.state]}{because}")
        if line.whole_at is not None and now - line.whole_at > FRESH:
            return Part(part=name, good=False, why="有一阵没有动静了，请看管着它的进程")
        return Part(part=name, good=True)
