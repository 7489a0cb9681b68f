"""Other people's matters: who joins one, who adds to a running emergency."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.categories import Category, Flag
from bot.domain.tickets import State
from bot.handlers import emergency
from bot.handlers.judge import Judge
from bot.handlers.reading import neighbours
from tests.unit.handlers.talk import answered, message, number, situation, verdict
from tests.unit.patrol.lamps import lamp, thread

NONE = Category.NONE
FIRE = replace(lamp(), urgent=True, text="桥头着火了", place="桥头", topic="")
LIST = replace(
    lamp(),
    category=Category.DISCLOSURE,
    text="这个相片糊得很 放到多大都认不得是哪个",
    topic="",
    place="",
    requester="u-gs",
)


def test_us_too_joins_what_was_just_said(judge: Judge) -> None:
    support = verdict(Category.NONE, Flag.SUPPORT)
    assert number(neighbours.joined(situation("我家也是", lamp(), sender="u-ly"), support, judge)) == 1
    late = situation("我家也是", lamp(), sender="u-ly", minutes=30)
    assert neighbours.joined(late, support, judge) is None


def test_a_burst_pipe_does_not_join_a_broken_lamp(judge: Judge) -> None:
    lamp_anywhere = replace(lamp(), place="", text="灯不亮了")
    pipe = verdict(place="三组", topic="自来水")
    told = situation("三组水管爆了没人修", lamp_anywhere, sender="u-gs")
    assert neighbours.joined(told, pipe, judge) is None


def test_nobody_joins_a_private_or_an_ended_matter_or_his_own(judge: Judge) -> None:
    support = verdict(Category.NONE, Flag.SUPPORT)
    for ticket in (replace(lamp(), group=None), lamp(State.CLOSED), lamp(State.WITHDRAWN)):
        assert neighbours.joined(situation("我家也是", ticket, sender="u-ly"), support, judge) is None
    assert neighbours.joined(situation("我家也是", lamp()), support, judge) is None


def test_further_cries_belong_to_the_running_emergency() -> None:
    fire = replace(lamp(), urgent=True, text="桥头着火了", place="桥头")
    within = timedelta(minutes=30)
    assert number(neighbours.same_emergency(situation("火好大", fire, minutes=20), within=within)) == 1
    assert neighbours.same_emergency(situation("火好大", fire, minutes=31), within=within) is None
    assert neighbours.same_emergency(situation("火好大", lamp()), within=within) is None
    closed = replace(fire, state=State.CLOSED)
    assert neighbours.same_emergency(situation("火好大", closed), within=within) is None


@pytest.mark.parametrize(
    ("words", "joins"),
    [
        ("我老花镜戴两副都瞧不清", True),
        ("俺家那页一个字没写", True),
        ("我家有啊 大得很", False),
        ("我来拿快递", False),
        ("我也反映个事 看不到名单", False),
        ("我也瞧不清😂", False),
        ("今天太阳好大", False),
    ],
)
def test_the_same_trouble_in_other_words_joins_while_it_is_fresh(judge: Judge, words: str, *, joins: bool) -> None:
    said = situation(words, LIST)
    assert (neighbours.joined(said, verdict(NONE), judge) is not None) is joins
    late = situation(words, LIST, minutes=30)
    assert neighbours.joined(late, verdict(NONE), judge) is None


def test_another_group_in_the_same_darkness_joins_and_another_trouble_does_not(judge: Judge) -> None:
    dark = situation("六组也黑了", lamp(), sender="u-dt")
    assert number(neighbours.joined(dark, verdict(Category.HELP, Flag.SUPPORT, place="六组"), judge)) == 1
    pipe = situation("我家水管也漏了", lamp(), sender="u-dt")
    assert neighbours.joined(pipe, verdict(Category.HELP, Flag.SUPPORT, topic="自来水"), judge) is None


def test_two_lamps_of_two_groups_are_two_matters(judge: Judge) -> None:
    other = situation("五组路灯不亮了", lamp(), sender="u-dt")
    assert neighbours.joined(other, verdict(Category.HELP, place="五组", topic="路灯"), judge) is None


def test_a_proposal_is_never_the_us_too_of_a_broken_thing(judge: Judge) -> None:
    said = situation("明年统一换成太阳能 一户出几块我也愿意", lamp(), sender="u-dt")
    assert neighbours.joined(said, verdict(Category.SUGGESTION, Flag.SUPPORT), judge) is None


def test_us_too_hours_later_needs_the_matters_own_words(judge: Judge) -> None:
    support = verdict(NONE, Flag.SUPPORT)
    hours = 3 * 60
    assert (
        number(neighbours.joined(situation("我家门口路灯也不亮", lamp(), sender="u-dt", minutes=hours), support, judge))
        == 1
    )
    assert neighbours.joined(situation("我家也是", lamp(), sender="u-dt", minutes=hours), support, judge) is None
    next_day = situation("我家门口路灯也不亮", lamp(), sender="u-dt", minutes=26 * 60)
    assert neighbours.joined(next_day, support, judge) is None


def test_who_saw_something_adds_to_a_running_emergency_even_if_it_sounds_like_a_charge(judge: Judge) -> None:
    lost = replace(FIRE, text="我公公放羊没回来 手机打不通")
    saw = situation("我两点在崾岘上碰着他 往北湾那头走", lost, sender="u-dt")
    weak_clue = replace(verdict(Category.CLUE), confidence=0.3)
    assert number(neighbours.witnessed(saw, weak_clue, judge, over=lambda _: False)) == 1
    charge = situation("钱都进了他小舅子腰包", lost, sender="u-dt")
    assert neighbours.witnessed(charge, weak_clue, judge, over=lambda _: False) is None


@pytest.mark.parametrize("clear", ["人找到了,没事", "明火压下去了", "救护车接走了", "门开了 出来了", "人冇事"])
def test_relief_after_the_all_clear_rings_nobody(judge: Judge, clear: str) -> None:
    relief = situation("刚才腿都软了", FIRE, minutes=8, recent=(message(clear, "u-lqs", 6),))
    over = emergency.is_over(thread(FIRE), relief)
    assert over
    assert neighbours.witnessed(relief, verdict(NONE), judge, over=lambda _: over) is None


@pytest.mark.parametrize("asked", ["人找到了没", "火灭了吗?", "人没事吧?", "还没找到"])
def test_asking_whether_all_is_well_is_no_all_clear(judge: Judge, asked: str) -> None:
    said = situation("我在坝埂这头也看见了", FIRE, minutes=8, recent=(message(asked, "u-gs", 6),), sender="u-dt")
    assert not emergency.is_over(thread(FIRE), said)
    assert number(neighbours.witnessed(said, verdict(NONE), judge, over=lambda _: False)) == 1


def test_an_emergency_of_yesterday_is_not_running_though_an_officer_speaks_of_it() -> None:
    told = answered(FIRE, "屋里潮的先别住", minutes=26 * 60)
    said = situation("书记 我奶奶想回去看她的鸡", told, minutes=26 * 60 + 2)
    assert neighbours.same_emergency(said, within=timedelta(minutes=30)) is None
