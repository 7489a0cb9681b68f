"""Asking those above for more time or a longer category: the question, when it is asked again, and who is next (R7)."""

from dataclasses import replace
from datetime import datetime

from bot.domain import clocks
from bot.domain.categories import Category
from bot.domain.lateness import consenters
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import Job, Slot
from bot.domain.tickets import EventKind, Ticket, TicketEvent
from bot.domain.workdays import working_share
from bot.office import Office
from bot.phrasing import brief, called, category_name, matter, numbered, say_time

QUOTED = 200
"""Characters of the villager's words that are shown."""
AGAIN_AFTER, UP_AFTER = 0.5, 0.8
"""Shares of the office time left at the request after which it is asked again, and put to those above."""


def question(ticket: Ticket, request: TicketEvent, person: Person, *, now: datetime, office: Office) -> Outgoing:
    """The question about ``request`` (EXTENSION_ASKED, LONGER_ASKED), answered by 1 or 2 (decision 0002)."""
    longer = request.kind is EventKind.LONGER_ASKED
    asker = office.org.people.get(request.actor)
    reason = str(request.data["reason"])
    values: dict[str, object] = {
        "number": ticket.number,
        "village": office.org.units[ticket.village].name,
        "matter": matter(ticket, office),
        "asker": office.org.units[ticket.unit].name if asker is None else asker.title,
        "old": say_time(ticket.due_at, office),
        "due": say_time(wished_due(ticket, request, office), office),
        "choices": numbered(office, (office.say("clock.choice_consent"), office.say("clock.choice_refuse"))),
    }
    if longer:
        words = office.say(f"category.{request.data['category']}")
        verbs = ("verb.grant_category", "verb.refuse_category")
        values |= {
            "old_category": category_name(ticket, office),
            "category": words,
            "text": brief(ticket.text, office, length=QUOTED),
            "reason": office.say("clock.longer_reason", reason=reason) if reason else "",
        }
    else:
        words = office.say("clock.days_and_reason", days=request.data["days"], reason=reason)
        verbs = ("verb.grant_extension", "verb.refuse_extension")
        values |= {"days": request.data["days"], "reason": reason}
    name = called(ticket, person, office)
    return Outgoing(
        to=ToPerson(person=person.id),
        kind=OutKind.QUESTION,
        text=office.say("clock.longer_question" if longer else "clock.extend_question", **values),
        dedupe_key=f"consent:{ticket.id}:{request.kind}:{request.at.isoformat()}:{person.id}",
        not_before=office.hold(now),
        ticket=ticket.id,
        choices=tuple(f"{name} {office.say(verb)} {words}" for verb in verbs),
    )


def wished_due(ticket: Ticket, request: TicketEvent, office: Office) -> datetime:
    """When the ticket would be due if the request were granted."""
    if request.kind is EventKind.LONGER_ASKED:
        wished = replace(ticket, category=Category(str(request.data["category"])))
    else:
        wished = replace(ticket, extension_days=int(str(request.data["days"])))
    return clocks.dated(wished, office.rules, office.calendar).due_at


def look_again(ticket: Ticket, request: TicketEvent, office: Office) -> Slot:
    """When it is looked for the first time whether anybody has answered."""
    return Slot(at=planned(ticket, request, AGAIN_AFTER, office), job=Job.CONSENT, scope=ticket.id)


def planned(ticket: Ticket, request: TicketEvent, share: float, office: Office) -> datetime:
    """The instant at which a share of the office time between the request and the due time has passed."""
    start = min(request.at, ticket.due_at)
    return working_share(start, ticket.due_at, share, office.calendar, office.rules.office_hours)


def next_above(ticket: Ticket, request: TicketEvent, office: Office, *, now: datetime) -> tuple[Person, ...]:
    """Who is asked when those who should consent are silent: the county desk, if it was not they; empty if so."""
    asked = consenters(ticket, office.org, besides=request.actor, able=office.able(now))
    county = office.org.people_of(office.org.county.id, Role.COUNTY_DESK)
    above = tuple(person for person in county if person not in asked and person.id != request.actor)
    return tuple(filter(office.able(now), above)) or above
