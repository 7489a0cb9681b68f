"""The machine: a database that is away delays, and loses nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from shutil import copy

import pytest
import pytest_asyncio

from bot.clock import SetClock
from bot.connecting import practice_platforms
from bot.domain.messages import Incoming, Kind, Message
from bot.engine import Engine, play
from bot.handlers.judge import Judge
from bot.office import Office
from bot.ports import StoreUnavailable
from bot.settings import Settings
from bot.store import SqlStore, open_store
from tests.world import at

NINE = at("2026-03-06 09:00")


class Interrupted(SqlStore):
    """A store that goes away when told."""

    away = False

    async def pending(self, *conversations: str) -> tuple[Message, ...]:
        """As the store, unless it is away."""
        if self.away:
            message = "数据库正被别的程序占用"
            raise StoreUnavailable(message)
        return await super().pending(*conversations)


@pytest_asyncio.fixture
async def store(tmp_path: Path, empty_database: Path) -> AsyncIterator[Interrupted]:
    copy(empty_database, tmp_path / "engine.db")
    opened = await open_store(f"sqlite:///{tmp_path / 'engine.db'}", durable=False)
    yield Interrupted(opened.database)
    await opened.close()


@pytest.fixture
def engine(store: Interrupted, office: Office, judge: Judge, settings: Settings) -> Engine:
    return Engine(store=store, office=office, judge=judge, platforms=practice_platforms(settings))


def said(text: str, *, message: str = "m1", group: str = "g-lw1") -> Incoming:
    return Incoming(
        platform="practice",
        id=message,
        group=group,
        sender="u-az",
        name="阿珍",
        kind=Kind.TEXT,
        text=text,
        sent_at=NINE,
    )


async def test_a_database_that_was_away_finds_the_message_still_waiting(engine: Engine, store: Interrupted) -> None:
    await engine.start(now=NINE)
    await engine.receive(said("二组路灯又不亮了"), now=NINE)
    await engine.receive(said("三组水管爆了没人修", message="m2", group="g-sp1"), now=NINE)
    store.away = True
    for second in (0, 10, 30):
        with pytest.raises(StoreUnavailable):
            await engine.step(now=NINE + timedelta(seconds=second))
    store.away = False
    await engine.step(now=NINE + timedelta(seconds=40))
    assert {thread.ticket.village for thread in await store.all_threads()} == {"liuwan", "shipan"}


async def test_a_message_that_is_known_wakes_nobody(engine: Engine) -> None:
    await engine.start(now=NINE)
    assert await engine.receive(said("早"), now=NINE)
    assert not await engine.receive(said("早"), now=NINE)


async def test_the_machine_says_when_it_wants_to_be_stepped_again(engine: Engine) -> None:
    await engine.start(now=NINE)
    first = await engine.next_wake()
    assert first == at("2026-03-06 09:30")
    await engine.receive(said("二组路灯又不亮了"), now=NINE)
    await engine.step(now=NINE)
    assert await engine.next_wake() == NINE + timedelta(seconds=20)


async def test_time_that_is_played_lets_everything_happen_at_its_own_instant(
    engine: Engine, store: Interrupted
) -> None:
    clock = SetClock(NINE)
    await engine.start(now=NINE)
    await engine.receive(said("二组路灯又不亮了"), now=NINE)
    await play(engine, clock, until=NINE + timedelta(days=1))
    assert clock.now() == NINE + timedelta(days=1)
    (thread,) = await store.all_threads()
    assert thread.ticket.opened_at == NINE + timedelta(seconds=20)
    for sent in await store.all_sent():
        assert sent.sent_at in (sent.created_at, sent.outgoing.not_before)


async def test_a_restart_in_the_join_window_still_joins(
    store: Interrupted, office: Office, judge: Judge, settings: Settings, engine: Engine
) -> None:
    await engine.start(now=NINE)
    await engine.receive(said("二组路灯"), now=NINE)
    await engine.step(now=NINE)
    again = Engine(store=store, office=office, judge=judge, platforms=practice_platforms(settings))
    await again.start(now=NINE + timedelta(seconds=5))
    await again.receive(said("又不亮了", message="m2"), now=NINE + timedelta(seconds=6))
    await again.step(now=NINE + timedelta(seconds=30))
    (thread,) = await store.all_threads()
    assert [link.message for link in thread.links] == ["m1", "m2"]
