"""The generated counties and their talk: alike for equal seeds, in order, as large and as skewed as real ones."""

from collections import Counter
from datetime import timedelta
from itertools import islice, pairwise
from statistics import median

import pytest

from bench.generated.chatter import Surge, chatter
from bench.generated.county import County, generate
from bench.generated.phrases import Phrases, read_phrases
from bot.domain.org import Role
from bot.domain.workdays import local
from tests.world import at

NOON = at("2026-03-06 12:00")


@pytest.fixture(scope="module")
def county() -> County:
    return generate(groups=540, seed=1)


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return read_phrases()


def test_a_county_has_as_many_groups_as_were_asked_for_and_sizes_as_in_life(county: County) -> None:
    sizes = sorted(crowd.a_day for crowd in county.crowds.values())
    assert len(county.org.groups) == 540
    assert 170 < len(county.org.villages) < 250
    assert 110_000 < sum(crowd.members for crowd in county.crowds.values()) < 170_000
    assert 20 < median(sizes) < 30
    assert sizes[-27] > 5 * median(sizes), "one in twenty is loud"


def test_every_village_has_somebody_on_duty_every_day_and_a_secretary(county: County) -> None:
    for village in county.org.villages:
        assert all(county.roster.weekly[village.id, weekday] for weekday in range(7))
        assert county.org.people_of(village.id, Role.SECRETARY)
    names = [unit.name for unit in county.org.villages if county.org.township_of(unit.id) == county.org.townships[0]]
    assert len(names) == len(set(names))


def test_equal_seeds_give_equal_counties_and_equal_talk(county: County, phrases: Phrases) -> None:
    again = generate(groups=540, seed=1)
    assert (again.org, again.roster, again.crowds) == (county.org, county.roster, county.crowds)
    assert generate(groups=540, seed=2).crowds != county.crowds
    first, second = (
        list(islice(chatter(one.org, one.crowds, phrases, begins=NOON, ends=at("2026-03-07 12:00"), seed=3), 500))
        for one in (county, again)
    )
    assert first == second


def test_talk_comes_in_order_of_time_with_ids_of_its_own_and_hardly_any_at_night(
    county: County, phrases: Phrases
) -> None:
    begins = at("2026-03-06 00:00")
    few = dict(list(county.crowds.items())[:60])
    said = list(chatter(county.org, few, phrases, begins=begins, ends=begins + timedelta(days=1), seed=4))
    assert all(one.sent_at <= other.sent_at for one, other in pairwise(said))
    assert len({one.id for one in said}) == len(said)
    expected = sum(crowd.a_day for crowd in few.values())
    assert 0.85 * expected < len(said) < 1.2 * expected
    hours = Counter(local(one.sent_at).hour for one in said)
    assert hours[20] > 10 * hours[3]


def test_in_a_typhoon_hour_ten_times_as_much_is_said(county: County, phrases: Phrases) -> None:
    ends = NOON + timedelta(hours=1)
    usual = sum(1 for _ in chatter(county.org, county.crowds, phrases, begins=NOON, ends=ends, seed=5))
    surge = Surge(begins=NOON, ends=ends)
    loud = sum(1 for _ in chatter(county.org, county.crowds, phrases, begins=NOON, ends=ends, seed=5, surges=(surge,)))
    assert 8 * usual < loud < 14 * usual


def test_no_county_without_groups() -> None:
    with pytest.raises(ValueError, match="at least one group"):
        generate(groups=0, seed=1)
