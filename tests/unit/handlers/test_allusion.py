"""Words that name nothing and are about a matter everybody there knows."""

from dataclasses import replace

import pytest

from bot.domain.categories import Category
from bot.domain.org import Account, Person
from bot.domain.tickets import Relation
from bot.handlers import allusion, threads
from bot.handlers.opening import link
from tests.unit.handlers.talk import PIPE, answered, message, number, situation, verdict
from tests.unit.patrol.lamps import lamp, thread

BAOYIN = Person(
    id="p-by",
    name="宝音巡渠",
    post="水管员",
    unit="v-qs",
    roles=frozenset(),
    accounts=(Account(platform="practice", id="u-by"),),
)


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ("宝音 今天来不来", True),
        ("打水泥了没 宝音", True),
        ("水管员在不", True),
        ("我跟宝音喝过酒", False),
        ("今天来不来", False),
    ],
)
def test_an_official_is_called_at_the_beginning_or_at_the_end(words: str, called: bool) -> None:
    assert (allusion.called(situation(words), [BAOYIN]) == {"u-by"}) is called


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("那事咋说", True),
        ("我个呢", True),
        ("老井旁边那个", True),
        ("灯呢", True),
        ("灯会你去不去", False),
        ("吵甚呢", False),
    ],
)
def test_pointing_words_and_what_is_missed_lean_on_the_matter(words: str, meant: bool) -> None:
    assert allusion.alludes(situation(words), answered(lamp(), "下午来换灯"), frozenset()) is meant


def test_who_calls_the_official_who_answered_wants_that_answer() -> None:
    known = answered(lamp(), "下午来换灯")
    assert allusion.alludes(situation("宝音 今天来不来"), known, frozenset({"u-by"}))
    assert not allusion.alludes(situation("宝音 辛苦了"), known, frozenset({"u-by"}))


def test_the_matter_that_the_called_official_answered_is_meant() -> None:
    first = answered(lamp(), "下午来换灯")
    pipe = replace(thread(replace(PIPE, requester="u-az")), links=())
    reply = link(first.ticket, message("下午来", "u-by", 1.5), Relation.REPLY)
    first = replace(first, links=(*first.links, reply))
    said = situation("宝音 今天来不来", first, pipe, minutes=90)
    assert number(threads.own(said, lambda _one, _other: 0.0, frozenset({"u-by"}))) == first.ticket.number


def test_the_next_word_of_who_was_asked_back_is_the_answer() -> None:
    asked = answered(lamp(), "你说的是哪一盏?")
    reply = link(asked.ticket, message("你说的是哪一盏?", "u-by", 3), Relation.REPLY)
    asked = replace(asked, links=(reply,))
    told = situation("靠桥那盏", asked, minutes=6)
    assert number(threads.asked_back(told, verdict(Category.NONE))) == asked.ticket.number
    late = situation("靠桥那盏", asked, minutes=90)
    assert threads.asked_back(late, verdict(Category.NONE)) is None
