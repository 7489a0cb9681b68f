"""What delivery sees of the outbox before it claims, the same on both databases."""

from dataclasses import replace

from bot.domain.messages import Outgoing, OutKind, ToAccount, ToPerson
from bot.domain.outcome import Outcome
from bot.domain.urgency import Rank
from bot.ports import SendState, Trouble
from bot.store import SqlStore
from tests.store.world import ACHEN, OFFICER, hear, minutes, post, said

TO_OFFICER = ToPerson(person=OFFICER)


async def put(store: SqlStore, *sends: Outgoing) -> None:
    """Some decision wants these sent."""
    await store.commit(Outcome(sends=sends), now=minutes(0))


def to(number: int, kind: OutKind = OutKind.RESULT) -> Outgoing:
    """A message to somebody of its own."""
    return replace(post(f"k{number}", to=ToPerson(person=f"p-{number}")), kind=kind)


async def test_what_is_due_is_seen_by_rank_then_by_age_and_page_by_page(store: SqlStore) -> None:
    kinds = [OutKind.DUTY, OutKind.RESULT, OutKind.CONTENT, OutKind.EMERGENCY, OutKind.PROMPT]
    await put(store, *(to(number, kind) for number, kind in enumerate(kinds)))
    first = await store.due_sends(minutes(1), limit=3)
    assert [(due.id, due.rank) for due in first] == [
        ("b4", Rank.EMERGENCY),
        ("b2", Rank.USUAL),
        ("b5", Rank.USUAL),
    ]
    rest = await store.due_sends(minutes(1), after=first[-1], limit=3)
    assert [due.id for due in rest] == ["b1", "b3"]
    assert [sent.id for sent in await store.claim_sends(minutes(1), limit=9)] == ["b4", "b2", "b5", "b1", "b3"]


async def test_what_is_seen_as_due_is_what_can_be_claimed(store: SqlStore) -> None:
    await put(store, post("a"), post("b"), post("c", to=TO_OFFICER, not_before=minutes(60)))
    assert [due.id for due in await store.due_sends(minutes(1), limit=9)] == ["b1"]
    await store.claim_sends(minutes(1), limit=9, through={"b1": "wechat", "b2": "wechat"})
    assert await store.due_sends(minutes(1), limit=9) == ()
    states = [(sent.state, sent.platform) for sent in await store.all_sent()]
    assert states == [(SendState.SENDING, "wechat"), (SendState.PENDING, None), (SendState.PENDING, None)]


async def test_only_those_asked_for_are_claimed_each_with_its_platform(store: SqlStore) -> None:
    await put(store, to(1), to(2), to(3))
    claimed = await store.claim_sends(minutes(1), limit=9, through={"b1": "wechat", "b3": None})
    assert [(sent.id, sent.platform) for sent in claimed] == [("b1", "wechat"), ("b3", None)]


async def test_an_emergency_passes_what_its_group_still_waits_for_but_not_what_is_under_way(store: SqlStore) -> None:
    await put(store, post("a"), post("b"))
    await store.claim_sends(minutes(1), limit=9)
    await put(store, replace(post("fire"), kind=OutKind.EMERGENCY))
    assert await store.due_sends(minutes(1), limit=9) == ()
    await store.settle("b1", SendState.UNKNOWN, now=minutes(1), error="超时")
    assert [due.id for due in await store.due_sends(minutes(1), limit=9)] == ["b3"]


async def test_what_is_put_off_waits_and_what_somebody_has_claimed_is_left_alone(store: SqlStore) -> None:
    await put(store, to(1), to(2))
    await store.claim_sends(minutes(1), limit=1)
    await store.put_off(["b1", "b2"], until=minutes(30))
    assert [sent.outgoing.not_before for sent in await store.all_sent()] == [None, minutes(30)]
    assert await store.next_send() == minutes(30)


async def test_a_bundle_counts_as_one_message_of_its_platform(store: SqlStore) -> None:
    prompts = [replace(post(f"p{number}", to=TO_OFFICER), kind=OutKind.PROMPT) for number in range(3)]
    await put(store, *prompts, to(1), to(2))
    await store.claim_sends(minutes(1), limit=9)
    assert len(await store.join_sends("b1", minutes(1), limit=9)) == 3
    await store.settle("b1", SendState.SENT, now=minutes(1), platform="wechat")
    await store.settle("b4", SendState.SENT, now=minutes(2), platform="wechat")
    await store.settle("b5", SendState.SENT, now=minutes(2), platform="dingtalk")
    assert await store.sent_through("wechat", since=minutes(0)) == 2
    assert await store.sent_through("wechat", since=minutes(2)) == 1


async def test_somebody_is_heard_last_where_the_latest_message_came_from(store: SqlStore) -> None:
    here, there = ToAccount(platform="practice", account=ACHEN), ToAccount(platform="wechat", account="wx-achen")
    assert await store.heard_last([here, there]) is None
    await hear(store, said("m1"))
    assert await store.heard_last([there, here]) == here
    private = replace(said("m2", at=minutes(3)), platform="wechat", group=None, sender="wx-achen")
    await store.accept(
        private, conversation="account:wechat/wx-achen", group=None, by_cadre=False, received_at=minutes(3)
    )
    assert await store.heard_last([here, there]) == there
    await hear(store, said("m3", at=minutes(4)))
    assert await store.heard_last([here, there]) == here
    assert await store.heard_last([there]) == there


async def test_a_cap_that_was_reached_is_told_once_a_day_for_each_platform(store: SqlStore) -> None:
    cause = "当天发满了上限，其余的第二天再发（紧急的照发）"
    for at in (0, 5):
        await store.cap_reached("wechat", at=minutes(at))
    await store.cap_reached("other", at=minutes(7))
    assert await store.troubles(since=minutes(0)) == (
        Trouble(at=minutes(0), kind="send_cap", subject="wechat", cause=cause),
        Trouble(at=minutes(7), kind="send_cap", subject="other", cause=cause),
    )
    await store.cap_reached("wechat", at=minutes(24 * 60))
    assert [trouble.at for trouble in await store.troubles(since=minutes(8))] == [minutes(24 * 60)]


async def test_a_picture_is_never_joined_to_other_messages(store: SqlStore) -> None:
    prompts = [replace(post(f"p{number}", to=TO_OFFICER), kind=OutKind.PROMPT) for number in range(3)]
    await put(store, prompts[0], replace(prompts[1], attachment="aa"), prompts[2])
    await store.claim_sends(minutes(1), limit=1)
    assert [sent.id for sent in await store.join_sends("b1", minutes(1), limit=9)] == ["b1", "b3"]


async def test_a_platform_that_refused_a_file_stands_among_the_troubles_with_the_latest_reason(store: SqlStore) -> None:
    await store.attachment_refused("wechat", why="网关说没有发成", at=minutes(0))
    await store.attachment_refused("wechat", why="这种网关不会发这类消息", at=minutes(5))
    await store.attachment_refused("dingtalk", why="文件太大", at=minutes(1))
    refused = await store.troubles(since=minutes(2))
    assert refused == (Trouble(at=minutes(5), kind="no_files", subject="wechat", cause="这种网关不会发这类消息"),)
    assert len(await store.troubles(since=minutes(0))) == 2
