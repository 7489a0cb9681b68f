"""Which days are worked: the shipped calendar, held against an independent one, and years that nobody knows yet."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from bot.domain.workdays import WorkCalendar, YearPlan
from bot.settings.source import SHIPPED
from bot.settings.workdays import read_workdays

SHIPPED_YEARS = range(2020, 2027)


@pytest.fixture(scope="module", name="shipped")
def _shipped() -> WorkCalendar:
    calendar, faults = read_workdays([SHIPPED / "workdays"])
    assert faults == []
    return calendar


def days_of(year: int) -> list[date]:
    length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return [date(year, 1, 1) + timedelta(days=offset) for offset in range(length)]


@pytest.mark.parametrize("year", SHIPPED_YEARS)
def test_every_day_of_a_shipped_year_is_worked_or_not_as_the_state_council_said(
    shipped: WorkCalendar,
    year: int,
) -> None:
    expected = {day: chinese_calendar.is_workday(day) for day in days_of(year)}
    assert {day: shipped.is_workday(day) for day in days_of(year)} == expected


@pytest.mark.parametrize("year", SHIPPED_YEARS)
def test_a_holiday_goes_by_the_name_people_know(shipped: WorkCalendar, year: int) -> None:
    details = {day: chinese_calendar.get_holiday_detail(day)[1] for day in days_of(year) if day.weekday() < 5}
    expected = {day: chinese_calendar.Holiday(name).chinese for day, name in details.items() if name}
    free = {day for day in expected if not shipped.is_workday(day)}
    assert len(free) > 10
    # Where two feasts fall together (国庆节、中秋节), the notice and so our file name both for all of the days.
    assert {day: expected[day] for day in free if expected[day] not in (shipped.name_of(day) or "")} == {}


def test_2026_has_248_working_days(shipped: WorkCalendar) -> None:
    assert sum(shipped.is_workday(day) for day in days_of(2026)) == 248


def test_2026_is_the_notice_of_november_2025_word_for_word(shipped: WorkCalendar) -> None:
    def stretch(first: str, last: str, name: str) -> dict[date, str]:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
        return {begin + timedelta(days=offset): name for offset in range((end - begin).days + 1)}

    make_up = ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")
    assert shipped.plans[2026] == YearPlan(
        year=2026,
        announced=date(2025, 11, 4),
        off=stretch("2026-01-01", "2026-01-03", "元旦")
        | stretch("2026-02-15", "2026-02-23", "春节")
        | stretch("2026-04-04", "2026-04-06", "清明节")
        | stretch("2026-05-01", "2026-05-05", "劳动节")
        | stretch("2026-06-19", "2026-06-21", "端午节")
        | stretch("2026-09-25", "2026-09-27", "中秋节")
        | stretch("2026-10-01", "2026-10-07", "国庆节"),
        on=frozenset(map(date.fromisoformat, make_up)),
    )


def test_a_rest_day_says_why_and_a_working_day_has_nothing_to_say(shipped: WorkCalendar) -> None:
    assert shipped.name_of(date(2026, 2, 17)) == "春节"
    assert shipped.name_of(date(2026, 3, 7)) == "周末"
    assert shipped.name_of(date(2026, 2, 14)) is None
    assert shipped.name_of(date(2026, 3, 6)) is None


def test_only_a_worked_weekend_day_is_a_make_up_day(shipped: WorkCalendar) -> None:
    assert shipped.is_make_up(date(2026, 2, 14))
    assert not shipped.is_make_up(date(2026, 2, 13))
    assert not shipped.is_make_up(date(2026, 3, 7))


def test_after_the_last_day_before_spring_festival_comes_the_first_day_after_it(shipped: WorkCalendar) -> None:
    assert shipped.next_workday(date(2026, 2, 14)) == date(2026, 2, 24)


def test_the_day_itself_is_never_the_next_working_day(shipped: WorkCalendar) -> None:
    assert shipped.next_workday(date(2026, 3, 10)) == date(2026, 3, 11)


def test_a_year_without_a_notice_has_weekends_and_nothing_else() -> None:
    calendar = WorkCalendar()
    assert not calendar.knows(2030)
    assert [day for day in days_of(2030) if calendar.is_workday(day) != (day.weekday() < 5)] == []
    assert calendar.name_of(date(2030, 10, 1)) is None


def test_next_year_is_missed_from_the_middle_of_november_and_not_before(shipped: WorkCalendar) -> None:
    assert shipped.missing_years(date(2026, 11, 14)) == ()
    assert shipped.missing_years(date(2026, 11, 15)) == (2027,)
    assert shipped.missing_years(date(2026, 12, 31)) == (2027,)
    assert shipped.missing_years(date(2027, 1, 1)) == (2027,)
    assert shipped.missing_years(date(2025, 12, 1)) == ()


def test_an_instant_is_not_mistaken_for_a_day(shipped: WorkCalendar) -> None:
    with pytest.raises(TypeError):
        shipped.is_workday(datetime(2026, 10, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")))


def test_a_plan_refuses_days_of_another_year() -> None:
    with pytest.raises(ValueError, match="not in 2026: 2027-01-01"):
        YearPlan(year=2026, off={date(2027, 1, 1): "元旦"})


def test_a_plan_refuses_a_day_that_is_off_and_worked() -> None:
    with pytest.raises(ValueError, match="both off and on: 2026-02-15"):
        YearPlan(year=2026, off={date(2026, 2, 15): "春节"}, on=frozenset({date(2026, 2, 15)}))
