"""When the schedule must look at a ticket again."""

from datetime import datetime

from bot.domain.outcome import Job, Slot
from bot.domain.tickets import Ticket
from bot.domain.workdays import working_share
from bot.office import Office


def watch(ticket: Ticket, office: Office, *, now: datetime) -> tuple[Slot, ...]:
    """When somebody must be reminded of the ticket, and when it is overdue (R3); past instants are left out."""
    shares = (
        working_share(ticket.said_at, ticket.due_at, share, office.calendar, office.rules.office_hours)
        for share in office.rules.reminders.at
    )
    slots = [Slot(at=at, job=Job.REMINDER, scope=ticket.id) for at in shares if at > now]
    slots.append(Slot(at=max(ticket.due_at, now), job=Job.OVERDUE, scope=ticket.id))
    return tuple(slots)
