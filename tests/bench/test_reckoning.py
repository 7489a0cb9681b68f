"""The city's reckoning finds what is lost, and what is done twice: a measurement that finds nothing proves nothing."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bench.reckoning import Reckoning, Recorder, WatchedStore
from bot.building import build_office
from bot.clock import SetClock
from bot.domain.messages import Incoming, Kind
from bot.engine import Engine, play
from bot.handlers.judge import Judge
from bot.settings import Settings
from bot.store import open_store

BEGINS = datetime.fromisoformat("2026-03-06T10:00:00+08:00")


class Evening:
    """Somebody says that a lamp is dark, and the bot hears it; then it is reckoned what became of it."""

    def __init__(self, store: WatchedStore, settings: Settings, judge: Judge, clock: SetClock) -> None:
        self.store = store
        self.clock = clock
        self._settings = settings
        self._judge = judge
        group = next(group for group in settings.county.groups.values() if group.conversation)
        self.recorder = Recorder(group.platform, clock)
        self._engine = Engine(
            store=store, office=build_office(settings), judge=judge, platforms={group.platform: self.recorder}
        )
        self.said = Incoming(
            platform=group.platform,
            id="m1",
            group=group.conversation,
            sender="u-1",
            name="阿珍",
            kind=Kind.TEXT,
            text="二组路灯又不亮了，什么时候能修",
            sent_at=BEGINS,
        )

    async def is_heard(self, *, for_seconds: int) -> None:
        await self._engine.start(now=BEGINS)
        await self._engine.receive(self.said, now=BEGINS)
        await play(self._engine, self.clock, until=BEGINS + timedelta(seconds=for_seconds))

    async def reckoned(self) -> Reckoning:
        reckoning = Reckoning(
            said={self.said.id: self.said},
            acknowledged={self.said.id: BEGINS},
            store=self.store,
            handed=self.recorder.handed,
            rules=self._settings.rules,
        )
        await reckoning.look(self._judge, now=self.clock.now())
        return reckoning


@pytest_asyncio.fixture
async def evening(tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge) -> AsyncIterator[Evening]:
    for name in (empty_database.name, "clue.keys"):
        await asyncio.to_thread(shutil.copy, empty_database.with_name(name), tmp_path / name)
    opened = await open_store(f"sqlite:///{tmp_path / empty_database.name}", durable=False)
    clock = SetClock(BEGINS)
    yield Evening(WatchedStore(opened.database, clock), settings, judge, clock)
    await opened.close()


@pytest.mark.asyncio
async def test_a_lamp_that_was_asked_about_once_is_no_fault_and_its_wait_is_measured(evening: Evening) -> None:
    await evening.is_heard(for_seconds=30)

    reckoning = await evening.reckoned()

    (wait,) = reckoning.waits
    assert reckoning.faults == []
    assert (wait.cry, wait.decided, wait.handed) == (False, 0.0, 0.0)


@pytest.mark.asyncio
async def test_a_word_that_still_waits_at_the_end_is_lost(evening: Evening) -> None:
    await evening.is_heard(for_seconds=5)

    reckoning = await evening.reckoned()

    assert reckoning.faults == ["heard but not handled: 1 (m1: new)", "not decided just once: 1 (m1)"]


@pytest.mark.asyncio
async def test_a_prompt_that_went_out_twice_is_a_fault(evening: Evening) -> None:
    await evening.is_heard(for_seconds=30)
    prompt = next(iter(evening.recorder.handed))
    evening.recorder.handed[prompt].append(evening.clock.now())

    reckoning = await evening.reckoned()

    assert reckoning.faults == [f"handed over twice: 1 ({prompt})"]


@pytest.mark.asyncio
async def test_a_prompt_that_never_reached_the_platform_is_a_fault(evening: Evening) -> None:
    await evening.is_heard(for_seconds=30)
    prompt = next(iter(evening.recorder.handed))
    del evening.recorder.handed[prompt]

    reckoning = await evening.reckoned()

    assert reckoning.faults == [f"said to be sent, and was not: 1 ({prompt})"]
