"""When a matter is due and when its owner is reminded: the vectors of the rule sheet and stories from the village."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.rules import Rules, Span
from bot.domain.workdays import (
    SHANGHAI,
    DueTime,
    SkippedDays,
    WorkCalendar,
    YearPlan,
    due_time,
    is_open,
    next_office_time,
    office_end,
    working_share,
)
from bot.settings.source import SHIPPED
from bot.settings.workdays import read_workdays

HOURS = Rules().office_hours
CLOSE = time(17, 30)

VECTORS = {
    "2026-02-13": ("2026-02-14", "2026-02-24", "2026-02-25", "2026-02-27", "2026-03-05"),
    "2026-02-16": ("2026-02-24", "2026-02-25", "2026-02-26", "2026-02-28", "2026-03-06"),
    "2026-03-06": ("2026-03-09", "2026-03-10", "2026-03-11", "2026-03-13", "2026-03-20"),
    "2026-04-30": ("2026-05-06", "2026-05-07", "2026-05-08", "2026-05-11", "2026-05-18"),
    "2026-09-30": ("2026-10-08", "2026-10-09", "2026-10-10", "2026-10-13", "2026-10-20"),
}


@pytest.fixture(scope="module", name="shipped")
def _shipped() -> WorkCalendar:
    calendar, faults = read_workdays([SHIPPED / "workdays"])
    assert faults == []
    return calendar


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def close_of(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), CLOSE, SHANGHAI)


def between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


# --- the rule sheet -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("received", VECTORS)
@pytest.mark.parametrize("clock", ["00:00", "10:15", "17:31", "23:59:59"])
def test_the_due_dates_of_the_rule_sheet(shipped: WorkCalendar, received: str, clock: str) -> None:
    start = shanghai(f"{received}T{clock}")
    due = tuple(due_time(start, days, shipped, HOURS).at for days in (1, 2, 3, 5, 10))
    assert due == tuple(map(close_of, VECTORS[received]))


# --- stories --------------------------------------------------------------------------------------------------------


def test_a_due_time_before_spring_festival_explains_every_day(shipped: WorkCalendar) -> None:
    assert due_time(shanghai("2026-02-13T09:12:03"), 3, shipped, HOURS) == DueTime(
        at=close_of("2026-02-25"),
        counted=(date(2026, 2, 14), date(2026, 2, 24), date(2026, 2, 25)),
        skipped=(SkippedDays(first=date(2026, 2, 15), last=date(2026, 2, 23), name="春节"),),
        make_up=(date(2026, 2, 14),),
        unknown_years=(),
    )


def test_a_holiday_and_the_weekends_after_it_are_told_apart(shipped: WorkCalendar) -> None:
    due = due_time(shanghai("2026-09-30T16:00"), 10, shipped, HOURS)
    assert due.skipped == (
        SkippedDays(first=date(2026, 10, 1), last=date(2026, 10, 7), name="国庆节"),
        SkippedDays(first=date(2026, 10, 11), last=date(2026, 10, 11), name="周末"),
        SkippedDays(first=date(2026, 10, 17), last=date(2026, 10, 18), name="周末"),
    )
    assert due.make_up == (date(2026, 10, 10),)


def test_what_is_said_on_saturday_or_sunday_gains_nothing_and_loses_nothing(shipped: WorkCalendar) -> None:
    friday, saturday, sunday = (
        due_time(shanghai(f"2026-03-{day}T20:00"), 2, shipped, HOURS).at for day in ("06", "07", "08")
    )
    assert friday == saturday == sunday == close_of("2026-03-10")


def test_a_make_up_saturday_is_a_start_day_like_any_other(shipped: WorkCalendar) -> None:
    assert due_time(shanghai("2026-02-14T11:00"), 1, shipped, HOURS).at == close_of("2026-02-24")


def test_one_minute_around_midnight_is_worth_one_day(shipped: WorkCalendar) -> None:
    assert due_time(shanghai("2026-03-09T23:59"), 1, shipped, HOURS).at == close_of("2026-03-10")
    assert due_time(shanghai("2026-03-10T00:00"), 1, shipped, HOURS).at == close_of("2026-03-11")


def test_the_day_is_that_of_the_village_whatever_zone_the_platform_reports(shipped: WorkCalendar) -> None:
    before_midnight = datetime(2026, 3, 9, 15, 59, tzinfo=UTC)
    after_midnight = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
    new_york = datetime(2026, 3, 9, 12, 0, tzinfo=ZoneInfo("America/New_York"))
    assert due_time(before_midnight, 1, shipped, HOURS).at == close_of("2026-03-10")
    assert due_time(after_midnight, 1, shipped, HOURS).at == close_of("2026-03-11")
    assert due_time(new_york, 1, shipped, HOURS).at == close_of("2026-03-11")


def test_a_due_time_is_in_the_zone_of_the_village(shipped: WorkCalendar) -> None:
    at = due_time(datetime(2026, 3, 9, 1, tzinfo=UTC), 1, shipped, HOURS).at
    assert at.isoformat() == "2026-03-10T17:30:00+08:00"


def test_the_new_year_whose_notice_is_still_to_come_makes_a_due_time_provisional(shipped: WorkCalendar) -> None:
    due = due_time(shanghai("2026-12-30T10:00"), 5, shipped, HOURS)
    assert due.at == close_of("2027-01-06")
    assert due.provisional
    assert due.unknown_years == (2027,)


def test_once_the_notice_is_entered_the_due_time_moves_and_is_certain(shipped: WorkCalendar) -> None:
    new_year = dict.fromkeys(between(date(2027, 1, 1), date(2027, 1, 3)), "元旦")
    informed = WorkCalendar({**shipped.plans, 2027: YearPlan(year=2027, off=new_year)})
    assert due_time(shanghai("2026-12-30T10:00"), 5, informed, HOURS) == DueTime(
        at=close_of("2027-01-07"),
        counted=(date(2026, 12, 31), *between(date(2027, 1, 4), date(2027, 1, 7))),
        skipped=(SkippedDays(first=date(2027, 1, 1), last=date(2027, 1, 3), name="元旦"),),
    )
    assert not due_time(shanghai("2026-12-30T10:00"), 5, informed, HOURS).provisional


def test_a_matter_that_ends_on_the_last_day_of_a_known_year_is_certain(shipped: WorkCalendar) -> None:
    due = due_time(shanghai("2026-12-30T10:00"), 1, shipped, HOURS)
    assert due.at == close_of("2026-12-31")
    assert not due.provisional


def test_the_start_day_alone_in_an_unknown_year_makes_nothing_provisional(shipped: WorkCalendar) -> None:
    assert not due_time(shanghai("2019-12-31T10:00"), 1, shipped, HOURS).provisional


def test_a_county_that_closes_earlier_has_earlier_due_times(shipped: WorkCalendar) -> None:
    summer = (Span(begin=time(8, 0), end=time(12, 0)), Span(begin=time(15, 0), end=time(17, 0)))
    assert due_time(shanghai("2026-07-01T10:00"), 1, shipped, summer).at == shanghai("2026-07-02T17:00")
    assert office_end(date(2026, 7, 2), summer) == shanghai("2026-07-02T17:00")


@pytest.mark.parametrize("days", [0, -1])
def test_a_deadline_without_days_is_refused(shipped: WorkCalendar, days: int) -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        due_time(shanghai("2026-03-09T10:00"), days, shipped, HOURS)


def test_a_time_without_a_zone_is_refused_everywhere(shipped: WorkCalendar) -> None:
    naive = datetime(2026, 3, 9, 10, 0)  # noqa: DTZ001 - the mistake that is tested
    aware = shanghai("2026-03-20T17:30")
    with pytest.raises(ValueError, match="without a zone"):
        due_time(naive, 2, shipped, HOURS)
    with pytest.raises(ValueError, match="without a zone"):
        is_open(naive, shipped, HOURS)
    with pytest.raises(ValueError, match="without a zone"):
        next_office_time(naive, shipped, HOURS)
    with pytest.raises(ValueError, match="without a zone"):
        working_share(naive, aware, 0.5, shipped, HOURS)
    with pytest.raises(ValueError, match="without a zone"):
        working_share(aware, naive, 0.5, shipped, HOURS)


# --- office hours ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-09T08:29:59", False),
        ("2026-03-09T08:30", True),
        ("2026-03-09T11:59:59", True),
        ("2026-03-09T12:00", False),
        ("2026-03-09T14:00", True),
        ("2026-03-09T17:30", False),
        ("2026-03-08T10:00", False),
        ("2026-02-28T10:00", True),
        ("2026-10-01T10:00", False),
    ],
)
def test_the_office_is_open_in_its_hours_on_working_days(shipped: WorkCalendar, at: str, *, expected: bool) -> None:
    assert is_open(shanghai(at), shipped, HOURS) is expected


def test_the_office_is_asked_in_any_zone(shipped: WorkCalendar) -> None:
    assert is_open(datetime(2026, 3, 9, 1, 0, tzinfo=UTC), shipped, HOURS)
    assert not is_open(datetime(2026, 3, 9, 10, 0, tzinfo=UTC), shipped, HOURS)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-03-09T09:15", "2026-03-09T09:15"),
        ("2026-03-09T07:00", "2026-03-09T08:30"),
        ("2026-03-09T12:00", "2026-03-09T14:00"),
        ("2026-03-09T17:30", "2026-03-10T08:30"),
        ("2026-02-14T18:00", "2026-02-24T08:30"),
        ("2026-02-20T10:00", "2026-02-24T08:30"),
    ],
)
def test_the_next_office_time_is_now_or_the_next_opening(shipped: WorkCalendar, at: str, opens: str) -> None:
    assert next_office_time(shanghai(at), shipped, HOURS) == shanghai(opens)


# --- shares of the working time -------------------------------------------------------------------------------------


def test_reminders_come_at_half_and_at_four_fifths_of_the_working_time(shipped: WorkCalendar) -> None:
    # Friday 09:00 to Tuesday 17:30 is 6.5 + 7 + 7 = 20.5 office hours, over a weekend.
    start = shanghai("2026-03-06T09:00")
    due = due_time(start, 2, shipped, HOURS).at
    assert working_share(start, due, 0.5, shipped, HOURS) == shanghai("2026-03-09T14:15")
    assert working_share(start, due, 0.8, shipped, HOURS) == shanghai("2026-03-10T11:24")


def test_a_share_complete_at_noon_is_told_after_lunch(shipped: WorkCalendar) -> None:
    start = shanghai("2026-03-08T20:00")
    assert working_share(start, close_of("2026-03-09"), 0.5, shipped, HOURS) == shanghai("2026-03-09T14:00")


def test_no_reminder_falls_into_spring_festival(shipped: WorkCalendar) -> None:
    # Thursday evening to Tuesday after the festival: Friday, the make-up Saturday, and Tuesday the 24th.
    start = shanghai("2026-02-12T19:00")
    due = due_time(start, 3, shipped, HOURS).at
    assert working_share(start, due, 2 / 3, shipped, HOURS) == shanghai("2026-02-24T08:30")


def test_nothing_and_everything_are_the_first_opening_and_the_due_time(shipped: WorkCalendar) -> None:
    start, due = shanghai("2026-03-08T20:00"), close_of("2026-03-10")
    assert working_share(start, due, 0, shipped, HOURS) == shanghai("2026-03-09T08:30")
    assert working_share(start, due, 1, shipped, HOURS) == due


def test_a_due_time_in_the_middle_of_the_morning_is_kept_to(shipped: WorkCalendar) -> None:
    start, due = shanghai("2026-03-09T16:30"), shanghai("2026-03-10T09:30")
    assert working_share(start, due, 0.75, shipped, HOURS) == shanghai("2026-03-10T09:00")
    assert working_share(start, due, 1, shipped, HOURS) == due


def test_without_office_time_in_between_there_is_only_the_due_time(shipped: WorkCalendar) -> None:
    start, due = shanghai("2026-03-07T09:00"), shanghai("2026-03-07T18:00")
    assert working_share(start, due, 0.5, shipped, HOURS) == due
    assert working_share(due, due, 0.5, shipped, HOURS) == due


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_out_of_bounds_is_refused(shipped: WorkCalendar, share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        working_share(shanghai("2026-03-06T09:00"), close_of("2026-03-09"), share, shipped, HOURS)


def test_a_due_time_before_the_start_is_refused(shipped: WorkCalendar) -> None:
    with pytest.raises(ValueError, match="before start"):
        working_share(close_of("2026-03-09"), shanghai("2026-03-06T09:00"), 0.5, shipped, HOURS)
