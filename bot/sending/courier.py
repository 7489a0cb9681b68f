"""Delivery under a running clock: many sends at once, beside hearing and schedule, so that nobody waits for a slow one.

The store keeps the order: what is under way to a recipient holds back what else is meant for the same one.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.domain.whereabouts import whereabouts
from bot.ending import to_its_end
from bot.ports import Clock, Sent, StoreUnavailable
from bot.pulse import Loop, Pulse
from bot.sending.delivery import Delivery, Ready

AT_ONCE = 32
"""Messages that one platform carries at the same time."""
LONGEST_SLEEP = timedelta(seconds=30)
"""The outbox is looked at at least this often by a process that has it to itself."""
AFTER_A_FAULT = 5.0
"""Seconds until something is tried again after the database was away."""
LAST_WORDS = 1.0
"""Seconds that are left, when everything stops, to bring to its end what a platform has been given."""
GIVEN_BACK = 0.5
"""Seconds that are left then to put back what no platform has been given yet."""

T = TypeVar("T")


class Courier:
    """Carries what the outbox holds until cancelled.

    What no platform has been given by then goes back into the outbox, what one has been given gets a moment to arrive;
    what is still under way after that is found out at the next start.
    """

    def __init__(
        self,
        *,
        delivery: Delivery,
        clock: Clock,
        changed: Callable[[], None],
        longest: timedelta = LONGEST_SLEEP,
        pulse: Pulse | None = None,
    ) -> None:
        """Carry for this delivery; ``changed`` is called whenever something was settled.

        ``longest``: after so long the outbox is looked at in any case, because another process may have written to it.
        """
        self._delivery = delivery
        self._longest = longest
        self._pulse = pulse
        self._clock = clock
        self._changed = changed
        self._news = asyncio.Event()
        self._door = asyncio.Lock()
        self._idle = asyncio.Event()
        self._idle.set()
        self._errands = 0
        self._taking_back = False
        self._under_way: Counter[str] = Counter()
        self._in_hand: dict[str, Sent] = {}
        self._log = structlog.get_logger("delivery")

    def wake(self) -> None:
        """There may be something to carry: new mail, or a line that is open again."""
        self._news.set()

    @asynccontextmanager
    async def resting(self) -> AsyncGenerator[None, None]:
        """While this lasts nothing is under way and nothing sets out."""
        async with self._door:
            await self._idle.wait()
            yield
        self.wake()

    async def run(self) -> None:
        """Carry until cancelled. A database that is away is waited for; what was sent is written down then."""
        try:
            async with asyncio.TaskGroup() as errands:
                while True:
                    if self._pulse is not None:
                        self._pulse.beat(Loop.MAIL)
                    self._news.clear()
                    seconds = await self._set_out(errands)
                    try:
                        async with asyncio.timeout(seconds):  # wait_for of this Python can swallow a cancellation
                            await self._news.wait()
                    except TimeoutError:
                        continue
        finally:
            await self._give_back()

    async def _give_back(self) -> None:
        """Put back what was claimed and never given to a platform: surely not sent, it need not be found out about."""
        try:
            async with asyncio.timeout(GIVEN_BACK):
                for sent in tuple(self._in_hand.values()):
                    await self._delivery.give_back(sent)
                    del self._in_hand[sent.id]
        except (TimeoutError, StoreUnavailable) as error:
            self._log.error("not_given_back", count=len(self._in_hand), cause=str(error))

    async def _set_out(self, errands: asyncio.TaskGroup) -> float:
        """Begin what can begin now; seconds until it is worth while to look again."""
        try:
            async with self._door:
                now = self._clock.now()
                for bundle in await self._delivery.doubtful(now):
                    self._begin(errands, partial(self._find_out, bundle))
                if not self._taking_back and await self._delivery.has_to_take_back(now):
                    self._taking_back = True
                    self._begin(errands, self._take_back)
                claimed, moved = await to_its_end(self._take(now), within=GIVEN_BACK)
                for sent in claimed:
                    self._under_way[sent.platform or ""] += 1
                    self._begin(errands, partial(self._carry, sent))
                if claimed or moved:
                    self._news.set()
                wake = await self._delivery.next_wake()
        except StoreUnavailable as error:
            self._log.error("store_unavailable", cause=str(error))
            return AFTER_A_FAULT
        except Exception as error:  # the loop is the last door: it must outlive any fault  # noqa: BLE001
            self._log.error("delivery_failed", cause=whereabouts(error))
            return AFTER_A_FAULT
        pause = self._longest if wake is None else min(wake - self._clock.now(), self._longest)
        return max(pause.total_seconds(), 0.0)

    async def _take(self, now: datetime) -> tuple[tuple[Sent, ...], bool]:
        """Claim what may go; it is in our hands from here on, whatever happens to whoever waits for it."""
        claimed, moved = await self._delivery.take(now, under_way=self._under_way, at_once=AT_ONCE)
        self._in_hand |= {sent.id: sent for sent in claimed}
        return claimed, moved

    def _begin(self, errands: asyncio.TaskGroup, errand: Callable[[], Awaitable[None]]) -> None:
        self._errands += 1
        self._idle.clear()
        errands.create_task(self._run(errand))

    async def _run(self, errand: Callable[[], Awaitable[None]]) -> None:
        try:
            await errand()
        except Exception as error:  # one errand's fault must not end the others'  # noqa: BLE001
            self._log.error("delivery_failed", cause=whereabouts(error))
        finally:
            self._errands -= 1
            if not self._errands:
                self._idle.set()
            self._news.set()
            self._changed()

    async def _carry(self, sent: Sent) -> None:
        try:
            ready = await self._insist(lambda: self._delivery.prepare(sent, self._clock.now()))
            del self._in_hand[sent.id]
            # Even if everything stops meanwhile: what a platform confirms is written down.
            await to_its_end(self._hand_over(ready), within=LAST_WORDS)
        finally:
            self._under_way[sent.platform or ""] -= 1

    async def _hand_over(self, ready: Ready) -> None:
        result = await self._delivery.hand_over(ready)
        await self._insist(lambda: self._delivery.record(result, now=self._clock.now()))

    async def _take_back(self) -> None:
        """By one errand at a time; what has to be tried again is seen at the next look."""
        try:
            await self._delivery.take_back(self._clock.now())
        finally:
            self._taking_back = False

    async def _find_out(self, bundle: tuple[Sent, ...]) -> None:
        await self._insist(lambda: self._delivery.find_out(bundle, clock=self._clock.now))

    async def _insist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do it as soon as the database lets us: a claimed message must not be left where nobody looks at it."""
        while True:
            try:
                return await work()
            except StoreUnavailable as error:
                self._log.error("store_unavailable", cause=str(error))
                await asyncio.sleep(AFTER_A_FAULT)
