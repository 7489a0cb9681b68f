"""Supervision orders: drafted by the bot, issued by a person of the discipline office (R17)."""

from dataclasses import replace
from datetime import datetime

from bot.domain import hops
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Role, Unit
from bot.domain.outcome import Outcome
from bot.domain.routing import above
from bot.domain.supervision import Order, orders
from bot.domain.tickets import Thread, Ticket
from bot.domain.workdays import due_time, local
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.naming import named
from bot.handlers.telling import to_villager
from bot.office import Office
from bot.papering import PaperWish, Wanted
from bot.phrasing import matter, say_time
from bot.supervising import issuer, order_for, paper, why
from bot.watching import watch

_ISSUERS = frozenset({Role.INSPECTOR, Role.COUNTY_DESK})


def supervise(desk: Desk, thread: Thread, words: str) -> Outcome:
    """Issue the order: lead and co-units get it, the lead has the ticket from now on, the villager hears of it."""
    ticket, office = thread.ticket, desk.office
    name = desk.name_of(ticket)
    if not desk.speaker.roles & _ISSUERS:
        return desk.tell("hops.supervision_not_yours", number=name)
    units = [office.org.units[ticket.village], *above(office.org, ticket.village)]
    meant = named(words, units, office.org)
    if len(meant.units) > 1:
        options = [
            (unit.name, f"{name} {office.say('verb.supervise')} {unit.name} {meant.rest}".strip())
            for unit in meant.units
        ]
        return desk.ask("hops.supervise_whom", options, number=name)
    chosen = meant.units[0] if meant.units else None
    if ticket.supervised_at is not None and (chosen is None or chosen.id == ticket.unit):
        said = say_time(ticket.supervised_at, office, now=desk.now)
        return desk.tell("hops.already_supervised", number=name, said=said, unit=office.org.units[ticket.unit].name)
    reason = meant.rest or why(ticket, office)
    if not reason:
        return desk.tell("hops.supervise_without_words", number=name)
    drawn = order_for(ticket, now=desk.now, office=office, lead="" if chosen is None else chosen.id)
    return _issue(desk, ticket, drawn, reason)


def drop(desk: Desk, thread: Thread, _words: str) -> Outcome:
    """The person decides that no order is called for; the bot does not bring the same cause up again."""
    if not desk.speaker.roles & _ISSUERS:
        return desk.tell("hops.supervision_not_yours", number=desk.name_of(thread.ticket))
    return desk.tell("hops.supervision_dropped", number=desk.name_of(thread.ticket))


def is_bound(desk: Desk, ticket: Ticket) -> bool:
    """Whether an order holds the ticket with its lead unit: only the discipline office moves it on then (R17)."""
    return ticket.supervised_at is not None and not desk.speaker.roles & _ISSUERS


def ask_issuer(desk: Desk, ticket: Ticket, unit: Unit, reason: str) -> Outcome:
    """The lead unit wants to be rid of it: the discipline officer is asked, with one tap to name another lead."""
    office = desk.office
    reader = issuer(ticket, order_for(ticket, now=desk.now, office=office), now=desk.now, office=office)
    if reader is None:
        return desk.tell("officer.nowhere_to_transfer", number=desk.name_of(ticket))
    name = f"{office.org.units[ticket.village].name}{ticket.number}"
    text = office.say(
        "hops.other_lead_wanted",
        name=name,
        matter=matter(ticket, office),
        speaker=desk.speaker.title,
        unit=unit.name,
        reason=reason,
    )
    wanted = office.say("hops.choice_issue", name=name, lead=unit.name, reason=reason)
    question = _private(desk, ticket, reader.id, OutKind.QUESTION, text)
    return Outcome(sends=(replace(question, choices=(wanted,)),)) + desk.tell(
        "hops.bound", number=desk.name_of(ticket), issuer=reader.title
    )


def hop_end(now: datetime, office: Office) -> datetime:
    """Until when the unit that gets it now must have said a word: one working day (R2)."""
    return due_time(now, office.rules.deadlines.transfer, office.calendar, office.rules.office_hours).at


def _issue(desk: Desk, ticket: Ticket, drawn: Order, reason: str) -> Outcome:
    office = desk.office
    lead = office.org.units[drawn.lead]
    before = len(orders(desk.situation.histories.get(ticket.id, ())))
    order = paper(ticket, drawn, reason, before=before, now=desk.now, office=office)
    change = hops.supervised(
        ticket,
        at=desk.now,
        by=desk.speaker.id,
        order=drawn,
        serial=order.serial,
        days=office.calendar.workdays_between(desk.now, drawn.limit),
        reason=reason,
    )
    outcome = Outcome(changes=(change,))
    after = change.ticket
    if drawn.lead != ticket.unit:
        owner = office.takes(drawn.lead, ticket, local(desk.now).date())
        if owner is None:
            return desk.tell("officer.nowhere_to_transfer", number=desk.name_of(ticket))
        moved = hops.transferred(
            after,
            at=desk.now,
            by=desk.speaker.id,
            unit=lead.id,
            level=lead.level,
            owner=owner.id,
            hop_due_at=hop_end(desk.now, office),
            summary=reason,
        )
        after = moved.ticket
        outcome += Outcome(changes=(moved,), slots=watch(after, office, now=desk.now))
    outcome += _send_out(desk, after, drawn, order.text, before=before)
    outcome += to_villager(
        desk,
        after,
        OutKind.TRANSFER,
        "hops.supervised",
        f"supervised:{ticket.id}:{desk.situation.burst.first.id}",
        office.org.units[desk.speaker.unit].name,
    )
    return outcome + desk.tell("hops.issued", number=desk.name_of(ticket), serial=order.serial, lead=lead.name)


def _send_out(desk: Desk, ticket: Ticket, drawn: Order, order: str, *, before: int) -> Outcome:
    """The order to whoever leads, with how to answer, and to one person of every unit that helps; each in private.

    The paper follows as a file, to the issuer as well.
    """
    office = desk.office
    leader = office.org.people[ticket.owner]
    leads = office.say("hops.order_to_lead", order=order, name=_name_for(office.org.units[leader.unit], ticket, desk))
    sends = [_private(desk, ticket, leader.id, OutKind.PROMPT, leads)]
    told = dict.fromkeys((desk.speaker.id, leader.id))
    for unit in drawn.others:
        person = office.takes(unit, ticket, local(desk.now).date())
        if person is None or person.id in told:
            continue
        told[person.id] = None
        sends.append(_private(desk, ticket, person.id, OutKind.NOTICE, office.say("hops.order_to_other", order=order)))
    wish = PaperWish(wanted=Wanted.ORDER, about=ticket.id, step=before + 1, readers=tuple(told))
    return Outcome(sends=tuple(sends), slots=(wish.slot(desk.now),))


def _name_for(unit: Unit, ticket: Ticket, desk: Desk) -> str:
    """How the reader calls the ticket: officers of the village by number alone."""
    village = desk.office.org.units[ticket.village]
    return str(ticket.number) if unit.id == village.id else f"{village.name}{ticket.number}"


def _private(desk: Desk, ticket: Ticket, person: str, kind: OutKind, text: str) -> Outgoing:
    return Outgoing(
        to=ToPerson(person=person),
        kind=kind,
        text=text,
        dedupe_key=f"order:{ticket.id}:{desk.situation.burst.first.id}:{person}",
        not_before=desk.office.hold(desk.now),
        ticket=ticket.id,
    )
