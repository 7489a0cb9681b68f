"""What came of the matters of a period, and how villages compare on it: units on results, never persons (R110).

A matter is judged once, in the period in which it was due. Villages are compared only with those of about as many
matters, and only as far as the numbers carry: what chance could have brought about is a tie.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import sqrt

from bot.domain.ledger import Timeliness, timeliness
from bot.domain.periods import Period
from bot.domain.tickets import State, Ticket

UNSOLVED = "unsolved"
"""The rating of a ticket whose requester said that it is not solved (R109)."""
_Z = 1.96
"""Standard deviations of a 95 % interval."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """Matters of one period in numbers.

    ``received``: said in it. ``due``: due in it, and neither withdrawn nor merged. Of these ``well``: closed in time
    without an extension, not reopened, nobody dissatisfied; ``late``: not closed when they were due; ``reopened`` and
    ``unsolved`` each as often as tickets, not as often as said.
    """

    received: int = 0
    closed: int = 0
    due: int = 0
    well: int = 0
    late: int = 0
    reopened: int = 0
    unsolved: int = 0

    @property
    def share(self) -> float | None:
        """The part of what was due that was done well; None if nothing was due."""
        return self.well / self.due if self.due else None


def results(tickets: Iterable[Ticket], period: Period, *, now: datetime) -> Results:
    """Count a period's matters as of an instant; what is due later than ``now`` is not judged yet."""
    known = [one for one in tickets if one.state not in (State.WITHDRAWN, State.MERGED)]
    due = [one for one in known if one.due_at in period and one.due_at <= now]
    return Results(
        received=sum(one.said_at in period for one in known),
        closed=sum(one.closed_at is not None and one.closed_at in period for one in known),
        due=len(due),
        well=sum(_is_well(one, now) for one in due),
        late=sum(is_late(one, now) for one in due),
        reopened=sum(one.reopenings > 0 for one in due),
        unsolved=sum(one.rating == UNSOLVED for one in due),
    )


def is_late(ticket: Ticket, now: datetime) -> bool:
    """Whether it was not closed when it was due, or has been overdue before."""
    return ticket.times_overdue > 0 or timeliness(ticket, now=now) in (Timeliness.LATE, Timeliness.OVERDUE)


def _is_well(ticket: Ticket, now: datetime) -> bool:
    on_time = timeliness(ticket, now=now) is Timeliness.ON_TIME
    return on_time and not is_late(ticket, now) and not ticket.reopenings and ticket.rating != UNSOLVED


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Where the true share lies with 95 % certainty."""

    low: float
    high: float

    def is_above(self, other: "Interval") -> bool:
        """Whether the whole of it lies above the whole of the other."""
        return self.low > other.high


def wilson(well: int, due: int) -> Interval:
    """Wilson's interval for a share: honest for few cases, too. Raises ValueError for none."""
    if due <= 0:
        message = "nothing can be said of no cases"
        raise ValueError(message)
    share, spread = well / due, _Z * _Z / due
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / due + spread / (4 * due)) / (1 + spread)
    return Interval(low=max(0.0, middle - half), high=min(1.0, middle + half))


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A village in its band. ``best`` and ``worst`` are the places that its numbers allow: apart, it shares them."""

    unit: str
    results: Results
    interval: Interval
    best: int
    worst: int
    tied: bool
    """Whether another village of the band cannot be told from it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Villages with about as many matters: from ``fewest`` to ``most`` due, None for no upper end."""

    fewest: int
    most: int | None
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranking:
    """Villages inside their bands; ``without`` are those of which nothing was due: that is neither good nor bad."""

    bands: tuple[Band, ...]
    without: tuple[str, ...]


def rank(figures: Mapping[str, Results], limits: Sequence[int], *, lot: str) -> Ranking:
    """Put villages into bands by what was due, and compare them there.

    ``limits`` are the upper ends of the bands, rising; what is above the last has a band of its own. One village stands
    before another only if its whole interval lies above the other's. Ties stand in an order drawn by ``lot`` (the name
    of the month, say), the same whenever it is drawn again, so that no village is always named first.
    """
    bands = []
    fewest = 1
    for most in (*limits, None):
        inside = {unit: one for unit, one in figures.items() if one.due >= fewest and (most is None or one.due <= most)}
        if inside:
            bands.append(Band(fewest=fewest, most=most, places=_places(inside, lot)))
        fewest = (most or 0) + 1
    return Ranking(bands=tuple(bands), without=tuple(unit for unit, one in figures.items() if not one.due))


def _places(figures: Mapping[str, Results], lot: str) -> tuple[Place, ...]:
    sure = {unit: wilson(one.well, one.due) for unit, one in figures.items()}
    places = []
    for unit, own in sure.items():
        above = sum(other.is_above(own) for other in sure.values())
        below = sum(own.is_above(other) for other in sure.values())
        worst = len(sure) - below
        place = Place(
            unit=unit, results=figures[unit], interval=own, best=above + 1, worst=worst, tied=worst > above + 1
        )
        places.append(place)
    return tuple(sorted(places, key=lambda place: (place.best, place.worst, _drawn(place.unit, lot))))


def _drawn(unit: str, lot: str) -> str:
    return sha256(f"{lot}/{unit}".encode()).hexdigest()


def change(now: int, before: int) -> float | None:
    """By which part a count has grown (or shrunk, below 0); None if there was nothing before."""
    return (now - before) / before if before else None
