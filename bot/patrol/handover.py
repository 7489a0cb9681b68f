"""The change of shift: the next duty officer is asked to take over; the old one keeps until the word 接 (R28)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import hops
from bot.domain.duty import may_own, overseers
from bot.domain.handover import needs_hands, shift_of
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.tickets import Thread, Ticket
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol.people import on_roster
from bot.phrasing import called, handover_line, numbered, owner_title

USEFUL_FOR = timedelta(hours=12)
"""How late the question may be: past the next morning the new shift is at work already."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The village's tickets."""

    threads: tuple[Thread, ...]


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """On the evening of ``slot.at``, offer the village ``slot.scope``'s tickets to the next local day's duty officer.

    A group that has an officer of its own the next day hands to him. One message to each with the list. Nothing if the
    owner is on duty on that day as well, if the ticket asks for no work before the next change of shift, or if nobody
    on the roster can be asked: then the old one keeps them, and the gap is reported elsewhere. While a shift goes on,
    nobody is asked again about what he was asked when it began.
    """
    if slot.scope not in office.org.units or now - slot.at > USEFUL_FOR:
        return NOTHING
    today = local(slot.at).date()
    passing: dict[str, list[Ticket]] = {}
    for ticket in (thread.ticket for thread in facts.threads if office.goes_with_the_shift(thread.ticket, today)):
        person = _next(ticket, slot, office)
        if person is not None:
            passing.setdefault(person.id, []).append(ticket)
    outcome = NOTHING
    for taker, tickets in passing.items():
        changes = tuple(hops.handover_offered(ticket, at=now, to=taker) for ticket in tickets)
        question = _question("handover.offer", tickets, office.org.people[taker], slot, now, office)
        again = Slot(at=office.next_morning(slot.at), job=Job.HANDOVER_AGAIN, scope=f"{slot.scope}/{taker}")
        outcome += Outcome(changes=changes, sends=(question,), slots=(again,))
    return outcome


def _next(ticket: Ticket, slot: Slot, office: Office) -> Person | None:
    """Who is to take a ticket of the village ``slot.scope`` over for the next local day; None if nobody has to."""
    village, group = slot.scope, ticket.group
    today = local(slot.at).date()
    tomorrow = today + timedelta(days=1)
    coming = [
        person
        for person in on_roster(office, village, tomorrow, group=group)
        if office.is_available(person, tomorrow) and may_own(office.org, person, village)
    ]
    if not coming or ticket.owner in {one.id for one in coming}:
        return None
    person = coming[0]
    shift = shift_of(person.id, village, tomorrow, office.roster, group=group)
    before = [one.id for one in on_roster(office, village, today, group=group)]
    asked = before[:1] == [person.id] and _was_asked(ticket, before, slot)
    return person if needs_hands(ticket, shift, office.calendar) and not asked else None


def _was_asked(ticket: Ticket, on_duty: Sequence[str], slot: Slot) -> bool:
    """Whether whoever has been on duty today was asked about it the evening before: it was there, its owner went."""
    return ticket.owner not in on_duty and ticket.opened_at <= slot.at - timedelta(days=1)


def decide_again(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """No word by the morning: asked once more, and the secretary knows who keeps it. ``slot.scope``: village/person."""
    village, _, person_id = slot.scope.partition("/")
    person = office.org.people.get(person_id)
    if person is None or village not in office.org.units or now - slot.at > USEFUL_FOR:
        return NOTHING
    waiting = [
        thread.ticket
        for thread in facts.threads
        if thread.ticket.state.is_live and thread.ticket.offered_to == person_id != thread.ticket.owner
    ]
    if not waiting:
        return NOTHING
    question = _question("handover.again", waiting, person, slot, now, office)
    told = overseers(office.org, village, but=frozenset({person_id, *(ticket.owner for ticket in waiting)}))
    notes = (
        Outgoing(
            to=ToPerson(person=reader.id),
            kind=OutKind.NOTICE,
            text=office.say(
                "handover.not_taken",
                taker=person.title,
                numbers=_numbers(waiting, reader, office),
                owners=_owners(waiting, office),
            ),
            dedupe_key=f"handover-not-taken:{slot.scope}:{slot.at.isoformat()}:{reader.id}",
            not_before=office.hold(now),
        )
        for reader in told
    )
    return Outcome(sends=(question, *notes))


def _question(  # noqa: PLR0917 - which words, about what, to whom, when
    key: str, tickets: Sequence[Ticket], person: Person, slot: Slot, now: datetime, office: Office
) -> Outgoing:
    held = office.hold(now)
    seen_from = now if held is None else None
    text = office.say(
        key,
        owners=_owners(tickets, office),
        count=len(tickets),
        lines="\n".join(handover_line(ticket, office, reader=person, now=seen_from) for ticket in tickets),
        example=called(tickets[0], person, office),
        choices=numbered(office, (office.say("handover.choice_take"), office.say("handover.choice_leave"))),
    )
    return Outgoing(
        to=ToPerson(person=person.id),
        kind=OutKind.QUESTION,
        text=text,
        dedupe_key=f"{key}:{slot.scope}:{slot.at.isoformat()}:{person.id}",
        not_before=held,
        choices=(office.say("handover.take"), office.say("handover.leave_it")),
    )


def _owners(tickets: Sequence[Ticket], office: Office) -> str:
    return office.say("due.separator").join(dict.fromkeys(owner_title(ticket, office) for ticket in tickets))


def _numbers(tickets: Sequence[Ticket], reader: Person, office: Office) -> str:
    return office.say("due.separator").join(
        office.say("handover.ticket_number", number=called(ticket, reader, office)) for ticket in tickets
    )
