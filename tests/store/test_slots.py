"""Slots of the schedule: every run exactly once, and none forgotten."""

from bot.domain.outcome import Job, Outcome, Slot
from bot.ports import Trouble
from bot.store import SqlStore
from tests.store.world import GROUP, minutes, post, slot


async def test_slots_come_due_oldest_first(store: SqlStore) -> None:
    await store.add_slots([slot(minutes(30)), slot(minutes(10), Job.DIGEST, "t-1"), slot(minutes(10))])
    assert await store.due_slots(minutes(9)) == ()
    assert await store.due_slots(minutes(10)) == (slot(minutes(10), Job.DIGEST, "t-1"), slot(minutes(10)))
    assert await store.pending_slots() == (slot(minutes(10), Job.DIGEST, "t-1"), slot(minutes(10)), slot(minutes(30)))


async def test_a_slot_added_twice_runs_once(store: SqlStore) -> None:
    await store.add_slots([slot(minutes(10)), slot(minutes(10))])
    await store.commit(Outcome(slots=(slot(minutes(10)),)), now=minutes(0))
    assert await store.due_slots(minutes(10)) == (slot(minutes(10)),)
    assert await store.commit(Outcome(sends=(post("duty"),)), now=minutes(10), slot=slot(minutes(10)))
    await store.add_slots([slot(minutes(10))])
    assert await store.due_slots(minutes(99)) == ()


async def test_the_last_slot_of_each_job_is_known_even_when_done(store: SqlStore) -> None:
    await store.add_slots([slot(minutes(10)), slot(minutes(20)), slot(minutes(5), Job.DIGEST, "t-1")])
    await store.commit(Outcome(), now=minutes(20), slot=slot(minutes(20)))
    assert await store.last_slots() == {
        ("duty_notice", GROUP): slot(minutes(20)),
        ("digest", "t-1"): slot(minutes(5), Job.DIGEST, "t-1"),
    }


async def test_a_changed_schedule_drops_what_is_not_done_and_nothing_else(store: SqlStore) -> None:
    await store.add_slots([slot(minutes(10)), slot(minutes(20)), slot(minutes(30))])
    await store.commit(Outcome(), now=minutes(10), slot=slot(minutes(10)))
    await store.drop_slots([slot(minutes(10)), slot(minutes(20)), Slot(at=minutes(1), job=Job.RATING, scope="x")])
    assert await store.pending_slots() == (slot(minutes(30)),)
    assert (await store.last_slots())["duty_notice", GROUP] == slot(minutes(30))
    await store.add_slots([slot(minutes(10)), slot(minutes(20))])
    assert await store.pending_slots() == (slot(minutes(20)), slot(minutes(30)))


async def test_a_county_of_many_groups_may_change_its_hours(store: SqlStore) -> None:
    """SQLite takes no condition of more than a thousand parts, and 540 groups have as many runs waiting."""
    every = [
        Slot(at=minutes(10), job=job, scope=f"g-{n}") for job in (Job.DUTY_NOTICE, Job.WELCOME) for n in range(540)
    ]
    await store.add_slots([*every, slot(minutes(30))])
    await store.miss_slots(every[:3], now=minutes(500))
    await store.drop_slots(every)
    assert await store.pending_slots() == (slot(minutes(30)),)


async def test_after_a_long_sleep_all_that_was_missed_is_reported(store: SqlStore) -> None:
    every = [Slot(at=minutes(10), job=Job.DUTY_NOTICE, scope=f"g-{n}") for n in range(1100)]
    await store.add_slots(every)
    await store.miss_slots(every, now=minutes(500))
    assert await store.pending_slots() == ()
    assert len(await store.troubles(since=minutes(0))) == len(every)


async def test_a_run_that_fails_is_due_again_later_and_is_reported(store: SqlStore) -> None:
    await store.add_slots([slot(minutes(10)), slot(minutes(60))])
    await store.postpone(slot(minutes(10)), "KeyError: 'g-9'", until=minutes(16))
    assert await store.due_slots(minutes(15)) == ()
    assert await store.next_slot() == minutes(16)
    assert await store.due_slots(minutes(16)) == (slot(minutes(10)),)
    trouble = Trouble(at=minutes(10), kind="slot", subject=f"duty_notice/{GROUP}", cause="KeyError: 'g-9'")
    assert await store.troubles(since=minutes(12)) == (trouble,)
    assert await store.troubles(since=minutes(17)) == ()
    assert await store.commit(Outcome(), now=minutes(16), slot=slot(minutes(10)))
    assert await store.next_slot() == minutes(60)


async def test_a_missed_run_is_not_made_up_for_but_reported(store: SqlStore) -> None:
    await store.add_slots([slot(minutes(10)), slot(minutes(20))])
    await store.miss_slots([slot(minutes(10))], now=minutes(500))
    assert await store.due_slots(minutes(500)) == (slot(minutes(20)),)
    assert not await store.commit(Outcome(), now=minutes(500), slot=slot(minutes(10)))
    trouble = Trouble(at=minutes(10), kind="slot_missed", subject=f"duty_notice/{GROUP}", cause="到点时没有运行")
    assert await store.troubles(since=minutes(0)) == (trouble,)
