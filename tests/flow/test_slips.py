"""A month looked back on: who is a candidate for a notice, what a person makes of it, and what the village answers."""

from dataclasses import replace

from syrupy.assertion import SnapshotAssertion

from bot.domain.messages import OutKind
from bot.domain.slips import SlipState
from tests.flow.conftest import After, Wakes
from tests.flow.stories import FORGOTTEN_SINCE, forgotten_until_april, three_forgotten
from tests.flow.village import Village
from tests.world import at

SLIP = "notice-2026-03-liuwan"


async def _april(after: After) -> Village:
    village = await after(FORGOTTEN_SINCE, forgotten_until_april)
    await village.until("2026-04-01 09:31")
    return village


async def test_on_the_first_working_day_the_town_reads_whom_the_facts_speak_to_and_nobody_else_does(
    after: After, snapshot: SnapshotAssertion
) -> None:
    village = await _april(after)
    (candidates,) = [told for told in await village.told("周明礼", OutKind.DIGEST) if "提示候选" in told]
    assert candidates == snapshot
    assert candidates.startswith("04-01 09:30")
    assert not [told for told in await village.told("张春根") if "提示" in told and "提示单" in told]
    slip = await village.store.slip(SLIP)
    assert slip is not None
    assert slip.state is SlipState.CANDIDATE


async def test_from_candidate_to_crossed_off(after: After, snapshot: SnapshotAssertion) -> None:
    village = await _april(after)
    said = [
        await village.officer("提示单", who="周明礼"),
        await village.officer("提示单 柳湾村", who="周明礼"),
        await village.officer("签发 提示单 柳湾村", who="周明礼"),
        await village.officer("签发 提示单 柳湾村 清廉提[2026]3号", who="周明礼"),
    ]
    got = (await village.told("张春根", OutKind.PROMPT))[-1]
    await village.wait(minutes=15)
    said += [
        await village.officer("提示单", who="张春根"),
        await village.officer("回复 提示单 收到", who="张春根"),
        await village.officer("回复 提示单 三件都已派人办结，今后由李青山每周一对一次时限", who="张春根"),
    ]
    asked = (await village.told("周明礼", OutKind.QUESTION))[-1]
    await village.wait(minutes=15)
    said.append(await village.officer("退回 提示单 柳湾村 水管哪天修好没有写", who="周明礼"))
    back = (await village.told("张春根", OutKind.PROMPT))[-1]
    await village.wait(minutes=15)
    said.append(await village.officer("反馈提示单：水管4月3日修好，由李青山负责", who="张春根"))
    said.append(await village.officer("1", who="周明礼"))
    await village.wait(minutes=15)
    assert "\n--\n".join([*said, got, asked, back, (await village.told("张春根"))[-1]]) == snapshot
    assert [step.state.value for step in await village.store.slip_history(SLIP)] == [
        "candidate",
        "issued",
        "replied",
        "returned",
        "replied",
        "closed",
    ]


async def test_no_reply_brings_one_reminder_and_then_word_to_who_issued_it(after: After) -> None:
    village = await _april(after)
    await village.officer("签发 提示单 柳湾村 清廉提〔2026〕3号", who="周明礼")
    slip = await village.store.slip(SLIP)
    assert slip is not None
    assert (slip.remind_at, slip.due_at) == (at("2026-04-08 08:30"), at("2026-04-09 17:30"))
    await village.until("2026-04-10 09:00")
    told = [line for line in await village.told("张春根") if "反馈" in line and "提示单" in line]
    assert [line[:11] for line in told] == ["04-01 09:31", "04-08 08:30", "04-09 17:30"]
    late = [line for line in await village.told("周明礼") if "还没有反馈" in line]
    assert len(late) == 1
    assert "超期" in await village.officer("提示单", who="周明礼")


async def test_who_may_not_issue_or_answer_changes_nothing(after: After) -> None:
    village = await _april(after)
    assert "没有改动" in await village.officer("签发 提示单 柳湾村 清廉提〔2026〕3号", who="李青山")
    assert "没有改动" in await village.officer("签发 提示单 柳湾村 清廉提〔2026〕3号", who="张春根")
    assert "没有找到" in await village.officer("签发 提示单 柳湾村 苇廉提〔2026〕3号", who="程文娟")
    assert "没有等您单位反馈" in await village.officer("回复 提示单 都已经整改到位，由我负责", who="张春根")
    slip = await village.store.slip(SLIP)
    assert slip is not None
    assert slip.step == 1


async def test_dropped_with_a_reason_it_is_not_issued_any_more(after: After) -> None:
    village = await _april(after)
    assert "原因" in await village.officer("不发 提示单 柳湾村", who="周明礼")
    assert "不发，已记下" in await village.officer("不发 提示单 柳湾村 三件都在等配件", who="周明礼")
    assert "不能签发" in await village.officer("签发 提示单 柳湾村 清廉提〔2026〕3号", who="周明礼")
    assert await village.officer("提示单", who="张春根") == "没有发给您单位的提示单、提示函。"


async def test_every_month_and_week_comes_once_also_after_a_restart(wakes: Wakes) -> None:
    village = await wakes(FORGOTTEN_SINCE)
    await three_forgotten(village)
    await village.until("2026-03-31 23:00")
    await village.restarts()
    await village.until("2026-04-01 09:30")
    await village.restarts()
    await village.until("2026-04-08 12:00")
    told = await village.told("周明礼", OutKind.DIGEST)
    assert [line[:11] for line in told if "提示候选" in line] == ["04-01 09:30"]
    # 6 April is a holiday: the summary comes on the 7th and covers nine days.
    weeks = [line for line in told if "一周小结" in line]
    assert [line[:11] for line in weeks] == ["03-16 09:00", "03-23 09:00", "03-30 09:00", "04-07 09:00"]


async def test_the_comparison_of_villages_is_sent_only_where_it_is_switched_on(wakes: Wakes) -> None:
    village = await wakes(FORGOTTEN_SINCE)
    rules = village.settings.rules
    review = rules.review.model_copy(update={"ranking": True})
    await village.restarts(settings=replace(village.settings, rules=rules.model_copy(update={"review": review})))
    await three_forgotten(village)
    await village.until("2026-04-01 09:31")
    (candidates,) = [told for told in await village.told("周明礼", OutKind.DIGEST) if "提示候选" in told]
    assert "柳湾村：到期3件，按时办好0件" in candidates
    assert "没有到期诉求的村，不参加比较：石畔村、霞岭村" in candidates
    assert "不用来考核" in candidates
