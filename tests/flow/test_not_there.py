"""Who is away or cannot be reached: the next in line hears it, then those above, and everybody reads who is missing."""

from bot.domain.messages import OutKind
from tests.flow.conftest import Wakes
from tests.flow.village import Village


async def test_lateness_is_told_to_those_above_a_secretary_who_is_away(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.until("2026-03-10 09:00")
    await village.officer("请假 3月10日到3月13日", who="张春根")
    await village.until("2026-03-11 18:00")
    assert await village.told("张春根", OutKind.OVERDUE) == []
    (told,) = await village.told("周明礼", OutKind.OVERDUE)
    assert "过了时限" in told
    assert told.endswith("村党支部书记 张春根请假或者联系不上，所以告诉您。")


async def test_in_an_emergency_the_next_in_line_is_rung_for_a_secretary_who_is_away(village: Village) -> None:
    await village.officer("请假 今天", who="张春根")
    await village.says("风筝", "快来人 一组桥头着火了", after=600)
    await village.wait(minutes=1)
    assert await village.told("张春根", OutKind.EMERGENCY) == []
    rung = {one.outgoing.to for one in await village.sent(OutKind.EMERGENCY)}
    assert len(rung) == 4  # the two on duty, who stands in for the secretary, and the group
    (told,) = await village.told("孙小龙", OutKind.EMERGENCY)
    assert told.endswith("村党支部书记 张春根请假或者联系不上，没有叫到。")
    assert "张春根" not in await village.group_chat()


async def test_a_duty_room_that_is_away_is_passed_over_for_the_others_of_the_township(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 10:00")
    for who in ("韩志刚", "周明礼", "陶雨林"):
        await village.officer("请假 今天", who=who)
    await village.says("风筝", "快来人 一组桥头着火了", after=60)
    await village.wait(minutes=25)
    rung = [one.outgoing.text for one in await village.sent(OutKind.EMERGENCY) if "没有人接手" in one.outgoing.text]
    assert rung
    assert all("没有叫到" in text for text in rung)
    for who in ("韩志刚", "周明礼", "陶雨林"):
        assert await village.told(who, OutKind.EMERGENCY) == []
