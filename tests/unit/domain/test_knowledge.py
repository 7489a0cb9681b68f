"""What the list of powers knows, and what it keeps silent about."""

from datetime import UTC, datetime

import pytest

from bot.domain.knowledge import SAME_QUESTION, KeptAnswer, Power, kept_for, likeness, listed

POWERS = (
    Power(id="1", name="低保申请", asked_as=("低保",), responsible="民生办"),
    Power(id="2", name="宅基地建房", asked_as=("宅基地", "建房"), responsible="建设办"),
    Power(id="3", name="危房改造", asked_as=("危房", "危房改造"), responsible="建设办"),
)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("低保怎么申请", "低保申请"),
        ("办低保要带什么材料", "低保申请"),
        ("想建房,找谁办手续", "宅基地建房"),
        ("危房改造在哪办", "危房改造"),
    ],
)
def test_who_asks_how_finds_the_matter(words: str, name: str) -> None:
    found = listed(words, POWERS)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "words",
    ["低保标准多少", "我家低保怎么停了", "低保几号发", "今天几点停水", "低保真好", "低保和建房怎么办"],
)
def test_what_the_list_does_not_say_finds_nothing(words: str) -> None:
    assert listed(words, POWERS) is None


def kept(unit: str, name: str, text: str) -> KeptAnswer:
    return KeptAnswer(unit=unit, name=name, topic="", asked="", text=text, by="p", at=datetime(2026, 3, 6, tzinfo=UTC))


def test_the_villages_own_answer_comes_before_the_countys() -> None:
    answers = (kept("county", "医保", "县里的"), kept("village", "医保", "村里的"), kept("other", "医保", "别村的"))
    assert [answer.text for answer in kept_for(answers, ("village", "town", "county"))] == ["村里的"]


def test_the_same_question_in_other_words_is_recognised_and_another_is_not() -> None:
    assert likeness("请问村卫生室几点开门", "卫生室几点开门呀") >= SAME_QUESTION
    assert likeness("村卫生室几点开门", "快递点几点开门") < SAME_QUESTION
    assert likeness("好", "好") == 0.0
