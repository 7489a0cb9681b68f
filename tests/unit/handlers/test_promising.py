"""What a village officer writes about a matter in hand: a promise, a plan, or a result."""

import pytest

from bot.domain.categories import Category
from bot.handlers.judge import Judge
from bot.handlers.promising import only_promises, says_done
from tests.unit.domain.test_record import ENOUGH

HELP, ASKED, SHOWN = Category.HELP, Category.CONSULTATION, Category.DISCLOSURE


@pytest.mark.parametrize("category", [HELP, ASKED, SHOWN])
@pytest.mark.parametrize(
    "words",
    [
        "我去看看水池，一会儿回话",
        "马上安排",
        "下午去看",
        "我问一下会计再回你",
        "知道了",
        "已安排师傅，我这就过去",
        "打了电话，人在路上",
        "正在联系供电所",
        "在修",
        "还没办好",
        "灯换好了，水管还没修好",
        "配件到了，还在等师傅",
        "收到，尽快处理",
    ],
)
def test_a_promise_is_no_result_whatever_was_asked(judge: Judge, category: Category, words: str) -> None:
    assert only_promises(words, category, judge)


@pytest.mark.parametrize(
    "words", ["明天去修", "正在修", "等配件,下周换", "已联系供电所,明天上午来修", "周五来", "明天贴出来"]
)
def test_a_plan_is_no_result_of_a_matter_that_wants_something_done(judge: Judge, words: str) -> None:
    assert only_promises(words, HELP, judge)
    assert only_promises(words, SHOWN, judge)


@pytest.mark.parametrize(
    "words", ["明天上午在村部办", "下周发到卡上", "周五下午来村部领表", "请尽快来村部办", "在办公室领表"]
)
def test_when_and_where_is_the_answer_to_somebody_who_asked_that(judge: Judge, words: str) -> None:
    assert not only_promises(words, ASKED, judge)


@pytest.mark.parametrize(
    "words",
    [
        "修好了，水来了",
        "水来了",
        "换好了灯泡,今晚就亮",
        "昨天约的师傅，上午去看过了，阀门换了",
        "等了两天配件，今天换好了",
        "已打款，三天内到账",
        "下午两点来电了",
        "已贴公示栏,明天再发群里",
        "恢复正常了",
    ],
)
def test_a_result_stays_one_whatever_else_is_said(judge: Judge, words: str) -> None:
    assert says_done(words, judge)
    assert not only_promises(words, HELP, judge)


@pytest.mark.parametrize("words", ["没修好", "约好了下午来修", "明天通水", "在路上", "预计月底到账"])
def test_what_is_not_done_is_not_said_to_be(judge: Judge, words: str) -> None:
    assert not says_done(words, judge)


@pytest.mark.parametrize(("category", "words"), [(kind, words) for kind, all_ in ENOUGH.items() for words in all_])
def test_no_good_record_is_taken_for_a_promise(judge: Judge, category: Category, words: str) -> None:
    assert not only_promises(words, category, judge)
