"""``xiaowei audit verify``: nobody edits the history of a ticket without being found out."""

from functools import partial

import pytest
from sqlalchemy import Connection, text

from bot.domain.outcome import Change, Outcome
from bot.domain.tickets import EventKind
from bot.store import Break, SqlStore, dump, verify
from bot.store.audit import heads
from bot.store.chain import Content, entry_hash
from bot.store.columns import pack_data
from tests.store.world import VILLAGE, changed, closed, event, hear, lamp, minutes, opened, said

OTHER = "v-other"


async def live(store: SqlStore) -> None:
    """A ticket with five events in one village, and one with a single event in the next."""
    await store.commit(opened(lamp()), now=minutes(0))
    for at, kind in enumerate((EventKind.PROMPTED, EventKind.PROGRESS, EventKind.ANSWERED), start=1):
        await store.commit(changed(lamp(), kind, at=minutes(at), note=f"第{at}步"), now=minutes(at))
    await store.commit(changed(closed(lamp(), minutes(9)), EventKind.CLOSED, at=minutes(9)), now=minutes(9))
    await store.commit(opened(lamp(village=OTHER), "x1"), now=minutes(9))


async def tamper(store: SqlStore, statement: str, **values: object) -> None:
    """Somebody opens the database with another tool."""
    await store.database.write(partial(run, statement=statement, values=values))


def run(connection: Connection, statement: str, values: dict[str, object]) -> None:
    """One statement, as it stands."""
    connection.execute(text(statement), values)


MOVE = "UPDATE ticket_events SET position = :to WHERE village = 'v-lw' AND position = :was"


async def test_an_untouched_history_is_whole(store: SqlStore) -> None:
    await live(store)
    assert await verify(store) == ()
    assert {village: length for village, (length, _) in (await heads(store)).items()} == {VILLAGE: 5, OTHER: 1}


async def test_an_empty_database_is_whole(store: SqlStore) -> None:
    assert await verify(store) == ()


async def test_events_of_several_tickets_of_a_village_form_one_chain(store: SqlStore) -> None:
    both = opened(lamp(1), "m1") + opened(lamp(2), "m2") + changed(lamp(1), EventKind.PROGRESS, at=minutes(1))
    await store.commit(both, now=minutes(1))
    assert (await heads(store))[VILLAGE][0] == 3
    assert await verify(store) == ()


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE ticket_events SET data = replace(data, '第2步', '早就办了') WHERE village = 'v-lw' AND position = 3",
        "UPDATE ticket_events SET at = (SELECT max(at) FROM ticket_events) WHERE village = 'v-lw' AND position = 3",
        "UPDATE ticket_events SET actor = 'p-9' WHERE village = 'v-lw' AND position = 3",
        "UPDATE ticket_events SET kind = 'answered' WHERE village = 'v-lw' AND position = 3",
        "UPDATE ticket_events SET rule = '' WHERE village = 'v-lw' AND position = 3",
    ],
)
async def test_an_edited_event_is_found(store: SqlStore, edit: str) -> None:
    await live(store)
    await tamper(store, edit)
    assert await verify(store) == (Break(village=VILLAGE, position=3, what="内容被改动过（工单 v-lw-2026-1）"),)


async def test_an_event_moved_to_another_ticket_is_found(store: SqlStore) -> None:
    await live(store)
    await tamper(store, "UPDATE ticket_events SET ticket = 'v-other-2026-1' WHERE village = 'v-lw' AND position = 3")
    assert await verify(store) == (Break(village=VILLAGE, position=3, what="内容被改动过（工单 v-other-2026-1）"),)


async def test_an_event_whose_hash_was_made_up_is_found_twice(store: SqlStore) -> None:
    await live(store)
    await tamper(
        store, "UPDATE ticket_events SET hash = :made_up WHERE village = 'v-lw' AND position = 3", made_up="a" * 64
    )
    assert await verify(store) == (
        Break(village=VILLAGE, position=3, what="内容被改动过（工单 v-lw-2026-1）"),
        Break(village=VILLAGE, position=4, what="与前一条接不上：记录被插入、调换过次序或整条换过"),
    )


async def test_an_edit_with_its_hash_computed_anew_is_found_at_the_next_event(store: SqlStore) -> None:
    await live(store)
    third = (await store.history(lamp().id))[2]
    second_hash = next(row[-1] for row in (await dump(store))["ticket_events"] if row[1:3] == (VILLAGE, 2))
    content = Content(
        ticket=third.ticket, at=third.at, kind="progress", actor="p-9", data=pack_data(third.data), rule=third.rule
    )
    await tamper(
        store,
        "UPDATE ticket_events SET actor = 'p-9', hash = :hash WHERE village = 'v-lw' AND position = 3",
        hash=entry_hash(str(second_hash), content),
    )
    assert await verify(store) == (
        Break(village=VILLAGE, position=4, what="与前一条接不上：记录被插入、调换过次序或整条换过"),
    )


async def test_a_deleted_event_is_found(store: SqlStore) -> None:
    await live(store)
    await tamper(store, "DELETE FROM ticket_events WHERE village = 'v-lw' AND position IN (2, 3)")
    assert await verify(store) == (Break(village=VILLAGE, position=2, what="缺少 2 条记录（第 2 条起）：被删除过"),)


