"""Shifts: who is away, who stands in, what passes from one officer to the next, and that nothing is ever nobody's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.duty import Absence
from bot.domain.messages import OutKind, ToGroup, ToPerson
from bot.domain.org import organisation
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, State, TicketEvent
from bot.domain.workdays import local
from tests.flow.conftest import Wakes
from tests.flow.village import Village
from tests.world import GROUP, OFFICERS, at, name_of

# 柳湾村's roster: Monday 李青山 and 孙小龙, Tuesday 陈秀梅 and 孙小龙, Wednesday 李青山, Thursday 陈秀梅,
# Friday 李青山 and 陈秀梅, Saturday 孙小龙, Sunday 孙小龙 and 李青山. The stories begin on a Friday.


async def lamp(village: Village) -> None:
    """阿珍 asks about her lamp; 李青山 is on duty."""
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)


async def owner(village: Village, number: int = 1) -> str:
    return name_of((await village.ticket(number)).ticket.owner)


# Being away


async def test_an_officer_who_is_away_is_not_on_duty_and_the_secretary_knows_which_shifts_are_open(
    village: Village,
) -> None:
    said = await village.officer("请假 3月11日到3月12日")
    assert "3月11日（周三）到3月12日（周四）您请假" in said
    assert "这几天有班：3月11日（周三）" in said
    (told,) = await village.told("张春根", OutKind.NOTICE)
    assert "李青山3月11日（周三）到3月12日（周四）请假" in told
    assert "3月11日（周三）没有别人值班" in told
    await village.until("2026-03-11 09:00")
    notices = [one for one in await village.sent(OutKind.DUTY) if local(one.created_at).day == 11]
    assert all("李青山" not in one.outgoing.text for one in notices)
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    assert await owner(village) == "陈秀梅"
    shown = await village.officer("值班", who="陈秀梅")
    assert "请假：李青山（到明天）" in shown


async def test_who_goes_today_gives_his_tickets_away_today_with_one_note(village: Village) -> None:
    await lamp(village)
    await village.says("桂婶", "老井旁的水管爆了没人修", after=60)
    await village.wait(minutes=2)
    await village.officer("今天请假,孩子病了")
    assert {await owner(village, 1), await owner(village, 2)} == {"陈秀梅"}
    (prompt,) = [text for text in await village.told("陈秀梅", OutKind.PROMPT) if "请您接着办" in text]
    assert "李青山请假，这2件" in prompt
    assert len([text for text in await village.told("张春根") if "转给" in text]) == 1
    await village.restarts()
    await village.until("2026-03-09 12:00")
    assert len([text for text in await village.told("陈秀梅", OutKind.PROMPT) if "请您接着办" in text]) == 1
    assert "reassigned" in await village.events(1)


async def test_coming_back_early_ends_the_absence(village: Village) -> None:
    await village.officer("请假 3月9日到3月13日")
    await village.until("2026-03-10 08:00")
    assert "请假到此为止" in await village.officer("销假")
    await village.until("2026-03-11 09:00")
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    assert await owner(village) == "李青山"
    assert "没有请假" in await village.officer("销假")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("请假", "请哪几天假"),
        ("请假 2月30日", "没有“2月30日”这一天"),
        ("请假 3月2日", "已经过去了"),
        ("请假 3月20日到3月12日", "日子写反了"),
        ("请假 3月9日到12月30日", "一次最多"),
        ("陈秀梅明天请假", "只能给自己请假"),
    ],
)
async def test_a_leave_that_cannot_be_is_answered_with_an_example(village: Village, words: str, answer: str) -> None:
    assert answer in await village.officer(words)
    assert village.office.roster.absences == ()
    assert "请假：" not in await village.officer("值班")


async def test_the_secretary_may_say_it_for_somebody_who_is_ill(village: Village) -> None:
    said = await village.officer("李青山今天请假", who="张春根")
    assert "今天李青山请假" in said
    assert any("请假" in text for text in await village.told("李青山"))
    await lamp(village)
    assert await owner(village) == "陈秀梅"


async def test_free_words_about_leave_are_no_leave(village: Village) -> None:
    await lamp(village)
    await village.officer("1 进展 电工请假了,明天来换灯")
    assert (await village.ticket(1)).ticket.state is State.IN_PROGRESS
    await village.officer("跟电工换了灯泡")
    assert "请假：" not in await village.officer("值班")


async def test_what_another_process_was_told_is_seen_at_the_next_step(village: Village) -> None:
    today = local(village.now).date()
    away = Absence(person=OFFICERS["李青山"], first=today, last=today)
    await village.store.commit(Outcome(duty=(away,)), now=village.now)
    await lamp(village)
    assert await owner(village) == "陈秀梅"


# Swapping


async def test_a_swap_holds_once_the_other_agrees(village: Village) -> None:
    asked = await village.officer("换班 周三 陈秀梅")
    assert "已问陈秀梅：3月11日（周三）陈秀梅替您值班" in asked
    question = await village.last_to("陈秀梅", OutKind.QUESTION)
    assert "李青山想换班：3月11日（周三）您替李青山值班。行吗？\n1 同意\n2 不行" in question.outgoing.text
    assert "李青山" in await village.officer("值班")
    assert "定了：3月11日（周三）您替李青山值班" in await village.officer("1", who="陈秀梅")
    assert any("陈秀梅同意了，定了：3月11日（周三）陈秀梅替您值班" in text for text in await village.told("李青山"))
    assert any("换班：3月11日（周三）陈秀梅替李青山值班" in text for text in await village.told("张春根"))
    await village.restarts()
    await village.until("2026-03-11 08:45")
    here = [one.outgoing.text for one in await village.sent(OutKind.DUTY) if one.outgoing.to == ToGroup(group=GROUP)]
    assert "陈秀梅" in here[-1]
    assert "李青山" not in here[-1]
    assert "陈秀梅（替李青山）" in await village.officer("值班")
    await lamp(village)
    assert await owner(village) == "陈秀梅"


async def test_a_no_changes_nothing(village: Village) -> None:
    await village.officer("跟陈秀梅换周三")
    assert "值班表不变" in await village.officer("2", who="陈秀梅")
    assert any("没换成" in text for text in await village.told("李青山"))
    await village.until("2026-03-11 09:00")
    assert "李青山" in await village.officer("值班")


async def test_a_yes_that_was_never_asked_for_changes_nothing(village: Village) -> None:
    said = await village.officer("换班同意 p-lqs>p-cxm 2026-03-11", who="陈秀梅")
    assert "没有等您回话的换班" in said
    await village.officer("换班 周三 孙小龙")
    assert "没有等您回话的换班" in await village.officer("同意换班", who="陈秀梅")
    assert "定了" in await village.officer("同意换班", who="孙小龙")
    assert "已经用不上了" in await village.officer("同意换班", who="孙小龙")


async def test_whoever_has_no_shift_takes_the_others(village: Village) -> None:
    assert "3月12日（周四）您替陈秀梅值班" in await village.officer("换班 周四 陈秀梅")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("换班", "换哪天、跟谁换"),
        ("换班 周三", "3月11日（周三）跟谁换？\n1 "),
        ("换班 陈秀梅", "跟陈秀梅换哪一天？\n1 今天"),
        ("换班 昨天 陈秀梅", "已经过去了"),
        ("换班 3月2日 陈秀梅", "已经过去了"),
        ("换班 周三 秦小燕", "不是本村的人"),
        ("换班 周三 王小二", "没找到“王小二”"),
        ("换班 周三 李青山", "不用跟自己换"),
        ("换班 今天 陈秀梅", "本来都值班"),
        ("换班 周六 陈秀梅", "都没有班"),
        ("换班 周一、周三 陈秀梅", "一回只换一天"),
    ],
)
async def test_a_swap_that_is_unclear_is_asked_once(village: Village, words: str, answer: str) -> None:
    assert answer in await village.officer(words)
    assert await village.told("陈秀梅", OutKind.QUESTION) == []


async def test_a_choice_fills_in_what_was_missing(village: Village) -> None:
    asked = await village.officer("换班 周三")
    number = next(line.partition(" ")[0] for line in asked.splitlines() if "陈秀梅" in line)
    assert "已问陈秀梅" in await village.officer(number)


async def test_nobody_is_asked_to_stand_in_while_away(village: Village) -> None:
    await village.officer("请假 周三", who="陈秀梅")
    assert "请假了，替不了" in await village.officer("换班 周三 陈秀梅")


# Handing over


async def test_the_next_shift_is_asked_in_the_evening_and_takes_over_with_one_word(village: Village) -> None:
    await lamp(village)
    await village.says("桂婶", "老井旁的水管爆了没人修", after=60)
    await village.until("2026-03-06 18:01")
    (asked,) = await village.told("孙小龙", OutKind.QUESTION)
    assert asked.startswith("03-06 18:00 明天您值班。村委会副主任 李青山手上还有2件没办完")
    assert "1号 求助 二组路灯" in asked
    assert await owner(village) == "李青山"
    assert "接下了：1号、2号" in await village.officer("接", who="孙小龙")
    assert {await owner(village, 1), await owner(village, 2)} == {"孙小龙"}
    assert any("孙小龙接下了1号、2号" in text for text in await village.told("李青山"))
    await village.until("2026-03-07 09:00")
    assert await village.told("张春根") == []


async def test_one_of_them_can_be_taken_and_a_bare_number_takes_all(village: Village) -> None:
    await lamp(village)
    await village.says("桂婶", "老井旁的水管爆了没人修", after=60)
    await village.until("2026-03-06 18:01")
    await village.officer("2 接", who="孙小龙")
    assert (await owner(village, 1), await owner(village, 2)) == ("李青山", "孙小龙")
    await village.officer("1", who="孙小龙")
    assert await owner(village, 1) == "孙小龙"


async def test_without_a_word_the_old_one_keeps_it_and_the_secretary_knows(village: Village) -> None:
    await lamp(village)
    await village.until("2026-03-07 07:59")
    assert len(await village.told("孙小龙", OutKind.QUESTION)) == 1
    await village.until("2026-03-07 17:00")
    _, again = await village.told("孙小龙", OutKind.QUESTION)
    assert again.startswith("03-07 08:00 交接的1件还等您一句话")
    (told,) = await village.told("张春根", OutKind.NOTICE)
    assert "网格员 孙小龙还没有接下1号，先由村委会副主任 李青山接着办" in told
    assert await owner(village) == "李青山"


async def test_a_no_leaves_it_where_it_is_and_asks_no_more(village: Village) -> None:
    await lamp(village)
    await village.until("2026-03-06 18:01")
    assert "还归村委会副主任 李青山办" in await village.officer("2", who="孙小龙")
    assert any("孙小龙接不了1号，还归您办" in text for text in await village.told("李青山"))
    await village.until("2026-03-07 17:00")
    assert len(await village.told("孙小龙", OutKind.QUESTION)) == 1
    assert await owner(village) == "李青山"


async def test_what_somebody_is_at_work_on_is_not_passed_on_unless_he_says_so(village: Village) -> None:
    await lamp(village)
    await village.officer("1 进展 电工明天上午来")
    await village.until("2026-03-06 19:00")
    assert await village.told("孙小龙", OutKind.QUESTION) == []
    assert "没有要交接的事" in await village.officer("交接")
    assert "已问网格员 孙小龙接不接1号" in await village.officer("1 交接")
    assert await owner(village) == "李青山"
    await village.officer("1 接", who="孙小龙")
    assert await owner(village) == "孙小龙"


async def test_several_are_offered_with_one_sentence(village: Village) -> None:
    await lamp(village)
    await village.says("桂婶", "老井旁的水管爆了没人修", after=60)
    await village.wait(minutes=2)
    assert "已问网格员 孙小龙接不接1、2号" in await village.officer("1、2 交接")
    await village.officer("接", who="孙小龙")
    assert {await owner(village, 1), await owner(village, 2)} == {"孙小龙"}


async def test_a_ticket_can_be_handed_to_a_named_colleague_only(village: Village) -> None:
    await lamp(village)
    assert "不是柳湾村的同事" in await village.officer("1 交接 秦小燕")
    assert "不归您" in await village.officer("1 交接", who="孙小龙")
    await village.officer("1 交接 何桂珍")
    await village.officer("1", who="何桂珍")
    assert await owner(village) == "何桂珍"


async def test_handover_can_be_looked_at_before_it_happens(village: Village) -> None:
    await lamp(village)
    shown = await village.officer("交接")
    assert "您手上要交接的1件，下一班是明天的网格员 孙小龙" in shown
    await village.until("2026-03-06 18:01")
    assert "等您接的1件" in await village.officer("交接", who="孙小龙")
    await village.officer("1", who="孙小龙")
    assert await owner(village) == "孙小龙"


async def test_a_word_about_an_emergency_is_not_taken_for_the_handover(village: Village) -> None:
    await lamp(village)
    await village.until("2026-03-06 18:01")
    await village.until("2026-03-07 10:00")
    await village.says("老杨", "救命!三组着火了,屋里还有人", after=1)
    await village.wait(seconds=30)
    assert "您已接手" in await village.officer("接", who="孙小龙")
    assert await owner(village, 1) == "李青山"


async def test_closed_meanwhile_is_nothing_to_take(village: Village) -> None:
    await lamp(village)
    await village.until("2026-03-06 18:01")
    await village.officer("1 办结 已换灯泡,今晚亮")
    said = await village.officer("1 接", who="孙小龙")
    assert "没有要交给您的" in said


async def test_thirty_days_with_no_shows_never_leave_a_ticket_with_nobody_or_two(wakes: Wakes) -> None:
    village = await wakes("2026-03-02 08:00")
    holders: list[tuple[str, str | None]] = []
    words = ["接", None, "1", None, None, "不接", "接", None, "2", "全部接下"]
    await village.says("阿珍", "二组路灯又不亮了")
    for day in range(30):
        evening = at("2026-03-02 18:05") + timedelta(days=day)
        if day % 4 == 1:
            await village.says("桂婶", f"{'一二三四五六七八'[day // 4]}组的水管爆了没人修", after=1)
        await village.until(f"{evening:%Y-%m-%d %H:%M}")
        word = words[day % len(words)]
        before = {thread.ticket.id: thread.ticket for thread in await village.tickets()}
        asked = sorted({ticket.offered_to for ticket in before.values() if ticket.offered_to and ticket.state.is_live})
        for person in asked:
            if word is not None:
                await village.officer(word, who=village.office.org.people[person].name)
        for thread in await village.tickets():
            ticket, old = thread.ticket, before[thread.ticket.id]
            assert ticket.owner in village.office.org.people
            assert ticket.owner in {old.owner, old.offered_to}
            holders.append((ticket.id, ticket.owner))
        for ticket_id in before:
            number = int(ticket_id.rpartition("-")[2])
            owners = _accepted(await village.store.history(ticket_id))
            assert owners[-1] == (await village.ticket(number)).ticket.owner
    assert len({person for _, person in holders}) > 1


def _accepted(history: Sequence[TicketEvent]) -> list[str]:
    """Everybody who ever held a ticket, one after the other, as its history tells."""
    held: list[str] = []
    for event in history:
        if event.kind is EventKind.PROMPTED:
            held.append(str(event.data["owner"]))
        if event.kind in {EventKind.HANDED_OVER, EventKind.REASSIGNED}:
            assert event.data["from"] == held[-1]
            held.append(str(event.data["to"]))
    return held


# Nobody there


async def test_who_has_left_gives_way_to_the_next_in_line_at_the_start(village: Village) -> None:
    await lamp(village)
    county = village.settings.county
    gone = organisation(
        county.units.values(),
        county.groups.values(),
        [person for person in county.people.values() if person.id != OFFICERS["李青山"]],
    )
    await village.restarts(settings=replace(village.settings, county=gone))
    await village.wait(minutes=1)
    assert await owner(village) == "陈秀梅"
    (told,) = await village.told("张春根")
    assert "原来的经办人已不在名册上，手上1件（1号）转给村妇联主席 陈秀梅接着办" in told


async def test_who_cannot_be_reached_is_passed_over_up_to_the_township(village: Village) -> None:
    county = village.settings.county
    deaf = [replace(person, accounts=()) if person.unit == "liuwan" else person for person in county.people.values()]
    alone = organisation(county.units.values(), county.groups.values(), deaf)
    await village.restarts(settings=replace(village.settings, county=alone))
    await lamp(village)
    assert await owner(village) == "周明礼"
    assert "1号" in (await village.told("周明礼", OutKind.PROMPT))[0]


async def test_a_swap_for_today_corrects_the_mornings_notice_with_one_line(village: Village) -> None:
    await village.until("2026-03-11 09:00")  # a Wednesday: 李青山 alone is on duty, and the group has read it
    await village.officer("换班 今天 陈秀梅")
    await village.officer("1", who="陈秀梅")
    await village.wait(minutes=30)
    chat = await village.group_chat(everyday=True)
    assert chat.count("【值班更正】") == 1
    assert "今天值班的改为：村妇联主席 陈秀梅（替李青山）。" in chat
    assert "今天：村妇联主席 陈秀梅（替李青山）" in await village.officer("值班")


async def test_a_swap_for_another_day_needs_no_correction(village: Village) -> None:
    await village.until("2026-03-10 09:00")
    await village.officer("换班 周三 陈秀梅")
    await village.officer("1", who="陈秀梅")
    await village.until("2026-03-11 12:00")
    assert "更正" not in await village.group_chat(everyday=True)


async def handover_questions(village: Village) -> list[tuple[str, str]]:
    """Who was asked to take something over, and on which day."""
    return [
        (one.outgoing.to.person, f"{local(one.created_at):%m-%d}")
        for one in await village.sent(OutKind.QUESTION)
        if isinstance(one.outgoing.to, ToPerson) and "明天您值班" in one.outgoing.text
    ]


# 石畔村's roster: on working days 秦小燕; on Saturday and Sunday somebody else, who is in office on no working day.


async def test_at_the_weekend_nobody_is_asked_to_take_what_can_wait_for_monday(village: Village) -> None:
    await village.until("2026-03-06 15:00")
    await village.says("阿珍", "二组路灯又不亮了，麻烦来修", group="g-sp1")
    await village.until("2026-03-09 09:00")
    assert len(await village.tickets()) == 1
    assert await handover_questions(village) == []


async def test_what_is_due_is_passed_on_at_the_weekend_too(village: Village) -> None:
    await village.until("2026-03-11 09:00")
    await village.says("阿珍", "请问低保要带什么材料去办", group="g-sp1")
    await village.until("2026-03-16 09:00")
    assert await handover_questions(village) == [("p-dgf", "03-13")]


# 松坪村's: on working days two, the second of whom is on duty alone at the weekend.


async def test_whoever_left_it_is_not_asked_every_evening_while_his_shift_goes_on(village: Village) -> None:
    await village.until("2026-03-06 15:00")
    await village.says("阿珍", "二组路灯又不亮了，麻烦来修", group="g-sop1")
    await village.until("2026-03-09 09:00")
    assert await handover_questions(village) == [("p-jdh", "03-06")]
