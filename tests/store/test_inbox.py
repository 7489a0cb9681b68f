"""What the store promises about messages that come in."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.messages import EVERYONE, Kind, Message
from bot.domain.outcome import NOTHING, Mark, Outcome
from bot.ports import GroupDay, Hearing, Trouble
from bot.store import SqlStore
from tests.store.world import GROUP, LAOZHENG, MORNING, hear, minutes, said


async def test_a_message_comes_back_as_it_was_said(store: SqlStore) -> None:
    incoming = replace(said("m1"), mentions=("u-3", EVERYONE), quote="m0")
    await hear(store, incoming, at=minutes(1))
    assert await store.pending(GROUP) == (
        Message(
            seq=1,
            platform="practice",
            id="m1",
            conversation=GROUP,
            group=GROUP,
            sender="u-12",
            name="阿珍",
            kind=Kind.TEXT,
            text="二组路灯又不亮了",
            at=MORNING,
            received_at=minutes(1),
            mentions=("u-3", EVERYONE),
            quote="m0",
        ),
    )
    (message,) = await store.pending(GROUP)
    assert message.at.utcoffset() == timedelta(0)


async def test_where_somebody_may_cry_for_help_is_known_until_it_is_handled_or_looked_at(store: SqlStore) -> None:
    await hear(store, said("m1", "早"), group="g-lw1")
    await hear(store, said("m2", "后山塌了 快来人"), group="g-lw1", urgent=True)
    await hear(store, said("m3", "快来人 打麻将三缺一"), group="g-sp1", urgent=True)
    await hear(store, said("m4", "有人落水"), group="g-xl1", urgent=True)
    assert await store.crying() == {"g-lw1", "g-sp1", "g-xl1"}
    assert [message.urgent for message in await store.pending("g-lw1")] == [False, True]
    await store.calm([3])
    assert await store.crying() == {"g-lw1", "g-xl1"}
    assert [message.urgent for message in await store.pending("g-sp1")] == [False]
    await store.commit(NOTHING, now=minutes(1), handled=[2])
    await store.fail([4], "wrong", now=minutes(1))
    assert await store.crying() == frozenset()
    assert not any(message.urgent for message in await store.recent("g-lw1", since=MORNING, before_seq=9))


async def test_a_message_delivered_twice_is_stored_and_counted_once(store: SqlStore) -> None:
    assert await hear(store, said("m1"))
    assert not await hear(store, said("m1", "同一条又送来一遍"))
    assert [message.text for message in await store.pending(GROUP)] == ["二组路灯又不亮了"]
    (day,) = await store.days([GROUP], since=date(2026, 3, 6))
    assert day.villager_messages == 1


async def test_the_same_number_on_another_platform_is_another_message(store: SqlStore) -> None:
    assert await hear(store, said("m1"))
    assert await hear(store, replace(said("m1"), platform="wechat"))


async def test_a_phone_whose_clock_runs_ahead_cannot_speak_from_the_future(store: SqlStore) -> None:
    await hear(store, said("m1", at=minutes(600)), at=minutes(1))
    (message,) = await store.pending(GROUP)
    assert message.at == minutes(1)


async def test_words_that_no_database_can_hold_lose_only_those_characters(store: SqlStore) -> None:
    broken = replace(said("m\x001", "路灯\x00不亮\ud83d了😀"), name="阿\udc00珍", mentions=("u\x00",), quote="\ud800")
    assert await hear(store, broken)
    assert not await hear(store, broken)
    (message,) = await store.pending(GROUP)
    assert (message.id, message.text, message.name) == ("m\ufffd1", "路灯\ufffd不亮\ufffd了😀", "阿\ufffd珍")
    assert (message.mentions, message.quote) == (("u\ufffd",), "\ufffd")


async def test_messages_wait_in_order_of_arrival_until_they_are_handled(store: SqlStore) -> None:
    for number in range(1, 4):
        await hear(store, said(f"m{number}"), at=minutes(number))
    await hear(store, said("x1"), group="g-other", at=minutes(0))
    assert await store.waiting() == {"g-other": minutes(0), GROUP: minutes(1)}
    assert await store.commit(NOTHING, now=minutes(4), handled=[1, 2])
    assert [message.id for message in await store.pending(GROUP)] == ["m3"]
    assert await store.waiting() == {"g-other": minutes(0), GROUP: minutes(3)}


async def test_a_message_that_cannot_be_handled_lets_those_behind_it_pass_and_is_reported(store: SqlStore) -> None:
    await hear(store, said("m1"))
    await hear(store, said("m2"))
    await store.fail([1], "ValueError: 看不懂", now=minutes(2))
    assert [message.id for message in await store.pending(GROUP)] == ["m2"]
    assert await store.troubles(since=minutes(0)) == (
        Trouble(at=minutes(2), kind="message", subject="practice/m1", cause="ValueError: 看不懂"),
    )
    assert await store.troubles(since=minutes(3)) == ()


async def test_what_was_said_just_before_is_found_whether_handled_or_not(store: SqlStore) -> None:
    for number in range(1, 5):
        await hear(store, said(f"m{number}"), at=minutes(number))
    await store.commit(NOTHING, now=minutes(5), handled=[2])
    recent = await store.recent(GROUP, since=minutes(2), before_seq=4)
    assert [message.id for message in recent] == ["m2", "m3"]
    last = await store.recent(GROUP, since=minutes(0), before_seq=5, most=2)
    assert [message.id for message in last] == ["m3", "m4"]


async def test_a_mark_is_found_again(store: SqlStore) -> None:
    for number in range(1, 4):
        await hear(store, said(f"m{number}", at=minutes(number)))
    outcome = Outcome(marks=((1, Mark.MAYBE), (2, Mark.PING), (3, Mark.MAYBE)))
    await store.commit(outcome, now=minutes(4), handled=[1, 2, 3])
    found = await store.marked(GROUP, [Mark.MAYBE], since=minutes(2))
    assert [message.id for message in found] == ["m3"]
    both = await store.marked(GROUP, [Mark.MAYBE, Mark.PING], since=minutes(0))
    assert [message.id for message in both] == ["m1", "m2", "m3"]


async def test_groups_that_nobody_configured_are_counted_by_their_conversation(store: SqlStore) -> None:
    for number, where in enumerate(("x-1", "x-2", "x-1", "x-1"), start=1):
        incoming = said(f"m{number}", at=minutes(number))
        await store.accept(incoming, conversation=where, group=None, by_cadre=False, received_at=minutes(number))
        await store.commit(Outcome(marks=((number, Mark.UNKNOWN_GROUP),)), now=minutes(9), handled=[number])
    assert await store.marked_anywhere(Mark.UNKNOWN_GROUP, since=minutes(2)) == {"x-1": 2, "x-2": 1}
    assert await store.marked_anywhere(Mark.MAYBE, since=minutes(0)) == {}


async def test_a_days_counts_tell_villagers_from_cadres_and_leave_out_comings_and_goings(store: SqlStore) -> None:
    await hear(store, said("m1"))
    await hear(store, said("m2", sender=LAOZHENG))
    await hear(store, said("m3"), cadre=True)
    await hear(store, replace(said("m4"), kind=Kind.JOIN))
    await hear(store, replace(said("m5"), kind=Kind.RENAME))
    assert await store.days([GROUP, "g-silent"], since=date(2026, 3, 6)) == (
        GroupDay(group=GROUP, day=date(2026, 3, 6), villager_messages=2, cadre_messages=1, heard=5),
    )


async def test_a_day_ends_at_midnight_in_the_village_not_in_greenwich(store: SqlStore) -> None:
    await hear(store, said("m1", at=minutes(887)))  # 23:59:03
    await hear(store, said("m2", at=minutes(888)))  # 00:00:03
    days = await store.days([GROUP], since=date(2026, 3, 6))
    assert [(day.day, day.villager_messages) for day in days] == [(date(2026, 3, 6), 1), (date(2026, 3, 7), 1)]
    assert [day.day for day in await store.days([GROUP], since=date(2026, 3, 7))] == [date(2026, 3, 7)]


async def test_a_group_is_heard_by_whoever_speaks_and_lives_by_its_villagers(store: SqlStore) -> None:
    await hear(store, said("m1", at=minutes(1)))
    await hear(store, said("m2", at=minutes(5)), cadre=True)
    await hear(store, replace(said("m3", at=minutes(9)), kind=Kind.JOIN))
    await hear(store, said("m0", at=minutes(0)), at=minutes(10))
    assert await store.hearing([GROUP, "g-deaf"]) == {
        GROUP: Hearing(group=GROUP, heard_at=minutes(10), villager_at=minutes(1)),
        "g-deaf": Hearing(group="g-deaf"),
    }


async def test_a_private_word_counts_for_no_group_and_is_traced_to_where_its_sender_last_spoke(store: SqlStore) -> None:
    await hear(store, said("m1"), group="g-old")
    await hear(store, said("m2"))
    private = replace(said("p1"), group=None)
    await store.accept(private, conversation="private:u-12", group=None, by_cadre=False, received_at=minutes(1))
    (message,) = await store.pending("private:u-12")
    assert message.private
    assert await store.home("practice", "u-12") == GROUP
    assert await store.home("wechat", "u-12") is None
    assert len(await store.days([GROUP, "g-old"], since=date(2026, 3, 6))) == 2


async def test_a_naive_time_is_refused(store: SqlStore) -> None:
    naive = minutes(0).replace(tzinfo=None)
    with pytest.raises((ValueError, TypeError)):
        await hear(store, said("m1"), at=naive)
    assert await store.waiting() == {}
