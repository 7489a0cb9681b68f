"""How the whole bot stands, read on both databases; and what came to an end is counted once."""

from datetime import timedelta

from bot.domain.outcome import Outcome
from bot.ports import SendState
from bot.ports.lines import LineRecord
from bot.ports.operator import GIVEN_UP_IN_DOUBT, Failing, Marks
from bot.ports.platform import Gap, LineState
from bot.store import SqlStore
from tests.store.world import clue, hear, lamp, minutes, opened, post, said, slot


async def test_an_empty_database_stands_well(store: SqlStore) -> None:
    standing = await store.standing(minutes(0))
    assert (standing.waiting, standing.unsent, standing.in_doubt, standing.given_up, standing.missed) == (0,) * 5
    assert standing.waiting_since is standing.unsent_since is standing.late_since is standing.given_up_at is None
    assert (standing.failing, standing.lines, standing.gaps) == ((), (), ())


async def test_the_oldest_message_that_nobody_handled_is_told(store: SqlStore) -> None:
    for number in (1, 2, 3):
        await hear(store, said(f"m{number}"), at=minutes(number))
    await store.commit(Outcome(), now=minutes(4), handled=[1])
    standing = await store.standing(minutes(5))
    assert (standing.waiting, standing.waiting_since) == (2, minutes(2))


async def test_the_oldest_cry_that_nobody_handled_is_told(store: SqlStore) -> None:
    await hear(store, said("m1"), at=minutes(1))
    await hear(store, said("m2", "后山塌了 快来人"), at=minutes(2), urgent=True)
    await hear(store, said("m3", "有人落水"), at=minutes(3), urgent=True)
    standing = await store.standing(minutes(5))
    assert (standing.waiting_since, standing.crying_since) == (minutes(1), minutes(2))
    await store.commit(Outcome(), now=minutes(4), handled=[1, 2])
    assert (await store.standing(minutes(5))).crying_since == minutes(3)
    await store.commit(Outcome(), now=minutes(4), handled=[3])
    assert (await store.standing(minutes(5))).crying_since is None


async def test_what_is_held_for_its_hour_is_not_late_before_it(store: SqlStore) -> None:
    await store.commit(Outcome(sends=(post("later", not_before=minutes(60)), post("now"))), now=minutes(0))
    standing = await store.standing(minutes(30))
    assert (standing.unsent, standing.unsent_since) == (1, minutes(0))
    standing = await store.standing(minutes(90))
    assert (standing.unsent, standing.unsent_since) == (2, minutes(0))
    (first,) = await store.claim_sends(minutes(90), limit=1)
    await store.settle(first.id, SendState.PENDING, now=minutes(90), next_attempt_at=minutes(95))
    assert (await store.standing(minutes(91))).unsent == 1, "one waits for another attempt"


async def test_sends_in_doubt_are_those_of_which_something_may_still_be_learnt(store: SqlStore) -> None:
    await store.commit(Outcome(sends=(post("a"),)), now=minutes(0))
    (sent,) = await store.claim_sends(minutes(0), limit=9)
    assert (await store.standing(minutes(0))).in_doubt == 1
    await store.settle(sent.id, SendState.UNKNOWN, now=minutes(1), error="timeout")
    assert (await store.standing(minutes(1))).in_doubt == 1
    await store.settle(sent.id, SendState.FAILED, now=minutes(3), error=f"{GIVEN_UP_IN_DOUBT}（timeout）")
    standing = await store.standing(minutes(4))
    assert (standing.in_doubt, standing.given_up, standing.given_up_at) == (0, 1, minutes(3))
    assert (await store.standing(minutes(3) + timedelta(days=1))).given_up == 0


async def test_a_run_that_fails_is_late_no_more_but_failing_and_its_tries_are_counted(store: SqlStore) -> None:
    digest = slot(minutes(0), scope="person:p-3")
    await store.add_slots([digest, slot(minutes(60))])
    assert (await store.standing(minutes(5))).late_since == minutes(0)
    for _ in range(3):
        await store.postpone(digest, "KeyError at x.py:1", until=minutes(9))
    standing = await store.standing(minutes(5))
    assert standing.late_since is None
    failing = Failing(job="duty_notice", due_at=minutes(0), tries=3, cause="KeyError at x.py:1")
    assert standing.failing == (failing,), "whom it is about is not told"
    await store.commit(Outcome(), now=minutes(10), slot=digest)
    assert (await store.standing(minutes(10))).failing == ()


async def test_missed_runs_lines_and_gaps_of_the_last_day_are_told(store: SqlStore) -> None:
    late = slot(minutes(0))
    await store.add_slots([late])
    await store.miss_slots([late], now=minutes(9))
    line = LineRecord(platform="wechat", state=LineState.OFFLINE, at=minutes(0), down_since=minutes(0))
    await store.save_line(line)
    gap = Gap(platform="wechat", account="a", since=minutes(-9), until=minutes(-1), why="")
    await store.add_gap(gap)
    standing = await store.standing(minutes(10))
    assert (standing.missed, standing.lines, standing.gaps) == (1, (line,), (gap,))
    tomorrow = await store.standing(minutes(10) + timedelta(days=1))
    assert (tomorrow.missed, tomorrow.gaps) == (0, ())


async def test_what_ends_is_counted_once_and_a_young_row_a_little_later(store: SqlStore) -> None:
    await hear(store, said("m1"), at=minutes(0))
    await store.commit(Outcome(sends=(post("a"), post("b", not_before=minutes(600)))), now=minutes(0))
    marks = await store.marks()
    assert marks == Marks(inbox=1, outbox=2, events=0, open_messages=frozenset({1}), open_sends=frozenset({1, 2}))
    await store.commit(opened(lamp()) + Outcome(clues=(clue("m1"),)), now=minutes(1), handled=[1])
    await hear(store, said("m2"), at=minutes(2))
    await store.fail([2], "KeyError at x.py:1", now=minutes(2))
    (sent,) = await store.claim_sends(minutes(2), limit=9)
    await store.settle(sent.id, SendState.SENT, now=minutes(2), platform="practice", platform_id="x")

    counted = await store.counted(marks, before=minutes(2))
    assert (counted.messages, counted.sends, counted.tickets) == ({"handled": 1}, {"sent": 1}, {"help": 1})
    assert counted.marks == Marks(inbox=1, outbox=2, events=1, open_sends=frozenset({2}))
    again = await store.counted(counted.marks, before=minutes(3))
    assert (again.messages, again.sends, again.tickets) == ({"failed": 1}, {}, {})
    last = await store.counted(again.marks, before=minutes(3))
    assert (last.messages, last.sends, last.tickets) == ({}, {}, {})
    assert last.marks == again.marks


async def test_a_lease_from_before_the_clock_was_put_back_binds_nobody(store: SqlStore) -> None:
    wrong, right = minutes(300), minutes(0)
    await store.take_lease("wechat", "dead", now=wrong, until=wrong + timedelta(seconds=30))
    lease = await store.take_lease("wechat", "alive", now=right, until=right + timedelta(seconds=30))
    assert lease.holder == "alive"
    ahead = right + timedelta(minutes=1)
    lease = await store.take_lease("wechat", "ahead", now=ahead, until=ahead + timedelta(seconds=30))
    lease = await store.take_lease("wechat", "alive", now=right, until=right + timedelta(seconds=30))
    assert lease.holder == "ahead", "a clock that is a minute ahead is no reason to take it away"
