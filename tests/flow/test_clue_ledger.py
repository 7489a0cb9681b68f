"""The life of a clue in the ledger: read in time or handed up, passed on, accepted, concluded, all by people."""

import re

from syrupy.assertion import SnapshotAssertion

from bot.domain.clues import Case, CaseState
from bot.domain.messages import OutKind, ToGroup
from bot.domain.workdays import local
from tests.flow.village import Village
from tests.world import at

ACCOUNTANT = "村会计何桂珍把修塘坝的水泥款虚报了四万三 发票是假的 钱她自己拿了"
TOWN_LEADER = "副镇长韩志刚收了修路老板两条烟和五千块钱红包"


async def whispered(village: Village, text: str = ACCOUNTANT) -> str:
    """守井人 tells the bot alone; returns the code of the case."""
    await village.says("守井人", "早")
    await village.says("守井人", text, group=None, after=60)
    await village.wait(minutes=2)
    return (await the_case(village)).code


async def the_case(village: Village) -> Case:
    (case,) = await village.store.cases(list(village.settings.county.units), since=at("2026-01-01 00:00"))
    return case


async def steps(village: Village, code: str) -> list[tuple[str, str]]:
    return [(event.step.value, event.actor) for event in await village.store.case_history(code)]


async def test_the_whole_life_of_a_clue(village: Village, snapshot: SnapshotAssertion) -> None:
    code = await whispered(village)
    said = [
        "线索",
        f"线索 {code}",
        f"{code.lower()}转交 县纪委第一监督检查室",
        f"受理 {code} 已成立核查组",
        f"{code} 结果",
    ]
    answers = [await village.officer(words, who="周明礼") for words in said]
    answers.append(await village.officer("1", who="周明礼"))
    answers.append(await village.officer(f"{code} 部分属实 容错 多报的是运费,已退回", who="周明礼"))
    assert "\n--\n".join(answers).replace(code, "CODE1") == snapshot
    case = await the_case(village)
    assert (case.state, case.excused, case.result) == (CaseState.PARTLY, True, "多报的是运费,已退回")
    assert [one.to for one in case.handovers] == ["县纪委第一监督检查室"]
    known = [("received", "bot"), *((step, "p-zml") for step in ("read", "handed_over", "accepted"))]
    assert (await steps(village, code))[:4] == known


async def test_an_untrue_report_gets_a_draft_of_a_clarification_that_names_nobody(village: Village) -> None:
    code = await whispered(village)
    await village.officer(f"{code} 受理", who="周明礼")
    answer = await village.officer(f"{code} 结果 不实 发票都在", who="周明礼")
    assert "澄清说明" in answer
    assert "柳湾村" in answer
    assert "何桂珍" not in answer
    assert "四万三" not in answer
    assert await village.officer(f"{code} 澄清稿", who="周明礼")
    assert [
        one for one in await village.sent() if isinstance(one.outgoing.to, ToGroup) and "澄清" in one.outgoing.text
    ] == []


async def test_nobody_is_called_a_false_accuser_but_by_a_person_who_says_it_twice(village: Village) -> None:
    code = await whispered(village)
    assert "还不能做" in await village.officer(f"{code} 认定诬告 编造事实", who="周明礼")
    await village.officer(f"{code} 受理", who="周明礼")
    seen = [
        await village.officer(words, who="周明礼") for words in (f"{code} 结果", f"{code} 结果 诬告", f"线索 {code}")
    ]
    assert "诬告" not in "".join(seen), "it is never suggested"
    await village.officer(f"{code} 结果 不实", who="周明礼")
    assert "依据" in await village.officer(f"{code} 认定诬告", who="周明礼")
    assert "没有等您确认" in await village.officer(f"确认诬告 {code}", who="周明礼")
    await village.officer(f"{code} 认定诬告 本人承认编造,有笔录", who="周明礼")
    assert "没有等您确认" in await village.officer(f"确认诬告 {code}", who="陶雨林"), "another person confirms nothing"
    assert (await the_case(village)).state is CaseState.UNTRUE
    await village.officer(f"确认诬告 {code}", who="周明礼")
    assert (await the_case(village)).state is CaseState.FALSE_ACCUSATION


async def test_what_is_not_confirmed_within_a_day_is_not_confirmed(village: Village) -> None:
    code = await whispered(village)
    await village.officer(f"{code} 受理", who="周明礼")
    await village.officer(f"{code} 结果 不实", who="周明礼")
    await village.officer(f"{code} 认定诬告 本人承认编造,有笔录", who="周明礼")
    await village.wait(hours=25)
    assert "没有等您确认" in await village.officer(f"确认诬告 {code}", who="周明礼")


