"""Which ticket a cadre's words in the group answer."""

from dataclasses import replace

import pytest

from bot.handlers.judge import Judge
from bot.handlers.reading.answers import answered_by
from tests.unit.handlers.talk import PIPE, answered, number, situation
from tests.unit.patrol.lamps import lamp, thread


@pytest.mark.parametrize(("minutes", "chatter", "found"), [(5, 0, 1), (40, 3, 1), (40, 20, None), (60, 0, None)])
def test_a_cadres_words_answer_what_is_still_in_the_air(
    judge: Judge, minutes: float, chatter: int, found: int | None
) -> None:
    said = situation("上午派人去处理", lamp(), sender="u-lqs", minutes=minutes, chatter=chatter)
    assert number(answered_by(said, judge)) == found


def test_a_quote_decides_whatever_was_said_since(judge: Judge) -> None:
    quoted = thread(lamp())
    said = situation("上午派人去处理", lamp(), PIPE, sender="u-lqs", minutes=600, chatter=20, quoted=quoted)
    assert number(answered_by(said, judge)) == 1


def test_a_mention_decides_between_two_questions(judge: Judge) -> None:
    said = situation("上午派人去处理", lamp(), PIPE, sender="u-lqs", mentions=("u-az",))
    assert number(answered_by(said, judge)) == 1


def test_words_about_the_lamp_answer_the_lamp(judge: Judge) -> None:
    assert number(answered_by(situation("路灯下午换灯泡", lamp(), PIPE, sender="u-lqs"), judge)) == 1
    assert number(answered_by(situation("水管下午接好", lamp(), PIPE, sender="u-lqs"), judge)) == 2


@pytest.mark.parametrize("words", ["早", "嗯", "好", "👌"])
def test_a_grunt_answers_nothing(judge: Judge, words: str) -> None:
    assert answered_by(situation(words, lamp(), sender="u-lqs"), judge) is None


def test_words_about_an_older_matter_are_no_answer_to_the_fresh_one(judge: Judge) -> None:
    hall = replace(lamp(), text="活动室的乒乓球桌断了一条腿", topic="", place="", requester="u-ly")
    fresh = replace(PIPE, said_at=lamp().said_at.replace(hour=lamp().said_at.hour + 3))
    said = situation("活动室的乒乓球桌明天换新的", hall, fresh, sender="u-lqs", minutes=185)
    assert number(answered_by(said, judge)) == 1


def test_a_notice_that_names_the_place_alone_answers_nothing_answered_before(judge: Judge) -> None:
    told = answered(lamp(), "已换灯泡")
    assert answered_by(situation("二组的乡亲下午来领种子", told, sender="u-lqs", minutes=600), judge) is None
