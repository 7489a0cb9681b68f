"""Whom the discipline cadres should visit, and why: what was reopened, left people dissatisfied, or was perfunctory.

A list of matters, not of persons (R55, R110).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.categories import Category
from bot.domain.periods import Period
from bot.domain.record import same_words, says_anything
from bot.domain.results import UNSOLVED
from bot.domain.tickets import State, Thread, Ticket


class Reason(StrEnum):
    """Why somebody should go there, the gravest first."""

    REOPENED = "reopened"
    UNSOLVED = "unsolved"
    EMPTY = "empty"
    """Closed with words that say nothing."""
    COPIED = "copied"
    """Closed with the same words as another matter of the village."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One matter to look at on the spot, with its reasons."""

    ticket: Ticket
    reasons: tuple[Reason, ...]


def visits(threads: Iterable[Thread], period: Period, *, now: datetime) -> tuple[Visit, ...]:
    """The matters of a period that call for a visit, by village and number; what needs care is left to who has it.

    What was reopened and is still not closed stays on the list.
    """
    tickets = [one.ticket for one in threads if not one.ticket.careful]
    ended = [one for one in tickets if one.state is State.CLOSED and one.closed_at is not None]
    closed = [one for one in ended if one.closed_at is not None and one.closed_at in period]
    found = []
    for ticket in tickets:
        reasons = tuple(_reasons(ticket, closed, [one for one in ended if one.id != ticket.id], period))
        if reasons and ticket.said_at <= now:
            found.append(Visit(ticket=ticket, reasons=reasons))
    return tuple(sorted(found, key=lambda visit: (visit.ticket.village, visit.ticket.year, visit.ticket.number)))


def _reasons(ticket: Ticket, closed: list[Ticket], others: list[Ticket], period: Period) -> Iterable[Reason]:
    lately = ticket.state.is_live or (ticket.closed_at is not None and ticket.closed_at in period)
    if ticket.reopenings and lately and ticket.state is not State.MERGED:
        yield Reason.REOPENED
    if ticket.rating == UNSOLVED and lately:
        yield Reason.UNSOLVED
    if ticket not in closed or ticket.category is Category.CONSULTATION:
        return
    if not says_anything(ticket.answer_text):
        yield Reason.EMPTY
    elif any(_is_copied(ticket, other) for other in others):
        yield Reason.COPIED


def _is_copied(ticket: Ticket, other: Ticket) -> bool:
    """The same words for another matter of the village: of another topic, as one repair may end several calls."""
    return (
        other.village == ticket.village
        and other.topic != ticket.topic
        and same_words(other.answer_text, ticket.answer_text)
    )
