"""Time: who may have more of it, waiting for papers, being late, and what everybody is told of it."""

from dataclasses import replace
from datetime import date

from syrupy.assertion import SnapshotAssertion

from bot.domain.categories import Category
from bot.domain.messages import OutKind
from bot.domain.tickets import Colour, State
from bot.domain.workdays import WorkCalendar, YearPlan
from tests.flow.conftest import Wakes
from tests.flow.village import Village
from tests.world import at


async def lamp(village: Village) -> None:
    """A lamp is broken: a help, due on Wednesday, 11 March, at half past five."""
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)


# Another category


async def test_a_longer_category_is_asked_of_the_township_and_the_villager_told(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await lamp(village)
    asked = await village.officer("1 改类 建议 要换整条线路")
    assert "镇纪委书记 周明礼" in asked
    assert (await village.ticket(1)).ticket.due_at == at("2026-03-11 17:30")
    assert "还没回话" in await village.officer("1 改类 建议")
    await village.officer("1", who="周明礼")
    after = (await village.ticket(1)).ticket
    assert (after.category, after.due_at) == (Category.SUGGESTION, at("2026-03-13 17:30"))
    assert "周明礼已经回过了：同意" in await village.officer("2", who="陶雨林")
    assert (await village.events(1)).count("recategorised") == 1
    await village.wait(minutes=15)
    assert await village.whole_story("李青山", "周明礼") == snapshot


async def test_the_township_says_no_with_a_reason(village: Village, snapshot: SnapshotAssertion) -> None:
    await lamp(village)
    await village.officer("1 改类 建议")
    await village.officer("2", who="周明礼")
    assert "refused" not in await village.events(1)
    await village.officer("1", who="周明礼")
    assert (await village.ticket(1)).ticket.category is Category.HELP
    await village.wait(minutes=15)
    assert await village.private_chat("李青山") == snapshot
    assert "不同意" in await village.officer("1", who="陶雨林")
    assert (await village.ticket(1)).ticket.category is Category.HELP


async def test_no_longer_category_hides_what_is_overdue(village: Village) -> None:
    await lamp(village)
    await village.officer("1 改类 建议")
    await village.until("2026-03-12 09:00")
    for who in ("李青山", "周明礼"):
        assert "已经过了" in await village.officer("1 改类 建议", who=who)
    assert "已经过了" in await village.officer("柳湾村1 同意改类 建议", who="周明礼")
    assert (await village.ticket(1)).ticket.category is Category.HELP


async def test_a_township_officer_changes_a_category_himself(village: Village) -> None:
    await lamp(village)
    await village.officer("1 改类 建议", who="周明礼")
    assert (await village.ticket(1)).ticket.due_at == at("2026-03-13 17:30")
    assert "3月13日" in (await village.group_chat())


async def test_the_village_cannot_consent_to_its_own_wish(village: Village) -> None:
    await lamp(village)
    await village.officer("1 延期 3天 等配件")
    assert "您这里定不了" in await village.officer("1 同意延期 3天 等配件")
    assert (await village.ticket(1)).ticket.extension_days == 0


# More time


async def test_three_days_more_with_a_reason_and_the_villager_knows_why(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await lamp(village)
    await village.officer("1 延期 3天 等配件")
    assert (await village.ticket(1)).ticket.due_at == at("2026-03-11 17:30")
    await village.officer("1", who="陶雨林")
    after = (await village.ticket(1)).ticket
    assert (after.extension_days, after.due_at) == (3, at("2026-03-16 17:30"))
    assert "不能再延" in await village.officer("1 延期 2天 还等")
    await village.wait(minutes=15)
    assert await village.whole_story("李青山", "陶雨林") == snapshot
    await village.until("2026-03-16 09:00")
    assert await village.told("李青山", OutKind.OVERDUE) == []
    await village.until("2026-03-17 09:00")
    assert len(await village.told("李青山", OutKind.OVERDUE)) == 1


async def test_how_long_is_asked_with_numbers_and_why_in_one_sentence(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await lamp(village)
    asked = await village.officer("1 延期 等厂家发灯")
    chosen = await village.officer("2")
    assert "2个工作日" in chosen
    why = await village.officer("1 延期 3天")
    assert [asked, chosen, why] == snapshot
    (question,) = await village.told("周明礼", OutKind.QUESTION)
    assert "等厂家发灯" in question
    assert "3月13日" in question


async def test_a_day_can_be_named_and_too_much_is_offered_smaller(village: Village) -> None:
    await lamp(village)
    assert "最多延5个工作日" in await village.officer("1 延期 到3月31日 等厂家")
    assert "本来就到" in await village.officer("1 延期 到明天 等厂家")
    assert "3月13日" in await village.officer("1 延到下周五 等厂家")


async def test_the_township_says_no_to_more_time_in_its_own_words(village: Village) -> None:
    await lamp(village)
    await village.officer("1 延期 3天 等配件")
    await village.officer("柳湾村1 不同意延期 库里有现成的灯", who="周明礼")
    await village.wait(minutes=15)
    (told,) = [line for line in await village.told("李青山", OutKind.NOTICE) if "没有同意" in line]
    assert "库里有现成的灯" in told
    assert "3月11日" in told or "17:30" in told
    assert "已经回过了" in await village.officer("柳湾村1 同意延期", who="陶雨林")
    assert (await village.ticket(1)).ticket.extension_days == 0
    assert "extended" not in await village.events(1)


async def test_consent_comes_too_late_when_the_time_is_up(village: Village) -> None:
    await lamp(village)
    await village.until("2026-03-11 17:00")
    await village.officer("1 延期 3天 等配件")
    await village.until("2026-03-11 18:00")
    assert "不能再延" in await village.officer("1", who="周明礼")
    assert "不能再延" in await village.officer("1 延期 3天 等配件")
    assert (await village.ticket(1)).ticket.due_at == at("2026-03-11 17:30")


async def test_what_the_township_holds_itself_needs_the_county(village: Village) -> None:
    await lamp(village)
    await village.officer("1 转办 清禾镇 要立杆")
    holder = (await village.ticket(1)).ticket.owner
    name = village.office.org.people[holder].name
    assert "林静敏" in await village.officer("柳湾村1 延期 2天 等供电所", who=name)
    await village.officer("1", who="林静敏")
    assert (await village.ticket(1)).ticket.extension_days == 2


# Waiting for the villager


async def test_a_ticket_waits_for_papers_and_goes_on_when_they_come(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await village.says("桂婶", "早")
    await village.says("桂婶", "我家低保这个月的钱还没到账,帮我问问", group=None, after=60)
    await village.wait(minutes=2)
    before = (await village.ticket(1)).ticket
    await village.officer("1 等材料 存折复印件")
    assert "在等材料" in await village.officer("待办")
    await village.until("2026-03-11 19:00")
    assert await village.told("李青山", OutKind.REMINDER) == []
    assert await village.told("李青山", OutKind.OVERDUE) == []
    await village.shows("桂婶", group=None)
    await village.wait(minutes=4)
    (asked,) = await village.told("李青山", OutKind.QUESTION)
    assert "材料可能到了" in asked
    await village.officer("1")
    after = (await village.ticket(1)).ticket
    assert after.paused_at is None
    assert after.paused_days == 3
    assert after.due_at > before.due_at
    assert "只能等一次" in await village.officer("1 等材料 户口本")
    assert await village.whole_story("李青山", "桂婶") == snapshot


async def test_a_wait_ends_by_itself_after_five_working_days(village: Village) -> None:
    await lamp(village)
    await village.officer("1 等材料 哪一盏灯,拍张照")
    assert (await village.ticket(1)).ticket.paused_at is not None
    await village.until("2026-03-13 17:29")
    assert (await village.ticket(1)).ticket.paused_at is not None
    await village.until("2026-03-13 17:31")
    after = (await village.ticket(1)).ticket
    assert (after.paused_at, after.paused_days, after.due_at) == (None, 5, at("2026-03-18 17:30"))
    assert any("等材料的时间到了" in line for line in await village.told("李青山", OutKind.REMINDER))
    await village.until("2026-03-19 08:00")
    assert (await village.ticket(1)).ticket.colour is Colour.BLUE


async def test_words_said_to_the_bot_alone_are_not_passed_on_with_the_papers(village: Village) -> None:
    await lamp(village)
    await village.officer("1 等材料 哪一盏灯,拍张照")
    await village.says("阿珍", "照片发你了,别说是我拍的", group=None, after=3600)
    await village.wait(minutes=2)
    asked = [line for line in await village.told("李青山", OutKind.QUESTION) if "材料可能到了" in line]
    assert len(asked) == 1
    assert "别说是我" not in asked[0]
    assert "请找他看一下" in asked[0]


async def test_waiting_needs_to_say_for_what_and_begins_in_time(village: Village) -> None:
    await lamp(village)
    assert "等什么材料" in await village.officer("1 等材料")
    assert "没有在等材料" in await village.officer("1 材料到了")
    await village.until("2026-03-12 09:00")
    assert "已经过了" in await village.officer("1 等材料 照片")


# Reminders


async def test_at_half_the_time_a_missing_contact_is_noticed(village: Village) -> None:
    await lamp(village)
    await village.until("2026-03-11 17:00")
    half, last = [line for line in await village.told("李青山", OutKind.REMINDER) if "时间已过" in line]
    assert "还没记下和村民联系过" in half
    assert "联系" not in last


async def test_who_has_reported_progress_is_not_asked_for_contact(village: Village) -> None:
    await lamp(village)
    await village.officer("1 进展 打过电话了,明天上午换")
    await village.until("2026-03-11 17:00")
    assert all("联系过" not in line for line in await village.told("李青山", OutKind.REMINDER))


# Late


async def test_lateness_climbs_by_colour_privately_and_once_each(village: Village, snapshot: SnapshotAssertion) -> None:
    await lamp(village)
    await village.until("2026-03-20 20:00")
    told = {
        name: await village.told(name, OutKind.OVERDUE) for name in ("李青山", "张春根", "周明礼", "陶雨林", "林静敏")
    }
    assert [len(lines) for lines in told.values()] == [3, 1, 1, 1, 1]
    ticket = (await village.ticket(1)).ticket
    assert (ticket.colour, ticket.times_overdue) == (Colour.RED, 1)
    assert "超期" not in await village.group_chat()
    assert told == snapshot


async def test_what_was_closed_in_time_and_is_reopened_late_begins_blue(village: Village) -> None:
    await lamp(village)
    await village.officer("1 办结 已换灯泡,今晚亮")
    await village.until("2026-03-17 10:00")
    await village.says("阿珍", "根本没修好,灯还是不亮")
    await village.wait(minutes=1)
    ticket = (await village.ticket(1)).ticket
    assert ticket.state is State.REOPENED
    assert ticket.due_at == at("2026-03-11 17:30")
    assert ticket.colour is Colour.BLUE
    assert await village.told("林静敏", OutKind.OVERDUE) == []


async def test_after_an_outage_one_message_tells_the_darkest_colour(village: Village) -> None:
    await lamp(village)
    await village.closes()
    village.clock.set(at("2026-03-20 10:00"))
    await village.opens()
    await village.wait(minutes=1)
    assert len(await village.told("李青山", OutKind.OVERDUE)) == 1
    assert "县里已经知道" in (await village.told("李青山", OutKind.OVERDUE))[0]
    assert (await village.events(1)).count("overdue") == 3


# The level that holds it


async def test_a_level_that_says_nothing_for_a_day_is_reminded_and_its_township_told(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await lamp(village)
    await village.officer("1 转办 镇村镇建设办 需要立杆")
    (prompt,) = await village.told("彭学峰", OutKind.PROMPT)
    assert "先在3月9日（周一）17:30前回一句" in prompt
    assert "3月9日（周一）17:30前回一句" in await village.officer("待办", who="彭学峰")
    await village.until("2026-03-09 18:00")
    assert (await village.events(1)).count("hop_overdue") == 1
    assert [await village.told("彭学峰", OutKind.OVERDUE), await village.told("周明礼", OutKind.OVERDUE)] == snapshot


async def test_one_word_in_time_is_enough_for_the_level(village: Village) -> None:
    await lamp(village)
    await village.officer("1 转办 镇村镇建设办 需要立杆")
    await village.officer("柳湾村1 进展 周一派人来勘查", who="彭学峰")
    await village.until("2026-03-10 08:00")
    assert "hop_overdue" not in await village.events(1)
    assert "已经回过话" in await village.officer("柳湾村1 时限", who="彭学峰")


async def test_a_ticket_explains_its_clock(wakes: Wakes, snapshot: SnapshotAssertion) -> None:
    village = await wakes("2026-02-13 09:00")
    await lamp(village)
    who = village.office.org.people[(await village.ticket(1)).ticket.owner].name
    plain = await village.officer("1 时限", who=who)
    await village.officer("1 延期 2天 过年没人修", who=who)
    await village.officer("1", who="周明礼")
    assert [plain, await village.officer("1号", who=who)] == snapshot


# The calendar


async def test_a_new_holiday_is_told_once_to_each_owner_for_all_that_is_open(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await lamp(village)
    await village.says("桂婶", "老井旁的水管爆了没人修", after=600)
    await village.wait(minutes=2)
    await village.officer("1 延期 1天 等配件")
    await village.officer("1", who="周明礼")
    plan = village.settings.calendar.plans[2026]
    longer = YearPlan(year=2026, off={**plan.off, date(2026, 3, 10): "地方节日"}, on=plan.on)
    changed = replace(village.settings, calendar=WorkCalendar({**village.settings.calendar.plans, 2026: longer}))
    await village.restarts(settings=changed)
    await village.wait(minutes=15)
    first, second = (await village.ticket(1)).ticket, (await village.ticket(2)).ticket
    assert (first.extension_days, first.due_at) == (1, at("2026-03-13 17:30"))
    assert second.due_at == at("2026-03-12 17:30")
    told = [line for line in await village.told("李青山", OutKind.NOTICE) if "放假安排有变" in line]
    assert told == snapshot
    assert len(told) == 1
    await village.until("2026-03-12 17:00")
    assert await village.told("李青山", OutKind.OVERDUE) == []
    await village.until("2026-03-12 18:00")
    assert len(await village.told("李青山", OutKind.OVERDUE)) == 1