async def test_an_unread_clue_is_told_again_after_one_working_day_and_goes_to_the_county_after_two(
    village: Village,
) -> None:
    await whispered(village)
    await village.until("2026-03-09 17:40")
    assert len(await village.told("周明礼", OutKind.NOTICE)) == 1
    assert await village.reads_clues("林静敏") == "没有您这一级要看的保密线索。"
    await village.until("2026-03-09 18:00")
    assert "还没有人看" in (await village.told("周明礼", OutKind.NOTICE))[-1]
    await village.until("2026-03-10 18:00")
    assert [line[:11] for line in await village.told("林静敏", OutKind.NOTICE) if "没有人看" in line] == ["03-10 17:45"]
    assert "四万三" in await village.reads_clues("林静敏")


async def test_a_clue_that_was_read_goes_nowhere_by_itself(village: Village) -> None:
    code = await whispered(village)
    await village.officer(f"线索 {code}", who="陶雨林")
    await village.until("2026-03-20 18:00")
    assert "没有人看" not in "".join(await village.told("周明礼") + await village.told("林静敏"))


async def test_the_county_sends_a_checker_of_another_township_and_the_home_grid_sees_nothing_any_more(
    village: Village,
) -> None:
    code = await whispered(village)
    await village.officer(f"{code} 转交 县里", who="周明礼")
    assert "四万三" in await village.reads_clues("林静敏")
    assert "不能转交" in await village.officer(f"{code} 转交 何桂珍", who="林静敏")
    assert "不能转交" in await village.officer(f"{code} 转交 柳湾村", who="林静敏")
    assert "已记下" in await village.officer(f"{code} 交叉 苇湖镇", who="林静敏")
    assert "转给您一条" in (await village.told("程文娟", OutKind.NOTICE))[-1]
    assert "四万三" in await village.reads_clues("程文娟")
    assert "没有编号" in await village.officer(f"线索 {code}", who="周明礼")
    await village.officer(f"{code} 受理", who="程文娟")
    assert (await the_case(village)).accepted_by == "p-cwj"


async def test_a_clue_about_the_township_is_never_handed_back_to_it(village: Village) -> None:
    code = await whispered(village, TOWN_LEADER)
    for name in ("周明礼", "清禾镇", "韩志刚", "清禾镇纪委"):
        assert "不能转交" in await village.officer(f"{code} 转交 {name}", who="林静敏"), name
    assert "没有编号" in await village.officer(f"线索 {code}", who="周明礼")


async def test_one_neutral_line_a_day_and_only_because_a_person_wants_it(village: Village) -> None:
    await village.says("守井人", ACCOUNTANT)
    await village.wait(minutes=2)
    code = (await the_case(village)).code
    await village.wait(hours=3)
    neutral = "涉及具体人员的情况请走保密渠道反映，群里欢迎继续说村务。"
    assert neutral not in await village.group_chat()
    approved = village.now
    await village.officer(f"{code} 群里提醒", who="周明礼")
    assert "不再重复" in await village.officer(f"{code} 群里提醒", who="陶雨林")
    await village.wait(hours=4)
    (line,) = [one for one in await village.sent() if one.outgoing.text == neutral]
    assert line.outgoing.to == ToGroup(group="g-lw1")
    assert line.sent_at is not None
    assert 20 <= (local(line.sent_at) - approved).total_seconds() / 60 <= 121


async def test_no_line_in_a_group_about_what_was_whispered(village: Village) -> None:
    code = await whispered(village)
    assert "不在群里发" in await village.officer(f"{code} 群里提醒", who="周明礼")


async def test_against_the_county_itself_the_sender_is_shown_the_public_channel_and_nothing_is_kept(
    village: Village,
) -> None:
    await whispered(village, "县纪委那个林静敏收了砂场老板五万两千块钱 帮他压案子")
    case = await the_case(village)
    assert (case.clue.above, case.clue.text, case.clue.about) == (True, "", ())
    assert "12388" in await village.private_chat("守井人")
    for name in ("周明礼", "林静敏"):
        assert re.search("[A-Z0-9]{5}\\u3000", await village.reads_clues(name)) is None


async def test_two_inspectors_at_once_overwrite_nothing(village: Village) -> None:
    code = await whispered(village)
    await village.says("周明礼", f"{code} 受理 成立核查组", group=None, after=1)
    await village.says("陶雨林", f"{code} 转交 市纪委", group=None, after=0)
    await village.wait(minutes=1)
    case = await the_case(village)
    assert (case.state, [one.to for one in case.handovers]) == (CaseState.ACCEPTED, ["市纪委"])
