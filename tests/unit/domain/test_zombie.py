"""The three zeros of a group, on the days on which it was heard."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.silence import Judgement, Silence
from bot.domain.silence_rules import Season, Size
from bot.domain.silence_rules import Silence as Limits
from bot.domain.zombie import DayFacts, Zero, zeros

TODAY = date(2026, 3, 6)
LIMITS = Limits()
LIVELY = Judgement(silence=Silence.LIVELY)
CHATTER = DayFacts(day=TODAY, proven=True, villager_messages=4)


def days(each: DayFacts, count: int = 30, **special: DayFacts) -> list[DayFacts]:
    """So many days up to today; ``d3`` is another day three days ago."""
    found = [replace(each, day=TODAY - timedelta(days=back)) for back in reversed(range(count))]
    for name, day in special.items():
        found[-1 - int(name[1:])] = replace(day, day=TODAY - timedelta(days=int(name[1:])))
    return found


def judged(*window: DayFacts, judgement: Judgement = LIVELY, limits: Limits = LIMITS) -> set[Zero]:
    return set(zeros(window, judgement, limits))


WORKING = replace(CHATTER, together=True, ended=1)


def test_a_group_in_which_people_talk_and_matters_end_is_none() -> None:
    assert judged(*days(CHATTER, d4=replace(WORKING, cadre_messages=1))) == set()


def test_each_zero_stands_for_itself() -> None:
    red = Judgement(silence=Silence.RED, days=31)
    quiet = DayFacts(day=TODAY, proven=True)
    assert judged(*days(quiet), judgement=red) == {Zero.MESSAGES, Zero.EFFECT}
    assert judged(*days(quiet, d9=replace(quiet, published=1)), judgement=red) == {Zero.MESSAGES}
    assert judged(*days(CHATTER, d9=replace(CHATTER, ended=1))) == {Zero.INTERACTION}
    assert judged(*days(CHATTER, d9=replace(CHATTER, together=True))) == {Zero.EFFECT}


def test_what_was_asked_and_never_answered_is_no_interaction_however_much_is_said() -> None:
    busy = replace(CHATTER, cadre_messages=2, together=True)
    asking = replace(busy, asked=2)
    assert Zero.INTERACTION in judged(*days(busy, d9=asking))
    assert Zero.INTERACTION not in judged(*days(busy, d9=replace(asking, answered=1)))


def test_what_was_asked_today_may_still_be_answered_today() -> None:
    busy = replace(CHATTER, cadre_messages=2, together=True, ended=1)
    assert judged(*days(busy, d0=replace(busy, asked=1))) == set()


@pytest.mark.parametrize("deaf", ["d9", "d8"])
def test_an_answer_that_could_not_be_heard_is_held_against_nobody(deaf: str) -> None:
    busy = replace(CHATTER, cadre_messages=2, together=True, ended=1)
    window = {"d9": replace(busy, asked=1)}
    window[deaf] = replace(window.get(deaf, busy), proven=False)
    assert judged(*days(busy, 31, **window)) == set()


def test_a_day_that_was_not_heard_makes_the_window_reach_further_back() -> None:
    deaf = replace(CHATTER, proven=False)
    ended = replace(CHATTER, together=True, ended=1)
    assert Zero.EFFECT in judged(*days(CHATTER, 31, d30=ended))
    assert judged(*days(CHATTER, 31, d30=ended, d5=deaf)) == set()
    assert judged(*days(CHATTER, 31, d30=CHATTER, d5=deaf)) == {Zero.INTERACTION, Zero.EFFECT}


def test_a_group_is_not_judged_by_days_that_it_has_not_lived_through() -> None:
    assert judged(*days(CHATTER, 29)) == set()


@pytest.mark.parametrize("silence", [Silence.UNHEARD, Silence.MENTIONS_ONLY, Silence.NEW])
def test_who_is_not_provably_heard_is_no_zombie(silence: Silence) -> None:
    assert judged(*days(DayFacts(day=TODAY, proven=True)), judgement=Judgement(silence=silence)) == set()


def test_small_groups_and_busy_seasons_get_longer() -> None:
    small = LIMITS.for_size(40)
    assert (small.yellow_days, small.red_days, small.effect_days) == (6, 60, 60)
    assert LIMITS.for_size(0) == LIMITS.for_size(265) == LIMITS
    assert judged(*days(CHATTER, 59), limits=small) == set()
    assert Zero.EFFECT in judged(*days(CHATTER, 60), limits=small)
    harvest = LIMITS.model_copy(update={"seasons": (Season(name="春耕", begin="02-20", end="03-10", factor=2),)})
    assert judged(*days(CHATTER, 36), limits=harvest) == set()  # 15 of them in spring: 21 and 7.5 days
    assert Zero.EFFECT in judged(*days(CHATTER, 38), limits=harvest)


def test_a_season_may_run_over_new_year() -> None:
    winter = Season(name="寒假", begin="12-20", end="02-10", factor=1.5)
    assert [date(2026, *day) in winter for day in ((12, 20), (1, 1), (2, 10), (2, 11), (7, 1))] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("written", ["7-10", "13-01", "02-32", "0710"])
def test_a_season_that_is_no_day_of_the_year_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        Season(name="暑假", begin=written, end="08-31", factor=1.5)


def test_sizes_have_to_rise() -> None:
    with pytest.raises(ValueError, match="sizes must rise"):
        Limits(sizes=(Size(up_to=100, factor=1.5), Size(up_to=50, factor=2)))
