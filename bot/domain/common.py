"""Matters that are the same in several villages, and how often topics come up (R53, R54).

Counts below ``FEWEST`` are left out everywhere: they would point at someone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.digest import FEWEST
from bot.domain.periods import Period
from bot.domain.tickets import State, Ticket


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """One topic in a period: its tickets, and the villages they are from, in the order in which they came up."""

    name: str
    villages: tuple[str, ...]
    tickets: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many tickets."""
        return len(self.tickets)


def topics(tickets: Iterable[Ticket], period: Period) -> tuple[Topic, ...]:
    """The topics of a period that came up at least ``FEWEST`` times, the most frequent first (R54).

    A ticket whose topic is unknown, that was withdrawn, merged, or must be handled with care counts nowhere.
    """
    found: dict[str, list[Ticket]] = {}
    for ticket in sorted(tickets, key=lambda one: one.said_at):
        counts = ticket.state not in (State.WITHDRAWN, State.MERGED) and not ticket.careful
        if counts and ticket.topic and ticket.said_at in period:
            found.setdefault(ticket.topic, []).append(ticket)
    rows = [
        Topic(
            name=name,
            villages=tuple(dict.fromkeys(one.village for one in same)),
            tickets=tuple(one.id for one in same),
        )
        for name, same in found.items()
        if len(same) >= FEWEST
    ]
    return tuple(sorted(rows, key=lambda row: -row.count))


def common(rows: Iterable[Topic], *, villages: int, tickets: int) -> tuple[Topic, ...]:
    """Those that are a common problem: in at least so many villages, or at least so many tickets (R53)."""
    return tuple(row for row in rows if len(row.villages) >= villages or row.count >= tickets)


def per_thousand(count: int, households: int) -> float | None:
    """Tickets per 1000 households; None for too few tickets to be told, or for an unknown number (R54)."""
    return 1000 * count / households if count >= FEWEST and households > 0 else None
