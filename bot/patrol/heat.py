"""A quarrel in a group is told once, privately, to those who answer for the village; and when it is over (R42, R45).

Nobody is named and no words are repeated. The bot itself says nothing in the group.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.heat import Sign, Tone, burst, is_unusual
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Group, Person, Role
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.tickets import Thread
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import called, matter, say_time, state_name

MOST_TICKETS = 3
KEY = "heat"
"""How the dedupe keys of alerts begin: heat:<group>|<began>:<person>."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``signs`` of the last minutes, ``before`` those of the last weeks; ``is_open``: it was told and is not over.

    ``threads`` are the live tickets to which messages of the last minutes belong; none that need care.
    """

    signs: tuple[Sign, ...]
    before: tuple[Sign, ...] = ()
    is_open: bool = False
    threads: tuple[Thread, ...] = ()


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """For ``slot.scope``, a group in which a heated word has just fallen."""
    group, rules = office.org.groups.get(slot.scope), office.rules.heat
    if group is None or facts.is_open:
        return NOTHING
    found = burst(facts.signs, now, rules)
    if found is None or not is_unusual(found, facts.before, now, rules):
        return NOTHING
    scope = f"{group.id}|{found.began.isoformat()}"
    words = {
        "group": group.name,
        "began": say_time(found.began, office, now=now),
        "messages": found.messages,
        "speakers": found.speakers,
    }
    sends = tuple(
        _told(
            person,
            office.say("heat.alert", about=_about(facts, person, office), reply=_reply(facts, person, office), **words),
            OutKind.ALERT,
            key=f"{KEY}:{scope}:{person.id}",
            until=office.hold(now),
        )
        for person in readers(group, now, office)
    )
    return Outcome(sends=sends, slots=(_look(scope, found.last, office),))


def decide_calm(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """For ``slot.scope``, a quarrel that was told: looked at until it is over, and then that is said once."""
    group_id, _, _ = slot.scope.partition("|")
    group = office.org.groups.get(group_id)
    if group is None:
        return NOTHING
    heated = [sign.at for sign in facts.signs if sign.tone in (Tone.ANGRY, Tone.QUARREL)]
    last = max(heated, default=None)
    if last is not None and last + timedelta(minutes=office.rules.heat.calm_minutes) > now:
        return Outcome(slots=(_look(slot.scope, last, office),))
    text = office.say("heat.over", group=group.name)
    return Outcome(
        sends=tuple(
            _told(person, text, OutKind.NOTICE, key=f"heat-over:{slot.scope}:{person.id}", until=office.hold(now))
            for person in readers(group, now, office)
        )
    )


def readers(group: Group, now: datetime, office: Office) -> tuple[Person, ...]:
    """The village's secretary, today's duty officer, and the one leader who is linked to the village (R42).

    A leader is linked who is listed with the village; or the township's only one. Where several are listed with the
    township nobody knows whose village it is, and none of them is told.
    """
    org = office.org
    leaders = org.people_of(group.village, Role.LINKED_LEADER)
    above = org.people_of(org.township_of(group.village).id, Role.LINKED_LEADER)
    linked = leaders or (above if len(above) == 1 else ())
    duty = office.on_duty(group.village, local(now).date())
    return tuple(dict.fromkeys((*org.people_of(group.village, Role.SECRETARY), duty, *linked)))


def _about(facts: Facts, reader: Person, office: Office) -> str:
    if not facts.threads:
        return office.say("heat.about_nothing")
    lines = [
        office.say(
            "heat.about_line",
            name=called(thread.ticket, reader, office),
            matter=matter(thread.ticket, office),
            state=state_name(thread.ticket, office),
            due=say_time(thread.ticket.due_at, office),
        )
        for thread in facts.threads[:MOST_TICKETS]
    ]
    return office.say("heat.about", lines="\n".join(lines))


def _reply(facts: Facts, reader: Person, office: Office) -> str:
    """A draft for a person to edit: only what the ticket says, no promise that nobody has made."""
    if not facts.threads:
        return office.say("heat.reply_open", who=reader.title)
    ticket = facts.threads[0].ticket
    return office.say(
        "heat.reply",
        matter=matter(ticket, office),
        number=ticket.number,
        state=state_name(ticket, office),
        due=say_time(ticket.due_at, office),
        who=reader.title,
    )


def _look(scope: str, last: datetime, office: Office) -> Slot:
    return Slot(at=last + timedelta(minutes=office.rules.heat.calm_minutes), job=Job.HEAT_CALM, scope=scope)


def _told(person: Person, text: str, kind: OutKind, *, key: str, until: datetime | None) -> Outgoing:
    return Outgoing(to=ToPerson(person=person.id), kind=kind, text=text, dedupe_key=key, not_before=until)
