"""The one question after closing: is it solved? Asked where the matter was raised, never twice (R109)."""

from datetime import datetime, timedelta

from bot.domain.messages import Outgoing, OutKind, ToAccount, ToGroup
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.tickets import Relation, State
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import matter

WITHIN = timedelta(hours=24)
"""How long after closing the question may still be asked (R109)."""


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Ask the villager, if the ticket is still closed and nobody has said anything about it yet."""
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    if ticket.state is not State.CLOSED or ticket.rating is not None or now - slot.at > WITHIN:
        return NOTHING
    if any(link.at >= (ticket.closed_at or slot.at) for link in facts.thread.of(Relation.THANKS)):
        return NOTHING
    to = (
        ToAccount(platform=ticket.platform, account=ticket.requester)
        if ticket.group is None
        else ToGroup(group=ticket.group)
    )
    first = facts.thread.links[0].message if facts.thread.links and ticket.group is not None else None
    key = "rating.ask_private" if ticket.private else "rating.ask"
    text = office.say(key, number=ticket.number, matter=matter(ticket, office))
    question = Outgoing(
        to=to,
        kind=OutKind.RATING,
        text=text,
        dedupe_key=f"rating:{ticket.id}",
        ticket=ticket.id,
        quote=first,
        choices=(office.say("rating.choice_solved"), office.say("rating.choice_unsolved")),
        asked_of=ticket.requester,
    )
    return Outcome(sends=(question,))
