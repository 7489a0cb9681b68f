"""A request for more time or a longer category that nobody answers: asked again once, then put to those above (R7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.consenting import AGAIN_AFTER, UP_AFTER, next_above, planned, question
from bot.domain import clocks
from bot.domain.lateness import consenters
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.tickets import EventKind, Ticket, TicketEvent
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import called, matter, say_time

_ROUNDS = (AGAIN_AFTER, UP_AFTER)


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Nothing once it is answered, late anyway, or has been asked twice; a due time that moved moves the question."""
    if facts.thread is None:
        return NOTHING
    ticket, outcome = facts.thread.ticket, NOTHING
    if not ticket.state.is_live or ticket.paused_at is not None or now >= ticket.due_at:
        return NOTHING
    for what in (EventKind.EXTENSION_ASKED, EventKind.LONGER_ASKED):
        request = clocks.latest_request(facts.history, what)
        if request is not None and request[1] is None:
            outcome += _ask(ticket, request[0], facts.history, slot, now, office)
    return outcome


def _ask(  # noqa: PLR0917 - about what, as far as it has come, when
    ticket: Ticket, request: TicketEvent, history: Sequence[TicketEvent], slot: Slot, now: datetime, office: Office
) -> Outcome:
    done = clocks.times_asked_again(history, request)
    if done >= len(_ROUNDS):
        return NOTHING
    at = planned(ticket, request, _ROUNDS[done], office)
    if slot.at < at:
        return Outcome(slots=(Slot(at=at, job=Job.CONSENT, scope=ticket.id),))
    if done:
        return _put_to_those_above(ticket, request, now, office)
    people = consenters(ticket, office.org, besides=request.actor, able=office.able(now))
    following = Slot(at=max(planned(ticket, request, UP_AFTER, office), now), job=Job.CONSENT, scope=ticket.id)
    opening = office.say("clock.consent_again")
    return _questions(ticket, request, people, opening, now, office) + Outcome(slots=(following,))


def _put_to_those_above(ticket: Ticket, request: TicketEvent, now: datetime, office: Office) -> Outcome:
    """The next level decides; whoever asked for it knows who that is."""
    people = next_above(ticket, request, office, now=now)
    if not people:
        return NOTHING
    silent = consenters(ticket, office.org, besides=request.actor)
    opening = office.say("clock.consent_up", people=_names(silent, office))
    return _questions(ticket, request, people, opening, now, office) + Outcome(
        sends=_told(ticket, request, people, now, office)
    )


def _questions(  # noqa: PLR0917 - to whom, about what, in which words
    ticket: Ticket, request: TicketEvent, people: Sequence[Person], opening: str, now: datetime, office: Office
) -> Outcome:
    asked = (question(ticket, request, person, now=now, office=office) for person in people)
    return Outcome(
        changes=(clocks.asked_again(ticket, request, at=now, people=[person.id for person in people]),),
        sends=tuple(
            replace(one, text=opening + one.text, dedupe_key=f"{one.dedupe_key}:{now.isoformat()}") for one in asked
        ),
    )


def _told(
    ticket: Ticket, request: TicketEvent, people: Sequence[Person], now: datetime, office: Office
) -> tuple[Outgoing, ...]:
    asker = office.org.people.get(request.actor)
    if asker is None:
        return ()
    held = office.hold(now)
    text = office.say(
        "clock.consent_up_asker",
        number=called(ticket, asker, office),
        matter=matter(ticket, office),
        people=_names(people, office),
        due=say_time(ticket.due_at, office, now=now if held is None else None),
    )
    key = f"consent-up:{ticket.id}:{request.at.isoformat()}"
    to = ToPerson(person=asker.id)
    return (Outgoing(to=to, kind=OutKind.NOTICE, text=text, dedupe_key=key, not_before=held, ticket=ticket.id),)


def _names(people: Sequence[Person], office: Office) -> str:
    return office.say("due.separator").join(person.title for person in people)
