"""What people raised in a month or quarter: topics beside the stretch before, and what villages share (R53, R54).

Counts below ``FEWEST`` are told nowhere; matters are pointed at by their numbers, persons not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.common import Topic, common, per_thousand, topics
from bot.domain.digest import FEWEST
from bot.domain.periods import Period, same_season
from bot.domain.tickets import Ticket

MOST_EXAMPLES = 3
"""Numbers of matters that stand for a topic in one village."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicRow:
    """A topic of the period. ``before`` and ``season`` count the stretch before and last year's, None if not known.

    ``per_thousand``: matters per 1000 households of the unit, None where some village's households are not known.
    ``examples``: by village, ids of some of its tickets.
    """

    topic: Topic
    before: int | None
    season: int | None
    per_thousand: float | None
    is_common: bool
    examples: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretches:
    """What is looked at and what it is compared with; None where the bot was not there for the whole of it."""

    period: Period
    before: Period | None
    season: Period | None


def stretches(period: Period, before: Period, *, since: date | None) -> Stretches:
    """Which comparisons stand. ``since``: the local day on which the bot had come to all villages, None if unknown."""

    def known(one: Period) -> Period | None:
        return one if since is not None and since <= one.first else None

    return Stretches(period=period, before=known(before), season=known(same_season(period)))


def analyse(
    tickets: Sequence[Ticket], when: Stretches, *, households: Mapping[str, int], villages: int, least: int
) -> tuple[TopicRow, ...]:
    """The topics of the period, the most frequent first.

    ``households`` by village of the whole unit, 0 where nobody has said. A topic is a common problem from ``villages``
    villages or ``least`` tickets on (R53).
    """
    found = topics(tickets, when.period)
    shared = {row.name for row in common(found, villages=villages, tickets=least)}
    everybody = 0 if not all(households.values()) else sum(households.values())
    numbered = {ticket.id: ticket for ticket in tickets}
    return tuple(
        TopicRow(
            topic=row,
            before=None if when.before is None else _count(tickets, row.name, when.before),
            season=None if when.season is None else _count(tickets, row.name, when.season),
            per_thousand=per_thousand(row.count, everybody),
            is_common=row.name in shared,
            examples={
                village: tuple(one for one in row.tickets if numbered[one].village == village)[:MOST_EXAMPLES]
                for village in row.villages
            },
        )
        for row in found
    )


def _count(tickets: Sequence[Ticket], name: str, stretch: Period) -> int:
    """How often a topic came up in a stretch; 0 also for what is too little to be told."""
    return next((row.count for row in topics(tickets, stretch) if row.name == name), 0)


def is_told(count: int) -> bool:
    """Whether a count may be printed (R54)."""
    return count >= FEWEST
