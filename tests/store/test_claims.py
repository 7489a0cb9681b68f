"""Several workers over one PostgreSQL: each conversation in one hand at a time; what is taken for dead is fenced."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.domain.tickets import EventKind, Ticket
from bot.ports import Conflict
from bot.store import SqlStore
from bot.store.claims import ClaimLost, Claims, Fenced
from bot.store.engine import connect
from bot.store.wire import Bell, Occupied, Wire
from tests.store.conftest import OnPostgres
from tests.store.world import changed, hear, lamp, minutes, opened, said

SILENCE = timedelta(seconds=60)
NAP = text("SELECT pg_sleep(2)")
NAPPING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")


class Street:
    """Workers and the wire of each, over one database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.store = SqlStore(connect(url, durable=False), shared=True)
        self._numbers = count(1)
        self._held: dict[Wire, AsyncExitStack] = {}

    async def wire(self, *, alone: bool = False) -> Wire:
        wire = Wire(self.url, silence=SILENCE, alone=alone, draw=lambda: next(self._numbers))
        self._held[wire] = AsyncExitStack()
        await self._held[wire].enter_async_context(wire.held())
        return wire

    async def worker(self) -> tuple[Claims, SqlStore, Wire]:
        """What it takes from, the store as its work writes to it, and by what it lives."""
        wire = await self.wire()
        claims = Claims(self.store.database, holder=lambda: wire.number, woken=lambda: None)
        return claims, SqlStore(Fenced(self.store.database, claims)), wire

    async def dies(self, wire: Wire) -> None:
        await self._held.pop(wire).aclose()

    async def close(self) -> None:
        for held in self._held.values():
            await held.aclose()
        await self.store.close()


@pytest_asyncio.fixture
async def street(on_postgres: OnPostgres, tmp_path: Path) -> AsyncIterator[Street]:
    there = Street(await on_postgres.fresh(tmp_path))
    yield there
    await there.close()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not happened():  # noqa: ASYNC110 - it happens in another process's place
            await asyncio.sleep(0.01)


async def test_two_workers_never_have_the_same_conversation_and_leave_none(street: Street) -> None:
    groups = [f"g-{number:03}" for number in range(100)]
    for group in groups:
        await hear(street.store, said(f"m-{group}"), group=group)
    one, other = (await street.worker())[0], (await street.worker())[0]
    taken: list[str] = []
    while batches := [batch for batch in await asyncio.gather(one.take(minutes(1)), other.take(minutes(1))) if batch]:
        taken += [conversation for batch in batches for conversation in batch]
        await one.done({}, minutes(1))
        await other.done({}, minutes(1))
    assert sorted(taken) == groups
    assert await one.next_due() is None


async def test_the_longest_due_go_first_and_what_is_due_later_waits_for_whoever_comes_then(street: Street) -> None:
    await hear(street.store, said("m2", at=minutes(2)), group="g-2")
    await hear(street.store, said("m1", at=minutes(1)), group="g-1")
    claims, _, wire = await street.worker()
    assert await claims.take(minutes(3)) == ("g-1",), "half of it: something is left for whoever else is idle"
    await claims.done({"g-1": minutes(5)}, minutes(3))
    assert await claims.take(minutes(3)) == ("g-2",)
    await claims.done({"g-2": None}, minutes(3))
    await street.dies(wire)
    next_one = (await street.worker())[0]
    assert await next_one.take(minutes(4)) == ()
    assert await next_one.next_due() == minutes(5)
    assert await next_one.take(minutes(5)) == ("g-1",)


async def test_those_who_cry_are_taken_first_and_a_quarter_goes_to_who_has_waited_longest(street: Street) -> None:
    for number in range(100):
        await hear(street.store, said(f"m{number}", at=minutes(number / 60)), group=f"g-{number:03}")
    for number in range(100, 140):
        cry = said(f"m{number}", "后山塌了", at=minutes(number / 60))
        await hear(street.store, cry, group=f"g-{number:03}", urgent=True)
    one, other = (await street.worker())[0], (await street.worker())[0]
    first, second = await one.take(minutes(4)), await other.take(minutes(4))
    assert first == tuple(f"g-{number:03}" for number in (*range(100, 120), *range(12))), "half of the cries"
    assert second == tuple(f"g-{number:03}" for number in (*range(120, 130), *range(12, 34)))


