"""Handing over at a change of shift: the next officer says 接; until then the old one keeps it (PEERS idea 8)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.domain import hops
from bot.domain.handover import next_shift
from bot.domain.lifecycle import may
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.tickets import EventKind, Thread, Ticket
from bot.domain.workdays import local
from bot.handlers.grammar import Command
from bot.handlers.officer import emergency
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.shift_words import Said, Shift
from bot.office import Office
from bot.phrasing import handover_line, numbered, owner_title, say_day, state_name

LOOK_AHEAD_DAYS = 7
"""How far ahead the next shift is looked for."""


def decide(desk: Desk, said: Said) -> Outcome | None:
    """交接, 接 and 不接; None for an 接 that answers something else."""
    if said.what is Shift.HANDOVER:
        if said.numbers:
            return _pass_on(desk, said)
        quoted = desk.situation.quoted_thread
        return _show(desk) if quoted is None else _offer(desk, quoted, said.words)
    if said.what is Shift.LEAVE_IT:
        return _leave(desk)
    return _take(desk, said)


# Taking over


def _take(desk: Desk, said: Said) -> Outcome | None:
    offered = _offered(desk)
    if said.numbers:
        chosen: list[Thread] = []
        for number in said.numbers:
            found = desk.numbered(Command(verb=None, number=number, village=said.village))
            if isinstance(found, Outcome):
                return found
            if found not in offered:
                return _not_offered(desk, found)
            chosen.append(found)
        return _taken(desk, chosen)
    quoted = desk.situation.quoted_thread
    if quoted is not None:
        same = [thread for thread in offered if thread.ticket.id == quoted.ticket.id]
        return _taken(desk, same) if same else None
    if not offered or _was_called_since(desk):
        return None
    return _taken(desk, offered)


def _was_called_since(desk: Desk) -> bool:
    """Whether an emergency for which the officer was called is newer than the offer: 接 is about that (R8)."""
    thread = emergency.rung(desk)
    if thread is None:
        return False
    call = desk.situation.last_sent(OutKind.EMERGENCY)
    take = desk.office.say("handover.take")
    offer = next((sent for sent in reversed(desk.situation.asked) if take in sent.outgoing.choices), None)
    return call is not None and (offer is None or call.created_at > offer.created_at)


def _not_offered(desk: Desk, thread: Thread) -> Outcome | None:
    rung = emergency.rung(desk)
    if rung is not None and rung.ticket.id == thread.ticket.id:
        return None
    mine = thread.ticket.owner == desk.speaker.id
    key = "handover.yours_already" if mine else "handover.nothing_offered"
    return desk.tell(key, number=desk.name_of(thread.ticket))


def _taken(desk: Desk, threads: Sequence[Thread]) -> Outcome:
    """From now on they are the speaker's; those who held them are told in one line each."""
    office = desk.office
    outcome = desk.tell("handover.taken", numbers=_numbers(desk, threads))
    for owner in dict.fromkeys(thread.ticket.owner for thread in threads):
        theirs = [thread for thread in threads if thread.ticket.owner == owner]
        text = office.say("handover.passed_on", taker=desk.speaker.name, numbers=_numbers(desk, theirs))
        outcome += _note(desk, owner, "taken", text)
    changes = tuple(hops.handed_over(thread.ticket, at=desk.now, to=desk.speaker.id) for thread in threads)
    return outcome + Outcome(changes=changes)


def _leave(desk: Desk) -> Outcome | None:
    """The next officer cannot: the offer goes back to the one who holds it."""
    offered = _offered(desk)
    if not offered:
        return None
    owners = _owners(desk.office, [thread.ticket for thread in offered])
    outcome = desk.tell("handover.left", numbers=_numbers(desk, offered), owners=owners)
    for owner in dict.fromkeys(thread.ticket.owner for thread in offered):
        theirs = [thread for thread in offered if thread.ticket.owner == owner]
        text = desk.office.say("handover.left_told", taker=desk.speaker.name, numbers=_numbers(desk, theirs))
        outcome += _note(desk, owner, "left", text)
    changes = tuple(
        hops.handover_offered(thread.ticket, at=desk.now, to=thread.ticket.owner, by=desk.speaker.id)
        for thread in offered
    )
    return outcome + Outcome(changes=changes)


def _offered(desk: Desk) -> list[Thread]:
    """What waits for the speaker's 接."""
    return [
        thread
        for thread in desk.situation.threads
        if thread.ticket.offered_to == desk.speaker.id != thread.ticket.owner and thread.ticket.state.is_live
    ]


# Handing over


def _show(desk: Desk) -> Outcome:
    """What waits for the speaker; otherwise what would be handed over, and to whom."""
    office, today = desk.office, local(desk.now).date()
    if offered := [thread.ticket for thread in _offered(desk)]:
        return desk.ask(
            "handover.offered_to_you",
            list(zip(_labels(office), _answers(office), strict=True)),
            count=len(offered),
            lines=_lines(desk, offered),
            example=desk.name_of(offered[0]),
        )
    mine = [thread.ticket for thread in desk.live() if office.goes_with_the_shift(thread.ticket, today)]
    if not mine:
        return desk.tell("handover.nothing_to_pass")
    words = {"count": len(mine), "lines": _lines(desk, mine), "example": desk.name_of(mine[0])}
    following = next_shift(office.org, office.roster, mine[0], _ahead(desk))
    if following is None:
        return desk.tell("handover.would_pass_nobody", **words)
    day, person = following
    next_ = office.org.people[person].title
    return desk.tell("handover.would_pass", day=say_day(day, office, today=today), next=next_, **words)


