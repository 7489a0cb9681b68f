"""Several processes on one database, and a process that dies: nothing lost, nothing done twice."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

from bot.domain.messages import ToPerson
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind
from bot.ports import Conflict, SendState
from bot.store import SqlStore, open_store, verify
from bot.store.engine import connect
from tests.store.conftest import OnPostgres
from tests.store.world import GROUP, VILLAGE, changed, hear, lamp, minutes, opened, post, said, slot

ROOT = Path(__file__).parents[2]


async def test_two_processes_race_for_a_slot_and_one_duty_notice_goes_out(store: SqlStore, other: SqlStore) -> None:
    slots = [slot(minutes(number)) for number in range(20)]
    await store.add_slots(slots)

    async def run(where: SqlStore, number: int) -> bool:
        outcome = Outcome(sends=(post(f"duty/{number}/{id(where)}"),))
        return await where.commit(outcome, now=minutes(30), slot=slots[number])

    results = await asyncio.gather(*(run(where, number) for number in range(20) for where in (store, other)))
    won = [sum(results[at : at + 2]) for at in range(0, 40, 2)]
    assert won == [1] * 20
    assert len(await store.all_sent()) == 20
    assert await other.pending_slots() == ()


async def test_two_processes_race_for_a_message_and_one_ticket_is_opened(store: SqlStore, other: SqlStore) -> None:
    await hear(store, said("m1"))
    results = await asyncio.gather(
        *(where.commit(opened(lamp()), now=minutes(1), handled=[1]) for where in (store, other)), return_exceptions=True
    )
    assert sorted(map(str, results)) == ["False", "True"]
    assert [thread.ticket.number for thread in await store.all_threads()] == [1]


async def test_two_processes_never_give_two_tickets_one_number(store: SqlStore, other: SqlStore) -> None:
    async def open_next(where: SqlStore, name: str) -> None:
        while True:
            number = (await where.next_numbers([VILLAGE], 2026))[VILLAGE]
            try:
                await where.commit(opened(lamp(number), name), now=minutes(number))
            except Conflict:
                continue
            return

    await asyncio.gather(
        *(open_next(where, f"{name}{number}") for name, where in (("a", store), ("b", other)) for number in range(8))
    )
    assert [thread.ticket.number for thread in await store.all_threads()] == list(range(1, 17))
    assert await verify(store) == ()


async def test_no_count_and_no_event_is_lost_between_two_writers(store: SqlStore, other: SqlStore) -> None:
    await store.commit(opened(lamp()), now=minutes(0))

    async def work(where: SqlStore, name: str) -> None:
        await hear(where, said(name))
        await where.commit(changed(lamp(), EventKind.PROGRESS, at=minutes(1), note=name), now=minutes(1))

    await asyncio.gather(
        *(work(where, f"{name}{number}") for name, where in (("a", store), ("b", other)) for number in range(25))
    )
    (day,) = await store.days([GROUP], since=minutes(0).date())
    assert day.villager_messages == 50
    assert len(await store.history(lamp().id)) == 51
    assert len(await store.pending(GROUP)) == 50
    assert await verify(store) == ()


async def test_two_processes_deliver_every_message_once_and_in_order(store: SqlStore, other: SqlStore) -> None:
    sends = tuple(post(f"{who}/{part}", to=ToPerson(person=f"p-{who}")) for part in range(4) for who in range(6))
    await store.commit(Outcome(sends=sends), now=minutes(0))
    delivered: list[str] = []

    async def deliver(where: SqlStore) -> None:
        while claimed := await where.claim_sends(minutes(1), limit=3):
            for sent in claimed:
                delivered.append(sent.outgoing.dedupe_key)
                await where.settle(sent.id, SendState.SENT, now=minutes(1))

    while any(sent.state is SendState.PENDING for sent in await store.all_sent()):
        await asyncio.gather(deliver(store), deliver(other))
    assert sorted(delivered) == sorted(send.dedupe_key for send in sends)
    for who in range(6):
        mine = [key for key in delivered if key.startswith(f"{who}/")]
        assert mine == sorted(mine)


async def test_commits_of_two_villages_in_opposite_order_do_not_lock_each_other_up(
    store: SqlStore, other: SqlStore
) -> None:
    first, second = lamp(village="v-a"), lamp(village="v-b")
    await store.commit(opened(first, "a") + opened(second, "b"), now=minutes(0))
    one = changed(first, EventKind.PROGRESS, at=minutes(1)) + changed(second, EventKind.PROGRESS, at=minutes(1))
    two = changed(second, EventKind.PROGRESS, at=minutes(2)) + changed(first, EventKind.PROGRESS, at=minutes(2))
    results = await asyncio.gather(
        *(where.commit(outcome, now=minutes(2)) for _ in range(15) for where, outcome in ((store, one), (other, two)))
    )
    assert results == [True] * 30
    assert await verify(store) == ()


async def test_one_bad_outcome_among_many_harms_only_its_own_caller(store: SqlStore) -> None:
    names = [f"v-{number}" for number in range(9)]
    good = [store.commit(opened(lamp(village=name), name), now=minutes(1)) for name in names]
    bad = store.commit(opened(lamp(5), "m5"), now=minutes(1))
    results = await asyncio.gather(*good[:4], bad, *good[4:], return_exceptions=True)
    assert isinstance(results[4], Conflict)
    assert results[:4] + results[5:] == [True] * 9
    assert len(await store.all_threads()) == 9


async def test_a_caller_who_gives_up_takes_nobody_elses_message_along(store: SqlStore) -> None:
    tasks = [asyncio.ensure_future(hear(store, said(f"m{number}"))) for number in range(40)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [True] * 39
    stored = {message.id for message in await store.pending(GROUP)}
    assert stored >= {f"m{number}" for number in range(1, 40)}
    (day,) = await store.days([GROUP], since=minutes(0).date())
    assert day.villager_messages == len(stored)


@pytest.mark.parametrize("until", [3, 10, 31])
async def test_a_process_killed_in_the_middle_loses_nothing_that_it_acknowledged(url: str, until: int) -> None:
    told = await asyncio.to_thread(run_and_kill, url, until)
    accepted = {line.removeprefix("accepted ") for line in told if line.startswith("accepted ")}
    committed = {int(line.removeprefix("committed ")) for line in told if line.startswith("committed ")}
    store = await open_store(url)
    waiting = {message.id for message in await store.pending(GROUP)}
    threads = await store.all_threads()
    numbers = [thread.ticket.number for thread in threads]
    keys = {sent.outgoing.dedupe_key for sent in await store.all_sent()}
    handled = {message.id for message in await store.recent(GROUP, since=minutes(0), before_seq=10**9)} - waiting
    assert accepted <= waiting | handled
    assert committed <= set(numbers)
    assert numbers == list(range(1, len(numbers) + 1))
    assert keys == {f"receipt/{number}" for number in numbers}, "tickets and their posts come together"
    assert all(thread.links for thread in threads)
    assert handled == {f"m{number}-{part}" for number in numbers for part in range(3)}
    (day,) = await store.days([GROUP], since=minutes(0).date())
    assert day.villager_messages == len(waiting | handled)
    assert await verify(store) == ()
    await store.close()


def run_and_kill(url: str, until: int) -> list[str]:
    """Run a writer and kill it, without warning, after so many acknowledgements; returns what it acknowledged."""
    command = [sys.executable, str(Path(__file__).with_name("writer.py")), url]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(until)]
        process.send_signal(signal.SIGKILL)
        told += [line.strip() for line in process.stdout]
    assert process.returncode == -signal.SIGKILL
    return told


async def test_on_the_server_nobody_waits_for_a_message_that_another_process_is_just_claiming(
    on_postgres: OnPostgres, tmp_path: Path
) -> None:
    url = await on_postgres.fresh(tmp_path)
    store = SqlStore(connect(url, busy_seconds=1))
    sends = (post("a"), post("b", to=ToPerson(person="p-1")))
    await store.commit(Outcome(sends=sends), now=minutes(0))
    rival = await asyncpg.connect(url)
    try:
        await rival.execute("BEGIN; SELECT id FROM outbox WHERE id = 1 FOR UPDATE")
        assert [sent.id for sent in await store.claim_sends(minutes(1), limit=5)] == ["b2"]
    finally:
        await rival.close()
    assert [sent.id for sent in await store.claim_sends(minutes(1), limit=5)] == ["b1"]
    await store.close()
