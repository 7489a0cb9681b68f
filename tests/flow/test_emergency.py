"""Danger: people at once, at any hour, and further up if nobody answers."""

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.domain.messages import OutKind
from bot.domain.tickets import State
from bot.domain.workdays import local
from tests.flow.conftest import Wakes


async def test_a_fire_at_two_in_the_night_rings_at_once_and_goes_up_after_ten_minutes(
    wakes: Wakes, snapshot: SnapshotAssertion
) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("风筝", "快来人 一组桥头着火了")
    await village.wait(seconds=1)
    rung = await village.sent(OutKind.EMERGENCY)
    assert {local(sent.sent_at).strftime("%H:%M:%S") for sent in rung if sent.sent_at} == {"02:00:05"}
    await village.says("风筝", "火好大 老杨家里还有老人", after=30)
    await village.wait(minutes=12)
    assert [text for text in await village.told("周明礼") if "10分钟" in text]
    assert await village.whole_story("李青山", "陈秀梅", "张春根", "周明礼", "韩志刚") == snapshot
    assert len(await village.tickets()) == 1
    assert await village.sent(OutKind.RECEIPT) == []


async def test_a_received_from_the_officer_stops_the_ringing_further_up(
    wakes: Wakes, snapshot: SnapshotAssertion
) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("风筝", "快来人 一组桥头着火了")
    await village.wait(minutes=3)
    answer = await village.officer("收到")
    await village.wait(minutes=15)
    assert await village.told("周明礼") == []
    assert (await village.ticket(1)).ticket.state is State.IN_PROGRESS
    assert answer == snapshot


async def test_a_cadres_word_in_the_group_stops_it_too(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("风筝", "快来人 一组桥头着火了")
    await village.says("孙小龙", "我马上到桥头", after=60)
    await village.wait(minutes=15)
    assert await village.told("周明礼") == []


async def test_a_cry_in_pieces_does_not_wait_for_the_join_window(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 11:12")
    await village.says("风筝", "快来人 一组桥头电线掉路上了")
    await village.says("风筝", "还在冒火花", after=8)
    await village.wait(seconds=1)
    assert await village.told("李青山", OutKind.EMERGENCY)
    assert len(await village.tickets()) == 1


async def test_somebody_who_wants_to_die_is_answered_privately_and_never_in_the_group(
    wakes: Wakes, snapshot: SnapshotAssertion
) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("路人", "早", after=1)
    await village.says("路人", "我不想活了,活着没意思", group=None, after=60)
    await village.wait(minutes=3)
    assert await village.group_chat() == "03-06 02:00 路人: 早\n"
    assert await village.private_chat("路人") == snapshot
    assert len(await village.told("李青山", OutKind.EMERGENCY)) == 1


async def test_a_stranger_in_danger_reads_the_number_to_ring_before_the_question(
    wakes: Wakes, snapshot: SnapshotAssertion
) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("路人", "我家厨房着火了 快来人", group=None)
    await village.says("路人", "1", group=None, after=20)
    await village.wait(seconds=30)
    assert await village.private_chat("路人") == snapshot
    assert (await village.ticket(1)).ticket.urgent
    assert len(await village.told("李青山", OutKind.EMERGENCY)) == 1


@pytest.mark.parametrize("words", ["收到!", "收到，马上到", "我在路上了", "好的这就去"])
async def test_any_plain_word_of_coming_stops_it(wakes: Wakes, words: str) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("风筝", "快来人 一组桥头着火了")
    await village.wait(minutes=3)
    await village.officer(words)
    await village.wait(minutes=15)
    assert await village.told("周明礼") == []


@pytest.mark.parametrize("words", ["我在外地去不了", "哪里着火?", "什么情况"])
async def test_a_word_of_not_coming_does_not_stop_it(wakes: Wakes, words: str) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("风筝", "快来人 一组桥头着火了")
    await village.wait(minutes=3)
    await village.officer(words)
    await village.wait(minutes=15)
    assert len(await village.told("周明礼")) == 1
