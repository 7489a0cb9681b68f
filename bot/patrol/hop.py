"""A level that received a ticket and let its own day pass without a word: counted, and told above it (R2, R18)."""

from datetime import datetime

from bot.domain import clocks
from bot.domain.lateness import consenters, silent_since_hop, waits_for_word
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.tickets import State
from bot.domain.workdays import local, office_end
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import matter, owner_title, say_instead, say_time


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Remind the holder, and tell who inspects that part of the tree, unless the holder has said something."""
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    # What was raised a level because it was not solved stays "reopened" until the new holder speaks.
    waits = waits_for_word(ticket) or (ticket.state is State.REOPENED and ticket.paused_at is None)
    if not waits or ticket.hop_due_at is None or ticket.hop_due_at > slot.at or not silent_since_hop(facts.history):
        return NOTHING
    day = local(slot.at).date()
    if not office.calendar.is_workday(day):  # a holiday that was announced since: its working day is still to come
        at = office_end(office.calendar.next_workday(day), office.rules.office_hours)
        return Outcome(slots=(Slot(at=at, job=Job.HOP, scope=ticket.id),))
    able = office.able(now)
    above = [person.id for person in consenters(ticket, office.org, besides=ticket.owner, able=able)]
    missed = [one for one in consenters(ticket, office.org, besides=ticket.owner) if not able(one)]
    keys = dict.fromkeys(above, "clock.hop_above") | {ticket.owner: "clock.hop_owner"}
    held = office.hold(now)
    seen_from = now if held is None else None
    sends = tuple(
        Outgoing(
            to=ToPerson(person=person),
            kind=OutKind.OVERDUE,
            text=office.say(
                key,
                number=ticket.number,
                village=office.org.units[ticket.village].name,
                matter=matter(ticket, office),
                unit=office.org.units[ticket.unit].name,
                owner=owner_title(ticket, office),
                hop=say_time(ticket.hop_due_at, office, now=seen_from),
                due=say_time(ticket.due_at, office, now=seen_from),
            )
            + say_instead([one for one in missed if person != ticket.owner and one.id not in above], office),
            dedupe_key=f"hop:{ticket.id}:{ticket.hop_due_at.isoformat()}:{person}",
            not_before=held,
            ticket=ticket.id,
        )
        for person, key in sorted(keys.items())
    )
    return Outcome(changes=(clocks.hop_overdue(ticket, at=now),), sends=sends)
