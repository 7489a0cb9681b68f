"""Under a running clock many messages are under way at once, and a slow one delays nobody else's."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copy

import pytest
import pytest_asyncio

from bot.clock import SetClock
from bot.domain.messages import OutKind, ToAccount, ToGroup
from bot.domain.one_to_many import Arrived, Recall
from bot.domain.outcome import Outcome
from bot.office import Office
from bot.ports import SendState, Sent, StoreUnavailable
from bot.ports.platform import FailureKind, Parcel, SendFailed
from bot.sending import courier as couriers
from bot.sending.courier import AT_ONCE, Courier
from bot.sending.delivery import ASKED_AGAIN_AFTER
from bot.store import SqlStore, open_store
from tests.unit.mailbag import NINE, Bag, Postman

GROUP, OTHER = ToGroup(group="g-lw1"), ToGroup(group="g-sp1")
PATIENCE = 20.0
"""Seconds that a test waits for what must happen, on a machine that may be busy with other things."""


class Interrupted(SqlStore):
    """A store that goes away when told, for what is written after a send."""

    away = False
    refused = 0

    async def settle(
        self,
        send: str,
        state: SendState,
        *,
        now: datetime,
        platform: str | None = None,
        platform_id: str | None = None,
        error: str = "",
        next_attempt_at: datetime | None = None,
    ) -> None:
        """As the store, unless it is away."""
        if self.away:
            self.refused += 1
            message = "数据库正被别的程序占用"
            raise StoreUnavailable(message)
        await super().settle(
            send,
            state,
            now=now,
            platform=platform,
            platform_id=platform_id,
            error=error,
            next_attempt_at=next_attempt_at,
        )


@pytest_asyncio.fixture
async def store(tmp_path: Path, empty_database: Path) -> AsyncIterator[Interrupted]:
    copy(empty_database, tmp_path / "mail.db")
    opened = Interrupted((await open_store(f"sqlite:///{tmp_path / 'mail.db'}", durable=False)).database)
    yield opened
    await opened.close()


def villager(number: int, platform: str = "practice") -> ToAccount:
    """Somebody who wrote privately."""
    return ToAccount(platform=platform, account=f"u-{number}")


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    """Wait for it."""
    async with asyncio.timeout(PATIENCE):
        while not await happened():  # noqa: ASYNC110 - what is waited for stands in a database
            await asyncio.sleep(0.01)


@asynccontextmanager
async def carrying(bag: Bag, clock: SetClock) -> AsyncGenerator[Courier, None]:
    """A courier at work; it must end within two seconds."""
    courier = Courier(delivery=bag.delivery, clock=clock, changed=lambda: None)
    work = asyncio.ensure_future(courier.run())
    try:
        yield courier
    finally:
        work.cancel()
        async with asyncio.timeout(2):
            with suppress(asyncio.CancelledError):
                await work


def slow(postman: Postman, *doors: str) -> Postman:
    """These doors stay closed until somebody opens them."""
    postman.closed = {door: asyncio.Event() for door in doors}
    return postman


async def test_a_slow_conversation_delays_no_other_and_its_own_mail_keeps_its_order(
    store: SqlStore, office: Office
) -> None:
    postman = slow(Postman(), "g-lw1")
    bag = Bag(store, office, postman)
    await bag.write("一", GROUP)
    await bag.write("二", GROUP)
    for number in range(60):
        await bag.write(f"{number}", villager(number))
    async with carrying(bag, SetClock(NINE)):
        await until(lambda: _has(postman, 60))
        assert postman.begun.count("一") == 1
        assert "二" not in postman.begun, "it goes after the first one has arrived"
        postman.closed["g-lw1"].set()
        await until(lambda: _has(postman, 62))
    assert [text for text in postman.texts if text in "一二"] == ["一", "二"]
    assert set(await bag.states()) == {SendState.SENT}


async def _has(postman: Postman, number: int) -> bool:
    return len(postman.parcels) >= number


async def test_a_platform_full_of_slow_mail_lets_emergencies_and_other_platforms_pass(
    store: SqlStore, office: Office
) -> None:
    stuck = slow(Postman("wechat"), *(f"u-{number}" for number in range(AT_ONCE + 20)))
    quick = Postman("dingtalk")
    bag = Bag(store, office, stuck, quick)
    for number in range(AT_ONCE + 20):
        await bag.write(f"微信{number}", villager(number, "wechat"))
    async with carrying(bag, SetClock(NINE)) as courier:
        await until(lambda: _begun(stuck, AT_ONCE))
        await bag.write("着火了", villager(999, "wechat"), OutKind.EMERGENCY)
        await bag.write("钉钉", villager(1, "dingtalk"))
        courier.wake()
        await until(lambda: _has(stuck, 1))
        await until(lambda: _has(quick, 1))
        assert stuck.texts == ["着火了"]
        assert len(stuck.begun) == AT_ONCE + 1, "no more than so many at once"
        for door in stuck.closed.values():
            door.set()
        await until(lambda: _has(stuck, AT_ONCE + 21))


async def _begun(postman: Postman, number: int) -> bool:
    return len(postman.begun) >= number


async def test_what_a_platform_confirmed_while_the_database_was_away_is_written_down_later_and_not_sent_again(
    store: Interrupted, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couriers, "AFTER_A_FAULT", 0.02)
    postman = Postman()
    bag = Bag(store, office, postman)
    await bag.write("一", GROUP)
    store.away = True
    async with carrying(bag, SetClock(NINE)):
        await until(lambda: _refused(store, 3))
        store.away = False
        await until(lambda: _all(bag, SendState.SENT))
    assert postman.begun == ["一"]


async def _refused(store: Interrupted, times: int) -> bool:
    return store.refused >= times


async def _all(bag: Bag, state: SendState) -> bool:
    return set(await bag.states()) == {state}


async def test_it_ends_at_once_and_leaves_what_was_under_way_to_be_found_out(store: SqlStore, office: Office) -> None:
    postman = slow(Postman(), *(f"u-{number}" for number in range(10)))
    bag = Bag(store, office, postman)
    for number in range(10):
        await bag.write(f"{number}", villager(number))
    async with carrying(bag, SetClock(NINE)):
        await until(lambda: _begun(postman, 10))
    assert set(await bag.states()) == {SendState.SENDING}
    postman.closed = {}
    postman.echoed = False
    after = Bag(store, office, postman)
    await after.delivery.recover(now=NINE)
    await after.drain()
    assert len(postman.texts) == 10
    assert set(await after.states()) == {SendState.SENT}


async def test_what_no_platform_was_given_when_it_stops_waits_in_the_outbox_and_goes_at_the_next_start(
    store: SqlStore, office: Office
) -> None:
    postman = Postman()
    postman.echoed = None  # nobody could tell later whether it arrived
    bag = Bag(store, office, postman)
    for number in range(10):
        await bag.write(f"{number}", villager(number))
    claiming = asyncio.Event()
    claim = bag.delivery.take

    async def take(now: datetime, *, under_way: Mapping[str, int], at_once: int) -> tuple[tuple[Sent, ...], bool]:
        claimed = await claim(now, under_way=under_way, at_once=at_once)
        claiming.set()
        return claimed

    bag.delivery.take = take  # type: ignore[method-assign]
    async with carrying(bag, SetClock(NINE)):
        await claiming.wait()
    assert set(await bag.states()) == {SendState.PENDING}
    assert [sent.attempts for sent in await store.all_sent()] == [0] * 10
    assert postman.texts == []
    after = Bag(store, office, postman)
    await after.delivery.recover(now=NINE)
    await after.drain()
    assert len(postman.texts) == 10


async def test_what_a_platform_is_carrying_when_it_stops_may_arrive(store: SqlStore, office: Office) -> None:
    postman = slow(Postman(), "g-lw1")
    bag = Bag(store, office, postman)
    await bag.write("一", GROUP)
    async with carrying(bag, SetClock(NINE)):
        await until(lambda: _begun(postman, 1))
        asyncio.get_running_loop().call_later(0.2, postman.closed["g-lw1"].set)
    assert await bag.states() == [SendState.SENT]
    assert postman.texts == ["一"]


class Confirming(Postman):
    """Tells when it has confirmed something."""

    def __init__(self) -> None:
        super().__init__()
        self.confirmed = asyncio.Event()

    async def send(self, parcel: Parcel) -> str:
        """Carry, confirm, and say so."""
        theirs = await super().send(parcel)
        self.confirmed.set()
        return theirs


async def test_what_was_confirmed_in_the_last_moment_is_still_written_down(store: SqlStore, office: Office) -> None:
    postman = Confirming()
    bag = Bag(store, office, postman)
    await bag.write("一", GROUP)
    async with carrying(bag, SetClock(NINE)):
        await postman.confirmed.wait()
        await asyncio.sleep(0)  # it has come back from the platform and is about to be written
    assert await bag.states() == [SendState.SENT]


async def test_an_echo_that_comes_after_the_deadline_settles_it_and_nothing_is_repeated(
    store: SqlStore, office: Office
) -> None:
    postman = Postman()
    postman.troubles = [SendFailed(FailureKind.UNKNOWN, "timeout")]
    bag = Bag(store, office, postman)
    await bag.write("一", GROUP)
    await bag.write("二", GROUP)
    clock = SetClock(NINE)
    async with carrying(bag, clock) as courier:
        await until(lambda: _first(bag, SendState.UNKNOWN))
        clock.set(NINE + ASKED_AGAIN_AFTER)
        courier.wake()  # still no echo: asked again later
        await until(lambda: _asked(bag, NINE + 2 * ASKED_AGAIN_AFTER))
        assert postman.texts == []
        postman.echoed = True
        clock.set(NINE + 2 * ASKED_AGAIN_AFTER)
        courier.wake()
        await until(lambda: _all(bag, SendState.SENT))
    assert postman.begun == ["一", "二"], "each was handed over once"


async def _first(bag: Bag, state: SendState) -> bool:
    return (await bag.states())[0] is state


async def _asked(bag: Bag, again_at: datetime) -> bool:
    return await bag.delivery.next_wake() == again_at


async def test_while_it_rests_nothing_is_under_way_and_nothing_sets_out(store: SqlStore, office: Office) -> None:
    postman = slow(Postman(), "g-lw1")
    bag = Bag(store, office, postman)
    await bag.write("一", GROUP)
    async with carrying(bag, SetClock(NINE)) as courier:
        await until(lambda: _begun(postman, 1))
        resting = asyncio.Event()

        async def rest() -> None:
            async with courier.resting():
                assert postman.texts == ["一"], "it waits for what is under way"
                resting.set()
                await bag.write("二", OTHER)
                courier.wake()
                await asyncio.sleep(0.2)
                assert postman.begun == ["一"]

        sleeper = asyncio.ensure_future(rest())
        await asyncio.sleep(0.1)
        assert not resting.is_set()
        postman.closed["g-lw1"].set()
        await sleeper
        await until(lambda: _has(postman, 2))


async def test_a_message_held_back_leaves_when_its_time_has_come(store: SqlStore, office: Office) -> None:
    postman = Postman()
    bag = Bag(store, office, postman)
    await bag.write("一", GROUP, not_before=NINE + timedelta(milliseconds=200))
    clock = SetClock(NINE)
    async with carrying(bag, clock):
        await asyncio.sleep(0.1)
        assert postman.texts == []
        clock.set(NINE + timedelta(milliseconds=200))
        await until(lambda: _has(postman, 1))


async def test_what_an_officer_wants_gone_is_taken_back_beside_the_mail(store: SqlStore, office: Office) -> None:
    postman = Forgetful(recall=True)
    bag = Bag(store, office, postman)
    await bag.write("一", GROUP)
    await bag.write("二", OTHER)
    async with carrying(bag, SetClock(NINE)) as courier:
        await until(lambda: _has(postman, 2))
        await until(lambda: _all_sent(bag))
        keys = tuple(one.outgoing.dedupe_key for one in await store.all_sent())
        await store.commit(Outcome(recalls=(Recall(keys=keys, by="p-lqs"),)), now=NINE)
        courier.wake()
        await until(lambda: _gone(store, keys))
    assert postman.taken_back == [("g-lw1", "theirs-b1"), ("g-sp1", "theirs-b2")]


class Forgetful(Postman):
    """A platform that can take back what it brought."""

    def __init__(self, **capabilities: float | bool | None) -> None:
        super().__init__(**capabilities)  # type: ignore[arg-type]
        self.taken_back: list[tuple[str, str]] = []

    async def recall(self, to: str, platform_id: str) -> None:
        """Nobody sees it any more."""
        self.taken_back.append((to, platform_id))


async def _all_sent(bag: Bag) -> bool:
    return set(await bag.states()) == {SendState.SENT}


async def _gone(store: SqlStore, keys: tuple[str, ...]) -> bool:
    fates = await store.mail_fates(keys)
    return {fate.state for fate in fates.values()} == {Arrived.TAKEN_BACK}
