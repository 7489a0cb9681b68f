"""What the village cannot settle alone: handing up, another category, a deadline that passes."""

from dataclasses import replace
from datetime import date

from syrupy.assertion import SnapshotAssertion

from bot.domain.categories import Category, Level
from bot.domain.messages import OutKind
from bot.domain.tickets import State
from bot.domain.workdays import WorkCalendar, YearPlan
from tests.flow.conftest import Wakes
from tests.flow.village import Village
from tests.world import at


async def test_a_matter_is_handed_up_under_its_number_and_the_villager_is_told(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await village.says("阿珍", "二组老井边的电线杆歪了,看着吓人")
    await village.wait(minutes=2)
    due = (await village.ticket(1)).ticket.due_at
    await village.officer("1 转办 镇村镇建设办")
    await village.officer("1 转办 需要立杆")
    await village.officer("1")
    handed = (await village.ticket(1)).ticket
    assert handed.due_at == due
    assert handed.hop_due_at == at("2026-03-09 17:30")
    assert handed.unit == "d-qh-jianshe"
    assert handed.level is Level.DEPARTMENT
    assert "需要立杆" in (await village.told("彭学峰", OutKind.PROMPT))[0]
    await village.officer("1 进展 周一派人来勘查", who="彭学峰")
    await village.officer("1 办结 已扶正加固,拉了斜线", who="彭学峰")
    assert (await village.ticket(1)).ticket.state is State.CLOSED
    assert await village.whole_story("李青山", "彭学峰") == snapshot


async def test_back_and_forth_for_the_same_reason_still_asks_the_one_who_holds_it(village: Village) -> None:
    await village.says("阿珍", "二组老井边的电线杆歪了,看着吓人")
    await village.wait(minutes=2)
    await village.officer("1 转办 镇村镇建设办 需立杆")
    await village.officer("1 转办 水利站 需立杆", who="彭学峰")
    await village.officer("1 转办 镇村镇建设办 需立杆", who="罗大山")
    await village.wait(minutes=15)
    assert len(await village.told("彭学峰", OutKind.PROMPT)) == 2


async def test_a_longer_category_needs_the_township(village: Village, snapshot: SnapshotAssertion) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    refused = await village.officer("1 改类 建议")
    assert (await village.ticket(1)).ticket.category is Category.HELP
    allowed = await village.officer("1 改类 建议", who="周明礼")
    after = (await village.ticket(1)).ticket
    assert after.category is Category.SUGGESTION
    assert after.due_at == at("2026-03-13 17:30")
    assert [refused, allowed] == snapshot


async def test_a_shorter_category_is_due_sooner_counted_from_the_first_word(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    told = await village.officer("1 改类 咨询")
    assert (await village.ticket(1)).ticket.due_at == at("2026-03-10 17:30")
    assert told == snapshot
    await village.until("2026-03-11 09:00")
    assert (await village.events(1)).count("overdue") == 1
    assert len(await village.told("李青山", OutKind.OVERDUE)) == 1


async def test_a_ticket_over_spring_festival_reminds_early_waits_for_the_morning_and_is_overdue_in_the_open(
    wakes: Wakes, snapshot: SnapshotAssertion
) -> None:
    village = await wakes("2026-02-13 20:55")
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("桂婶", "老井旁的水管爆了没人修", after=600)
    await village.until("2026-02-26 12:00")
    first, second = (await village.ticket(1)).ticket, (await village.ticket(2)).ticket
    assert first.due_at == second.due_at == at("2026-02-25 17:30")
    asked = {thread.ticket.owner for thread in await village.tickets()}
    assert len(asked) == 1
    for sent in await village.sent():
        assert sent.sent_at is not None
        loud = village.office.hold(sent.sent_at) is None
        assert loud or sent.outgoing.kind in (OutKind.RECEIPT, OutKind.PROMPT)
    owner = village.office.org.people[first.owner].name
    assert await village.whole_story(owner, "张春根") == snapshot


async def test_an_answered_ticket_that_nobody_closed_is_the_owners_business_alone(village: Village) -> None:
    asked = await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=5)
    await village.says("李青山", "明天带电工去换", quote=asked)
    await village.until("2026-03-12 09:00")
    overdue = await village.told("李青山", OutKind.OVERDUE)
    assert len(overdue) == 1
    assert "答复过了" in overdue[0]
    assert await village.told("张春根", OutKind.OVERDUE) == []


async def test_the_new_years_calendar_redates_what_was_provisional_and_tells_once(
    wakes: Wakes, snapshot: SnapshotAssertion
) -> None:
    village = await wakes("2026-12-30 09:00")
    shipped = village.settings
    next_year = YearPlan(year=2027, off={date(2027, 1, 1): "元旦"})
    unknown = replace(shipped, calendar=WorkCalendar({2026: shipped.calendar.plans[2026]}))
    known = replace(shipped, calendar=WorkCalendar({2026: shipped.calendar.plans[2026], 2027: next_year}))
    await village.restarts(settings=unknown)
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    before = (await village.ticket(1)).ticket
    assert before.due_provisional
    await village.restarts(settings=known)
    await village.wait(minutes=15)
    await village.restarts()
    await village.wait(minutes=2)
    after = (await village.ticket(1)).ticket
    assert not after.due_provisional
    assert after.due_at > before.due_at
    told = await village.told(village.office.org.people[after.owner].name, OutKind.NOTICE)
    assert len(told) == 1
    assert told == snapshot


async def test_a_private_matter_stays_private_when_it_is_handed_up(village: Village) -> None:
    await village.says("桂婶", "早")
    await village.says("桂婶", "我家低保这个月的钱还没到账,帮我问问", group=None, after=60)
    await village.wait(minutes=2)
    await village.officer("1 转办 清禾镇 要查发放名册")
    (asked,) = await village.told("周明礼", OutKind.PROMPT)
    assert "不要在群里说" in asked
    assert "要查发放名册" in asked
    assert await village.group_chat() == "03-06 08:00 桂婶: 早\n"


async def test_what_is_reopened_after_its_day_is_overdue_again(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    await village.officer("1 办结 已换灯泡,今晚亮")
    await village.until("2026-03-13 10:00")
    await village.says("阿珍", "根本没修好,灯还是不亮")
    await village.wait(minutes=1)
    assert (await village.ticket(1)).ticket.state is State.REOPENED
    assert (await village.events(1)).count("overdue") == 1
