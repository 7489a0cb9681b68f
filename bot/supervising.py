"""Drafts of supervision orders: whenever a ticket has moved, somebody looks whether one is called for (R17)."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import Outcome
from bot.domain.supervision import Cause, Order, causes, count_of, order
from bot.domain.tickets import Ticket
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import matter, say_time


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A supervision order in words: its number, and the whole text."""

    serial: str
    text: str


def with_drafts(outcome: Outcome, *, now: datetime, office: Office) -> Outcome:
    """The outcome with a draft for every ticket in it that has come to need an order.

    A draft that was sent once is never sent again for the same cause: its key is known.
    """
    latest = {change.ticket.id: change.ticket for change in outcome.changes}
    drafts = (
        _draft(ticket, cause, now=now, office=office)
        for ticket in latest.values()
        for cause in causes(ticket, office.rules)[:1]
    )
    return outcome + Outcome(sends=tuple(draft for draft in drafts if draft is not None))


def order_for(ticket: Ticket, *, now: datetime, office: Office, lead: str = "") -> Order:
    """What an order for this ticket says; ``lead`` is the id of the lead unit if a person chose one."""
    charges = office.routing.in_charge(office.org, ticket.village, ticket.category, ticket.topic)
    return order(
        ticket,
        [charge.unit.id for charge in charges],
        now=now,
        rules=office.rules,
        calendar=office.calendar,
        lead=lead,
    )


def paper(ticket: Ticket, drawn: Order, reason: str, *, before: int = 0, now: datetime, office: Office) -> Paper:
    """The order as it is read by whoever issues it and whoever gets it (documents 3.3).

    Its number is the ticket's, of whose village and year there is only one; after ``before`` orders it says which one.
    """
    names = office.org.units
    serial = office.say(
        "hops.serial_again" if before else "hops.serial",
        year=ticket.year,
        village=names[ticket.village].name,
        number=ticket.number,
        times=before + 1,
    )
    lead = office.takes(drawn.lead, ticket, local(now).date())
    separator = office.say("due.separator")
    text = office.say(
        "hops.order",
        serial=serial,
        grade=office.say(f"hops.grade_{drawn.grade}"),
        village=names[ticket.village].name,
        number=ticket.number,
        category=office.say(f"category.{ticket.category}"),
        said=say_time(ticket.said_at, office),
        matter=matter(ticket, office),
        lead=names[drawn.lead].name,
        owner="" if lead is None else lead.title,
        others=separator.join(names[unit].name for unit in drawn.others) or office.say("hops.nobody_else"),
        limit=say_time(drawn.limit, office),
        reason=reason,
    )
    return Paper(serial=serial, text=text)


def why(ticket: Ticket, office: Office) -> str:
    """What speaks for an order, in words; empty if nothing does."""
    found = causes(ticket, office.rules)
    return office.say("due.separator").join(
        office.say(f"hops.cause_{cause}", count=count_of(ticket, cause)) for cause in found
    )


def issuer(ticket: Ticket, drawn: Order, *, now: datetime, office: Office) -> Person | None:
    """Who decides on an order: the township's discipline officer; the county's where the township itself is meant.

    None for a county without either.
    """
    org, today = office.org, local(now).date()
    township = org.township_of(ticket.village).id
    line = (
        *(() if township in (ticket.unit, drawn.lead) else org.people_of(township, Role.INSPECTOR)),
        *org.people_of(org.county.id, Role.INSPECTOR, Role.COUNTY_DESK),
        *org.people_of(township, Role.INSPECTOR),
    )
    return next((person for person in line if office.is_available(person, today)), next(iter(line), None))


def _draft(ticket: Ticket, cause: Cause, *, now: datetime, office: Office) -> Outgoing | None:
    drawn = order_for(ticket, now=now, office=office)
    reader = issuer(ticket, drawn, now=now, office=office)
    if reader is None:
        return None
    reason = why(ticket, office)
    name = f"{office.org.units[ticket.village].name}{ticket.number}"
    lead = office.org.units[drawn.lead].name
    text = office.say(
        "hops.draft",
        order=paper(ticket, drawn, reason, now=now, office=office).text,
        name=name,
    )
    return Outgoing(
        to=ToPerson(person=reader.id),
        kind=OutKind.QUESTION,
        text=text,
        dedupe_key=f"supervision:{ticket.id}:{cause}",
        not_before=office.hold(now),
        ticket=ticket.id,
        choices=(
            office.say("hops.choice_issue", name=name, lead=lead, reason=reason),
            office.say("hops.choice_drop", name=name),
        ),
    )
