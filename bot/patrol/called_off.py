"""Those who were rung are told when somebody else has taken it, or when there is nothing more to go to (R8)."""

from datetime import datetime

from bot.domain.alarm import alarm_of
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.tickets import EventKind, TicketEvent
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts

_WORDING = {
    EventKind.ALL_CLEAR: "emergency.all_clear",
    EventKind.FALSE_ALARM: "emergency.false_alarm",
    EventKind.WITHDRAWN: "emergency.false_alarm",
    EventKind.CLOSED: "emergency.ended",
}
_ALWAYS_NEWS = frozenset({EventKind.ALL_CLEAR, EventKind.FALSE_ALARM, EventKind.WITHDRAWN})
"""What people on their way must hear although somebody has taken it before."""


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """One line to everybody who was rung, except to whom it comes from; at once, at any hour."""
    del now
    alarm = alarm_of(facts.history)
    if facts.thread is None or alarm is None or not alarm.ends:
        return NOTHING
    event = alarm.ends[-1]
    if event.at != slot.at or (len(alarm.ends) > 1 and event.kind not in _ALWAYS_NEWS):
        return NOTHING
    ticket = facts.thread.ticket
    text = office.say(
        _WORDING.get(event.kind, "emergency.taken"),
        village=office.org.units[ticket.village].name,
        number=ticket.number,
        who=_who(event, office),
        text=event.data.get("text") or "",
    )
    return Outcome(
        sends=tuple(
            Outgoing(
                to=ToPerson(person=person),
                kind=OutKind.EMERGENCY,
                text=text,
                dedupe_key=f"called-off:{ticket.id}:{event.kind}:{event.at.isoformat()}:{person}",
                ticket=ticket.id,
            )
            for person in alarm.rung
            if person != event.actor and person in office.org.people
        )
    )


def _who(event: TicketEvent, office: Office) -> str:
    person = office.org.people.get(event.actor)
    return "" if person is None else person.title
