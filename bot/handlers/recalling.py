"""Somebody took back what they wrote: the words go, a matter that already stands is left to its owner to decide."""

from datetime import datetime

from bot.domain.messages import Message, Outgoing, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Outcome
from bot.domain.tickets import Relation, Thread
from bot.handlers.grammar import Verb
from bot.handlers.officer.desk import Desk
from bot.office import Office
from bot.phrasing import called, matter, numbered

GO_ON = "撤回了也办"


def decide(recall: Message, target: Message, thread: Thread | None, *, now: datetime, office: Office) -> Outcome:
    """What follows when ``target`` was taken back. ``thread`` is the ticket that it belongs to, if any.

    Only one's own words can be taken back: what somebody else removes from a chat was said all the same. What the
    discipline role keeps stays sealed, and nobody is told anything (R50).
    """
    if target.set_aside or recall.sender not in ("", target.sender):
        return NOTHING
    wiped = Outcome(recalled=(target.seq,))
    if thread is None or not thread.ticket.state.is_live:
        return wiped
    pieces = {link.message for link in thread.of(Relation.PIECE)}
    if pieces != {target.id}:
        return wiped
    return wiped + _tell_the_owner(thread, now=now, office=office)


def _tell_the_owner(thread: Thread, *, now: datetime, office: Office) -> Outcome:
    ticket = thread.ticket
    owner = office.org.people.get(ticket.owner)
    name = called(ticket, owner, office)
    words = {"number": name, "matter": matter(ticket, office)}
    if ticket.urgent or ticket.careful:  # who takes back a cry for help may need it all the more (R8)
        told = Outgoing(
            to=ToPerson(person=ticket.owner),
            kind=OutKind.NOTICE,
            text=office.say("recall.urgent", **words),
            dedupe_key=f"recalled:{ticket.id}",
            ticket=ticket.id,
        )
        return Outcome(sends=(told,))
    labels = (office.say("recall.choice_drop"), office.say("recall.choice_go_on"))
    asked = Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=OutKind.QUESTION,
        text=office.say("recall.owner", choices=numbered(office, labels), **words),
        dedupe_key=f"recalled:{ticket.id}",
        not_before=office.hold(now),
        ticket=ticket.id,
        choices=(f"{name} {office.say(f'verb.{Verb.NOT_AN_APPEAL}')}", GO_ON),
    )
    return Outcome(sends=(asked,))


def go_on(desk: Desk, text: str) -> Outcome | None:
    """The owner goes on with a matter whose words were taken back."""
    return desk.tell("recall.goes_on") if text == GO_ON else None