async def test_a_deleted_event_whose_gap_was_closed_is_found(store: SqlStore) -> None:
    await live(store)
    await tamper(store, "DELETE FROM ticket_events WHERE village = 'v-lw' AND position = 2")
    for was in (3, 4, 5):
        await tamper(store, MOVE, was=was, to=was - 1)
    assert await verify(store) == (
        Break(village=VILLAGE, position=2, what="与前一条接不上：记录被插入、调换过次序或整条换过"),
        Break(village=VILLAGE, position=5, what="末尾少了 1 条记录：被删除过"),
    )


async def test_two_events_that_changed_places_are_found(store: SqlStore) -> None:
    await live(store)
    for was, to in ((2, 99), (3, 2), (99, 3)):
        await tamper(store, MOVE, was=was, to=to)
    assert [found.position for found in await verify(store)] == [2, 3, 4]


async def test_an_inserted_event_is_found(store: SqlStore) -> None:
    await live(store)
    for was in (5, 4):
        await tamper(store, MOVE, was=was, to=was + 1)
    await tamper(
        store,
        """INSERT INTO ticket_events (village, position, ticket, at, kind, actor, data, rule, prev_hash, hash)
        SELECT village, 4, ticket, at, kind, actor, data, rule, prev_hash, hash
        FROM ticket_events WHERE village = 'v-lw' AND position = 3""",
    )
    found = await verify(store)
    assert found[0] == Break(village=VILLAGE, position=4, what="与前一条接不上：记录被插入、调换过次序或整条换过")
    assert found[-1] == Break(village=VILLAGE, position=6, what="末尾多了 1 条记录：不是本程序写入的")


async def test_a_tail_that_was_cut_off_is_found(store: SqlStore) -> None:
    await live(store)
    await tamper(store, "DELETE FROM ticket_events WHERE village = 'v-lw' AND position > 3")
    assert await verify(store) == (Break(village=VILLAGE, position=4, what="末尾少了 2 条记录：被删除过"),)


async def test_a_history_that_was_wiped_out_is_found(store: SqlStore) -> None:
    await live(store)
    await tamper(store, "DELETE FROM ticket_events WHERE village = 'v-lw'")
    assert await verify(store) == (Break(village=VILLAGE, position=1, what="末尾少了 5 条记录：被删除过"),)


async def test_an_event_added_at_the_end_by_hand_is_found(store: SqlStore) -> None:
    await live(store)
    await tamper(
        store,
        """INSERT INTO ticket_events (village, position, ticket, at, kind, actor, data, rule, prev_hash, hash)
        SELECT village, 6, ticket, at, kind, actor, data, rule, hash, :made_up
        FROM ticket_events WHERE village = 'v-lw' AND position = 5""",
        made_up="b" * 64,
    )
    assert await verify(store) == (
        Break(village=VILLAGE, position=6, what="内容被改动过（工单 v-lw-2026-1）"),
        Break(village=VILLAGE, position=6, what="末尾多了 1 条记录：不是本程序写入的"),
    )


async def test_a_removed_record_of_the_end_is_found(store: SqlStore) -> None:
    await live(store)
    await tamper(store, "DELETE FROM chain_heads WHERE village = 'v-lw'")
    assert await verify(store) == (Break(village=VILLAGE, position=5, what="链尾登记不见了，无法证明末尾没有被删除"),)


async def test_a_changed_record_of_the_end_is_found(store: SqlStore) -> None:
    await live(store)
    await tamper(store, "UPDATE chain_heads SET hash = :made_up WHERE village = 'v-lw'", made_up="c" * 64)
    assert await verify(store) == (Break(village=VILLAGE, position=5, what="最后一条与链尾登记不符：被换过或改动过"),)


async def test_several_villages_are_reported_each_for_itself(store: SqlStore) -> None:
    await live(store)
    await tamper(store, "UPDATE ticket_events SET actor = 'p-9' WHERE position = 1")
    assert [found.village for found in await verify(store)] == [VILLAGE, OTHER]


async def test_a_long_history_is_read_in_pages_and_still_whole(store: SqlStore) -> None:
    many = tuple(event(lamp(), EventKind.PROGRESS, at=minutes(at / 60)) for at in range(4100))
    await store.commit(Outcome(changes=(Change(ticket=lamp(), events=many),)), now=minutes(1))
    assert await verify(store) == ()
    await tamper(store, "UPDATE ticket_events SET actor = 'p-9' WHERE position = 2001")
    assert [found.position for found in await verify(store)] == [2001]


async def test_words_that_no_database_can_hold_do_not_break_the_chain(store: SqlStore) -> None:
    await hear(store, said("m1"))
    strange = changed(lamp(), EventKind.OPENED, at=minutes(1), note="半个\ud83d字\x00")
    await store.commit(strange, now=minutes(1), handled=[1])
    assert await verify(store) == ()
    (entry,) = await store.history(lamp().id)
    assert entry.data["note"] == "半个\ufffd字\ufffd"
