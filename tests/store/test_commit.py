"""One outcome, one transaction: wholly, once, or not at all."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from bot.domain.categories import Category, Level
from bot.domain.outcome import NOTHING, Change, Outcome
from bot.domain.tickets import Channel, Colour, Contact, Effect, EventKind, Relation, State, Thread, Ticket
from bot.ports import Conflict
from bot.store import SqlStore, dump
from tests.store.world import (
    ACHEN,
    MORNING,
    VILLAGE,
    changed,
    closed,
    clue,
    event,
    hear,
    lamp,
    link,
    minutes,
    opened,
    post,
    said,
    slot,
)


async def test_a_ticket_is_opened_with_its_message_its_history_and_its_posts(store: SqlStore) -> None:
    await hear(store, said("m1"))
    outcome = opened(lamp()) + Outcome(sends=(post("receipt/1"),), slots=(slot(minutes(60)),), clues=(clue("m9"),))
    assert await store.commit(outcome, now=minutes(1), handled=[1])
    assert await store.thread(lamp().id) == Thread(ticket=lamp(), links=(link(lamp(), "m1"),))
    assert await store.history(lamp().id) == (event(lamp()),)
    assert [sent.outgoing for sent in await store.all_sent()] == [post("receipt/1")]
    assert await store.pending_slots() == (slot(minutes(60)),)
    assert await store.clues([VILLAGE], since=MORNING) == (clue("m9"),)
    assert await store.waiting() == {}


async def test_every_field_of_a_ticket_survives(store: SqlStore) -> None:
    full = Ticket(
        id="v-lw-2026-1",
        village=VILLAGE,
        year=2026,
        number=1,
        category=Category.DISCLOSURE,
        urgent=True,
        state=State.REOPENED,
        level=Level.DEPARTMENT,
        unit="d-power",
        owner="p-8",
        platform="wechat",
        group=None,
        requester=ACHEN,
        text="账目😀",
        topic="账目",
        place="村部",
        said_at=minutes(1),
        opened_at=minutes(2),
        due_at=minutes(3),
        due_provisional=True,
        hop_due_at=minutes(4),
        first_cadre_reply="m5",
        answer="m6",
        answer_text="已公布",
        closed_by="p-3",
        closed_at=minutes(5) + timedelta(microseconds=123),
        reopened_by="m7",
        receipted_at=minutes(6),
        rating="满意",
        channel=Channel.VISIT,
        registered_by="p-3",
        units=("v-lw", "t-qh", "d-power"),
        returns=1,
        pushed_down=2,
        extension_days=3,
        paused_at=minutes(7),
        paused_days=4,
        pauses=1,
        times_overdue=5,
        colour=Colour.YELLOW,
        reopenings=6,
        supervised_at=minutes(8),
        offered_to="p-9",
        merged_into="v-lw-2026-2",
        effect=Effect.RECTIFIED,
        contact=Contact.PHONE,
        publication="3月20日公示栏",
        careful=True,
        version=0,
    )
    unset = [part.name for part in fields(Ticket) if getattr(full, part.name) == part.default]
    assert unset == [], "this test must set every field, or a forgotten column goes unnoticed"
    await store.commit(Outcome(changes=(Change(ticket=full, events=()),)), now=minutes(6))
    assert await store.thread(full.id) == Thread(ticket=full, links=())


async def test_a_message_already_handled_undoes_the_whole_outcome(store: SqlStore) -> None:
    await hear(store, said("m1"))
    await hear(store, said("m2"))
    assert await store.commit(NOTHING, now=minutes(1), handled=[2])
    before = await dump(store)
    outcome = opened(lamp()) + Outcome(sends=(post("receipt/1"),))
    assert not await store.commit(outcome, now=minutes(2), handled=[1, 2])
    assert await dump(store) == before


async def test_a_slot_already_done_undoes_the_whole_outcome(store: SqlStore) -> None:
    await store.add_slots([slot(minutes(0))])
    assert await store.commit(Outcome(sends=(post("duty/1"),)), now=minutes(1), slot=slot(minutes(0)))
    before = await dump(store)
    assert not await store.commit(Outcome(sends=(post("duty/2"),)), now=minutes(2), slot=slot(minutes(0)))
    assert not await store.commit(Outcome(sends=(post("duty/3"),)), now=minutes(2), slot=slot(minutes(9)))
    assert await dump(store) == before


async def test_of_two_forms_of_one_ticket_the_later_wins_and_all_events_stay(store: SqlStore) -> None:
    first, last = lamp(), closed(lamp(), minutes(9))
    outcome = opened(first) + changed(last, EventKind.CLOSED, at=minutes(9))
    await store.commit(outcome, now=minutes(9))
    thread = await store.thread(first.id)
    assert thread is not None
    assert thread.ticket == last
    assert [entry.kind for entry in await store.history(first.id)] == [EventKind.OPENED, EventKind.CLOSED]


async def test_numbers_count_on_per_village_and_year(store: SqlStore) -> None:
    assert await store.next_numbers([VILLAGE], 2026) == {VILLAGE: 1}
    await store.commit(opened(lamp(1)) + opened(lamp(2), "m2"), now=minutes(1))
    assert await store.next_numbers([VILLAGE, "v-other"], 2026) == {VILLAGE: 3, "v-other": 1}
    assert await store.next_numbers([VILLAGE], 2027) == {VILLAGE: 1}


@pytest.mark.parametrize("number", [1, 3])
async def test_a_ticket_is_never_silently_renumbered(store: SqlStore, number: int) -> None:
    await hear(store, said("m1"))
    await store.commit(opened(lamp(1)), now=minutes(1))
    before = await dump(store)
    taken = replace(lamp(number), id="v-lw-2026-other")
    with pytest.raises(Conflict, match="the next number of v-lw in 2026 is 2"):
        await store.commit(opened(taken), now=minutes(2), handled=[1])
    assert await dump(store) == before


async def test_a_link_to_no_ticket_is_refused(store: SqlStore) -> None:
    with pytest.raises(Conflict, match="v-lw-2026-7"):
        await store.commit(Outcome(links=(link(lamp(7), "m1"),)), now=minutes(1))


async def test_a_message_linked_twice_in_the_same_way_is_linked_once(store: SqlStore) -> None:
    await store.commit(opened(lamp()), now=minutes(1))
    again = Outcome(links=(link(lamp(), "m1"), link(lamp(), "m1", Relation.SUPPORT)))
    await store.commit(again, now=minutes(2))
    thread = await store.thread(lamp().id)
    assert thread is not None
    assert [found.relation for found in thread.links] == [Relation.PIECE, Relation.SUPPORT]


async def test_a_message_belongs_first_to_the_ticket_that_it_opened(store: SqlStore) -> None:
    await store.commit(opened(lamp(1), "m1") + opened(lamp(2), "m2"), now=minutes(1))
    await store.commit(Outcome(links=(link(lamp(1), "m2", Relation.FOLLOWUP),)), now=minutes(2))
    await store.commit(Outcome(links=(link(lamp(1), "m3", Relation.SUPPORT),)), now=minutes(2))
    found = await store.linked("practice", "m2")
    assert found is not None
    assert found.ticket.number == 2
    joined = await store.linked("practice", "m3")
    assert joined is not None
    assert joined.ticket.number == 1
    assert await store.linked("wechat", "m2") is None
    assert await store.linked("practice", "m8") is None


async def test_live_tickets_stay_in_sight_and_ended_ones_only_while_something_happens(store: SqlStore) -> None:
    for number in (1, 2, 3):
        await store.commit(opened(lamp(number), f"m{number}"), now=minutes(0))
    await store.commit(changed(closed(lamp(2), minutes(10)), EventKind.CLOSED, at=minutes(10)), now=minutes(10))
    await store.commit(changed(closed(lamp(3), minutes(10)), EventKind.CLOSED, at=minutes(10)), now=minutes(10))
    await store.commit(Outcome(links=(link(lamp(3), "m9", Relation.THANKS, at=minutes(30)),)), now=minutes(30))
    await store.commit(opened(lamp(1, village="v-other"), "x1"), now=minutes(0))
    seen = [thread.ticket.number for thread in await store.threads([VILLAGE], since=minutes(10))]
    assert seen == [1, 2, 3]
    later = [thread.ticket.number for thread in await store.threads([VILLAGE], since=minutes(20))]
    assert later == [1, 3]
    everything = [(thread.ticket.village, thread.ticket.number) for thread in await store.all_threads()]
    assert everything == [(VILLAGE, 1), (VILLAGE, 2), (VILLAGE, 3), ("v-other", 1)]


async def test_the_village_of_somebodys_last_ticket_is_known(store: SqlStore) -> None:
    assert await store.village_asked_for("practice", ACHEN) is None
    await store.commit(opened(lamp(1)), now=minutes(1))
    moved = replace(lamp(1, village="v-new"), opened_at=minutes(9))
    await store.commit(opened(moved, "m2"), now=minutes(9))
    assert await store.village_asked_for("practice", ACHEN) == "v-new"


async def test_a_clue_is_kept_once_and_only_for_its_village(store: SqlStore) -> None:
    await store.commit(Outcome(clues=(clue("m1", "m2"),)), now=minutes(1))
    await store.commit(Outcome(clues=(clue("m1"), clue("m3", at=minutes(5)))), now=minutes(5))
    assert await store.clues([VILLAGE], since=MORNING) == (clue("m1", "m2"), clue("m3", at=minutes(5)))
    assert await store.clues([VILLAGE], since=minutes(1)) == (clue("m3", at=minutes(5)),)
    assert await store.clues(["v-other"], since=MORNING) == ()


async def test_a_small_fact_is_remembered_and_replaced(store: SqlStore) -> None:
    assert await store.recall("practice-clock") is None
    await store.remember("practice-clock", "2026-03-06")
    await store.remember("practice-clock", "2026-03-07")
    assert await store.recall("practice-clock") == "2026-03-07"
