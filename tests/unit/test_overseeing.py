"""The overseer's look, on a real store: what was said stands in the outbox once, whatever happens between."""

import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.office import Office
from bot.overseeing import Overseer
from bot.patrol.operator_signs import MIB, Disk, Machine
from bot.ports import StoreUnavailable
from bot.store import SqlStore, open_store
from tests.store.world import hear, minutes, said

FULL = Machine(disks=(Disk(folder="var", free=1 * MIB, total=20_000 * MIB),))
WELL = Machine(disks=(Disk(folder="var", free=9_000 * MIB, total=20_000 * MIB),))


class Forgetful(SqlStore):
    """A store that goes away at the remembering with a number."""

    fails_at = 0
    remembered = 0

    async def remember(self, key: str, value: str) -> None:
        """A fact, unless the store is away."""
        self.remembered += 1
        if self.remembered == self.fails_at:
            message = "数据库不在"
            raise StoreUnavailable(message)
        await super().remember(key, value)


class World:
    """The clock, the machine, and how often the courier was woken."""

    def __init__(self) -> None:
        self.at = minutes(0)
        self.machine = WELL
        self.woken = 0

    def now(self) -> datetime:
        """``ports.Clock``."""
        return self.at

    async def look(self) -> Machine:
        """The machine."""
        return self.machine

    def said(self) -> None:
        """Somebody carries it now."""
        self.woken += 1


@pytest.fixture
def world() -> World:
    return World()


@pytest_asyncio.fixture
async def store(empty_database: Path, tmp_path: Path) -> AsyncIterator[Forgetful]:
    shutil.copy(empty_database, tmp_path / "village.db")
    opened = await open_store(f"sqlite:///{tmp_path / 'village.db'}", durable=False)
    yield Forgetful(opened.database)
    await opened.close()


@pytest.fixture
def overseer(store: Forgetful, world: World, office: Office) -> Overseer:
    return Overseer(store=store, clock=world, eye=world, office=lambda: office, said=world.said)


async def heard(store: SqlStore) -> list[str]:
    """What the operator was told, up to the first comma."""
    return [sent.outgoing.text.partition("，")[0] for sent in await store.all_sent()]


async def test_the_operator_is_told_once_of_what_lasts_and_once_that_it_is_over(
    overseer: Overseer, store: Forgetful, world: World
) -> None:
    for minute in range(30):
        world.at = minutes(minute)
        world.machine = FULL if 5 <= minute < 15 else WELL
        await overseer.look()
    told = await store.all_sent()
    assert [(sent.created_at, sent.outgoing.text.partition("：")[0]) for sent in told] == [
        (minutes(5), "【运行】磁盘快满了"),
        (minutes(20), "【运行】好了"),
    ]
    assert world.woken == 2


@pytest.mark.parametrize("fails_at", [1, 2])
async def test_a_database_that_goes_away_while_it_is_said_makes_nobody_hear_it_twice_or_never(
    overseer: Overseer, store: Forgetful, world: World, fails_at: int
) -> None:
    world.machine = FULL
    store.fails_at = fails_at
    with pytest.raises(StoreUnavailable):
        await overseer.look()
    for minute in (1, 2, 3):
        world.at = minutes(minute)
        await overseer.look()
    assert await heard(store) == [
        "【运行】磁盘快满了：var 只剩 1 MiB（0%）。满了小微就收不下消息。请先运行 du -xh --max-depth=1 var 看什么占地方"
    ]


async def test_a_restart_says_nothing_again(overseer: Overseer, store: Forgetful, world: World, office: Office) -> None:
    await hear(store, said("m1"), at=minutes(-30))
    await overseer.look()
    world.at += timedelta(hours=3)
    await Overseer(store=store, clock=world, eye=world, office=lambda: office, said=world.said).look()
    (text,) = await heard(store)
    assert text.startswith("【运行】今天08:42起有1条消息没人处理。")
