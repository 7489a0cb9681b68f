"""The engine under a running clock: woken by messages and by what falls due, one turn at a time; delivery beside it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from bot.clock import ShiftedClock
from bot.courier import Courier
from bot.domain.messages import Incoming
from bot.domain.whereabouts import whereabouts
from bot.engine import Engine, play
from bot.platform_port import NotAccepted
from bot.ports import Store, StoreUnavailable

LONGEST_SLEEP = timedelta(seconds=30)
"""The loop looks at the clock at least this often, so that no jump of the system clock is missed for long."""
AFTER_A_FAULT = 5.0
"""Seconds until the loop tries again after the database was away."""
CLOCK_FACT = "practice_clock"
"""Under which the store remembers where the practice clock stands."""


class Changes:
    """``ports.Signal``: every listener wakes after each change; several changes may fall into one."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listeners: set[asyncio.Event] = set()

    def notify(self) -> None:
        """Something changed."""
        for listener in self._listeners:
            listener.set()

    @asynccontextmanager
    async def listen(self) -> AsyncGenerator[AsyncIterator[None], None]:
        """Yields once for every change from here on."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            yield self._each(event)
        finally:
            self._listeners.discard(event)

    async def _each(self, event: asyncio.Event) -> AsyncIterator[None]:
        while True:
            await event.wait()
            event.clear()
            yield


class LiveBot:
    """The engine under a running clock, with one turn at a time, woken by messages and by what falls due.

    What it wants said is carried beside it: a platform that takes long delays neither a message nor the schedule.
    """

    def __init__(self, *, engine: Engine, store: Store, clock: ShiftedClock, changes: Changes) -> None:
        """Drive this engine."""
        self._engine = engine
        self._store = store
        self._clock = clock
        self._changes = changes
        self._courier = Courier(delivery=engine.delivery, clock=clock, changed=changes.notify)
        self._turn = asyncio.Lock()
        self._news = asyncio.Event()
        self._log = structlog.get_logger("app")

    def now(self) -> datetime:
        """The practice time."""
        return self._clock.now()

    async def receive(self, incoming: Incoming) -> bool:
        """``ports.Receiver``: stored durably when this returns. Raises NotAccepted."""
        try:
            new = await self._engine.receive(incoming, now=self._clock.now())
        except NotAccepted as refusal:
            self._log.error("message_not_accepted", cause=str(refusal))
            raise
        self._news.set()
        self._changes.notify()
        return new

    def work_came(self) -> None:
        """Something fell due that is no message: what a villager showed has come from its platform."""
        self._news.set()

    def line_opened(self) -> None:
        """A platform can be sent to again: what waited for it goes now."""
        self._courier.wake()

    async def move_to(self, at: datetime) -> None:
        """Jump forward through everything that falls due on the way (the practice hall's buttons)."""
        async with self._turn, self._courier.resting():
            await play(self._engine, self._clock, until=at)
            await self._keep_time()
        self._changes.notify()
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled. A database that is away is waited for; nothing that was accepted is lost."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._work())
            tasks.create_task(self._courier.run())

    async def _work(self) -> None:
        while True:
            self._news.clear()
            try:
                async with self._turn:
                    await self._engine.work(now=self._clock.now())
                    await self._keep_time()
                    wake = await self._engine.next_work()
                self._courier.wake()
                self._changes.notify()
                pause = LONGEST_SLEEP if wake is None else min(wake - self._clock.now(), LONGEST_SLEEP)
                seconds = max(pause.total_seconds(), 0.05)
            except StoreUnavailable as error:
                self._log.error("store_unavailable", cause=str(error))
                seconds = AFTER_A_FAULT
            except Exception as error:  # the loop is the last door: it must outlive any fault  # noqa: BLE001
                self._log.error("step_failed", cause=whereabouts(error))
                seconds = AFTER_A_FAULT
            try:
                async with asyncio.timeout(seconds):  # wait_for of this Python can swallow a cancellation
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _keep_time(self) -> None:
        """Remember where the practice clock stands, so that a restart goes on from there."""
        await self._store.remember(CLOCK_FACT, self._clock.now().isoformat())
