"""Working days, office hours and the due times that follow from them (R2 to R7, "Clock specification").

All days and times are those of Asia/Shanghai; instants come and go as aware datetimes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.domain.rules import Span

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKEND = "周末"

_DAY = timedelta(days=1)
_SATURDAY = 5
# The State Council's notice for the next year normally appears in early November.
_NOTICE_OVERDUE = (11, 15)


@dataclass(frozen=True, kw_only=True)
class YearPlan:
    """The State Council's notice for one year.

    ``off`` maps every day off, weekend days of the holiday included, to the holiday's name; ``on`` holds the weekend
    days that are worked instead (调休). Raises ValueError for a day of another year and for a day that is both.
    """

    year: int
    off: Mapping[date, str]
    on: frozenset[date] = frozenset()
    announced: date | None = None

    def __post_init__(self) -> None:
        """Refuse a plan that contradicts itself."""
        if strays := sorted(day for day in (*self.off, *self.on) if day.year != self.year):
            message = f"not in {self.year}: {strays[0]}"
            raise ValueError(message)
        if both := sorted(self.on.intersection(self.off)):
            message = f"both off and on: {both[0]}"
            raise ValueError(message)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked. A year without a plan has weekends and no holidays, so what falls into it is provisional.

    Days are plain dates: a datetime, which Python counts as a date too, raises TypeError instead of missing every
    holiday.
    """

    plans: Mapping[int, YearPlan] = field(default_factory=dict)

    @cached_property
    def _off(self) -> dict[date, str]:
        return {day: name for plan in self.plans.values() for day, name in plan.off.items()}

    @cached_property
    def _on(self) -> frozenset[date]:
        return frozenset().union(*(plan.on for plan in self.plans.values()))

    def knows(self, year: int) -> bool:
        """Whether the year's notice has been entered."""
        return year in self.plans

    def is_workday(self, day: date) -> bool:
        """Whether offices are open that day: Monday to Friday, minus holidays, plus make-up days."""
        if isinstance(day, datetime):
            message = "a day is asked for, not an instant"
            raise TypeError(message)
        if day.weekday() < _SATURDAY:
            return day not in self._off
        return day in self._on

    def is_make_up(self, day: date) -> bool:
        """Whether the day belongs to a weekend and is worked all the same (调休)."""
        return day.weekday() >= _SATURDAY and self.is_workday(day)

    def name_of(self, day: date) -> str | None:
        """Why nobody works that day: the holiday's name, or 周末; None for a working day."""
        return None if self.is_workday(day) else self._off.get(day, WEEKEND)

    def next_workday(self, day: date) -> date:
        """The first working day after the given day, which itself never counts."""
        day += _DAY
        while not self.is_workday(day):
            day += _DAY
        return day

    def workdays_between(self, start: datetime, end: datetime) -> int:
        """Working days after the start's local day up to and with the end's: what a wait from one to the other cost."""
        day, last = local(start).date(), local(end).date()
        count = 0
        while day < last:
            day += _DAY
            count += self.is_workday(day)
        return count

    def missing_years(self, today: date) -> tuple[int, ...]:
        """Years whose notice should be here by now: this one, and from 15 November the next one too."""
        due = (today.year, today.year + 1) if (today.month, today.day) >= _NOTICE_OVERDUE else (today.year,)
        return tuple(year for year in due if not self.knows(year))


