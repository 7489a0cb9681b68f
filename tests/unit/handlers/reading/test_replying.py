"""What a villager says right after others spoke to a matter of his own: it belongs there, whatever the words are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.categories import Category, Flag
from bot.domain.tickets import Relation
from bot.handlers.judge import Judge
from bot.handlers.opening import link
from bot.handlers.reading import replying
from tests.unit.handlers.talk import answered, message, number, situation, verdict
from tests.unit.patrol.lamps import lamp, thread

NONE = Category.NONE


def test_a_doubt_right_after_the_answer_is_about_it_and_laughter_is_not(judge: Judge) -> None:
    told = answered(lamp(), "振动都在标准内")
    doubt = "标准内?标准是在哪条墙缝里量的"
    assert number(replying.pressed(situation(doubt, told, minutes=3), verdict(NONE), judge)) == 1
    assert replying.throws_back(doubt, told)
    assert not replying.throws_back("标准是什么", told)
    assert replying.pressed(situation(f"{doubt}😂", told, minutes=3), verdict(NONE), judge) is None
    assert replying.pressed(situation(doubt, told, minutes=40), verdict(NONE), judge) is None
    assert replying.pressed(situation(doubt, lamp(), minutes=3), verdict(NONE), judge) is None
    assert replying.pressed(situation(doubt, told, minutes=3, sender="u-dt"), verdict(NONE), judge) is None


def test_the_next_word_of_who_was_asked_back_is_the_answer(judge: Judge) -> None:
    asked = answered(lamp(), "你说的是哪一盏?")
    reply = link(asked.ticket, message("你说的是哪一盏?", "u-by", 3), Relation.REPLY)
    asked = replace(asked, links=(reply,))
    told = situation("靠桥那盏", asked, minutes=6)
    assert number(replying.asked_back(told, verdict(Category.NONE), judge)) == asked.ticket.number
    late = situation("靠桥那盏", asked, minutes=90)
    assert replying.asked_back(late, verdict(Category.NONE), judge) is None


def test_who_chased_a_moment_ago_goes_on_about_it_until_somebody_else_speaks(judge: Judge) -> None:
    chase = message("修好没有", "u-az", 3)
    told = answered(lamp(), "下午来换灯")
    told = replace(told, links=(*told.links, link(told.ticket, chase, Relation.FOLLOWUP)))
    within = timedelta(minutes=3)
    more = situation("天都要黑了", told, minutes=4, recent=(chase,))
    assert number(replying.goes_on(more, verdict(NONE), judge, within=within)) == 1
    assert replying.goes_on(more, verdict(NONE, Flag.THANKS), judge, within=within) is None
    between = situation("天都要黑了", told, minutes=4, recent=(chase, message("早", "u-dt", 3.5)))
    assert replying.goes_on(between, verdict(NONE), judge, within=within) is None
    later = situation("天都要黑了", told, minutes=8, recent=(chase,))
    assert replying.goes_on(later, verdict(NONE), judge, within=within) is None


def test_us_too_after_anothers_us_too_is_about_ones_own_matter() -> None:
    other = message("我屋也是", "u-dt", 3)
    known = thread(lamp())
    joined = replace(known, links=(*known.links, link(known.ticket, other, Relation.SUPPORT)))
    nod = verdict(NONE, Flag.SUPPORT)
    assert number(replying.agreed_with(situation("就是嘛", joined, minutes=4), nod)) == 1
    assert replying.agreed_with(situation("就是嘛", known, minutes=4), nod) is None
    assert replying.agreed_with(situation("就是嘛", joined, minutes=15), nod) is None
    elsewhere = verdict(NONE, Flag.SUPPORT, place="五组")
    assert replying.agreed_with(situation("就是嘛", joined, minutes=4), elsewhere) is None


@pytest.mark.parametrize(
    ("words", "confidence", "found"),
    [("通埋先好讲", 0.7, 1), ("通埋先好讲", 0.9, None), ("通埋先好讲 我家门口那条沟也要通的啊", 0.7, None)],
)
def test_a_few_doubtful_words_after_an_answer_are_the_reply_to_it(
    words: str, confidence: float, found: int | None
) -> None:
    said = message("下午来通", "u-lqs", 3)
    told = thread(lamp())
    told = replace(told, links=(*told.links, link(told.ticket, said, Relation.REPLY)))
    doubtful = replace(verdict(), confidence=confidence)
    reply = situation(words, told, minutes=4, recent=(said,))
    assert number(replying.replied_to(reply, doubtful)) == found
