"""What must hold of due times, shares and office hours for any calendar that hypothesis can think of."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rules import Rules, Span
from bot.domain.workdays import (
    SHANGHAI,
    WorkCalendar,
    YearPlan,
    due_time,
    is_open,
    local,
    next_office_time,
    office_end,
    working_share,
)

HOURS = Rules().office_hours


def between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


YEARS = (2025, 2026, 2027)
ALL_DAYS = between(date(2025, 1, 1), date(2027, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    known = draw(st.sets(st.sampled_from(YEARS)))
    off = draw(st.dictionaries(st.sampled_from(ALL_DAYS), st.sampled_from(("春节", "国庆节")), max_size=40))
    on = draw(st.sets(st.sampled_from([day for day in ALL_DAYS if day.weekday() >= 5]), max_size=20))
    return WorkCalendar(
        {
            year: YearPlan(
                year=year,
                off={day: name for day, name in off.items() if day.year == year},
                on=frozenset(day for day in on - off.keys() if day.year == year),
            )
            for year in known
        }
    )


instants = st.datetimes(
    min_value=datetime(2024, 12, 1),  # noqa: DTZ001 - the strategy adds the zones
    max_value=datetime(2027, 12, 1),  # noqa: DTZ001
    timezones=st.sampled_from((SHANGHAI, UTC, ZoneInfo("America/New_York"))),
)
day_counts = st.integers(min_value=1, max_value=15)
shares = st.floats(min_value=0, max_value=1)
office_days = st.sampled_from(
    (
        HOURS,
        (Span(begin=time(9, 0), end=time(17, 0)),),
        (Span(begin=time(8, 0), end=time(11, 30)), Span(begin=time(11, 30), end=time(12, 1, 7))),
    )
)


@given(start=instants, days=day_counts, calendar=calendars(), hours=office_days)
def test_a_due_time_is_the_end_of_a_working_day_after_the_start_day(
    start: datetime,
    days: int,
    calendar: WorkCalendar,
    hours: tuple[Span, ...],
) -> None:
    due = due_time(start, days, calendar, hours)
    assert due.at == office_end(due.counted[-1], hours)
    assert due.at.tzinfo is SHANGHAI
    assert len(due.counted) == days
    assert all(calendar.is_workday(day) for day in due.counted)
    assert due.counted[0] > local(start).date()


@given(start=instants, days=day_counts, calendar=calendars())
def test_every_day_up_to_the_due_day_is_counted_or_skipped_with_its_reason(
    start: datetime,
    days: int,
    calendar: WorkCalendar,
) -> None:
    due = due_time(start, days, calendar, HOURS)
    skipped = {day: run.name for run in due.skipped for day in between(run.first, run.last)}
    passed = between(local(start).date() + timedelta(days=1), due.at.date())
    assert sorted([*due.counted, *skipped]) == passed
    assert skipped == {day: calendar.name_of(day) for day in passed if not calendar.is_workday(day)}
    assert due.make_up == tuple(day for day in due.counted if day.weekday() >= 5)
    assert due.unknown_years == tuple(sorted({day.year for day in passed} - calendar.plans.keys()))
    assert due.provisional == bool(due.unknown_years)


@given(start=instants, days=day_counts, calendar=calendars())
def test_rest_days_of_one_reason_that_touch_are_told_as_one_run(
    start: datetime,
    days: int,
    calendar: WorkCalendar,
) -> None:
    runs = due_time(start, days, calendar, HOURS).skipped
    assert all(run.first <= run.last for run in runs)
    touching = [
        (one, next_)
        for one, next_ in pairwise(runs)
        if one.last + timedelta(days=1) >= next_.first and one.name == next_.name
    ]
    assert touching == []


@given(start=instants, days=day_counts, calendar=calendars())
def test_one_more_day_is_always_later(start: datetime, days: int, calendar: WorkCalendar) -> None:
    assert due_time(start, days, calendar, HOURS).at < due_time(start, days + 1, calendar, HOURS).at


@given(one=instants, other=instants, days=day_counts, calendar=calendars())
def test_who_speaks_earlier_is_never_due_later(
    one: datetime,
    other: datetime,
    days: int,
    calendar: WorkCalendar,
) -> None:
    earlier, later = sorted((one, other))
    assert due_time(earlier, days, calendar, HOURS).at <= due_time(later, days, calendar, HOURS).at


@given(start=instants, days=day_counts, pair=st.tuples(shares, shares), calendar=calendars(), hours=office_days)
def test_shares_are_in_order_within_bounds_and_in_office_hours(
    start: datetime,
    days: int,
    pair: tuple[float, float],
    calendar: WorkCalendar,
    hours: tuple[Span, ...],
) -> None:
    due = due_time(start, days, calendar, hours).at
    earlier, later = (working_share(start, due, share, calendar, hours) for share in sorted(pair))
    assert start <= earlier <= later <= due
    assert all(is_open(at, calendar, hours) or at == due for at in (earlier, later))


@given(start=instants, days=day_counts, share=shares, calendar=calendars(), hours=office_days)
def test_the_office_time_before_a_share_is_that_share_of_all_office_time(
    start: datetime,
    days: int,
    share: float,
    calendar: WorkCalendar,
    hours: tuple[Span, ...],
) -> None:
    def office_time(until: datetime) -> timedelta:
        passed = timedelta()
        for day in between(local(start).date(), until.date()):
            for span in hours if calendar.is_workday(day) else ():
                begin = max(datetime.combine(day, span.begin, SHANGHAI), local(start))
                end = min(datetime.combine(day, span.end, SHANGHAI), until)
                passed += max(end - begin, timedelta())
        return passed

    due = due_time(start, days, calendar, hours).at
    passed = office_time(working_share(start, due, share, calendar, hours))
    assert abs(passed - office_time(due) * share) <= timedelta(microseconds=1)


@given(at=instants, calendar=calendars(), hours=office_days)
def test_the_next_office_time_is_open_and_not_in_the_past(
    at: datetime,
    calendar: WorkCalendar,
    hours: tuple[Span, ...],
) -> None:
    opens = next_office_time(at, calendar, hours)
    assert opens >= at
    assert is_open(opens, calendar, hours)
    assert (opens == at) == is_open(at, calendar, hours)
