"""The longest wait for a villager's material is over: the ticket goes on by itself (clock specification 6)."""

from datetime import datetime

from bot.domain import clocks
from bot.domain.lifecycle import BOT
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import matter, say_time
from bot.watching import watch


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Let the clock run on and tell the owner; where the calendar has lengthened the wait, look again at its end."""
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    ends = clocks.pause_ends(ticket, office.rules, office.calendar)
    if ends is None or not ticket.state.is_live:
        return NOTHING
    if ends > now:
        return Outcome(slots=(Slot(at=ends, job=Job.PAUSE, scope=ticket.id),))
    change = clocks.resumed(ticket, at=now, by=BOT, rules=office.rules, calendar=office.calendar)
    after = change.ticket
    held = office.hold(now)
    told = Outgoing(
        to=ToPerson(person=after.owner),
        kind=OutKind.REMINDER,
        text=office.say(
            "clock.pause_over",
            number=after.number,
            matter=matter(after, office),
            due=say_time(after.due_at, office, now=now if held is None else None),
        ),
        dedupe_key=f"pause-over:{after.id}:{slot.at.isoformat()}",
        not_before=held,
        ticket=after.id,
    )
    return Outcome(changes=(change,), sends=(told,), slots=watch(after, office, now=now))
