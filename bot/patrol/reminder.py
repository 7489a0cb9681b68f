"""Reminders at half and at four fifths of the working time (R3): early, private, once each."""

from datetime import datetime

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.tickets import State, Ticket
from bot.domain.workdays import working_share
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import matter, say_time


def _wording(ticket: Ticket) -> str:
    if ticket.state is State.REOPENED:
        return "reminder.reopened"
    heard = ticket.answer is not None or ticket.state is State.IN_PROGRESS
    return "reminder.answered" if heard else "reminder.share"


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Remind the owner, if the ticket is live and the slot still is one of its reminders."""
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    if not ticket.state.is_live or now >= ticket.due_at:
        return NOTHING
    planned = {
        working_share(ticket.said_at, ticket.due_at, share, office.calendar, office.rules.office_hours): share
        for share in office.rules.reminders.at
    }
    share = next((share for at, share in planned.items() if at == slot.at), None)
    if share is None:
        return NOTHING
    text = office.say(
        _wording(ticket),
        number=ticket.number,
        matter=matter(ticket, office),
        percent=round(share * 100),
        due=say_time(ticket.due_at, office, now=now),
    )
    message = Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=OutKind.REMINDER,
        text=text,
        dedupe_key=f"reminder:{ticket.id}:{slot.at.isoformat()}",
        not_before=office.hold(now),
        ticket=ticket.id,
    )
    return Outcome(sends=(message,))
