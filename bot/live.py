"""The engine under a running clock: woken by messages and by what falls due, one turn at a time; delivery beside it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from bot.clock import ShiftedClock
from bot.domain.messages import Incoming
from bot.domain.whereabouts import whereabouts
from bot.ending import to_its_end
from bot.engine import Engine, play
from bot.ports import Store, StoreUnavailable
from bot.ports.platform import NotAccepted
from bot.pulse import Loop, Pulse
from bot.roles import EVERY, Role
from bot.sending.courier import LONGEST_SLEEP, Courier
from bot.store.claims import ClaimLost
from bot.store.wire import Bell, Wire

WITH_OTHERS = timedelta(seconds=1)
"""So often a process looks by itself where others work as well: whether one of them is gone, whether it may lead."""
OTHERS_MAIL = timedelta(seconds=5)
"""So often it looks for mail and at the office by itself, should it have missed a ring."""
LAST_TURN = 0.8
"""Seconds that a batch in hand gets when everything stops: stopping is done within two."""
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
    With a ``wire`` it is one of several processes (DESIGN section 8), and does what its roles are.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        store: Store,
        clock: ShiftedClock,
        changes: Changes,
        roles: frozenset[Role] = EVERY,
        wire: Wire | None = None,
        pulse: Pulse | None = None,
    ) -> None:
        """Drive this engine."""
        self._engine = engine
        self._store = store
        self._clock = clock
        self._changes = changes
        self._roles = roles
        self._wire = wire
        self._pulse = pulse
        self._longest = LONGEST_SLEEP if wire is None else WITH_OTHERS
        self._courier = Courier(
            delivery=engine.delivery,
            clock=clock,
            changed=self.seen,
            longest=LONGEST_SLEEP if wire is None else OTHERS_MAIL,
            pulse=pulse,
        )
        self._turn = asyncio.Lock()
        self._news = asyncio.Event()
        self._office_news = asyncio.Event()
        self._leads = False
        self._log = structlog.get_logger("app")
        if wire is not None:
            wire.listen(Bell.HEARD, self._heard_elsewhere)
            wire.listen(Bell.DECIDED, self._decided_elsewhere)
            wire.listen(Bell.SENT, changes.notify)
            wire.listen(Bell.OFFICE, self._office_elsewhere)

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
        self._ring(Bell.DECIDED)

    def seen(self) -> None:
        """Something is to be seen that was decided before: it went out, or a line stands differently."""
        self._changes.notify()
        self._ring(Bell.SENT)

    def line_opened(self) -> None:
        """A platform can be sent to again: what waited for it goes now."""
        self._courier.wake()

    async def account_taken(self, *platforms: str | None) -> None:
        """What goes through these is this process's from now on: find out what another one left under way.

        May raise StoreUnavailable.
        """
        await self._engine.delivery.recover(now=self._clock.now(), of=platforms)
        self._courier.wake()

    def account_let_go(self, platform: str) -> None:
        """Another process may have it from now on."""
        self._engine.delivery.let_go(platform)

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
            if self._roles & {Role.WORKER, Role.SCHEDULER}:
                tasks.create_task(self._work())
            elif self._wire is not None:
                tasks.create_task(self._watch_office())
            if Role.GATEWAY in self._roles:
                tasks.create_task(self._courier.run())

    async def _work(self) -> None:
        while True:
            if self._pulse is not None:
                self._pulse.beat(Loop.WORK)
            self._news.clear()
            try:
                seconds = await to_its_end(self._take_turn(), within=LAST_TURN)
            except ClaimLost as error:
                self._log.warning("claim_lost", cause=str(error))
                seconds = 0.0
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

    async def _take_turn(self) -> float:
        """Do what is due now; seconds until it is worth while to look again."""
        hears = Role.WORKER in self._roles
        async with self._turn:
            leads = Role.SCHEDULER in self._roles and await self._is_leading()
            worked = await self._engine.turn(now=self._clock.now(), hears=hears, schedules=leads)
            if self._wire is None:
                await self._keep_time()
            wake = await self._engine.next_work(hears=hears, schedules=leads)
        self._courier.wake()
        if worked or self._wire is None:
            self._changes.notify()
            self._ring(Bell.DECIDED)
        pause = self._longest if wake is None else min(wake - self._clock.now(), self._longest)
        return max(pause.total_seconds(), 0.0 if worked else 0.05)

    async def _is_leading(self) -> bool:
        """Whether the schedule is this process's; it is prepared anew whenever it has become that."""
        if self._wire is None:
            return True
        led, self._leads = self._leads, await self._wire.lead()
        if self._leads and not led:
            self._leads = False  # until it is prepared
            await self._engine.prepare(now=self._clock.now())
            self._leads = True
            self._log.info("schedule_taken")
        return self._leads

    async def _watch_office(self) -> None:
        """Where nothing is decided: know whose a conversation or an account is, as soon as others have decided it."""
        while True:
            self._office_news.clear()
            try:
                async with self._turn:
                    await self._engine.look(now=self._clock.now())
            except StoreUnavailable as error:
                self._log.error("store_unavailable", cause=str(error))
            except Exception as error:  # the loop is the last door: it must outlive any fault  # noqa: BLE001
                self._log.error("step_failed", cause=whereabouts(error))
            try:
                async with asyncio.timeout(OTHERS_MAIL.total_seconds()):
                    await self._office_news.wait()
            except TimeoutError:
                continue

    def _heard_elsewhere(self) -> None:
        self._changes.notify()
        if Role.WORKER in self._roles:
            self._news.set()

    def _decided_elsewhere(self) -> None:
        self._changes.notify()
        self._courier.wake()
        if Role.SCHEDULER in self._roles:
            self._news.set()

    def _office_elsewhere(self) -> None:
        self._engine.office_changed()
        self._office_news.set()
        self._news.set()

    def _ring(self, bell: Bell) -> None:
        if self._wire is not None:
            self._wire.ring(bell)

    async def _keep_time(self) -> None:
        """Remember where the practice clock stands, so that a restart goes on from there."""
        await self._store.remember(CLOCK_FACT, self._clock.now().isoformat())
