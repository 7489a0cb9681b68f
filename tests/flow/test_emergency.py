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


async def test_who_was_called_hears_once_that_somebody_else_has_taken_it(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("风筝", "快来人 一组桥头着火了")
    await village.wait(minutes=3)
    await village.officer("收到")
    await village.officer("收到，我也去", who="张春根")
    line = "【紧急】柳湾村1号：村委会副主任 李青山已经接手，不再往上叫人。您要是在路上，直接和他联系。"
    for name in ("陈秀梅", "张春根"):
        (told,) = [text for text in await village.told(name, OutKind.EMERGENCY) if "接手" in text]
        assert told == f"03-06 02:03 {line}"
    assert [text for text in await village.told("李青山", OutKind.EMERGENCY) if "接手" in text] == []
    assert (await village.events(1)).count("called") == 1
    assert (await village.events(1)).count("taken") == 2


async def test_nobody_in_the_village_and_nobody_in_the_township_so_the_county_is_called(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("风筝", "快来人 一组桥头着火了")
    await village.wait(minutes=21)
    assert [text[:11] for text in await village.told("周明礼", OutKind.EMERGENCY)] == ["03-06 02:10"]
    (county,) = await village.told("林静敏", OutKind.EMERGENCY)
    assert county.startswith("03-06 02:20")
    answer = await village.officer("收到，马上调人", who="林静敏")
    assert "接手" in answer
    assert [text for text in await village.told("周明礼", OutKind.EMERGENCY) if "林静敏已经接手" in text]
    await village.wait(minutes=30)
    assert (await village.events(1)).count("called") == 3


async def test_an_officer_who_cannot_come_hears_what_happens_next(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("风筝", "快来人 一组桥头着火了")
    await village.wait(minutes=3)
    answer = await village.officer("我在外地去不了")
    assert answer == "知道了，1号您去不了。今天02:10还没有人接手，就往上再叫人；已经有人接手就不叫。"
    await village.wait(minutes=10)
    assert await village.told("周明礼", OutKind.EMERGENCY)


@pytest.mark.parametrize(
    ("words", "state", "urgent"), [("1 不是险情", State.PROMPTED, False), ("1 误报", State.WITHDRAWN, True)]
)
async def test_a_false_alarm_stops_the_ringing_and_those_called_hear_it(
    wakes: Wakes, words: str, state: State, *, urgent: bool
) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("风筝", "快来人 一组桥头着火了")
    await village.wait(minutes=3)
    await village.officer(words)
    await village.wait(minutes=20)
    assert await village.told("周明礼") == []
    for name in ("陈秀梅", "张春根"):
        (told,) = [text for text in await village.told(name, OutKind.EMERGENCY) if "不是险情" in text]
        assert told == "03-06 02:03 【紧急】柳湾村1号：村委会副主任 李青山说不是险情，不用去了。"
    ticket = (await village.ticket(1)).ticket
    assert (ticket.state, ticket.urgent) == (state, urgent)


async def test_the_villagers_all_clear_stops_it_and_a_new_cry_begins_anew(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 02:00")
    await village.says("风筝", "快来人 一组桥头着火了")
    await village.says("老杨", "火灭了 人没事", after=180)
    await village.wait(minutes=4)
    assert [text for text in await village.told("张春根", OutKind.EMERGENCY) if "火灭了 人没事" in text]
    await village.says("风筝", "快来人 又烧起来了 桥头着火了", after=60)
    await village.wait(minutes=4)
    assert await village.told("周明礼") == []
    await village.wait(minutes=7)
    assert len(await village.told("周明礼", OutKind.EMERGENCY)) == 1
    assert len(await village.tickets()) == 1


async def test_who_says_in_the_group_that_he_wants_to_die_is_never_answered_there(
    wakes: Wakes, snapshot: SnapshotAssertion
) -> None:
    village = await wakes("2026-03-06 22:30")
    await village.says("路人", "我不想活了 药我都买好了")
    await village.wait(minutes=1)
    await village.officer("收到，我和妇联主席过去", after=60)
    answer = await village.officer("1 办结 已上门，人平安，家里人陪着，镇里跟着", after=3600)
    assert answer == "1号办结，记下了。这句话没有发给任何人，要说的请当面说。"
    await village.wait(hours=24)
    assert await village.group_chat() == "03-06 22:30 路人: 我不想活了 药我都买好了\n"
    assert await village.whole_story("路人", "张春根") == snapshot
    assert await village.sent(OutKind.RATING) == []
    ticket = (await village.ticket(1)).ticket
    assert (ticket.careful, ticket.group) == (True, None)


async def test_handing_on_what_must_be_done_in_person_claims_no_word_to_anybody(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:30")
    await village.says("路人", "我不想活了 药我都买好了")
    await village.wait(minutes=1)
    answer = await village.officer("1 转办 清禾镇 人已经陪着，请镇里接着跟", after=60)
    assert "没有往群里发" in answer
    assert "村民也告诉了" not in answer
    assert await village.group_chat() == "03-06 09:30 路人: 我不想活了 药我都买好了\n"


async def test_a_child_beaten_at_home_calls_the_township_at_once_and_tells_nobody_else(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 20:00")
    await village.says("路人", "三组有人往死里打孩子 快来人")
    await village.wait(minutes=1)
    (told,) = await village.told("周明礼", OutKind.EMERGENCY)
    assert told.startswith("03-06 20:00")
    assert "别说是谁讲的" in told
    assert "12338" in await village.private_chat("路人")
    assert "小微" not in await village.group_chat()
    listed = await village.officer("待办", who="何桂珍")
    assert "孩子" not in listed
    assert "打" not in listed


async def test_another_villagers_cry_about_the_same_person_reaches_those_who_were_called(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 20:00")
    await village.says("路人", "二组有人站在水库边要跳下去 不想活了 快来人")
    await village.says("六叔", "快去水库看看 有个女的说不想活了要跳水", after=240)
    await village.wait(minutes=1)
    assert len(await village.tickets()) == 1
    told = await village.told("李青山", OutKind.EMERGENCY)
    assert len(told) == 2
    assert "又有人说" in told[1]
    assert "也可能是另外一个" in told[1]
    assert "已经叫了" in await village.private_chat("六叔")
    assert "小微" not in await village.group_chat()
    assert (await village.ticket(1)).others == ()
    await village.says("六叔", "1号到哪了", group=None, after=600)
    await village.wait(minutes=1)
    assert "要当面办的急事" not in await village.private_chat("六叔")


async def test_who_cries_for_himself_is_never_taken_for_somebody_else(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 20:00")
    await village.says("六叔", "早")
    await village.says("路人", "二组有人站在水库边要跳下去 不想活了 快来人", after=60)
    await village.says("六叔", "我也不想活了，活着没意思", group=None, after=240)
    await village.wait(minutes=1)
    assert len(await village.tickets()) == 2


async def test_two_quiet_halves_of_a_cry_ring_as_one_cry_does(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 11:12")
    await village.says("风筝", "塘边看到一双鞋")
    await village.wait(seconds=100)
    assert await village.tickets() == []
    await village.says("风筝", "扑腾")
    await village.wait(seconds=100)
    (thread,) = await village.tickets()
    assert thread.ticket.urgent
    assert len(thread.links) == 2
    assert await village.told("李青山", OutKind.EMERGENCY)


async def test_two_requests_after_one_another_are_no_cry_together(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 11:12")
    await village.says("风筝", "我家门让车撞了")
    await village.wait(seconds=100)
    await village.says("风筝", "猪圈顶漏了")
    await village.wait(minutes=5)
    assert [thread for thread in await village.tickets() if thread.ticket.urgent] == []
    assert await village.told("李青山", OutKind.PROMPT)
    assert await village.sent(OutKind.EMERGENCY) == []


async def test_small_talk_in_two_pieces_is_no_cry(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 11:12")
    await village.says("风筝", "食咗饭未呀大家")
    await village.wait(seconds=60)
    await village.says("风筝", "听我一句劝 别在气头上发语音 发出去自己听着都脸红")
    await village.wait(minutes=5)
    assert [thread for thread in await village.tickets() if thread.ticket.urgent] == []
    assert await village.sent(OutKind.EMERGENCY) == []
