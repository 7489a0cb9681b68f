"""A platform that takes long for one conversation delays nobody else: not a message, not an answer, not the loop."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count

from bot.clock import ShiftedClock, SystemClock
from bot.domain.messages import Incoming, Kind, OutKind, ToGroup
from bot.engine import Engine
from bot.live import Changes, LiveBot
from bot.platforms.practice import PracticePlatform
from bot.ports import SendState
from bot.ports.platform import Parcel
from tests.flow.village import Village
from tests.world import GROUP, account

ELSEWHERE = "g-sp1"
PATIENCE = 30.0
"""Seconds that a test waits for what must happen, on a machine that may be busy with other things."""
LONGEST_PAUSE = 0.1
"""Seconds for which the loop may stand still while a platform does not answer."""
TRIES = 6
"""A neighbour on the same machine may hold the loop up now and then, but not each time; a blocking call does."""


class SlowHall(PracticePlatform):
    """The practice platform with a line that hangs for some conversations."""

    def __init__(self, *hanging: str) -> None:
        super().__init__()
        self.opens = asyncio.Event()
        self.hanging = hanging
        self.begun: list[str] = []
        self.arrived: list[tuple[str, str]] = []
        self.news = asyncio.Event()

    async def send(self, parcel: Parcel) -> str:
        """As the hall does it, in its own time."""
        self.begun.append(parcel.to)
        self.news.set()
        if parcel.to in self.hanging:
            await self.opens.wait()
        self.arrived.append((parcel.to, parcel.text))
        self.news.set()
        return await super().send(parcel)

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until it has."""
        async with asyncio.timeout(PATIENCE):
            while not happened():
                await self.news.wait()
                self.news.clear()

    def texts(self, to: str) -> list[str]:
        """What arrived there."""
        return [text for where, text in self.arrived if where == to]


_NUMBERS = count(1)


async def says(bot: LiveBot, name: str, text: str, group: str | None) -> None:
    """Somebody says something now."""
    await bot.receive(
        Incoming(
            platform="practice",
            id=f"live-{next(_NUMBERS)}",
            group=group,
            sender=account(name),
            name=name,
            kind=Kind.TEXT,
            text=text,
            sent_at=bot.now(),
        )
    )


@asynccontextmanager
async def alive(village: Village, hall: SlowHall) -> AsyncGenerator[LiveBot, None]:
    """The bot under the running clock, over the village's database; it must end within two seconds."""
    engine = Engine(store=village.store, office=village.office, judge=village.judge, platforms={"practice": hall})
    clock = ShiftedClock(at=village.now, running_on=SystemClock())
    await engine.start(now=clock.now())
    bot = LiveBot(engine=engine, store=village.store, clock=clock, changes=Changes())
    work = asyncio.ensure_future(bot.run())
    try:
        yield bot
    finally:
        work.cancel()
        async with asyncio.timeout(2):
            with suppress(asyncio.CancelledError):
                await work


@asynccontextmanager
async def watched() -> AsyncGenerator[list[float], None]:
    """How long the loop stood still each time, in seconds."""
    pauses: list[float] = []

    async def tick() -> None:
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(0.005)
            pauses.append(loop.time() - last - 0.005)
            last = loop.time()

    ticking = asyncio.ensure_future(tick())
    try:
        yield pauses
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking


async def test_while_one_group_hangs_another_is_heard_and_answered(village: Village) -> None:
    hall = SlowHall(GROUP)
    async with alive(village, hall) as bot:
        await says(bot, "阿珍", "着火了！快来人", GROUP)
        await hall.until(lambda: GROUP in hall.begun)
        await hall.until(lambda: any("着火了" in text for text in hall.texts(account("李青山"))))
        await says(bot, "石头爸", "有人掉进水库了，快救人", ELSEWHERE)
        await hall.until(lambda: bool(hall.texts(ELSEWHERE)))
        assert hall.texts(GROUP) == [], "the first group has not got a word yet"
        hall.opens.set()
        await hall.until(lambda: bool(hall.texts(GROUP)))
    sent = {one.outgoing.to for one in await village.sent(OutKind.EMERGENCY)}
    assert {ToGroup(group=GROUP), ToGroup(group=ELSEWHERE)} <= sent


async def test_while_one_group_hangs_the_loop_goes_on(village: Village) -> None:
    hall = SlowHall(GROUP)
    officer = account("李青山")
    largest: list[float] = []
    async with alive(village, hall) as bot:
        await says(bot, "阿珍", "着火了！快来人", GROUP)
        await hall.until(lambda: GROUP in hall.begun and len(hall.texts(officer)) > 0)
        for _ in range(TRIES):
            answered = len(hall.texts(officer))
            async with watched() as pauses:
                await says(bot, "李青山", "待办", None)
                await hall.until(lambda answered=answered: len(hall.texts(officer)) > answered)  # type: ignore[misc]
            largest.append(max(pauses, default=0.0))
            if largest[-1] < LONGEST_PAUSE:
                break
        assert hall.texts(GROUP) == []
    assert min(largest) < LONGEST_PAUSE, largest


async def test_what_hung_when_the_bot_stopped_is_found_out_when_it_starts_again(village: Village) -> None:
    hall = SlowHall(GROUP)
    async with alive(village, hall) as bot:
        await says(bot, "阿珍", "着火了！快来人", GROUP)
        await hall.until(lambda: GROUP in hall.begun)
    hung = [one for one in await village.store.all_sent() if one.state is SendState.SENDING]
    assert ToGroup(group=GROUP) in {one.outgoing.to for one in hung}
    again = SlowHall()
    async with alive(village, again):
        await again.until(lambda: bool(again.texts(GROUP)))
    assert len(again.texts(GROUP)) == 1
