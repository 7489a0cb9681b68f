"""Months, weeks and half-years as stretches of local time (Asia/Shanghai), and those that they are compared with."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.workdays import SHANGHAI, WorkCalendar, local

_JULY = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """From the beginning of one local day (included) to that of another (excluded)."""

    first: date
    after: date

    @property
    def begins(self) -> datetime:
        """Its first instant."""
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return _midnight(self.after)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)

    def __contains__(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


def month_of(day: date) -> Period:
    """The month that a day lies in."""
    return Period(first=day.replace(day=1), after=(day.replace(day=1) + timedelta(days=32)).replace(day=1))


def month_before(day: date) -> Period:
    """The whole month before that of the day."""
    return month_of(day.replace(day=1) - timedelta(days=1))


def month_named(name: str) -> Period:
    """The month ``2026-02``; raises ValueError for anything else."""
    return month_of(date.fromisoformat(f"{name}-01"))


def month_name(period: Period) -> str:
    """How slips of a month are called: ``2026-02``."""
    return f"{period.first:%Y-%m}"


def week_before(at: datetime) -> Period:
    """The last seven whole local days before an instant."""
    today = local(at).date()
    return Period(first=today - timedelta(days=7), after=today)


def earlier(period: Period) -> Period:
    """The stretch of as many days just before."""
    return Period(first=period.first - (period.after - period.first), after=period.first)


def quarter_of(day: date) -> Period:
    """The calendar quarter that a day lies in."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Period(first=first, after=(first + timedelta(days=95)).replace(day=1))


def quarter_named(name: str) -> Period:
    """The quarter ``2026Q1``; raises ValueError for anything else."""
    year, sign, number = name.upper().partition("Q")
    if sign != "Q" or number not in ("1", "2", "3", "4") or not year.isdecimal():
        message = f"no quarter: {name}"
        raise ValueError(message)
    return quarter_of(date(int(year), 3 * int(number), 1))


def half_year_of(day: date) -> Period:
    """January to June, or July to December."""
    if day.month < _JULY:
        return Period(first=date(day.year, 1, 1), after=date(day.year, _JULY, 1))
    return Period(first=date(day.year, _JULY, 1), after=date(day.year + 1, 1, 1))


def same_season(period: Period) -> Period:
    """The same stretch of the year before (R99); the 29th of February becomes the 1st of March."""
    return Period(first=_year_before(period.first), after=_year_before(period.after))


def first_workday(month: Period, calendar: WorkCalendar) -> date:
    """The first day of a month on which offices are open."""
    return calendar.next_workday(month.first - timedelta(days=1))


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 3, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
