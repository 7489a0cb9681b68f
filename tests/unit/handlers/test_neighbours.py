"""Other people's matters: who joins one, who presses for one, who adds to a running emergency."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.classify.matter import similarity
from bot.domain.categories import Category, Flag
from bot.domain.messages import Message
from bot.domain.tickets import State
from bot.handlers import emergency, neighbours
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


def is_cadre(said: Message) -> bool:
    """The only officer of these stories."""
    return said.sender == "u-lqs"


def test_us_too_joins_what_was_just_said() -> None:
    support = verdict(Category.NONE, Flag.SUPPORT)
    assert number(neighbours.joined(situation("我家也是", lamp(), sender="u-ly"), support, similarity)) == 1
    late = situation("我家也是", lamp(), sender="u-ly", minutes=30)
    assert neighbours.joined(late, support, similarity) is None


def test_a_burst_pipe_does_not_join_a_broken_lamp() -> None:
    lamp_anywhere = replace(lamp(), place="", text="灯不亮了")
    pipe = verdict(place="三组", topic="自来水")
    told = situation("三组水管爆了没人修", lamp_anywhere, sender="u-gs")
    assert neighbours.joined(told, pipe, similarity) is None


def test_nobody_joins_a_private_or_an_ended_matter_or_his_own() -> None:
    support = verdict(Category.NONE, Flag.SUPPORT)
    for ticket in (replace(lamp(), group=None), lamp(State.CLOSED), lamp(State.WITHDRAWN)):
        assert neighbours.joined(situation("我家也是", ticket, sender="u-ly"), support, similarity) is None
    assert neighbours.joined(situation("我家也是", lamp()), support, similarity) is None


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
def test_the_same_trouble_in_other_words_joins_while_it_is_fresh(words: str, *, joins: bool) -> None:
    said = situation(words, LIST)
    assert (neighbours.joined(said, verdict(NONE), similarity) is not None) is joins
    late = situation(words, LIST, minutes=30)
    assert neighbours.joined(late, verdict(NONE), similarity) is None


def test_another_group_in_the_same_darkness_joins_and_another_trouble_does_not() -> None:
    dark = situation("六组也黑了", lamp(), sender="u-dt")
    assert number(neighbours.joined(dark, verdict(Category.HELP, Flag.SUPPORT, place="六组"), similarity)) == 1
    pipe = situation("我家水管也漏了", lamp(), sender="u-dt")
    assert neighbours.joined(pipe, verdict(Category.HELP, Flag.SUPPORT, topic="自来水"), similarity) is None


def test_two_lamps_of_two_groups_are_two_matters() -> None:
    other = situation("五组路灯不亮了", lamp(), sender="u-dt")
    assert neighbours.joined(other, verdict(Category.HELP, place="五组", topic="路灯"), similarity) is None


def test_a_proposal_is_never_the_us_too_of_a_broken_thing() -> None:
    said = situation("明年统一换成太阳能 一户出几块我也愿意", lamp(), sender="u-dt")
    assert neighbours.joined(said, verdict(Category.SUGGESTION, Flag.SUPPORT), similarity) is None


def test_us_too_hours_later_needs_the_matters_own_words() -> None:
    support = verdict(NONE, Flag.SUPPORT)
    hours = 3 * 60
    assert (
        number(
            neighbours.joined(
                situation("我家门口路灯也不亮", lamp(), sender="u-dt", minutes=hours), support, similarity
            )
        )
        == 1
    )
    assert neighbours.joined(situation("我家也是", lamp(), sender="u-dt", minutes=hours), support, similarity) is None
    next_day = situation("我家门口路灯也不亮", lamp(), sender="u-dt", minutes=26 * 60)
    assert neighbours.joined(next_day, support, similarity) is None


def test_a_cadres_words_thrown_back_press_for_the_matter_and_open_none() -> None:
    told = answered(replace(lamp(), requester="u-gs"), "停车是大家自己组织的")
    reply = message("讲话要有证据 钱都在那里", "u-lqs", 2)
    within = timedelta(minutes=3)
    back = situation("在那里是在哪里?你亮出来啊", told, minutes=3, recent=(reply,))
    assert number(neighbours.thrown_back(back, verdict(NONE), is_cadre, within=within)) == 1
    elsewhere = situation("今天哪里有豆腐卖?", told, minutes=3, recent=(reply,))
    assert neighbours.thrown_back(elsewhere, verdict(NONE), is_cadre, within=within) is None
    accused = replace(message("有人塞腰包", "u-az", 2.5), set_aside=True)
    after_a_clue = replace(back, recent=(reply, accused))
    assert neighbours.thrown_back(after_a_clue, verdict(NONE), is_cadre, within=within) is None


def test_somebody_asks_after_a_matter_that_another_raised() -> None:
    told = answered(replace(lamp(), requester="u-gs", text="毛竹山发包分山场的明细没贴", topic="", place=""), "7号贴栏")
    asked = verdict(NONE, Flag.FOLLOWUP)
    found = neighbours.asked_about(situation("土叔问的毛竹山明细 到底会不会贴", told, minutes=900), asked, similarity)
    assert number(found) == 1
    assert neighbours.asked_about(situation("快递到了没", told, minutes=900), asked, similarity) is None


def test_who_saw_something_adds_to_a_running_emergency_even_if_it_sounds_like_a_charge() -> None:
    lost = replace(FIRE, text="我公公放羊没回来 手机打不通")
    saw = situation("我两点在崾岘上碰着他 往北湾那头走", lost, sender="u-dt")
    weak_clue = replace(verdict(Category.CLUE), confidence=0.3)
    assert number(neighbours.witnessed(saw, weak_clue, over=lambda _: False)) == 1
    charge = situation("钱都进了他小舅子腰包", lost, sender="u-dt")
    assert neighbours.witnessed(charge, weak_clue, over=lambda _: False) is None


@pytest.mark.parametrize("clear", ["人找到了,没事", "明火压下去了", "救护车接走了", "门开了 出来了", "人冇事"])
def test_relief_after_the_all_clear_rings_nobody(clear: str) -> None:
    relief = situation("刚才腿都软了", FIRE, minutes=8, recent=(message(clear, "u-lqs", 6),))
    over = emergency.is_over(thread(FIRE), relief)
    assert over
    assert neighbours.witnessed(relief, verdict(NONE), over=lambda _: over) is None


@pytest.mark.parametrize("asked", ["人找到了没", "火灭了吗?", "人没事吧?", "还没找到"])
def test_asking_whether_all_is_well_is_no_all_clear(asked: str) -> None:
    said = situation("我在坝埂这头也看见了", FIRE, minutes=8, recent=(message(asked, "u-gs", 6),), sender="u-dt")
    assert not emergency.is_over(thread(FIRE), said)
    assert number(neighbours.witnessed(said, verdict(NONE), over=lambda _: False)) == 1


def test_an_emergency_of_yesterday_is_not_running_though_an_officer_speaks_of_it() -> None:
    told = answered(FIRE, "屋里潮的先别住", minutes=26 * 60)
    said = situation("书记 我奶奶想回去看她的鸡", told, minutes=26 * 60 + 2)
    assert neighbours.same_emergency(said, within=timedelta(minutes=30)) is None
