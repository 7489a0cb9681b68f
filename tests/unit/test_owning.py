"""One process owns an account: it works while it may, stops when it may not, and lets go when it ends."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SystemClock
from bot.owning import Owner
from bot.ports import StoreUnavailable
from bot.ports.lines import Lease

TICK = 0.02


class Leases:
    """A store with one lease, which can be away."""

    def __init__(self) -> None:
        self.held: Lease | None = None
        self.away = False
        self.asked = 0

    async def take_lease(self, name: str, holder: str, *, now: datetime, until: datetime) -> Lease:
        self.asked += 1
        if self.away:
            message = "数据库不在"
            raise StoreUnavailable(message)
        if self.held is None or self.held.holder == holder or self.held.until <= now:
            self.held = Lease(name=name, holder=holder, until=until)
        return self.held

    async def give_up_lease(self, name: str, holder: str) -> None:
        del name
        if self.held is not None and self.held.holder == holder:
            self.held = None


class Work:
    """What is done while the account is ours."""

    def __init__(self) -> None:
        self.begun = 0
        self.running = False
        self.fails = False

    async def __call__(self) -> None:
        self.begun += 1
        self.running = True
        try:
            if self.fails:
                message = "a fault of ours"
                raise RuntimeError(message)
            await asyncio.Event().wait()
        finally:
            self.running = False


def owner(store: Leases, holder: str = "a:1", lasts: float = 0.1) -> Owner:
    return Owner(
        store=store,  # type: ignore[arg-type]  # an owner asks for nothing else
        clock=SystemClock(),
        holder=holder,
        every=TICK,
        lasts=timedelta(seconds=lasts),
    )


async def until(holds: Callable[[], bool], within: float = 10.0) -> None:
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - what is waited for does not know of us
            await asyncio.sleep(TICK / 4)


@pytest.fixture
def store() -> Leases:
    return Leases()


async def test_work_goes_on_while_the_lease_is_renewed(store: Leases) -> None:
    work = Work()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(owner(store).while_owned("wechat", work))
        await until(lambda: store.asked > 10)
        assert (work.begun, work.running) == (1, True)
        task.cancel()
    assert not work.running
    assert store.held is None, "the next process need not wait"


async def test_a_second_process_waits_and_takes_over(store: Leases) -> None:
    first, second = Work(), Work()
    async with asyncio.TaskGroup() as tasks:
        one = tasks.create_task(owner(store, "a:1").while_owned("wechat", first))
        await until(lambda: first.running)
        two = tasks.create_task(owner(store, "b:2").while_owned("wechat", second))
        await asyncio.sleep(5 * TICK)
        assert not second.running
        one.cancel()
        await until(lambda: second.running)
        assert not first.running
        two.cancel()


async def test_who_has_lost_the_lease_stops_at_once(store: Leases) -> None:
    work = Work()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(owner(store).while_owned("wechat", work))
        await until(lambda: work.running)
        store.held = Lease(name="wechat", holder="b:2", until=datetime.now(UTC) + timedelta(seconds=0.3))  # noqa: TID251
        await until(lambda: not work.running)
        await until(lambda: work.running)
        assert work.begun == 2
        task.cancel()


async def test_a_database_that_is_away_longer_than_the_lease_lasts_stops_the_work(store: Leases) -> None:
    work = Work()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(owner(store).while_owned("wechat", work))
        await until(lambda: work.running)
        store.away = True
        await until(lambda: not work.running)
        store.away = False
        await until(lambda: work.running)
        task.cancel()


async def test_work_that_fails_begins_again_after_a_pause(store: Leases) -> None:
    work = Work()
    work.fails = True
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(owner(store).while_owned("wechat", work))
        await until(lambda: work.begun > 2)
        work.fails = False
        await until(lambda: work.running)
        task.cancel()
