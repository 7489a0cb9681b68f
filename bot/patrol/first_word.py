"""Half an hour of office time without a word to the villager: one private nudge, never in the group (R1, R30)."""

from datetime import datetime

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.tickets import State
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import matter, say_time


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Nudge the owner once; nothing if somebody has said a word, or if it is a matter of minutes anyway (R8)."""
    del slot
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    waits = ticket.state in (State.OPEN, State.PROMPTED) and ticket.first_cadre_reply is None
    if not waits or ticket.urgent or ticket.paused_at is not None or now >= ticket.due_at:
        return NOTHING
    text = office.say(
        "manners.first_word",
        number=ticket.number,
        matter=matter(ticket, office),
        said=say_time(ticket.said_at, office, now=now),
    )
    nudge = Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=OutKind.REMINDER,
        text=text,
        dedupe_key=f"first-word:{ticket.id}",
        not_before=office.hold(now),
        ticket=ticket.id,
    )
    return Outcome(sends=(nudge,))