@dataclass(frozen=True, kw_only=True, slots=True)
class SkippedDays:
    """Neighbouring rest days that were passed over for one reason, first and last included."""

    first: date
    last: date
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DueTime:
    """A due time that explains itself (DESIGN section 7).

    ``at`` is aware, in Asia/Shanghai. ``counted`` and ``skipped`` together are every day after the start day up to the
    due day; ``make_up`` are those counted days that belong to a weekend. ``unknown_years`` are the years without a plan
    into which some of these days fall.
    """

    at: datetime
    counted: tuple[date, ...]
    skipped: tuple[SkippedDays, ...] = ()
    make_up: tuple[date, ...] = ()
    unknown_years: tuple[int, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether the notice of a year concerned is still to come, so that the due time may move."""
        return bool(self.unknown_years)


def local(at: datetime) -> datetime:
    """The same instant in Asia/Shanghai. Raises ValueError for a naive datetime, which could mean any zone."""
    if at.utcoffset() is None:
        message = f"a time without a zone: {at.isoformat()}"
        raise ValueError(message)
    return at.astimezone(SHANGHAI)


def due_time(start: datetime, days: int, calendar: WorkCalendar, office_hours: tuple[Span, ...]) -> DueTime:
    """When something received at ``start`` must be answered (R2 to R7).

    The start day does not count, whether it is worked or not; the due time is the close of business of the last of
    ``days`` working days. Raises ValueError for a naive start and for less than one day.
    """
    if days < 1:
        message = f"a deadline has at least one working day, not {days}"
        raise ValueError(message)
    day = local(start).date()
    first_year = (day + _DAY).year
    counted: list[date] = []
    rests: list[tuple[date, str]] = []
    while len(counted) < days:
        day += _DAY
        name = calendar.name_of(day)
        if name is None:
            counted.append(day)
        else:
            rests.append((day, name))
    return DueTime(
        at=office_end(day, office_hours),
        counted=tuple(counted),
        skipped=_runs(rests),
        make_up=tuple(worked for worked in counted if worked.weekday() >= _SATURDAY),
        unknown_years=tuple(year for year in range(first_year, day.year + 1) if not calendar.knows(year)),
    )


def office_end(day: date, office_hours: tuple[Span, ...]) -> datetime:
    """The close of business of a day, whether or not it is worked; aware, in Asia/Shanghai."""
    return _moment(day, office_hours[-1].end)


def is_open(at: datetime, calendar: WorkCalendar, office_hours: tuple[Span, ...]) -> bool:
    """Whether the office is open at the instant; a stretch includes its first moment, not its last."""
    at = local(at)
    clock = at.time()
    return any(span.begin <= clock < span.end for span in office_hours) and calendar.is_workday(at.date())


def next_office_time(at: datetime, calendar: WorkCalendar, office_hours: tuple[Span, ...]) -> datetime:
    """The instant itself if the office is open, else the next opening; aware, in Asia/Shanghai."""
    at = local(at)
    return next(max(begin, at) for begin, end in _stretches(at.date(), calendar, office_hours) if at < end)


def working_share(
    start: datetime,
    due: datetime,
    share: float,
    calendar: WorkCalendar,
    office_hours: tuple[Span, ...],
) -> datetime:
    """The instant at which a share (0 to 1) of the office time between start and due has passed (R3).

    The office is open at that instant, or closes at it if the share is 1; where a share is complete just as the office
    closes for lunch or the night, it is the next opening. Without any office time in between it is the due time.
    Aware, in Asia/Shanghai. Raises ValueError for a naive time, a share out of bounds, or a due time before the start.
    """
    start, due = local(start), local(due)
    if not 0 <= share <= 1:
        message = f"a share lies between 0 and 1, not {share}"
        raise ValueError(message)
    if due < start:
        message = f"due {due.isoformat()} before start {start.isoformat()}"
        raise ValueError(message)
    open_time = []
    for begin, end in _stretches(start.date(), calendar, office_hours):
        if begin >= due:
            break
        if end > start:
            open_time.append((max(begin, start), min(end, due)))
    left = sum((end - begin for begin, end in open_time), timedelta()) * share
    for begin, end in open_time:
        if left < end - begin:
            return begin + left
        left -= end - begin
    return open_time[-1][1] if open_time else due


def office_time(start: datetime, end: datetime, calendar: WorkCalendar, office_hours: tuple[Span, ...]) -> timedelta:
    """How long the office is open between two instants; nothing if the end is not after the start."""
    start, end = local(start), local(end)
    total = timedelta()
    for begin, close in _stretches(start.date(), calendar, office_hours):
        if begin >= end:
            break
        total += max(min(close, end) - max(begin, start), timedelta())
    return total


def after_office_time(
    start: datetime, time: timedelta, calendar: WorkCalendar, office_hours: tuple[Span, ...]
) -> datetime:
    """The instant at which the office has been open for so long since the start (aware, in Asia/Shanghai)."""
    left = time
    for begin, end in _stretches(local(start).date(), calendar, office_hours):
        opens = max(begin, local(start))
        if opens >= end:
            continue
        if left <= end - opens:
            return opens + left
        left -= end - opens
    raise AssertionError  # the stretches never end


def _stretches(
    day: date,
    calendar: WorkCalendar,
    office_hours: tuple[Span, ...],
) -> Iterator[tuple[datetime, datetime]]:
    """Every opening and closing of the office from the given day on, without end."""
    if not calendar.is_workday(day):
        day = calendar.next_workday(day)
    while True:
        for span in office_hours:
            yield _moment(day, span.begin), _moment(day, span.end)
        day = calendar.next_workday(day)


def _runs(rests: list[tuple[date, str]]) -> tuple[SkippedDays, ...]:
    """Join neighbouring rest days of the same name."""
    runs: list[list[tuple[date, str]]] = []
    for day, name in rests:
        if runs and runs[-1][-1] == (day - _DAY, name):
            runs[-1].append((day, name))
        else:
            runs.append([(day, name)])
    return tuple(SkippedDays(first=run[0][0], last=run[-1][0], name=run[0][1]) for run in runs)


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI)
