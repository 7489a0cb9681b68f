"""A half-year beside the same months of the year before: units on results, and only as far as the bot was there.

What is compared is counted in the same way on both sides (R99, R108). A village in whose groups the bot was not for the
whole of the earlier stretch has nothing to be compared with, and that is said rather than filled with zeros.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from bot.domain.categories import Category
from bot.domain.periods import Period, half_year_of, month_of, same_season
from bot.domain.results import Results, results
from bot.domain.rules import Span
from bot.domain.tickets import Relation, State, Thread, Ticket
from bot.domain.workdays import WorkCalendar, office_time

_HALVES = {"H1": 1, "H2": 7, "上半年": 1, "下半年": 7}
_YEAR = 4


def half_named(name: str) -> Period:
    """The half-year ``2026H1`` or ``2026年上半年``; raises ValueError for anything else."""
    year, half = name[:_YEAR], name[_YEAR:].removeprefix("年").strip().upper()
    if not year.isdecimal() or half not in _HALVES:
        message = f"no half-year: {name}"
        raise ValueError(message)
    return half_year_of(date(int(year), _HALVES[half], 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """What turns two instants into office minutes."""

    calendar: WorkCalendar
    office_hours: tuple[Span, ...]

    def minutes(self, start: datetime, end: datetime) -> int:
        """Whole minutes for which the office was open in between."""
        return round(office_time(start, end, self.calendar, self.office_hours).total_seconds() / 60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Season:
    """One stretch in numbers.

    ``disclosure`` matters were about what should be published; ``again`` came up once more: reopened, or the same topic
    at the same place as an earlier matter of the stretch. ``first_word``: the median, in office minutes, until a cadre
    first spoke to a matter in the chat; None if nobody did to any. It rests on ``worded`` matters.
    """

    results: Results
    disclosure: int = 0
    again: int = 0
    first_word: int | None = None
    worded: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A unit or a month. ``before`` is None where the same stretch of last year cannot be compared.

    ``since``: for a village, the local day since which the bot has been in its groups, None if nobody knows.
    """

    name: str
    now: Season
    before: Season | None
    since: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HalfYear:
    """The whole comparison. ``period`` ends early, with yesterday, while the half-year is still going on.

    ``alike`` are the two stretches over those villages alone that can be compared, None if none can; ``compared`` and
    ``villages`` say how many of how many they are.
    """

    half: Period
    period: Period
    before: Period
    total: Season
    alike: tuple[Season, Season] | None
    months: tuple[Row, ...]
    townships: tuple[Row, ...]
    rows: tuple[Row, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the half-year is over."""
        return self.period == self.half

    @property
    def compared(self) -> int:
        """Villages with something to compare with."""
        return sum(row.before is not None for row in self.rows)


def season(threads: Iterable[Thread], period: Period, *, now: datetime, clock: Clock) -> Season:
    """Count one stretch as of an instant; what was withdrawn or merged counts nowhere."""
    known = [one for one in threads if one.ticket.state not in (State.WITHDRAWN, State.MERGED)]
    here = sorted((one for one in known if one.ticket.said_at in period), key=lambda one: one.ticket.said_at)
    words = [minutes for one in here if (minutes := _first_word(one, clock)) is not None]
    return Season(
        results=results([one.ticket for one in known], period, now=now),
        disclosure=sum(one.ticket.category is Category.DISCLOSURE for one in here),
        again=_again([one.ticket for one in here]),
        first_word=round(median(words)) if words else None,
        worded=len(words),
    )


def compare(
    threads: Sequence[Thread],
    half: Period,
    *,
    villages: Mapping[str, str],
    townships: Mapping[str, Sequence[str]],
    since: Mapping[str, date],
    now: datetime,
    today: date,
    clock: Clock,
) -> HalfYear:
    """Compare a half-year as of ``now`` (aware), counted to the day before ``today``.

    ``villages`` are names by id, in the order in which they are shown, ``townships`` ids of villages by the township's
    name, for the county alone; ``since`` by village the day since which the bot has been in its groups.
    """
    period = Period(first=half.first, after=min(half.after, max(today, half.first + timedelta(days=1))))
    before = same_season(period)
    by_village = {village: [one for one in threads if one.ticket.village == village] for village in villages}
    able = [village for village in villages if village in since and since[village] <= before.first]

    def of(chosen: Iterable[str], stretch: Period) -> Season:
        return season([one for village in chosen for one in by_village[village]], stretch, now=now, clock=clock)

    def beside(chosen: Sequence[str], stretch: Period) -> Season | None:
        return of(chosen, same_season(stretch)) if chosen and set(chosen) <= set(able) else None

    months = [(f"{month.first.month}", month) for month in _months(period)]
    return HalfYear(
        half=half,
        period=period,
        before=before,
        total=of(villages, period),
        alike=(of(able, period), of(able, before)) if able else None,
        months=tuple(
            Row(name=name, now=of(villages, month), before=beside(list(villages), month)) for name, month in months
        ),
        townships=tuple(
            Row(name=name, now=of(inside, period), before=beside(inside, period)) for name, inside in townships.items()
        ),
        rows=tuple(
            Row(name=name, now=of([village], period), before=beside([village], period), since=since.get(village))
            for village, name in villages.items()
        ),
    )


def _months(period: Period) -> Iterable[Period]:
    """The months of a stretch; the last of them cut where the stretch is."""
    day = period.first
    while day < period.after:
        month = month_of(day)
        yield Period(first=day, after=min(month.after, period.after))
        day = month.after


def _first_word(thread: Thread, clock: Clock) -> int | None:
    first = thread.ticket.first_cadre_reply
    said = next((link.at for link in thread.of(Relation.REPLY) if link.message == first), None)
    return None if said is None else clock.minutes(thread.ticket.said_at, said)


def _again(tickets: Iterable[Ticket]) -> int:
    """How many came up once more; ``tickets`` in the order in which they were said."""
    seen: set[tuple[str, str, str]] = set()
    count = 0
    for ticket in tickets:
        what = (ticket.village, ticket.topic, ticket.place)
        known = bool(ticket.topic and ticket.place) and what in seen
        count += known or ticket.reopenings > 0
        seen.add(what)
    return count
