"""A clock that jumps back and forth by hours, and a bot that slept for a day: nothing is lost, nothing said twice."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.building import build_office
from bot.clock import ShiftedClock, SystemClock
from bot.connecting import practice_platforms
from bot.domain.messages import Incoming, Kind, OutKind
from bot.domain.outcome import Job
from bot.domain.workdays import local
from bot.engine import Engine
from bot.handlers.judge import Judge
from bot.live import Changes, LiveBot
from bot.ports import SendState, Sent
from bot.settings import Settings
from bot.store import SqlStore, open_store, verify
from tests.world import GROUP, VILLAGE, account, at

PATIENCE = 60.0
_NUMBERS = count(1)


class Wrong:
    """The machine's clock, as somebody sets it."""

    def __init__(self) -> None:
        self._right = SystemClock()
        self.off = timedelta(0)

    def now(self) -> datetime:
        """``ports.Clock``."""
        return self._right.now() + self.off


class World:
    """A bot over one database, by a clock that can be set wrong."""

    def __init__(self, store: SqlStore, settings: Settings, judge: Judge) -> None:
        self.store = store
        self.settings = settings
        self.judge = judge
        self.wrong = Wrong()
        self.bot: LiveBot

    @asynccontextmanager
    async def alive(self, begins: datetime) -> AsyncGenerator[LiveBot, None]:
        """The bot runs."""
        office = build_office(self.settings)
        platforms = practice_platforms(self.settings)
        engine = Engine(store=self.store, office=office, judge=self.judge, platforms=platforms)
        clock = ShiftedClock(at=begins, running_on=self.wrong)
        await engine.start(now=clock.now())
        self.bot = LiveBot(engine=engine, store=self.store, clock=clock, changes=Changes())
        work = asyncio.ensure_future(self.bot.run())
        try:
            yield self.bot
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def says(self, name: str, text: str) -> None:
        """Somebody says something in the group, and the platform gets its acknowledgement."""
        incoming = Incoming(
            platform="practice",
            id=f"m{next(_NUMBERS)}",
            group=GROUP,
            sender=account(name),
            name=name,
            kind=Kind.TEXT,
            text=text,
            sent_at=self.bot.now(),
        )
        assert await self.bot.receive(incoming)

    async def until(self, holds: Callable[[tuple[Sent, ...], int], bool]) -> tuple[Sent, ...]:
        """Wait until what was sent, and how many messages wait, is as told."""
        async with asyncio.timeout(PATIENCE):
            while True:
                sent = await self.store.all_sent()
                if holds(sent, len(await self.store.waiting())):
                    return sent
                await asyncio.sleep(0.1)


@asynccontextmanager
async def village(folder: Path, empty: Path, settings: Settings, judge: Judge) -> AsyncGenerator[World, None]:
    """柳湾村 with an empty database."""
    shutil.copy(empty, folder / "village.db")
    shutil.copy(empty.with_name("clue.keys"), folder)
    store = await open_store(f"sqlite:///{folder / 'village.db'}", durable=False)
    try:
        yield World(store, settings, judge)
    finally:
        await store.close()


def carried(sent: tuple[Sent, ...], kind: OutKind) -> list[Sent]:
    return [one for one in sent if one.outgoing.kind is kind and one.state is SendState.SENT]


@pytest.mark.parametrize("hours", [[5, -5], [-5, 5], [-3, -3, 9]])
async def test_a_clock_that_jumps_by_hours_leaves_no_message_lying(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge, hours: list[int]
) -> None:
    async with village(tmp_path, empty_database, settings, judge) as world:
        # Pieces are waited for in the hall's own time, so the story needs no patience.
        async with world.alive(at("2026-03-06 10:30")):
            for number, jump in enumerate(hours, 1):
                await world.says("阿珍", f"{number}组路灯又不亮了，麻烦来看看")
                world.wrong.off += timedelta(hours=jump)
                await world.says("风筝", f"快来人！{number}组桥头电线掉路上了 冒火花")
                await world.until(lambda sent, _, n=number: len(emergencies(sent)) >= n)  # type: ignore[misc]
            world.wrong.off += timedelta(minutes=1)  # the join windows of the last words are over
            await world.says("老杨", "好的")
            world.wrong.off += timedelta(minutes=1)
            await world.says("守井人", "早")
            world.wrong.off += timedelta(minutes=1)
            await world.until(lambda _, waiting: waiting == 0)
        tickets = [thread.ticket for thread in await world.store.all_threads()]
        assert sum("路灯" in ticket.text for ticket in tickets) == len(hours), "every lamp is somebody's matter"
        assert [ticket.number for ticket in tickets] == list(range(1, len(tickets) + 1))
        sent = await world.store.all_sent()
        assert len({one.outgoing.dedupe_key for one in sent}) == len(sent)
        duty = Counter((one.outgoing.to, local(one.created_at).date()) for one in carried(sent, OutKind.DUTY))
        assert set(duty.values()) <= {1}, "no group hears twice on a day who is on duty"
        assert await verify(world.store) == ()


def emergencies(sent: tuple[Sent, ...]) -> set[str]:
    """The numbers of the groups of which somebody was called to help."""
    texts = [one.outgoing.text for one in carried(sent, OutKind.EMERGENCY)]
    return {number for number in "123456789" for text in texts if f"{number}组桥头" in text}


async def test_after_a_day_asleep_what_is_still_useful_is_said_once_and_the_rest_is_recorded(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    asleep, awake = at("2026-03-04 16:00"), at("2026-03-05 18:30")
    async with village(tmp_path, empty_database, settings, judge) as world:
        async with world.alive(asleep):
            await world.says("阿珍", "二组路灯又不亮了，麻烦来看看")
            world.wrong.off += timedelta(minutes=2)
            await world.says("守井人", "早")
            world.wrong.off += timedelta(minutes=2)
            await world.until(lambda _, waiting: waiting == 0)
        before = len(await world.store.all_sent())
        for _ in range(2):  # and once more: nothing is said twice
            world.wrong = Wrong()
            async with world.alive(awake):
                await world.says("守井人", f"在{next(_NUMBERS)}")
                world.wrong.off += timedelta(minutes=2)
                await world.says("守井人", f"嗯{next(_NUMBERS)}")
                world.wrong.off += timedelta(minutes=2)
                await world.until(lambda sent, waiting: waiting == 0 and not any(waits(one, awake) for one in sent))
            after = await world.store.all_sent()
        assert len({one.outgoing.dedupe_key for one in after}) == len(after)
        late = after[before:]
        assert [one for one in late if one.outgoing.kind is OutKind.DUTY and one.state is SendState.SENT] == []
        digests = [one for one in late if one.outgoing.kind is OutKind.DIGEST]
        days = {local(one.created_at).date() for one in digests}
        assert days == {awake.date()}, "the digest of the day is late and still useful"
        assert len({(one.outgoing.to, one.outgoing.dedupe_key) for one in digests}) == len(digests)
        troubles = await world.store.troubles(since=asleep)
        missed = [trouble.subject for trouble in troubles if trouble.kind == "slot_missed"]
        assert f"{Job.DIGEST}/qinghe" in missed, "yesterday's is recorded as missed"
        slots = await world.store.pending_slots()
        assert [slot for slot in slots if slot.at <= awake] == [], "the schedule has caught up"
        assert await world.store.thread(f"{VILLAGE}-2026-1") is not None


def waits(one: Sent, now: datetime) -> bool:
    """Whether it could have gone by now."""
    held = one.outgoing.not_before
    return one.state is SendState.PENDING and (held is None or held <= now)
