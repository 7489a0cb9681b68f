"""Not solved after all: the original clock, one level up; a second time red (R109, PEERS idea 6)."""

from datetime import datetime

from bot.domain import hops, lifecycle
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import Change, Outcome
from bot.domain.routing import Charge
from bot.domain.tickets import State, Thread, Ticket
from bot.domain.workdays import due_time, local
from bot.handlers.opening import LONG
from bot.handlers.situation import Situation
from bot.handlers.telling import origin
from bot.office import Office
from bot.phrasing import brief, category_name, matter, owner_title, say_time
from bot.watching import watch


def again(thread: Thread, situation: Situation, words: str, *, now: datetime, office: Office) -> Outcome:
    """Reopen it with the villager's words; whoever looks at it reads how many households wait.

    What was closed is looked at one level up, and the old owner knows; what a cadre had only answered in the chat goes
    back to him. At the second no to a result the discipline offices are told, and it stays where it is.
    """
    ticket, others = thread.ticket, len(thread.others)
    change = lifecycle.reopened(ticket, at=now, by=lifecycle.VILLAGER, message=situation.burst.first.id)
    after = change.ticket
    outcome = Outcome(changes=(change,))
    charge = _above(after, office) if ticket.state is State.CLOSED and after.reopenings == 1 else None
    raised = None if charge is None else _raised(after, charge, now=now, office=office)
    if raised is not None:
        outcome += Outcome(changes=(raised,))
        outcome += _told_of_raising(ticket, raised.ticket, situation, words, others=others, now=now, office=office)
        after = raised.ticket
    else:
        outcome += Outcome(sends=(_prompt(after, situation, words, others=others, now=now, office=office),))
    if after.reopenings > 1 and ticket.state is State.CLOSED:
        outcome += _second_no(after, situation, words, now=now, office=office)
    return outcome + Outcome(slots=watch(after, office, now=now))


def _above(ticket: Ticket, office: Office) -> Charge | None:
    return office.routing.one_level_up(office.org, ticket.unit, ticket.village, ticket.category, ticket.topic)


def _raised(ticket: Ticket, charge: Charge, *, now: datetime, office: Office) -> Change | None:
    owner = office.takes(charge.unit.id, ticket, local(now).date())
    if owner is None:
        return None
    hop = due_time(now, office.rules.deadlines.transfer, office.calendar, office.rules.office_hours)
    unit = charge.unit
    return hops.raised(ticket, at=now, unit=unit.id, level=unit.level, owner=owner.id, hop_due_at=hop.at)


def _told_of_raising(
    before: Ticket, after: Ticket, situation: Situation, words: str, *, others: int, now: datetime, office: Office
) -> Outcome:
    """The new owner with all there is to know, the old one, and the villager where the matter came from."""
    said = situation.burst.first.id
    quoted = brief(words, office, length=LONG)
    village = office.org.units[after.village]
    values = {
        "number": after.number,
        "village": village.name,
        "category": category_name(after, office),
        "matter": matter(after, office),
        "words": quoted,
        "owner": owner_title(after, office),
    }
    held = office.hold(now)
    seen_from = now if held is None else None
    asked = office.say(
        "hops.raised_private" if after.private else "hops.raised",
        name=f"{village.name}{after.number}",
        said=say_time(after.said_at, office, now=seen_from),
        text=brief(after.text, office, length=LONG),
        before=_who_closed(before, office),
        answer=brief(before.answer_text, office, length=LONG),
        due=say_time(after.due_at, office, now=seen_from),
        **values,
    )
    asked += _households(others, office)
    sends = [_private(after, after.owner, OutKind.PROMPT, asked, f"raised:{after.id}:{said}", office, now)]
    if before.owner != after.owner and before.owner in office.org.people:
        told = office.say("hops.raised_before", **values)
        sends.append(_private(after, before.owner, OutKind.NOTICE, told, f"raised-from:{after.id}:{said}", office, now))
    villager = Outgoing(
        to=origin(after),
        kind=OutKind.TRANSFER,
        text=office.say("hops.raised_villager", **values),
        dedupe_key=f"raised-told:{after.id}:{said}",
        ticket=after.id,
    )
    return Outcome(sends=(*sends, villager))


def _who_closed(ticket: Ticket, office: Office) -> str:
    person = office.org.people.get(ticket.closed_by or "")
    return owner_title(ticket, office) if person is None else person.title


def _households(others: int, office: Office) -> str:
    """How many more households wait for the result; nothing if nobody joined."""
    return office.say("together.prompt_others", count=others) if others else ""


def _prompt(
    ticket: Ticket, situation: Situation, words: str, *, others: int, now: datetime, office: Office
) -> Outgoing:
    """Tell the owner that it is not solved, with the villager's words."""
    text = office.say(
        "prompt.reopened",
        number=ticket.number,
        matter=matter(ticket, office),
        text=brief(words, office, length=LONG),
        due=say_time(ticket.due_at, office, now=now),
    )
    key = f"reopened:{ticket.id}:{situation.burst.first.id}"
    text += _households(others, office)
    return _private(ticket, ticket.owner, OutKind.PROMPT, text, key, office, now)


def _second_no(ticket: Ticket, situation: Situation, words: str, *, now: datetime, office: Office) -> Outcome:
    """It is red now: one person of the township's discipline office and one of the county's are told, privately."""
    text = office.say(
        "hops.second_no",
        village=office.org.units[ticket.village].name,
        number=ticket.number,
        matter=matter(ticket, office),
        times=ticket.reopenings,
        words=brief(words, office, length=LONG),
        owner=owner_title(ticket, office),
        due=say_time(ticket.due_at, office, now=now),
    )
    key = f"second-no:{ticket.id}:{situation.burst.first.id}"
    people = [person for person in _discipline(ticket, now, office) if person.id != ticket.owner]
    return Outcome(
        sends=tuple(
            _private(ticket, person.id, OutKind.ALERT, text, f"{key}:{person.id}", office, now) for person in people
        )
    )


def _discipline(ticket: Ticket, now: datetime, office: Office) -> tuple[Person, ...]:
    today = local(now).date()
    found = []
    for unit in (office.org.township_of(ticket.village).id, office.org.county.id):
        people = office.org.people_of(unit, Role.INSPECTOR, Role.COUNTY_DESK)
        found += [one for one in people if office.is_available(one, today)][:1] or list(people[:1])
    return tuple(found)


def _private(  # noqa: PLR0917 - what is said to whom, and when
    ticket: Ticket, person: str, kind: OutKind, text: str, key: str, office: Office, now: datetime
) -> Outgoing:
    return Outgoing(
        to=ToPerson(person=person),
        kind=kind,
        text=text,
        dedupe_key=key,
        not_before=office.hold(now),
        ticket=ticket.id,
    )
