"""Reminders at half and at four fifths of the working time (R3, R14): early, private, once each."""

from datetime import datetime

from bot.domain.clocks import reminded_at
from bot.domain.lateness import contacted
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.tickets import State, Ticket
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import matter, say_time


def _wording(ticket: Ticket) -> str:
    if ticket.state is State.REOPENED:
        return "reminder.reopened"
    heard = ticket.answer is not None or ticket.state is State.IN_PROGRESS
    return "reminder.answered" if heard else "reminder.share"


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Remind the present owner, if the ticket is live, does not wait, and the slot still is one of its reminders.

    At the first one it is also said if nobody has left a note of speaking with the person (R14). A due time that moved
    on does not repeat the first reminder, only the last.
    """
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    if not ticket.state.is_live or ticket.paused_at is not None or now >= ticket.due_at:
        return NOTHING
    shares = office.rules.reminders.at
    planned = {reminded_at(ticket, share, office.rules, office.calendar): share for share in shares}
    share = next((share for at, share in planned.items() if at == slot.at), None)
    if share is None:
        return NOTHING
    first, last = share == min(shares), share == max(shares)
    text = office.say(
        _wording(ticket),
        number=ticket.number,
        matter=matter(ticket, office),
        percent=round(share * 100),
        due=say_time(ticket.due_at, office, now=now),
    )
    if first and not contacted(ticket, facts.history):
        text += office.say("clock.no_contact", number=ticket.number)
    # Reopening counts as a new occasion; another owner has not been reminded yet.
    occasion = f"{ticket.reopened_by}:{ticket.owner}:{ticket.due_at.isoformat() if last else ''}"
    message = Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=OutKind.REMINDER,
        text=text,
        dedupe_key=f"reminder:{ticket.id}:{round(share * 100)}:{occasion}",
        not_before=office.hold(now),
        ticket=ticket.id,
    )
    return Outcome(sends=(message,))
