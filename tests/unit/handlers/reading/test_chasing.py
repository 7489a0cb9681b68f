"""Who presses for a matter of the group, whoever raised it: by its name, or by what was just said."""

from dataclasses import replace
from datetime import timedelta

from bot.classify.stream import Stream
from bot.domain.categories import Category, Flag
from bot.domain.messages import Message
from bot.domain.tickets import Thread
from bot.domain.verdicts import Context, Verdict
from bot.handlers.judge import Judge
from bot.handlers.reading import chasing
from tests.unit.handlers.talk import PIPE, answered, message, number, situation, verdict
from tests.unit.patrol.lamps import lamp

NONE = Category.NONE


def is_cadre(said: Message) -> bool:
    """The only officer of these stories."""
    return said.sender == "u-lqs"


def test_a_cadres_words_thrown_back_press_for_the_matter_and_open_none(judge: Judge) -> None:
    told = answered(replace(lamp(), requester="u-gs"), "停车是大家自己组织的")
    reply = message("讲话要有证据 钱都在那里", "u-lqs", 2)
    within = timedelta(minutes=3)
    back = situation("在那里是在哪里?你亮出来啊", told, minutes=3, recent=(reply,))
    assert number(chasing.thrown_back(back, verdict(NONE), judge, is_cadre=is_cadre, within=within)) == 1
    elsewhere = situation("今天哪里有豆腐卖?", told, minutes=3, recent=(reply,))
    assert chasing.thrown_back(elsewhere, verdict(NONE), judge, is_cadre=is_cadre, within=within) is None
    accused = replace(message("有人塞腰包", "u-az", 2.5), set_aside=True)
    after_a_clue = replace(back, recent=(reply, accused))
    assert chasing.thrown_back(after_a_clue, verdict(NONE), judge, is_cadre=is_cadre, within=within) is None


def test_somebody_asks_after_a_matter_that_another_raised(judge: Judge) -> None:
    told = answered(replace(lamp(), requester="u-gs", text="毛竹山发包分山场的明细没贴", topic="", place=""), "7号贴栏")
    asked = verdict(NONE, Flag.FOLLOWUP)
    found = chasing.asked_about(situation("土叔问的毛竹山明细 到底会不会贴", told, minutes=900), asked, judge)
    assert number(found) == 1
    assert chasing.asked_about(situation("快递到了没", told, minutes=900), asked, judge) is None


class Counting:
    """The judge of every village, who remembers which matters were compared."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.compared: list[str] = []

    @property
    def stream(self) -> Stream:
        return self._judge.stream

    def classify(self, text: str, context: Context) -> Verdict:
        return self._judge.classify(text, context)

    def is_urgent(self, text: str) -> bool:
        return self._judge.is_urgent(text)

    def may_be_urgent(self, text: str) -> bool:
        return self._judge.may_be_urgent(text)

    def similarity(self, one: str, other: str) -> float:
        self.compared.append(other)
        return self._judge.similarity(one, other)


def test_of_several_matters_the_likest_is_asked_after_and_each_is_compared_once(judge: Judge) -> None:
    counting = Counting(judge)
    asked = situation("三组水管爆了有人修没有", lamp(), PIPE, sender="u-ly", minutes=900)
    assert number(chasing.asked_about(asked, verdict(NONE, Flag.FOLLOWUP), counting)) == PIPE.number
    assert sorted(counting.compared) == sorted([lamp().text, PIPE.text])


def test_what_another_wrote_privately_is_never_asked_after(judge: Judge) -> None:
    private = replace(lamp(), group=None)
    asked = verdict(NONE, Flag.FOLLOWUP)
    mine = situation("二组路灯又不亮了 修没有", private, minutes=900)
    assert number(chasing.asked_about(mine, asked, judge)) == 1
    theirs = situation("二组路灯又不亮了 修没有", private, sender="u-ly", minutes=900)
    assert chasing.asked_about(theirs, asked, judge) is None


def test_the_help_that_was_promised_is_missed_aloud_by_anybody_within_hours(judge: Judge) -> None:
    told = answered(lamp(), "我叫铲车去推 十点")

    def missed(words: str, known: Thread, minutes: float) -> int | None:
        return number(
            chasing.promise_missed(situation(words, known, sender="u-ly", minutes=minutes), verdict(NONE), judge)
        )

    assert missed("十点了咧 铲车呢", told, 70) == 1
    assert missed("十点了咧 豆腐呢", told, 70) is None
    assert missed("十点了咧 铲车呢😂", told, 70) is None
    assert missed("十点了咧 铲车呢", told, 7 * 60) is None
    hidden = replace(told, ticket=replace(told.ticket, group=None))
    assert missed("十点了咧 铲车呢", hidden, 70) is None


def test_words_that_name_nothing_press_for_what_was_said_minutes_ago(judge: Judge) -> None:
    def pressed(words: str, *, sender: str = "u-ly", minutes: float = 3, chatter: int = 0) -> int | None:
        said = situation(words, lamp(), sender=sender, minutes=minutes, chatter=chatter)
        return number(chasing.chased_in_the_air(said, verdict(NONE, Flag.FOLLOWUP), judge))

    assert pressed("有人来没得") == 1
    assert pressed("有人来没得", chatter=5) is None
    assert pressed("有人来没得", minutes=11) is None
    assert pressed("有人来没得哈哈") is None
    assert pressed("有人来没得", sender="u-az") is None
