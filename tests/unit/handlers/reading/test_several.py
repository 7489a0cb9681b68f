"""One message, several matters: two questions become two tickets, a reason or a background does not."""

import pytest

from bot.classify.stream import Stream
from bot.domain.categories import Category
from bot.domain.verdicts import NO_CONTEXT, Context, Part, Reason, Verdict
from bot.handlers.judge import Judge
from bot.handlers.reading.several import matters


def told(text: str, judge: Judge) -> list[tuple[Category, str]]:
    """The matters of a text with their words."""
    verdict = judge.classify(text, NO_CONTEXT)
    return [(matter.verdict.label, matter.text) for matter in matters(text, verdict, judge, NO_CONTEXT)]


def test_a_further_matter_that_is_announced_becomes_its_own(judge: Judge) -> None:
    lamp, allowance = told("二组路灯坏了修一下 另外请问低保要什么材料", judge)
    assert lamp == (Category.HELP, "二组路灯坏了修一下")
    assert allowance == (Category.CONSULTATION, "另外请问低保要什么材料")


def test_two_broken_things_in_one_message_are_two_tickets_of_one_category(judge: Judge) -> None:
    found = told("二组路灯不亮了好几天了 另外四组的水管爆了没人修", judge)
    assert [category for category, _ in found] == [Category.HELP, Category.HELP]


@pytest.mark.parametrize(
    "text",
    [
        "村口路灯坏了三天了,娃儿上学黑灯瞎火的,麻烦修一下",
        "二组路灯不亮了,还有那个灯杆也歪了",
        "三组停水两天了 老人小孩没水喝 问了几次都没人管",
        "请问医保什么时候交 交多少钱",
    ],
)
def test_a_reason_or_more_of_the_same_stays_one_matter(text: str, judge: Judge) -> None:
    assert len(told(text, judge)) == 1


class Certain:
    """A judge who is asked nothing about a text."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    @property
    def stream(self) -> Stream:
        return self._judge.stream

    def classify(self, text: str, context: Context) -> Verdict:
        raise AssertionError(text, context)

    def is_urgent(self, text: str) -> bool:
        raise AssertionError(text)

    def may_be_urgent(self, text: str) -> bool:
        raise AssertionError(text)

    def similarity(self, one: str, other: str) -> float:
        raise AssertionError(one, other)


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(label=Category.NONE, confidence=0.9),
        Verdict(label=Category.HELP, confidence=1.0, urgent=True),
        Verdict(
            label=Category.HELP,
            confidence=0.9,
            also=(Part(category=Category.CLUE, text="另外钱进了他舅子腰包"),),
            why=(Reason(words="舅子", category=Category.CLUE, weight=3.0),),
        ),
    ],
)
def test_danger_accusations_and_small_talk_are_never_taken_apart(verdict: Verdict, judge: Judge) -> None:
    text = "路灯坏了没人修 另外钱进了他舅子腰包"
    assert [matter.verdict for matter in matters(text, verdict, Certain(judge), NO_CONTEXT)] == [verdict]


class Wary(Certain):
    """A judge who finds an appeal in everything and an accusation behind it."""

    def classify(self, text: str, context: Context) -> Verdict:  # noqa: ARG002 - whatever the surroundings
        return Verdict(label=Category.HELP, confidence=0.9, topic=text, suspects_clue=True, public_text=text)


def test_what_may_hold_an_accusation_stays_with_the_whole(judge: Judge) -> None:
    verdict = Verdict(label=Category.HELP, confidence=0.9)
    text = "路灯坏了没人修 另外钱进了他舅子腰包"
    assert [matter.verdict for matter in matters(text, verdict, Wary(judge), NO_CONTEXT)] == [verdict]
