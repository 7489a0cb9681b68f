"""How days, due times and matters are said."""

from dataclasses import replace
from datetime import date

import pytest

from bot.office import Office
from bot.phrasing import brief, category_name, matter, owner_title, say_day, say_time, state_name
from tests.unit.patrol.lamps import lamp
from tests.world import at


def test_days_as_people_say_them(office: Office) -> None:
    friday = date(2026, 3, 6)
    assert say_day(friday, office) == "3月6日（周五）"
    assert say_day(friday, office, today=friday) == "今天"
    assert say_day(friday, office, today=date(2026, 3, 5)) == "明天"
    assert say_day(friday, office, today=date(2026, 3, 7)) == "3月6日（周五）"


def test_times_are_those_of_the_village(office: Office) -> None:
    night = at("2026-03-07 00:05")
    assert say_time(night, office) == "3月7日（周六）00:05"
    assert say_time(night, office, now=at("2026-03-06 23:59")) == "明天00:05"
    assert say_time(night, office, now=night) == "今天00:05"


def test_a_matter_is_its_place_and_topic_or_the_villagers_words(office: Office) -> None:
    assert matter(lamp(), office) == "二组路灯"
    assert matter(replace(lamp(), place=""), office) == "路灯"
    assert matter(replace(lamp(), topic=""), office) == "“二组路灯又不亮了”"


@pytest.mark.parametrize(
    ("words", "short"),
    [("一二三四五", "一二三四五"), ("一二三四五六", "一二三四五…"), (" 一\n二 ", "一 二"), ("", "")],
)
def test_long_words_are_cut_on_one_line(office: Office, words: str, short: str) -> None:
    assert brief(words, office, length=5) == short


def test_names_of_categories_states_and_owners(office: Office) -> None:
    assert category_name(lamp(), office) == "求助"
    assert state_name(lamp(), office) == "待答复"
    assert owner_title(replace(lamp(), owner="p-lqs", unit="liuwan"), office) == "村委会副主任 李青山"
    assert owner_title(replace(lamp(), owner="p-left", unit="liuwan"), office) == "柳湾村"
