"""An emergency to which no cadre has said a word in ten minutes goes to the township (R8)."""

from datetime import datetime

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.tickets import State
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import brief, say_time

QUOTED = 200
"""Characters of the villagers' words that are passed on."""


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Call everybody of the township who has an office, in quiet hours too."""
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    taken = ticket.first_cadre_reply is not None or ticket.state is State.IN_PROGRESS or not ticket.state.is_live
    if taken:
        return NOTHING
    township = office.org.township_of(ticket.village)
    people = office.org.people_of(township.id) or office.org.people_of(office.org.county.id)
    text = office.say(
        "emergency.escalated",
        number=ticket.number,
        village=office.org.units[ticket.village].name,
        text=brief(ticket.text, office, length=QUOTED),
        said=say_time(ticket.said_at, office, now=now),
        minutes=office.rules.emergency.escalate_after_minutes,
    )
    return Outcome(
        sends=tuple(
            Outgoing(
                to=ToPerson(person=person.id),
                kind=OutKind.EMERGENCY,
                text=text,
                dedupe_key=f"escalation:{ticket.id}:{local(slot.at).isoformat()}:{person.id}",
                ticket=ticket.id,
            )
            for person in people
        )
    )
