"""A new year's notice has arrived: open tickets are dated again, each owner told once (DESIGN section 7)."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import lifecycle
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import Outcome
from bot.domain.tickets import Thread
from bot.office import Office
from bot.phrasing import matter, say_time, ticket_due
from bot.watching import watch


def decide(threads: Sequence[Thread], now: datetime, office: Office) -> Outcome:
    """Re-date what the present calendar dates otherwise than when the ticket was opened."""
    outcome = Outcome()
    for thread in threads:
        ticket = thread.ticket
        if not ticket.state.is_live:
            continue
        due = ticket_due(ticket, office)
        if due.at == ticket.due_at and due.provisional == ticket.due_provisional:
            continue
        change = lifecycle.redated(ticket, at=now, due_at=due.at, provisional=due.provisional)
        outcome += Outcome(changes=(change,))
        if due.at == ticket.due_at:
            continue
        told = Outgoing(
            to=ToPerson(person=ticket.owner),
            kind=OutKind.NOTICE,
            text=office.say(
                "reminder.redated",
                number=ticket.number,
                matter=matter(ticket, office),
                old=say_time(ticket.due_at, office, now=now),
                due=say_time(due.at, office, now=now),
            ),
            dedupe_key=f"redated:{ticket.id}:{due.at.isoformat()}",
            not_before=office.hold(now),
            ticket=ticket.id,
        )
        outcome += Outcome(sends=(told,), slots=watch(change.ticket, office, now=now))
    return outcome
