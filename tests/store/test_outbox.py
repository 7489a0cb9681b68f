"""The outbox: once per key, in order per recipient, never blindly repeated."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.messages import Card, Outgoing, OutKind, ToAccount, ToPerson
from bot.domain.outcome import Outcome
from bot.ports import GroupDay, Hearing, SendState, Sent, Trouble
from bot.store import SqlStore
from tests.store.world import GROUP, OFFICER, hear, minutes, post, said

TO_OFFICER = ToPerson(person=OFFICER)


async def put(store: SqlStore, *sends: Outgoing) -> None:
    """Some decision wants these sent."""
    await store.commit(Outcome(sends=sends), now=minutes(0))


async def claimed(store: SqlStore, at: float, *, limit: int = 10) -> list[str]:
    """Ids of what is claimed at that minute."""
    return [sent.id for sent in await store.claim_sends(minutes(at), limit=limit)]


async def test_a_message_of_the_bot_comes_back_with_every_field(store: SqlStore) -> None:
    full = Outgoing(
        to=ToAccount(platform="wechat", account="wx/12:3"),
        kind=OutKind.QUESTION,
        text="是哪一盏灯?",
        dedupe_key="question/1",
        not_before=minutes(0),
        ticket="v-lw-2026-1",
        quote="m1",
        confidential=True,
        choices=("12 办结", "12 进展 明天"),
        asked_of="u-7",
        content="c-5",
        attachment="9f86d081",
        card=Card(title="公开栏", description="三月的账", url="https://village.example/march", page="a?b=c"),
    )
    await put(store, full)
    (sent,) = await store.claim_sends(minutes(1), limit=1)
    assert sent.outgoing.dedupe_key != "question/1", "the key of a confidential message names accounts"
    full = replace(full, dedupe_key=sent.outgoing.dedupe_key)
    assert sent == Sent(id="b1", outgoing=full, state=SendState.SENDING, created_at=minutes(0), attempts=1)
    await store.settle("b1", SendState.SENT, now=minutes(2), platform="wechat", platform_id="w-77")
    done = replace(sent, state=SendState.SENT, sent_at=minutes(2), platform="wechat", platform_id="w-77")
    assert await store.all_sent() == (done,)
    assert await store.sent_to("account:wechat/wx/12:3", since=minutes(2)) == (done,)
    assert await store.sent_to("account:wechat/wx/12:3", since=minutes(3)) == ()
    assert await store.sent_to_any(["person:p-9", "account:wechat/wx/12:3"], since=minutes(2)) == (done,)
    assert await store.sent_to_any(["person:p-9"], since=minutes(2)) == ()
    assert await store.sent_as("wechat", "w-77") == (done,)
    assert await store.sent_as("dingtalk", "w-77") == ()


async def test_the_same_key_is_never_sent_twice(store: SqlStore) -> None:
    await put(store, post("duty/2026-03-06"), post("duty/2026-03-06", "又一遍"))
    await put(store, post("duty/2026-03-06", "再一遍"))
    assert [sent.outgoing.text for sent in await store.all_sent()] == ["今天值班：李青山"]


async def test_a_claimed_message_is_not_claimed_again(store: SqlStore) -> None:
    await put(store, post("a"))
    assert await claimed(store, 1) == ["b1"]
    assert await claimed(store, 1) == []


async def test_messages_to_one_recipient_go_one_at_a_time_in_order_and_others_do_not_wait(store: SqlStore) -> None:
    await put(store, post("a"), post("b"), post("c", to=TO_OFFICER))
    assert await claimed(store, 1) == ["b1", "b3"]
    assert await claimed(store, 1) == []
    await store.settle("b1", SendState.SENT, now=minutes(1))
    assert await claimed(store, 1) == ["b2"]


async def test_only_so_many_are_claimed_as_were_asked_for(store: SqlStore) -> None:
    await put(store, *(post(f"k{number}", to=ToPerson(person=f"p-{number}")) for number in range(5)))
    assert await claimed(store, 1, limit=2) == ["b1", "b2"]
    assert await claimed(store, 1, limit=2) == ["b3", "b4"]


async def test_a_message_waiting_for_another_attempt_holds_back_those_behind_it(store: SqlStore) -> None:
    await put(store, post("a"), post("b"))
    await claimed(store, 1)
    await store.settle("b1", SendState.PENDING, now=minutes(1), error="网络断了", next_attempt_at=minutes(5))
    assert await claimed(store, 2) == []
    assert await store.next_send() == minutes(5)
    assert await claimed(store, 5) == ["b1"]
    (sent, _) = await store.all_sent()
    assert (sent.attempts, sent.error) == (2, "网络断了")


async def test_a_message_of_unknown_result_holds_back_those_behind_it_until_it_is_settled(store: SqlStore) -> None:
    await put(store, post("a"), post("b"))
    await claimed(store, 1)
    await store.settle("b1", SendState.UNKNOWN, now=minutes(1), error="超时")
    assert await claimed(store, 60) == []
    assert [sent.id for sent in await store.interrupted_sends()] == ["b1"]
    assert await store.troubles(since=minutes(0)) == (
        Trouble(at=minutes(1), kind="send_unknown", subject="b1", cause="超时"),
    )
    await store.settle("b1", SendState.SENT, now=minutes(61), platform_id="w-1")
    assert await store.interrupted_sends() == ()
    assert await claimed(store, 61) == ["b2"]


async def test_a_message_given_up_lets_the_next_pass_and_is_reported(store: SqlStore) -> None:
    await put(store, post("a"), post("b"))
    await claimed(store, 1)
    await store.settle("b1", SendState.FAILED, now=minutes(1), error="群已解散")
    assert await claimed(store, 1) == ["b2"]
    assert await store.troubles(since=minutes(1)) == (
        Trouble(at=minutes(1), kind="send", subject="b1", cause="群已解散"),
    )


async def test_quiet_hours_hold_one_message_back_and_not_the_emergency_behind_it(store: SqlStore) -> None:
    await put(store, post("prompt", not_before=minutes(60)), post("emergency"))
    assert await claimed(store, 1) == ["b2"]
    await store.settle("b2", SendState.SENT, now=minutes(1))
    assert await claimed(store, 59) == []
    assert await store.next_send() == minutes(60)
    assert await claimed(store, 60) == ["b1"]


async def test_a_held_message_whose_hour_has_come_waits_while_another_is_under_way(store: SqlStore) -> None:
    await put(store, post("prompt", not_before=minutes(60)), post("emergency"))
    assert await claimed(store, 1) == ["b2"]
    assert await claimed(store, 61) == []
    assert await store.next_send() is None, "it goes when the other is settled: nothing to wake up for"


async def test_the_next_send_is_the_earliest_of_those_held_back(store: SqlStore) -> None:
    assert await store.next_send() is None
    await put(store, post("now"))
    assert await store.next_send() is None
    await put(store, post("later", to=TO_OFFICER, not_before=minutes(90)))
    await put(store, post("sooner", to=ToPerson(person="p-4"), not_before=minutes(30)))
    assert await store.next_send() == minutes(30)
    assert await store.next_send(after=minutes(30)) == minutes(90), "the sooner one only waits for its platform's pause"
    assert await store.next_send(after=minutes(90)) is None


async def test_what_the_bot_posts_counts_for_the_groups_local_day(store: SqlStore) -> None:
    await hear(store, said("m1"))
    await put(store, post("a"), post("b"), post("c", to=TO_OFFICER))
    for at in (1, 900):  # 900 minutes on it is past midnight in the village
        for name in await claimed(store, at):
            await store.settle(name, SendState.SENT, now=minutes(at))
    assert await store.days([GROUP], since=date(2026, 3, 6)) == (
        GroupDay(group=GROUP, day=date(2026, 3, 6), villager_messages=1, bot_messages=1, heard=1),
        GroupDay(group=GROUP, day=date(2026, 3, 7), bot_messages=1),
    )
    assert (await store.hearing([GROUP]))[GROUP] == Hearing(
        group=GROUP, heard_at=minutes(0), villager_at=minutes(0), posted_at=minutes(900)
    )


async def test_what_was_sent_stays_sent_and_counts_once(store: SqlStore) -> None:
    await put(store, post("a"))
    await claimed(store, 1)
    await store.settle("b1", SendState.SENT, now=minutes(1), platform_id="w-1")
    await store.settle("b1", SendState.SENT, now=minutes(2), platform_id="w-1")
    await store.settle("b1", SendState.UNKNOWN, now=minutes(3), error="迟到的超时")
    (sent,) = await store.all_sent()
    assert (sent.state, sent.sent_at, sent.error) == (SendState.SENT, minutes(1), "")
    (day,) = await store.days([GROUP], since=date(2026, 3, 6))
    assert day.bot_messages == 1


@pytest.mark.parametrize("name", ["b99", "7", "b-1", "bx", ""])
async def test_an_id_that_the_bot_never_gave_is_refused(store: SqlStore, name: str) -> None:
    with pytest.raises(ValueError, match="outgoing message"):
        await store.settle(name, SendState.SENT, now=minutes(1))


async def test_a_quoted_message_is_found_even_where_the_platform_was_not_recorded(store: SqlStore) -> None:
    await put(store, post("a"))
    await claimed(store, 1)
    await store.settle("b1", SendState.SENT, now=minutes(1), platform_id="w-1")
    (found,) = await store.sent_as("wechat", "w-1")
    assert found.id == "b1"
    assert await store.sent_as("wechat", "w-2") == ()


async def test_content_counts_as_used_when_it_was_posted(store: SqlStore) -> None:
    await put(store, replace(post("a"), content="c-1"), replace(post("b"), content="c-2"), post("c"))
    for at in (1, 5):
        for name in await claimed(store, at):
            await store.settle(name, SendState.SENT, now=minutes(at))
    first = await store.content_posted([GROUP, "g-other"], since=minutes(0))
    assert [(one.group, one.item) for one in first] == [(GROUP, "c-1"), (GROUP, "c-2")]
    assert [one.item for one in await store.content_posted([GROUP], since=minutes(2))] == ["c-2"]
    assert await store.content_posted(["g-other"], since=minutes(0)) == ()


async def test_a_conversation_reads_as_both_sides_said_it(store: SqlStore) -> None:
    await hear(store, said("m1", "路灯不亮", at=minutes(1)))
    await put(store, replace(post("a", "收到"), ticket="v-lw-2026-1", quote="m1"), post("never sent"))
    await claimed(store, 2)
    await store.settle("b1", SendState.SENT, now=minutes(2))
    await hear(store, said("m2", "谢谢", at=minutes(2)))
    await hear(store, said("m3", "已经亮了", at=minutes(5)))
    whole = await store.lines(f"group:{GROUP}", GROUP, limit=10)
    assert [(line.id, line.text, line.from_bot, line.at) for line in whole] == [
        ("m1", "路灯不亮", False, minutes(1)),
        ("m2", "谢谢", False, minutes(2)),
        ("b1", "收到", True, minutes(2)),
        ("m3", "已经亮了", False, minutes(5)),
    ]
    bot = whole[2]
    assert (bot.out_kind, bot.ticket, bot.quote) == ("duty", "v-lw-2026-1", "m1")
    assert [line.id for line in await store.lines(f"group:{GROUP}", GROUP, limit=2)] == ["b1", "m3"]
    assert await store.lines(f"group:{GROUP}", GROUP, limit=0) == ()