async def test_however_many_cry_some_of_those_who_have_waited_longest_are_taken_as_well(street: Street) -> None:
    for number in range(300):
        cry = said(f"m{number}", "后山塌了", at=minutes(number / 60))
        await hear(street.store, cry, group=f"g-{number:03}", urgent=number >= 100)
    taken = await (await street.worker())[0].take(minutes(9))
    assert taken == tuple(f"g-{number:03}" for number in (*range(100, 196), *range(8)))


async def test_a_cry_that_still_waits_or_came_meanwhile_goes_first_again_and_none_else(street: Street) -> None:
    for number in range(8):
        await hear(street.store, said(f"m{number}", at=minutes(number)), group=f"g-{number}")
    for number in range(10, 18):
        await hear(street.store, said(f"m{number}", "快来人", at=minutes(number)), group=f"g-{number}", urgent=True)
    claims, work, wire = await street.worker()
    hand = await claims.take(minutes(20))
    assert hand == ("g-10", "g-11", "g-12", "g-13", "g-0", "g-1", "g-2", "g-3")
    pending = {message.conversation: message.seq for message in await work.pending("g-11", "g-12", "g-13")}
    await work.calm([pending["g-11"]])
    await work.calm([pending["g-12"]])
    await hear(street.store, said("m20", "塌方了", at=minutes(20)), group="g-12", urgent=True)
    again = {"g-11": minutes(11), "g-12": minutes(12), "g-13": minutes(13)}
    await claims.done(again, minutes(20))
    assert await claims.take(minutes(21)) == ("g-12", "g-13", "g-14", "g-4", "g-5", "g-6")
    await street.dies(wire)
    heir = (await street.worker())[0]
    assert (await heir.take(minutes(22)))[:3] == ("g-12", "g-13", "g-14"), "what a dead worker had is no less urgent"


async def test_cries_that_wait_from_the_time_of_a_single_process_go_first(street: Street) -> None:
    alone = SqlStore(street.store.database)
    for number in range(6):
        await hear(alone, said(f"m{number}", at=minutes(number)), group=f"g-{number}", urgent=number == 5)
    claims = (await street.worker())[0]
    await claims.begin()
    assert (await claims.take(minutes(9)))[0] == "g-5"


async def test_what_is_said_while_a_conversation_is_in_hand_is_looked_at_again(street: Street) -> None:
    claims = (await street.worker())[0]
    await hear(street.store, said("m1"), group="g-1")
    assert await claims.take(minutes(1)) == ("g-1",)
    await hear(street.store, said("m2", at=minutes(1)), group="g-1")
    assert await (await street.worker())[0].take(minutes(1)) == (), "nobody else gets it meanwhile"
    await claims.done({"g-1": minutes(9)}, minutes(1))
    assert await claims.take(minutes(1)) == ("g-1",)


async def test_what_a_dead_worker_had_goes_to_the_next_and_nothing_of_the_dead_ones_work_is_written(
    street: Street,
) -> None:
    await hear(street.store, said("m1"), group="g-1")
    claims, work, wire = await street.worker()
    assert await claims.take(minutes(1)) == ("g-1",)
    heir, heirs_work, _ = await street.worker()
    assert await heir.take(minutes(1)) == (), "it lives"
    await street.dies(wire)
    assert await heir.take(minutes(2)) == ("g-1",)
    with pytest.raises(ClaimLost):
        await work.commit(opened(lamp()), now=minutes(2), handled=[1])
    assert await street.store.all_threads() == ()
    await claims.let_go()
    assert await heirs_work.commit(opened(lamp()), now=minutes(2), handled=[1])
    await heir.done({"g-1": None}, minutes(2))
    assert await heir.next_due() is None


