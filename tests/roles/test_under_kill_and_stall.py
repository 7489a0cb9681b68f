"""Workers and schedulers that die or stall: order kept, nothing lost, nothing twice, and the next takes over."""

import signal
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.clock import SystemClock
from bot.domain.messages import Incoming, Kind
from bot.domain.outcome import Job, Slot
from bot.domain.tickets import Relation
from bot.store import SqlStore, verify
from tests.roles.processes import Machine, Process, until

EACH = 12
HELD = text("SELECT count(*) FROM claims WHERE holder IS NOT NULL")
ENDED = text("SELECT conversation, seq, ended_at FROM inbox WHERE state = 'handled' ORDER BY seq")
COUNT = text("SELECT count(*) FROM inbox WHERE state = 'handled'")
FAILED = text("SELECT count(*) FROM inbox WHERE state = 'failed'")


async def backlog(store: SqlStore, groups: Sequence[str], *, each: int = EACH) -> int:
    """Many people have spoken in every group, each an hour's silence ago, and nobody has listened."""
    now = SystemClock().now() - timedelta(minutes=30)
    for number in range(each):
        for group in groups:
            at = now + timedelta(seconds=number)
            incoming = Incoming(
                platform="practice",
                id=f"{group}-{number}",
                group=group,
                sender=f"u-{group}-{number}",
                name="村民",
                kind=Kind.TEXT,
                text=f"{number}组的水管爆了，水流了一路，麻烦来修",
                sent_at=at,
            )
            await store.accept(incoming, conversation=f"group:{group}", group=group, by_cadre=False, received_at=at)
    return each * len(groups)


async def ask(store: SqlStore, question: Any) -> int:  # noqa: ANN401 - a statement
    answer: int = await store.database.read(lambda connection: connection.execute(question).scalar_one())
    return answer


async def whole(store: SqlStore, messages: int) -> None:
    """Everything was handled once, each group's in its order, and every ticket's trace is intact."""
    assert await ask(store, FAILED) == 0
    rows = await store.database.read(lambda connection: connection.execute(ENDED).all())
    assert len(rows) == messages
    latest: dict[str, datetime] = {}
    for row in rows:
        assert row.ended_at >= latest.get(row.conversation, row.ended_at), f"{row.conversation} out of order"
        latest[row.conversation] = row.ended_at
    threads = await store.all_threads()
    opened = Counter(link.message for thread in threads for link in thread.links if link.relation is Relation.PIECE)
    assert set(opened.values()) == {1}
    numbers: dict[str, list[int]] = {}
    for thread in threads:
        numbers.setdefault(thread.ticket.village, []).append(thread.ticket.number)
    assert all(given == list(range(1, len(given) + 1)) for given in numbers.values())
    assert await verify(store) == ()


async def half_way(store: SqlStore, messages: int, process: Process) -> None:
    """Wait until it is in the middle."""

    async def some() -> bool:
        assert process.running.poll() is None, process.log.read_text()
        return await ask(store, COUNT) > messages // 6

    await until(some, every=0.01)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stalled"])
async def test_a_worker_falls_out_in_the_middle_and_the_other_brings_it_to_the_same_end(
    machine: Machine, store: SqlStore, groups: Sequence[str], how: signal.Signals
) -> None:
    messages = await backlog(store, groups)
    first = machine.start("worker")
    await half_way(store, messages, first)
    first.running.send_signal(how)
    second = machine.start("worker")

    async def done() -> bool:
        return await ask(store, COUNT) == messages

    await until(lambda: second.has_logged("started"))
    await until(done)
    if how is signal.SIGSTOP:
        first.wake()  # it comes to itself in the middle of what is done long since
        await until(lambda: first.has_logged("wire_lost"))
        await say_again(store, groups)
        messages += len(groups)
        await until(done)
        first.end()
    await whole(store, messages)
    second.end()
    assert await ask(store, HELD) == 0


async def say_again(store: SqlStore, groups: Sequence[str]) -> None:
    """One more in every group, for either of them."""
    now = SystemClock().now() - timedelta(minutes=5)
    for group in groups:
        incoming = Incoming(
            platform="practice",
            id=f"{group}-last",
            group=group,
            sender=f"u-{group}-last",
            name="村民",
            kind=Kind.TEXT,
            text="村口的路灯也不亮了，请修一下",
            sent_at=now,
        )
        await store.accept(incoming, conversation=f"group:{group}", group=group, by_cadre=False, received_at=now)


async def test_a_worker_that_is_asked_to_end_finishes_what_it_has_in_hand_and_leaves_the_rest(
    machine: Machine, store: SqlStore, groups: Sequence[str]
) -> None:
    messages = await backlog(store, groups)
    first = machine.start("worker")
    await half_way(store, messages, first)
    first.end()
    assert await ask(store, HELD) == 0
    second = machine.start("worker")

    async def done() -> bool:
        return await ask(store, COUNT) == messages

    await until(done)
    await whole(store, messages)
    second.end()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stalled"])
async def test_the_schedule_goes_on_with_the_next_when_its_leader_falls_out_and_nothing_is_done_twice(
    machine: Machine, store: SqlStore, how: signal.Signals
) -> None:
    first = await machine.started("scheduler")
    await until(lambda: first.has_logged("schedule_taken"))
    second = await machine.started("scheduler")
    soon = Slot(at=SystemClock().now() + timedelta(seconds=1), job=Job.RECEIPT, scope="g-lw1")
    await store.add_slots([soon])
    await until_done(store, soon)
    assert not second.has_logged("schedule_taken")
    first.running.send_signal(how)
    later = Slot(at=SystemClock().now(), job=Job.RECEIPT, scope="g-lw1")
    await store.add_slots([later])
    await until(lambda: second.has_logged("schedule_taken"))
    await until_done(store, later)
    second.end()


async def until_done(store: SqlStore, slot: Slot) -> None:
    async def done() -> bool:
        return slot not in await store.pending_slots()

    await until(done)
