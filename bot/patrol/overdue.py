"""A ticket past its due time: recorded by colour, each told in private to the owner and one level further up (R3)."""

from datetime import datetime

from bot.domain import clocks
from bot.domain.lateness import LATE, late_since, noticed, told, turns
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import NOTHING, Change, Job, Outcome, Slot
from bot.domain.tickets import Colour, State, Ticket
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import matter, owner_title, say_instead, say_time, state_name


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Tell the owner and whoever stands above; nothing in the group, where nobody is shamed (DESIGN section 7).

    Each colour once for each due time; after an outage all that were missed are recorded, and the darkest is told.
    """
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    if not ticket.state.is_live or ticket.paused_at is not None or ticket.due_at > max(slot.at, now):
        return NOTHING
    since = late_since(ticket, facts.history)
    reached = [colour for colour in LATE if turns(colour, since, office.rules, office.calendar) <= now]
    outcome = Outcome(slots=_next(reached, since, ticket, office))
    new = [colour for colour in reached if colour not in noticed(ticket, facts.history)]
    if not new:
        return outcome
    for colour in new:
        people = [person_id for person_id, _ in _told(colour, ticket, now, office)]
        change = clocks.overdue(ticket, at=now, colour=colour, told=people)
        ticket = change.ticket
        outcome += Outcome(changes=(Change(ticket=ticket, events=change.events),))
    recipients = dict(pair for colour in new for pair in _told(colour, ticket, now, office))
    sends = (_message(person, key, new[-1], ticket, now, office) for person, key in recipients.items())
    return outcome + Outcome(sends=tuple(sends))


def _next(reached: list[Colour], since: datetime, ticket: Ticket, office: Office) -> tuple[Slot, ...]:
    """When the next colour is due, if there is one."""
    ahead = [colour for colour in LATE if colour not in reached]
    at = [turns(colour, since, office.rules, office.calendar) for colour in ahead[:1]]
    return tuple(Slot(at=when, job=Job.OVERDUE, scope=ticket.id) for when in at)


def _told(colour: Colour, ticket: Ticket, now: datetime, office: Office) -> list[tuple[str, str]]:
    """Who is told with which sentence; what was answered and only not closed is the owner's business alone."""
    if ticket.state is State.ANSWERED:
        return [(ticket.owner, "overdue.answered")]
    mine, above = {
        Colour.BLUE: ("overdue.owner", "overdue.above"),
        Colour.YELLOW: ("clock.yellow_owner", "clock.yellow_above"),
        Colour.RED: ("clock.red_owner", "clock.red_above"),
    }[colour]
    people = told(colour, ticket, office.org, able=office.able(now))
    return [(ticket.owner, mine), *((person.id, above) for person in people)]


def _missed(person: str, colour: Colour, ticket: Ticket, now: datetime, office: Office) -> tuple[Person, ...]:
    """In whose stead somebody above the owner is told: those whose turn it was and who cannot be asked."""
    able = office.able(now)
    if person == ticket.owner or ticket.state is State.ANSWERED:
        return ()
    return tuple(one for one in told(colour, ticket, office.org) if not able(one) and one.id != person)


def _message(person: str, key: str, colour: Colour, ticket: Ticket, now: datetime, office: Office) -> Outgoing:  # noqa: PLR0917 - who is told what
    held = office.hold(now)
    text = office.say(
        key,
        number=ticket.number,
        village=office.org.units[ticket.village].name,
        matter=matter(ticket, office),
        owner=owner_title(ticket, office),
        state=state_name(ticket, office),
        due=say_time(ticket.due_at, office, now=now if held is None else None),
    )
    text += say_instead(_missed(person, colour, ticket, now, office), office)
    return Outgoing(
        to=ToPerson(person=person),
        kind=OutKind.OVERDUE,
        text=text,
        dedupe_key=f"overdue:{ticket.id}:{ticket.due_at.isoformat()}:{ticket.reopened_by}:{colour}:{person}",
        not_before=held,
        ticket=ticket.id,
    )
