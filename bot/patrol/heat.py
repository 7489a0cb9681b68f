"""A quarrel in a group is told once, privately, to those who answer for the village; and when it is over (R42, R45).

Nobody is named and no words are repeated. The bot itself says nothing in the group. At night nobody is woken: who has
not heard of it when it is over hears both in one message in the morning (decision 0017).
"""

from collections.abc import Iterable
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
_NIGHT_KEY = f"{KEY}-night"
"""How those begin that tell in the morning of the whole of it."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``signs`` of the last minutes, ``before`` those of the last weeks; ``is_open``: it was told and is not over.

    ``threads`` are the live tickets to which messages of the last minutes belong; none that need care. ``unheard``:
    ids of those whose alert still waits for the morning.
    """

    signs: tuple[Sign, ...]
    before: tuple[Sign, ...] = ()
    is_open: bool = False
    threads: tuple[Thread, ...] = ()
    unheard: frozenset[str] = frozenset()


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """For ``slot.scope``, a group in which a heated word has just fallen."""
    group, rules = office.org.groups.get(slot.scope), office.rules.heat
    if group is None or facts.is_open:
        return NOTHING
    found = burst(facts.signs, now, rules)
    usual = rules.model_copy(update={"normal_days": looks_back_days(office)})
    if found is None or not is_unusual(found, facts.before, now, usual):
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
            key=alert_key(scope, person),
            until=office.hold(now),
        )
        for person in readers(group, now, office)
    )
    return Outcome(sends=sends, slots=(_look(scope, found.last, office),))


def decide_calm(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """For ``slot.scope``, a quarrel that was told: looked at until it is over, and then that is said once.

    ``facts.signs`` are those since it began. Whose alert has waited for the morning until now gets one message about
    the whole of it instead.
    """
    group = office.org.groups.get(group_of(slot.scope))
    if group is None:
        return NOTHING
    heated = [sign for sign in facts.signs if sign.tone in (Tone.ANGRY, Tone.QUARREL)]
    last = max((sign.at for sign in heated), default=None)
    if last is not None and last + timedelta(minutes=office.rules.heat.calm_minutes) > now:
        return Outcome(slots=(_look(slot.scope, last, office),))
    people = readers(group, now, office)
    text = office.say("heat.over", group=group.name)
    sends = [
        _told(person, text, OutKind.NOTICE, key=f"heat-over:{slot.scope}:{person.id}", until=office.hold(now))
        for person in people
        if person.id not in facts.unheard
    ]
    late = [person for person in people if person.id in facts.unheard]
    sends += [_told_in_the_morning(person, group, facts, slot, now, office) for person in late]
    return Outcome(sends=tuple(sends), lapsed=tuple(alert_key(slot.scope, person) for person in late))


def looks_back_days(office: Office) -> int:
    """For how many days a group's normal is known: chat that belongs to no matter is forgotten before long (legal 10).

    A day without its words would count as a quiet one, and a group that always talks like this as quarrelling.
    """
    return min(office.rules.heat.normal_days, office.rules.privacy.chat_days - 1)


def group_of(scope: str) -> str:
    """The group of a quarrel's scope, which is ``<group>|<when it began>``."""
    return quarrel_of(scope)[0]


def quarrel_of(scope: str) -> tuple[str, datetime]:
    """The group of a quarrel's scope and when it began."""
    group, _, began = scope.partition("|")
    return group, datetime.fromisoformat(began)


def alert_key(scope: str, person: Person) -> str:
    """By which the alert of a quarrel to somebody is known."""
    return f"{KEY}:{scope}:{person.id}"


def told_by(sends: Iterable[Outgoing]) -> set[tuple[str, datetime]]:
    """The quarrels, by group and beginning, of which any of these messages told somebody."""
    alerts = (one.dedupe_key.partition(":") for one in sends if one.kind is OutKind.ALERT)
    return {quarrel_of(rest.rpartition(":")[0]) for head, _, rest in alerts if head in (KEY, _NIGHT_KEY)}


def _told_in_the_morning(  # noqa: PLR0917 - whom, where, what and when
    person: Person, group: Group, facts: Facts, slot: Slot, now: datetime, office: Office
) -> Outgoing:
    read_at = office.loud_at(now)
    _, began = quarrel_of(slot.scope)
    heated = [sign for sign in facts.signs if sign.tone is not Tone.JEST and sign.at >= began]
    text = office.say(
        "heat.night",
        group=group.name,
        began=say_time(began, office, now=read_at),
        messages=len(heated),
        speakers=len({sign.sender for sign in heated}),
        about=_about(facts, person, office),
        reply=_reply(facts, person, office),
    )
    return _told(person, text, OutKind.ALERT, key=f"{_NIGHT_KEY}:{slot.scope}:{person.id}", until=office.hold(now))


def readers(group: Group, now: datetime, office: Office) -> tuple[Person, ...]:
    """The village's secretary, the group's duty officer of today, and the leader who is linked to the village (R42)."""
    org = office.org
    duty = office.on_duty(group.village, local(now).date(), group=group.id)
    told = (*org.people_of(group.village, Role.SECRETARY), duty, *org.leaders_of(group.village))
    return tuple(dict.fromkeys(told))


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
