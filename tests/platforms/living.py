"""The bot as it lives on a real platform, put together as ``bot.app`` does, under a clock that a test can hurry.

One ``Life`` is one run of the process: the database outlives it. Adapter, peer, store, engine, delivery, lines, lease
and media fetcher are the real ones; only the day on which it happens is chosen.
"""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from bot.building import build_office
from bot.clock import ShiftedClock, SystemClock
from bot.engine import Engine
from bot.handlers.judge import Judge
from bot.lines import Board, Lines
from bot.live import Changes, LiveBot
from bot.media_building import build_fetcher, build_shelf
from bot.owning import Owner
from bot.ports import Clock, SendState, Sent
from bot.ports.platform import Adapter, Gap, LineState
from bot.remembering import Memory
from bot.replay import rows_of
from bot.settings import Settings
from bot.settings.environment import read_environment
from bot.store import SqlStore, open_store

MORNING = datetime.fromisoformat("2026-03-06T10:30:00+08:00")
"""A working day, after what the schedule says in the morning."""
PATIENCE = 40.0
"""Seconds of real time that anything may take on a busy machine before the test fails."""
HURRY = timedelta(seconds=5)
"""How far the clock jumps whenever a wait has brought nothing for a moment: windows close, pauses end."""
LEASE_LOOKED_AT = 0.3
"""Seconds; in the field it is ten."""
_HOLDERS = count(1)


def morning() -> ShiftedClock:
    """A clock that runs from ``MORNING``."""
    return ShiftedClock(at=MORNING, running_on=SystemClock())


@dataclass(frozen=True, kw_only=True)
class Home:
    """What outlives a run of the process: the database beside its keys, the county, and how late it is."""

    settings: Settings
    judge: Judge
    clock: ShiftedClock

    @classmethod
    def made(cls, folder: Path, empty: Path, settings: Settings, *, judge: Judge, clock: ShiftedClock) -> "Home":
        """A new one in this folder."""
        shutil.copy(empty.with_name("clue.keys"), folder)
        database = shutil.copy(empty, folder / "village.db")
        environment, faults = read_environment({"XIAOWEI_DATABASE_URL": f"sqlite:///{database}"})
        assert not faults
        return cls(settings=replace(settings, environment=environment), judge=judge, clock=clock)


class Life:
    """One run of the bot, and what a test asks of it."""

    def __init__(self, *, home: Home, store: SqlStore, bot: LiveBot, board: Board, adapter: Adapter) -> None:
        self.store = store
        self.adapter = adapter
        self._home = home
        self._bot = bot
        self._board = board

    @property
    def clock(self) -> Clock:
        return self._home.clock

    @property
    def online(self) -> bool:
        return self._board.is_open(self.adapter.name)

    def wait(self, span: timedelta) -> None:
        """Let time pass at once."""
        self._home.clock.set(self._home.clock.now() + span)
        self._bot.work_came()
        self._bot.line_opened()

    async def until(self, happened: Callable[[], Awaitable[bool]], *, hurry: bool = True) -> None:
        """Wait until it is so; if it takes long, village time passes quickly meanwhile (``hurry``)."""
        loop = asyncio.get_running_loop()
        ends, quiet_since = loop.time() + PATIENCE, loop.time()
        while not await happened():
            assert loop.time() < ends, "it did not happen in time"
            if hurry and loop.time() - quiet_since > 0.25:
                self.wait(HURRY)
                quiet_since = loop.time()
            await asyncio.sleep(0.03)

    async def stands(self, state: LineState, *, why: str = "") -> None:
        """Wait until the line is known to stand so, for a reason in which ``why`` occurs."""

        async def so() -> bool:
            return any(line.state is state and why in line.why for line in await self.store.line_states())

        await self.until(so, hurry=False)

    async def hears(self, *ids: str) -> None:
        """Wait until these messages are stored."""

        async def all_there() -> bool:
            return await self.knows(ids) == set(ids)

        await self.until(all_there, hurry=False)

    async def knows(self, ids: Sequence[str]) -> set[str]:
        """Which of these messages are stored."""
        return {message.id for message in await self.store.said([(self.adapter.name, one) for one in ids])}

    async def gaps(self) -> tuple[Gap, ...]:
        return await self.store.gaps(since=datetime.min.replace(tzinfo=UTC))

    async def tickets(self) -> list[dict[str, object]]:
        rows = await rows_of(self.store, self._home.settings, with_clues=True)
        return [row for row in rows if row["type"] == "ticket"]

    async def unsent(self) -> list[Sent]:
        """What was given up or is in nobody's knowledge."""
        doubtful = (SendState.FAILED, SendState.UNKNOWN)
        return [one for one in await self.store.all_sent() if one.state in doubtful]


@asynccontextmanager
async def living(home: Home, adapter: Adapter, *, connected: bool = True) -> AsyncGenerator[Life, None]:
    """Run the bot for the length of a block; it must end within two seconds."""
    store = await open_store(home.settings.environment.database_url.get_secret_value(), durable=False)
    try:
        board, clock, adapters = Board((adapter.name,)), home.clock, {adapter.name: adapter}
        engine = Engine(
            store=store,
            office=build_office(home.settings),
            judge=home.judge,
            platforms=adapters,
            chance=lambda: 0.0,
            lines=board,
            attachments=build_shelf(home.settings.environment, store),
        )
        await engine.start(now=clock.now())
        changes = Changes()
        bot = LiveBot(engine=engine, store=store, clock=clock, changes=changes)
        lines = Lines(
            store=store,
            clock=clock,
            receiver=bot,
            board=board,
            group_at=partial(_group_at, engine),
            admits=lambda knock: engine.admits(knock, now=clock.now()),
            rules=home.settings.rules.lines,
            changed=changes.notify,
            opened=bot.line_opened,
            show_code=lambda _platform, _code: None,
            memory=Memory(store=store, office=lambda: engine.office, clock=clock),
        )
        owner = Owner(store=store, clock=SystemClock(), holder=f"life-{next(_HOLDERS)}", every=LEASE_LOOKED_AT)
        fetcher = build_fetcher(home.settings, store, adapters, bot.work_came)

        broken: list[Exception] = []

        async def on_line() -> None:
            await lines.begin(adapter.name)
            try:
                await adapter.run(lines)
            except Exception as fault:  # whatever the other side does, only a fault of our own code raises here
                broken.append(fault)
                raise
            finally:
                await lines.end(adapter.name)

        async with asyncio.TaskGroup() as tasks:
            work = [
                tasks.create_task(bot.run()),
                tasks.create_task(fetcher.run(clock, changes)),
                tasks.create_task(lines.watch(every=0.5)),
                tasks.create_task(owner.while_owned(adapter.name, on_line)),
            ]
            life = Life(home=home, store=store, bot=bot, board=board, adapter=adapter)
            try:
                if connected:
                    await life.stands(LineState.ONLINE)
                yield life
            finally:
                for task in work:
                    task.cancel()
                _, late = await asyncio.wait(work, timeout=2.0)
                assert not late, "the bot did not end within two seconds"
        for fault in broken:
            raise fault
    finally:
        await store.close()


def _group_at(engine: Engine, platform: str, conversation: str) -> str | None:
    group = engine.org.group_at(platform, conversation)
    return None if group is None else group.id