def _pass_on(desk: Desk, said: Said) -> Outcome:
    """Offer one or several; what cannot be offered is said instead, and then nothing is."""
    outcome, threads = Outcome(), []
    for number in said.numbers:
        found = desk.numbered(Command(verb=None, number=number, village=said.village))
        if isinstance(found, Outcome):
            return found
        step = _offer(desk, found, said.words)
        if not step.changes:
            return step
        threads.append(found)
        outcome += step
    if len(threads) == 1:
        return outcome
    asked = tuple(send for send in outcome.sends if send.ticket is not None)
    people = dict.fromkeys(change.ticket.offered_to or "" for change in outcome.changes)
    names = desk.office.say("due.separator").join(desk.office.org.people[person].title for person in people)
    numbers = desk.office.say("due.separator").join(desk.name_of(thread.ticket) for thread in threads)
    return replace(outcome, sends=asked) + desk.tell("handover.offered", name=names, number=numbers)


def _offer(desk: Desk, thread: Thread, words: str) -> Outcome:
    """Offer a ticket on the owner's own wish, one well in hand too: to the named one, else to the next shift."""
    ticket, office = thread.ticket, desk.office
    number = desk.name_of(ticket)
    secretary = Role.SECRETARY in desk.speaker.roles and desk.speaker.unit == ticket.unit
    if ticket.owner != desk.speaker.id and not secretary:
        return desk.tell("officer.not_yours", number=number)
    if not may(ticket, EventKind.HANDOVER_OFFERED):
        return desk.tell("officer.not_possible", number=number, state=state_name(ticket, office))
    unit = office.org.units[ticket.unit].name
    colleagues = [person for person in office.org.people_of(ticket.unit) if person.id != ticket.owner]
    if not colleagues:
        return desk.tell("handover.to_nobody", number=number, unit=unit)
    named = [person for person in colleagues if person.name in words]
    named = [person for person in named if person.title in words] or named
    if words and not named:
        return desk.tell("handover.not_colleague", number=number, name=words, unit=unit)
    following = None if words else next_shift(office.org, office.roster, ticket, _ahead(desk))
    to = named if words else [] if following is None else [office.org.people[following[1]]]
    if len(to) != 1:
        options = [
            (person.title, office.say("handover.again_to", number=number, title=person.title))
            for person in (named or colleagues)
        ]
        return desk.ask("handover.to_whom", options, number=number)
    if office.roster.is_away(to[0].id, local(desk.now).date()):
        return desk.tell("handover.not_here", name=to[0].name)
    return _offered_to(desk, ticket, to[0])


def _offered_to(desk: Desk, ticket: Ticket, to: Person) -> Outcome:
    office = desk.office
    change = hops.handover_offered(ticket, at=desk.now, to=to.id, by=desk.speaker.id)
    question = Outgoing(
        to=ToPerson(person=to.id),
        kind=OutKind.QUESTION,
        text=office.say(
            "handover.offer_one",
            name=owner_title(ticket, office),
            number=desk.name_of(ticket),
            lines=handover_line(ticket, office, reader=to, now=desk.now),
            choices=numbered(office, _labels(office)),
        ),
        dedupe_key=f"handover:{ticket.id}:{to.id}:{_message(desk)}",
        not_before=office.hold(desk.now),
        ticket=ticket.id,
        choices=(office.say("handover.take_one", number=desk.name_of(ticket)), office.say("handover.leave_it")),
    )
    again = Slot(at=office.next_morning(desk.now), job=Job.HANDOVER_AGAIN, scope=f"{ticket.village}/{to.id}")
    told = desk.tell("handover.offered", name=to.title, number=desk.name_of(ticket))
    return told + Outcome(changes=(change,), sends=(question,), slots=(again,))


# Words


def _answers(office: Office) -> tuple[str, str]:
    """What 1 and 2 under an offer stand for."""
    return office.say("handover.take"), office.say("handover.leave_it")


def _labels(office: Office) -> tuple[str, str]:
    """How they are shown."""
    return office.say("handover.choice_take"), office.say("handover.choice_leave")


def _lines(desk: Desk, tickets: Sequence[Ticket]) -> str:
    return "\n".join(handover_line(ticket, desk.office, reader=desk.speaker, now=desk.now) for ticket in tickets)


def _numbers(desk: Desk, threads: Sequence[Thread]) -> str:
    office = desk.office
    return office.say("due.separator").join(
        office.say("handover.ticket_number", number=desk.name_of(thread.ticket)) for thread in threads
    )


def _owners(office: Office, tickets: Sequence[Ticket]) -> str:
    return office.say("due.separator").join(dict.fromkeys(owner_title(ticket, office) for ticket in tickets))


def _ahead(desk: Desk) -> list[date]:
    today = local(desk.now).date()
    return [today + timedelta(days=step) for step in range(LOOK_AHEAD_DAYS + 1)]


def _message(desk: Desk) -> str:
    first = desk.situation.burst.first
    return f"{first.platform}/{first.id}"


def _note(desk: Desk, person: str, key: str, text: str) -> Outcome:
    note = Outgoing(
        to=ToPerson(person=person),
        kind=OutKind.NOTICE,
        text=text,
        dedupe_key=f"{key}:{_message(desk)}:{person}",
        not_before=desk.office.hold(desk.now),
    )
    return Outcome(sends=(note,))
