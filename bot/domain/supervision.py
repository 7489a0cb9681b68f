"""When the discipline office takes a matter under supervision, and what its order says (R17, documents 3.3).

The order is a draft until a person issues it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.rules import Rules
from bot.domain.tickets import Colour, EventKind, Ticket, TicketEvent
from bot.domain.workdays import WorkCalendar, due_time


class Cause(StrEnum):
    """Why an order is drafted."""

    OFFICES = "offices"
    RETURNS = "returns"
    LATE = "late"


class Grade(StrEnum):
    """How pressing an order is: 一般, 重点, 紧急."""

    ORDINARY = "ordinary"
    KEY = "key"
    URGENT = "urgent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A supervision order: ids of the lead unit and of those that help, the limit (aware), the grade."""

    lead: str
    others: tuple[str, ...]
    limit: datetime
    grade: Grade


def orders(history: Sequence[TicketEvent]) -> tuple[TicketEvent, ...]:
    """The orders that were issued for a ticket, oldest first."""
    return tuple(event for event in history if event.kind is EventKind.SUPERVISED)


def order_of(event: TicketEvent) -> Order:
    """The order as it was issued, from its record. Raises KeyError or ValueError for any other event."""
    data = event.data
    return Order(
        lead=str(data["lead"]),
        others=tuple(str(data["others"]).split()),
        limit=datetime.fromisoformat(str(data["limit"])),
        grade=Grade(str(data["grade"])),
    )


def causes(ticket: Ticket, rules: Rules) -> tuple[Cause, ...]:
    """What speaks for an order now; empty for one that has ended or is under supervision already (R17)."""
    if not ticket.state.is_live or ticket.supervised_at is not None:
        return ()
    limits = rules.supervision
    counted = (
        (Cause.OFFICES, len(offices_of(ticket)), limits.offices),
        (Cause.RETURNS, ticket.returns, limits.returns),
        (Cause.LATE, ticket.times_overdue, limits.times_overdue),
    )
    return tuple(cause for cause, count, limit in counted if count >= limit)


def count_of(ticket: Ticket, cause: Cause) -> int:
    """The number that a cause speaks of."""
    return {
        Cause.OFFICES: len(offices_of(ticket)),
        Cause.RETURNS: ticket.returns,
        Cause.LATE: ticket.times_overdue,
    }[cause]


def offices_of(ticket: Ticket) -> tuple[str, ...]:
    """The units other than the village that have held it, each once, in order."""
    return tuple(unit for unit in units_of(ticket) if unit != ticket.village)


def units_of(ticket: Ticket) -> tuple[str, ...]:
    """All units that have held it, each once, in order."""
    return tuple(dict.fromkeys(ticket.units or (ticket.unit,)))


def order(
    ticket: Ticket, in_charge: Sequence[str], *, now: datetime, rules: Rules, calendar: WorkCalendar, lead: str = ""
) -> Order:
    """What an order would say: led by ``lead``, else by the office in charge that has held it, else by the holder.

    ``in_charge`` are the units that answer for such a matter, the nearest first. What went back to the village is led
    by the last office that had it. The limit is never later than the villager's due time while that lies ahead.
    """
    held = offices_of(ticket)
    charged = next((unit for unit in in_charge if unit in held), None)
    holder = ticket.unit if ticket.unit != ticket.village or not held else held[-1]
    leads = lead or charged or holder
    due = due_time(now, rules.supervision.limit_days, calendar, rules.office_hours).at
    return Order(
        lead=leads,
        others=tuple(unit for unit in units_of(ticket) if unit != leads),
        limit=min(due, ticket.due_at) if ticket.due_at > now else due,
        grade=_grade(ticket, rules),
    )


def _grade(ticket: Ticket, rules: Rules) -> Grade:
    if ticket.urgent:
        return Grade.URGENT
    limits = rules.supervision
    stuck = ticket.returns >= limits.returns or ticket.times_overdue >= limits.times_overdue
    return Grade.KEY if stuck or ticket.colour is Colour.RED else Grade.ORDINARY
