"""Words that name nothing and are about a matter everybody there knows."""

from dataclasses import replace

import pytest

from bot.domain.org import Account, Person
from bot.domain.tickets import Relation
from bot.handlers.judge import Judge
from bot.handlers.opening import link
from bot.handlers.reading import allusion, threads
from tests.unit.handlers.talk import PIPE, answered, message, number, situation
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
def test_pointing_words_and_what_is_missed_lean_on_the_matter(judge: Judge, words: str, meant: bool) -> None:
    assert allusion.alludes(situation(words), answered(lamp(), "下午来换灯"), frozenset(), judge) is meant


def test_who_calls_the_official_who_answered_wants_that_answer(judge: Judge) -> None:
    known = answered(lamp(), "下午来换灯")
    assert allusion.alludes(situation("宝音 今天来不来"), known, frozenset({"u-by"}), judge)
    assert not allusion.alludes(situation("宝音 辛苦了"), known, frozenset({"u-by"}), judge)


def test_the_matter_that_the_called_official_answered_is_meant(judge: Judge) -> None:
    first = answered(lamp(), "下午来换灯")
    pipe = replace(thread(replace(PIPE, requester="u-az")), links=())
    reply = link(first.ticket, message("下午来", "u-by", 1.5), Relation.REPLY)
    first = replace(first, links=(*first.links, reply))
    said = situation("宝音 今天来不来", first, pipe, minutes=90)
    assert number(threads.own(said, judge, frozenset({"u-by"}))) == first.ticket.number
