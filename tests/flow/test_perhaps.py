"""What is perhaps a question: the group hears nothing of it, the duty officer finds it when he looks."""

from dataclasses import replace

import pytest

from bot.building import build_judge
from bot.classify.stream import Stream
from bot.domain.categories import Category
from bot.domain.verdicts import NO_CONTEXT, Context, Verdict
from bot.handlers.judge import Judge
from bot.handlers.loading import UNANSWERED_WITHIN
from bot.settings import Settings
from tests.flow.conftest import Wakes
from tests.world import at

PERHAPS = "今年种子怕是要晚点"
HEAD = "可能需要回复"


class HalfSure:
    """The judge of every village, who cannot make up his mind about one sentence."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    @property
    def stream(self) -> Stream:
        return self._judge.stream

    def classify(self, text: str, context: Context) -> Verdict:
        verdict = self._judge.classify(text, context)
        if text != PERHAPS:
            return verdict
        return replace(verdict, label=Category.NONE, confidence=0.65, flags=frozenset(), may_want_answer=True)

    def is_urgent(self, text: str) -> bool:
        return self._judge.is_urgent(text)

    def may_be_urgent(self, text: str) -> bool:
        return self._judge.may_be_urgent(text)

    def similarity(self, one: str, other: str) -> float:
        return self._judge.similarity(one, other)


@pytest.fixture
def judge(judge: Judge) -> Judge:
    """Nobody's choice of words decides these stories: the sentence is half-sure whatever the lexicon learns."""
    return HalfSure(judge)


async def test_the_group_stays_silent_and_the_duty_officer_finds_it_for_two_days(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    assert HEAD not in await village.officer("待办")
    await village.says("桂婶", PERHAPS)
    said = village.now
    await village.wait(minutes=5)
    assert "小微" not in await village.group_chat()
    assert await village.tickets() == []
    listed = await village.officer("待办")
    assert listed.splitlines()[-3:] == [
        "可能需要回复（没开工单）：",
        f"A 今天09:00 “{PERHAPS}”",
        "要了掉，回字母，例如：A。也可以直接回“A 不用回”“A 开单”。",
    ]
    await village.wait(seconds=(said + UNANSWERED_WITHIN - village.now).total_seconds() - 60)
    assert PERHAPS in await village.officer("待办")
    await village.wait(minutes=2)
    assert PERHAPS not in await village.officer("待办")


async def test_what_only_the_discipline_role_may_read_is_never_listed_beside_it(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", PERHAPS)
    await village.says("桂婶", "种子钱都进了会计自己腰包 我要举报他贪污", after=60)
    await village.wait(minutes=1)
    listed = await village.officer("待办")
    assert PERHAPS in listed
    assert "腰包" not in listed


async def test_small_talk_and_what_became_a_ticket_are_not_on_the_list(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("豆腐西施", "今天豆花卖完了")
    await village.says("桂婶", "二组路灯坏了 修一下", after=60)
    await village.wait(minutes=5)
    listed = await village.officer("待办")
    assert "路灯" in listed
    assert HEAD not in listed


@pytest.mark.parametrize(("wanted", "found"), [(0.0, True), (1.0, False)])
def test_the_county_says_how_much_of_an_appeal_the_duty_officer_wants_to_see(
    settings: Settings, wanted: float, *, found: bool
) -> None:
    certainty = settings.rules.certainty.model_copy(update={"want_answer": wanted})
    chosen = replace(settings, rules=settings.rules.model_copy(update={"certainty": certainty}))
    assert build_judge(chosen).classify("今天豆花卖完了", NO_CONTEXT).may_want_answer is found


async def test_two_taps_settle_a_line_of_the_list(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", PERHAPS)
    await village.wait(minutes=5)
    await village.officer("待办")
    asked = await village.officer("A")
    assert asked == f"今天09:00说的“{PERHAPS}”，怎么办？\n1 开工单，照时限办\n2 不用回，或者已经答过了"
    assert await village.officer("2") == "好，1条不再列出来。"
    assert await village.officer("待办") == "没有待办的事。"
    assert "已经了掉了" in await village.officer("A 不用回")


async def test_a_ticket_can_be_opened_for_it_after_all_on_the_villagers_own_clock(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", PERHAPS)
    await village.wait(hours=3)
    await village.officer("待办")
    assert "算哪一类" in await village.officer("a开单")
    opened = await village.officer("1")
    assert opened.startswith(f"开好了：1号 咨询（“{PERHAPS}”），村委会副主任 李青山办，3月10日（周二）17:30前答复")
    thread = await village.ticket(1)
    assert thread.ticket.requester == "u-gs"
    assert thread.ticket.group == "g-lw1"
    assert thread.ticket.said_at == at("2026-03-06 09:00:05")
    assert HEAD not in await village.officer("待办")


async def test_what_a_cadre_has_answered_in_the_group_is_listed_no_more(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", PERHAPS)
    await village.wait(minutes=3)
    await village.says("李青山", "种子农技站说下周三到，到了在群里喊", after=60)
    await village.wait(minutes=1)
    assert HEAD not in await village.officer("待办")


async def test_a_cadres_word_about_something_else_hours_later_answers_nothing(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", PERHAPS)
    await village.wait(hours=2)
    await village.says("李青山", "下午村部停电检修线路", after=60)
    await village.wait(minutes=1)
    assert PERHAPS in await village.officer("待办")


async def test_a_letter_means_the_line_that_was_shown_though_others_have_come_since(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", PERHAPS)
    await village.wait(minutes=5)
    await village.says("六叔", PERHAPS)
    await village.wait(minutes=5)
    await village.officer("待办")
    await village.officer("A 不用回", who="陈秀梅")  # she was shown no list: nothing happens
    await village.officer("B不用回")
    left = await village.officer("待办")
    assert left.count(PERHAPS) == 1
    assert "A 今天09:00" in left
    assert "先回“待办”" in await village.officer("C 不用回")


async def test_a_bare_number_still_answers_the_question_before_the_list(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", PERHAPS)
    await village.says("阿珍", "二组路灯又不亮了", after=60)
    await village.wait(minutes=2)
    await village.officer("1 改类")
    await village.officer("待办")
    assert "改为咨询" in await village.officer("1")
