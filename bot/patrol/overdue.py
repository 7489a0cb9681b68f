"""A ticket past its due time: recorded, and told to the owner and the next in line (R2, R3)."""

from datetime import datetime

from bot.domain import lifecycle
from bot.domain.categories import Level
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.tickets import EventKind, State, Ticket
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import matter, owner_title, say_time


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Tell the owner and whoever stands above; nothing in the group, where nobody is shamed (DESIGN section 7)."""
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    if not ticket.state.is_live or ticket.due_at > slot.at or _recorded(facts, ticket):
        return NOTHING
    sends = [
        Outgoing(
            to=ToPerson(person=person_id),
            kind=OutKind.OVERDUE,
            text=office.say(
                wording,
                number=ticket.number,
                village=office.org.units[ticket.village].name,
                matter=matter(ticket, office),
                owner=owner_title(ticket, office),
                due=say_time(ticket.due_at, office, now=now),
            ),
            dedupe_key=f"overdue:{ticket.id}:{ticket.due_at.isoformat()}:{ticket.reopened_by}:{person_id}",
            not_before=office.hold(now),
            ticket=ticket.id,
        )
        for person_id, wording in _told(ticket, office)
    ]
    return Outcome(changes=(lifecycle.overdue(ticket, at=now),), sends=tuple(sends))


def _recorded(facts: TicketFacts, ticket: Ticket) -> bool:
    """Whether this very due time was noticed before: a ticket that was given an earlier one has two slots."""
    noticed = False
    for event in facts.history:
        if event.kind is EventKind.OVERDUE and event.data["due_at"] == ticket.due_at.isoformat():
            noticed = True
        elif event.kind is EventKind.REOPENED:
            noticed = False
    return noticed


def _told(ticket: Ticket, office: Office) -> list[tuple[str, str]]:
    """Who is told with which sentence; what was answered and only not closed is the owner's business alone."""
    if ticket.state is State.ANSWERED:
        return [(ticket.owner, "overdue.answered")]
    above = [person for person in _above(ticket, office) if person.id != ticket.owner]
    return [(ticket.owner, "overdue.owner"), *((person.id, "overdue.above") for person in above)]


def _above(ticket: Ticket, office: Office) -> tuple[Person, ...]:
    """The secretary for a ticket of the village; inspectors of the township for one that has left it."""
    if ticket.level is Level.VILLAGE:
        secretaries = office.org.people_of(ticket.village, Role.SECRETARY)
        if any(person.id != ticket.owner for person in secretaries):
            return secretaries
    return office.org.people_of(office.org.township_of(ticket.village).id, Role.INSPECTOR)
