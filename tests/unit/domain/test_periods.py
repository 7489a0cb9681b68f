"""Months, quarters and half-years on the calendar of the village."""

from datetime import date

import pytest

from bot.domain.periods import (
    Period,
    earlier,
    first_workday,
    half_year_of,
    month_before,
    month_name,
    month_named,
    month_of,
    quarter_of,
    same_season,
)
from bot.domain.workdays import WorkCalendar, YearPlan
from tests.world import at


def test_a_month_begins_at_midnight_of_the_village_and_ends_before_the_next() -> None:
    march = month_named("2026-03")
    assert at("2026-03-01 00:00") in march
    assert at("2026-03-31 23:59:59") in march
    assert at("2026-04-01 00:00") not in march
    assert month_name(march) == "2026-03"
    assert month_before(date(2026, 1, 4)) == month_named("2025-12")
    with pytest.raises(ValueError, match="month"):
        month_named("2026-13")


def test_quarters_and_half_years_end_where_the_next_begin() -> None:
    assert quarter_of(date(2026, 11, 30)) == Period(first=date(2026, 10, 1), after=date(2027, 1, 1))
    assert quarter_of(date(2026, 3, 31)) == Period(first=date(2026, 1, 1), after=date(2026, 4, 1))
    assert half_year_of(date(2026, 6, 30)) == Period(first=date(2026, 1, 1), after=date(2026, 7, 1))
    assert half_year_of(date(2026, 7, 1)).last == date(2026, 12, 31)


def test_the_same_season_is_that_of_the_year_before_leap_days_included() -> None:
    assert same_season(half_year_of(date(2026, 8, 1))) == half_year_of(date(2025, 8, 1))
    leap = Period(first=date(2028, 2, 29), after=date(2028, 3, 1))
    assert same_season(leap) == Period(first=date(2027, 3, 1), after=date(2027, 3, 1))


def test_before_a_stretch_lies_one_of_as_many_days() -> None:
    assert earlier(Period(first=date(2026, 3, 9), after=date(2026, 3, 16))).first == date(2026, 3, 2)


def test_the_first_working_day_jumps_over_holidays_and_takes_make_up_days() -> None:
    year = YearPlan(
        year=2026, off={date(2026, 10, day): "国庆节" for day in range(1, 8)}, on=frozenset({date(2026, 8, 1)})
    )
    calendar = WorkCalendar(plans={2026: year})
    assert first_workday(month_of(date(2026, 10, 5)), calendar) == date(2026, 10, 8)
    assert first_workday(month_of(date(2026, 8, 5)), calendar) == date(2026, 8, 1)
    assert first_workday(month_of(date(2026, 11, 5)), calendar) == date(2026, 11, 2)
