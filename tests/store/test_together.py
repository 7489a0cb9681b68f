"""What joining and parting needs of the store: links that move, words that are read again, numbers of many villages."""

import pytest

from bot.domain.messages import Kind, Message
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, Relation
from bot.ports import Conflict
from bot.store import SqlStore
from tests.store.world import GROUP, MORNING, VILLAGE, changed, lamp, link, minutes


def brought(text: str, number: int = 1) -> Message:
    return Message(
        seq=0,
        platform="practice",
        id=f"pasted:{number}",
        conversation=f"group:{GROUP}",
        group=GROUP,
        sender="pasted:x",
        name="",
        kind=Kind.TEXT,
        text=text,
        at=MORNING,
        received_at=minutes(5),
    )


async def two_lamps(store: SqlStore) -> None:
    for number in (1, 2):
        opened = changed(lamp(number), EventKind.OPENED, at=MORNING)
        await store.commit(opened + Outcome(links=(link(lamp(number), f"m{number}"),)), now=MORNING)


async def test_a_link_moves_to_another_ticket(store: SqlStore) -> None:
    await two_lamps(store)
    gone, there = link(lamp(2), "m2"), link(lamp(1), "m2")
    await store.commit(Outcome(unlinks=(gone,), links=(there,)), now=minutes(1))
    first, second = await store.threads([VILLAGE], since=MORNING)
    assert [one.message for one in first.links] == ["m1", "m2"]
    assert second.links == ()
    assert (await store.linked("practice", "m2")) == first


async def test_what_somebody_else_has_moved_already_is_refused_and_nothing_is_written(store: SqlStore) -> None:
    await two_lamps(store)
    twice = Outcome(unlinks=(link(lamp(2), "m2"), link(lamp(2), "m2")), links=(link(lamp(1), "m2"),))
    with pytest.raises(Conflict):
        await store.commit(twice, now=minutes(1))
    assert [len(thread.links) for thread in await store.threads([VILLAGE], since=MORNING)] == [1, 1]


async def test_a_relation_is_part_of_what_is_taken_away(store: SqlStore) -> None:
    await two_lamps(store)
    await store.commit(Outcome(links=(link(lamp(1), "m1", Relation.PRIVATE_SUPPORT),)), now=minutes(1))
    await store.commit(Outcome(unlinks=(link(lamp(1), "m1", Relation.PRIVATE_SUPPORT),)), now=minutes(2))
    thread = await store.thread(lamp(1).id)
    assert thread is not None
    assert [one.relation for one in thread.links] == [Relation.PIECE]


async def test_what_an_officer_brought_in_is_kept_as_handled_and_read_again(store: SqlStore) -> None:
    await store.commit(Outcome(heard=(brought("二组路灯又不亮了"),)), now=minutes(5))
    await store.commit(Outcome(heard=(brought("不会覆盖"),)), now=minutes(6))
    assert await store.waiting() == {}
    found = await store.said((("practice", "pasted:1"), ("wechat", "pasted:1"), ("practice", "m9")))
    assert [(one.text, one.sender, one.at) for one in found] == [("二组路灯又不亮了", "pasted:x", MORNING)]
    assert (await store.hearing([GROUP]))[GROUP].heard_at is None


async def test_the_next_numbers_of_several_villages_are_asked_for_at_once(store: SqlStore) -> None:
    await two_lamps(store)
    assert await store.next_numbers([VILLAGE, "v-other"], 2026) == {VILLAGE: 3, "v-other": 1}
    assert await store.next_numbers([], 2026) == {}
