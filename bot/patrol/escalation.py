"""An emergency that nobody has taken goes to the township after ten minutes, after ten more to the county (R8)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.alarming import Ring, duty_room, hint, say_missed, say_numbers, say_people
from bot.domain import lifecycle
from bot.domain.alarm import Alarm, alarm_of
from bot.domain.categories import Level
from bot.domain.messages import Outgoing, OutKind, ToGroup, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.routing import people_in_charge
from bot.domain.tickets import State, Ticket
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import brief, say_time

QUOTED = 200
"""Characters of the villagers' words that are passed on."""

_TOWNSHIP, _COUNTY = Level.TOWNSHIP.name.lower(), Level.COUNTY.name.lower()
_WORDING = {_TOWNSHIP: "emergency.escalated", _COUNTY: "emergency.escalated_county"}


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Ring the duty room of the next level, in quiet hours too, and say in the group who has been called."""
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    if not ticket.state.is_live or not ticket.urgent or _is_taken(ticket, facts):
        return NOTHING
    alarm = alarm_of(facts.history) or Alarm(since=ticket.said_at, rung=(), stages=(), ends=())
    within = timedelta(minutes=office.rules.emergency.escalate_after_minutes)
    stage, ring = _next(ticket, alarm, now, office)
    people = ring.people
    if not people or slot.at < alarm.since + within:  # a new cry is looked after by a slot of its own
        return NOTHING
    outcome = Outcome(
        changes=(
            lifecycle.called(
                ticket,
                at=now,
                people=[one.id for one in people],
                stage=stage,
                missed=[one.id for one in ring.missed],
            ),
        ),
        sends=tuple(_call(person, ticket, stage, ring, slot, now, office) for person in people),
    )
    if stage == _TOWNSHIP:
        outcome += Outcome(slots=(Slot(at=max(slot.at + within, now), job=Job.ESCALATION, scope=ticket.id),))
    if ticket.group is None or ticket.careful:
        return outcome
    return outcome + _tell_group(ticket, ticket.group, people, slot, office)


def _is_taken(ticket: Ticket, facts: TicketFacts) -> bool:
    """Whether somebody sees to it or it is over, since the last cry."""
    alarm = alarm_of(facts.history)
    if alarm is not None:
        return bool(alarm.ends)
    return ticket.first_cadre_reply is not None or ticket.state is State.IN_PROGRESS


def _next(ticket: Ticket, alarm: Alarm, now: datetime, office: Office) -> tuple[str, Ring]:
    """The next level that has anybody there who was not rung yet, and those people: its duty room, else its others.

    If nobody is there on any level, those who should be are rung all the same: somebody may look.
    """
    today = local(now).date()
    places = ((_TOWNSHIP, office.org.township_of(ticket.village).id), (_COUNTY, office.org.county.id))
    missed: list[Person] = []
    last: tuple[str, Ring] = (_COUNTY, Ring(people=()))
    for stage, unit in places:
        if stage in alarm.stages:
            continue
        room = [person for person in duty_room(unit, office) if person.id not in alarm.rung]
        others = [one for one in people_in_charge(office.org, unit) if one.id not in alarm.rung and one not in room]
        missed += [person for person in room if not office.is_available(person, today)]
        for people in (room, others):
            there = tuple(person for person in people if office.is_available(person, today))
            if there:
                return stage, Ring(people=there, missed=tuple(missed))
        if room and not last[1].people:
            last = (stage, Ring(people=tuple(room)))
    return last


def _call(  # noqa: PLR0917 - whom, about what, in whose stead
    person: Person, ticket: Ticket, stage: str, ring: Ring, slot: Slot, now: datetime, office: Office
) -> Outgoing:
    text = office.say(
        _WORDING[stage],
        number=ticket.number,
        village=office.org.units[ticket.village].name,
        township=office.org.township_of(ticket.village).name,
        text=brief(ticket.text, office, length=QUOTED),
        said=say_time(ticket.said_at, office, now=now),
        minutes=office.rules.emergency.escalate_after_minutes,
    )
    return Outgoing(
        to=ToPerson(person=person.id),
        kind=OutKind.EMERGENCY,
        text=text + hint(ticket, office) + say_missed(ring.missed, office),
        dedupe_key=f"escalation:{ticket.id}:{local(slot.at).isoformat()}:{person.id}",
        ticket=ticket.id,
    )


def _tell_group(ticket: Ticket, group: str, people: Sequence[Person], slot: Slot, office: Office) -> Outcome:
    text = office.say(
        "emergency.group_escalated",
        people=say_people(people, office),
        numbers=say_numbers(ticket.text, office),
    )
    key = f"escalation:{ticket.id}:{local(slot.at).isoformat()}"
    line = Outgoing(to=ToGroup(group=group), kind=OutKind.EMERGENCY, text=text, dedupe_key=key, ticket=ticket.id)
    return Outcome(sends=(line,))
