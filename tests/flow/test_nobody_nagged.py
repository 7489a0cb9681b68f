"""Who is asked, told and reminded: those whose matter it is, those who are there, and nobody twice for nothing."""

import pytest

from bot.domain.messages import OutKind, ToAccount, ToGroup
from bot.domain.tickets import Relation, State
from tests.flow.village import Village
from tests.world import GROUP, account


async def lamp_with_a_private_household(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("桂婶", "早啊", after=30)
    await village.wait(minutes=2)
    await village.says("桂婶", "1号我家也是，摸黑回家摔一跤", group=None)
    await village.wait(minutes=2)


async def test_a_neighbours_curiosity_about_a_number_is_no_chasing(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=60)
    await village.says("六叔", "1号到哪了")
    await village.wait(minutes=1)
    assert (await village.ticket(1)).of(Relation.FOLLOWUP) == ()
    assert not [text for text in await village.told("李青山", OutKind.REMINDER) if "又问了" in text]
    await village.says("阿珍", "1号到哪了")
    await village.wait(minutes=15)
    assert [text for text in await village.told("李青山", OutKind.REMINDER) if "又问了" in text]


async def test_who_has_thanked_for_a_private_answer_is_not_asked_whether_it_is_solved(village: Village) -> None:
    await village.says("阿珍", "请问我家低保金这个月怎么没到账")
    await village.wait(minutes=2)
    await village.officer("1 私下答复 低保金本周五到账，卡号没错，已和民政办核对")
    await village.says("阿珍", "谢谢，到账了，解决了", group=None, after=120)
    await village.wait(hours=6)
    assert (await village.ticket(1)).ticket.state is State.CLOSED
    assert await village.sent(OutKind.RATING) == []


async def test_everybody_who_was_answered_privately_is_asked_privately_and_the_group_is_not(village: Village) -> None:
    await lamp_with_a_private_household(village)
    await village.officer("1 私下答复 灯泡烧了，已换新的，今晚亮")
    await village.wait(hours=3)
    asked = [one.outgoing.to for one in await village.sent(OutKind.RATING)]
    assert asked == [ToAccount(platform="practice", account=account(name)) for name in ("阿珍", "桂婶")]


async def test_who_joined_privately_hears_that_it_was_answered_by_telephone(village: Village) -> None:
    await lamp_with_a_private_household(village)
    await village.officer("1 电话答复 灯泡烧了，已换新的，今晚亮，阿珍说好")
    lines = [(one.outgoing.to, one.outgoing.text) for one in await village.sent(OutKind.RESULT)]
    assert lines == [
        (ToGroup(group=GROUP), "1号已电话答复。"),
        (ToAccount(platform="practice", account=account("桂婶")), "1号已电话答复。"),
    ]


async def test_whoever_looks_again_reads_how_many_households_wait(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("老杨", "我家门口也是黑的", after=60)
    await village.wait(minutes=2)
    await village.officer("1 办结 灯泡烧了，已换新的，今晚亮")
    await village.wait(hours=2)
    await village.says("阿珍", "没解决，还是不亮", after=60)
    await village.wait(minutes=15)
    asked = [
        text for name in ("周明礼", "彭学峰", "李青山", "陶雨林") for text in await village.told(name, OutKind.PROMPT)
    ]
    assert [text for text in asked if "没解决" in text and "另有1户也是这件事" in text]


async def test_what_a_ticket_has_waited_for_papers_is_not_the_handlers_lateness(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了，请来修")
    await village.wait(minutes=2)
    await village.until("2026-03-10 10:00")
    await village.officer("1 等材料 灯杆的照片")
    await village.until("2026-03-12 10:00")
    closed = await village.officer("1 办结 灯泡烧了，已换新的，今晚亮")
    assert "办结" in closed
    ticket = (await village.ticket(1)).ticket
    assert ticket.state is State.CLOSED
    assert ticket.paused_days == 2
    assert ticket.closed_at is not None
    assert ticket.closed_at < ticket.due_at
    assert (await village.events(1))[-2:] != ["closed", "resumed"]
    assert "resumed" in await village.events(1)


@pytest.mark.parametrize("who", ["张春根"])
async def test_a_report_to_a_secretary_who_is_away_says_so(village: Village, who: str) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    await village.officer("请假 今天", who=who)
    assert "请假或者联系不上" in await village.officer("1 报书记 牵涉两个组，要您出面")