async def test_a_worker_that_lost_its_connection_may_still_write_what_nobody_else_has_taken(street: Street) -> None:
    await hear(street.store, said("m1"), group="g-1")
    claims, work, wire = await street.worker()
    await claims.take(minutes(1))
    await street.dies(wire)
    assert await work.commit(opened(lamp()), now=minutes(1), handled=[1])
    await claims.done({"g-1": None}, minutes(1))
    heir = (await street.worker())[0]
    assert await heir.take(minutes(2)) in ((), ("g-1",)), "at worst it is looked at once more, and nothing waits"
    assert await street.store.pending("g-1") == ()


async def test_nobody_takes_a_batch_while_its_work_is_being_written(street: Street) -> None:
    await hear(street.store, said("m1"), group="g-1")
    claims, work, wire = await street.worker()
    await claims.take(minutes(1))
    await street.dies(wire)
    heir = (await street.worker())[0]
    writing = asyncio.ensure_future(work.database.write(lambda connection: connection.execute(NAP)))
    while not await street.store.database.read(lambda connection: connection.execute(NAPPING).scalar()):  # noqa: ASYNC110 - in the server
        await asyncio.sleep(0.01)
    assert await heir.take(minutes(2)) == ()
    await hear(street.store, said("m2", at=minutes(2)), group="g-1")  # a gateway need not wait for it
    assert not writing.done()
    await writing
    assert await heir.take(minutes(3)) == ("g-1",)


async def test_messages_that_wait_from_the_time_of_a_single_process_are_found(street: Street) -> None:
    alone = SqlStore(street.store.database)
    await hear(alone, said("m1"), group="g-1")
    claims = (await street.worker())[0]
    assert await claims.take(minutes(1)) == ()
    await claims.begin()
    assert await claims.take(minutes(1)) == ("g-1",)


async def test_one_process_leads_and_another_as_soon_as_it_is_gone(street: Street) -> None:
    first, second = await street.wire(), await street.wire()
    assert await first.lead()
    assert not await second.lead()
    assert await first.lead()
    await street.dies(first)
    assert await second.lead()


async def test_a_process_hears_the_others_ring_and_not_itself(street: Street) -> None:
    first, second = await street.wire(), await street.wire()
    heard: list[str] = []
    first.listen(Bell.HEARD, lambda: heard.append("first"))
    second.listen(Bell.HEARD, lambda: heard.append("second"))
    second.listen(Bell.OFFICE, lambda: heard.append("office"))
    first.ring(Bell.HEARD)
    await until(lambda: bool(heard))
    second.ring(Bell.HEARD)
    await until(lambda: "first" in heard)
    assert heard == ["second", "first"]


async def test_who_wants_the_database_alone_does_not_get_it_beside_others_nor_others_beside_him(street: Street) -> None:
    shared = await street.wire()
    with pytest.raises(Occupied):
        await street.wire(alone=True)
    await street.dies(shared)
    alone = await street.wire(alone=True)
    with pytest.raises(Occupied):
        await street.wire()
    await street.dies(alone)
    await street.wire()


async def test_of_two_decisions_about_one_ticket_the_second_is_made_again_on_what_the_first_has_left(
    store: SqlStore, other: SqlStore
) -> None:
    await store.commit(opened(lamp()), now=minutes(0))
    seen: list[Ticket] = []
    for where in (store, other):
        thread = await where.thread(lamp().id)
        assert thread is not None
        seen.append(thread.ticket)
    assert await store.commit(changed(seen[0], EventKind.PROGRESS, at=minutes(1)), now=minutes(1))
    with pytest.raises(Conflict):
        await other.commit(changed(seen[1], EventKind.PROGRESS, at=minutes(2)), now=minutes(2))
    fresh = await other.thread(lamp().id)
    assert fresh is not None
    assert await other.commit(changed(fresh.ticket, EventKind.PROGRESS, at=minutes(2)), now=minutes(2))
    assert [event.kind for event in await store.history(lamp().id)] == [
        EventKind.OPENED,
        EventKind.PROGRESS,
        EventKind.PROGRESS,
    ]
