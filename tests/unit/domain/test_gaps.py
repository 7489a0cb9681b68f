"""Times without hearing: how they add up, and how much of them people were awake."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gaps import Stretch, awake, joined
from bot.domain.rules import QuietHours
from tests.world import at

QUIET = QuietHours()


def stretch(since: str, until: str) -> Stretch:
    return Stretch(since=at(since), until=at(until))


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("2026-03-06 09:10", "2026-03-06 09:45", 35),
        ("2026-03-06 20:50", "2026-03-06 22:00", 10),
        ("2026-03-06 23:00", "2026-03-07 06:00", 0),
        ("2026-03-06 23:00", "2026-03-07 07:45", 15),
        ("2026-03-06 20:00", "2026-03-08 08:00", 60 + 13 * 60 + 30 + 30),
    ],
)
def test_the_night_does_not_count(since: str, until: str, minutes: int) -> None:
    assert awake(stretch(since, until), QUIET) == timedelta(minutes=minutes)


def test_without_quiet_hours_all_of_it_counts() -> None:
    never = QuietHours(begin=time(0, 0), end=time(0, 0))
    whole = stretch("2026-03-06 20:00", "2026-03-08 08:00")
    assert awake(whole, never) == timedelta(hours=36)


def test_a_part_of_a_minute_is_a_minute() -> None:
    assert stretch("2026-03-06 09:10:00", "2026-03-06 09:10:01").minutes == 1
    assert stretch("2026-03-06 09:10:00", "2026-03-06 09:12:00").minutes == 2


DAY = at("2026-03-06 00:00")
INSTANTS = st.integers(min_value=0, max_value=3000).map(lambda minute: DAY + timedelta(minutes=minute))
STRETCHES = st.lists(
    st.tuples(INSTANTS, INSTANTS)
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: Stretch(since=pair[0], until=pair[1])),
    max_size=8,
)


@given(STRETCHES)
def test_joined_times_lie_apart_and_hold_the_same_minutes(stretches: list[Stretch]) -> None:
    found = joined(stretches)
    assert all(one.until < two.since for one, two in pairwise(found))
    assert minutes(found) == minutes(stretches)


def minutes(stretches: Iterable[Stretch]) -> set[datetime]:
    return {
        one.since + timedelta(minutes=step)
        for one in stretches
        for step in range((one.until - one.since) // timedelta(minutes=1))
    }
