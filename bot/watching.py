"""When the schedule must look at a ticket again."""

from datetime import datetime

from bot.domain.clocks import pause_ends, reminded_at
from bot.domain.outcome import Job, Slot
from bot.domain.tickets import Ticket
from bot.office import Office


def watch(ticket: Ticket, office: Office, *, now: datetime) -> tuple[Slot, ...]:
    """When somebody must be reminded of the ticket, and when it is overdue (R3); past instants are left out.

    A ticket that waits for the villager's material is only looked at when the wait ends (clock specification 6). One
    that was handed to another level also when that level should have said a word (R2).
    """
    ends = pause_ends(ticket, office.rules, office.calendar)
    if ends is not None:
        return (Slot(at=max(ends, now), job=Job.PAUSE, scope=ticket.id),)
    shares = (reminded_at(ticket, share, office.rules, office.calendar) for share in office.rules.reminders.at)
    slots = [Slot(at=at, job=Job.REMINDER, scope=ticket.id) for at in shares if at > now]
    if ticket.hop_due_at is not None and ticket.hop_due_at > now:
        slots.append(Slot(at=ticket.hop_due_at, job=Job.HOP, scope=ticket.id))
    slots.append(Slot(at=max(ticket.due_at, now), job=Job.OVERDUE, scope=ticket.id))
    return tuple(slots)
