"""A ticket that waits for the villager's material: once, for a few working days, and seen by everybody (R7).

Clock specification 6. The wait ends by the officer's word or by itself (``patrol/pause``).
"""

from datetime import datetime

from bot.domain import clocks
from bot.domain.messages import Outgoing, OutKind, ToAccount, ToPerson
from bot.domain.outcome import Outcome
from bot.domain.tickets import Link, Relation, Thread, Ticket
from bot.domain.workdays import due_time, local
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer.desk import Desk
from bot.handlers.opening import LONG, link
from bot.handlers.situation import Situation
from bot.handlers.telling import origin, to_villager
from bot.office import Office
from bot.phrasing import brief, called, matter, owner_title, say_time
from bot.watching import watch


def wait(desk: Desk, thread: Thread, words: str) -> Outcome:
    """等材料: the clock stands still, and the villager is told what is missing and until when."""
    ticket, office = thread.ticket, desk.office
    name, due = desk.name_of(ticket), say_time(ticket.due_at, office, now=desk.now)
    ends = clocks.pause_ends(ticket, office.rules, office.calendar)
    if ends is not None:
        return desk.tell("clock.pause_already", number=name, until=say_time(ends, office, now=desk.now))
    if ticket.pauses:
        return desk.tell("clock.pause_twice", number=name)
    if desk.now >= ticket.due_at:
        return desk.tell("clock.pause_late", number=name, due=due)
    what = words.strip(PUNCTUATION)
    if not what:
        return desk.tell("clock.pause_without_words", number=name)
    change = clocks.paused(ticket, at=desk.now, by=desk.speaker.id, reason=what)
    rules = office.rules
    until = due_time(desk.now, rules.pause.most_days, office.calendar, rules.office_hours).at
    shown = say_time(until, office, now=desk.now)
    told = Outgoing(
        to=origin(ticket),
        kind=OutKind.NOTICE,
        text=office.say(
            "clock.paused_villager",
            number=ticket.number,
            matter=matter(ticket, office),
            text=what,
            until=shown,
            owner=owner_title(ticket, office),
        ),
        dedupe_key=f"paused:{ticket.id}",
        ticket=ticket.id,
    )
    slots = watch(change.ticket, office, now=desk.now)
    return desk.tell("clock.paused", number=name, until=shown) + Outcome(changes=(change,), sends=(told,), slots=slots)


def go_on(desk: Desk, thread: Thread, _words: str) -> Outcome:
    """材料到了: the working days waited are added, and the clock runs on."""
    ticket, office = thread.ticket, desk.office
    name = desk.name_of(ticket)
    if ticket.paused_at is None:
        due = say_time(ticket.due_at, office, now=desk.now)
        return desk.tell("clock.not_waiting", number=name, due=due)
    change = clocks.resumed(ticket, at=desk.now, by=desk.speaker.id, rules=office.rules, calendar=office.calendar)
    after = change.ticket
    outcome = Outcome(changes=(change,), slots=watch(after, office, now=desk.now))
    if after.due_at > desk.now:  # a time that has passed is not promised
        outcome += to_villager(desk, after, OutKind.NOTICE, "clock.resumed_villager", f"resumed:{ticket.id}", "")
    due = say_time(after.due_at, office, now=desk.now)
    return outcome + desk.tell("clock.resumed", number=name, days=after.paused_days, due=due)


def material_seen(situation: Situation, decided: Outcome, *, now: datetime, office: Office) -> Outcome:
    """What a villager's word or picture means for a ticket of theirs that waits: the officer is asked, once a day.

    ``decided`` is what the words became otherwise, and is part of the result. A picture, or private words of material,
    from which nothing else follows is taken for the one matter of this sender that waits; what was said to the bot
    alone is then not passed on.
    """
    waiting = tuple(
        thread
        for thread in situation.threads
        if thread.ticket.paused_at is not None and thread.ticket.state.is_live and thread.involves(situation.sender)
    )
    if not waiting or decided.clues or decided.cases:
        return decided
    linked = {one.ticket for one in decided.links}
    named = [thread.ticket for thread in waiting if thread.ticket.id in linked]
    if named:
        words = situation.burst.text.strip()
        quotable = bool(words) and (not situation.private or named[0].private)
        said = words if quotable else ""
        return decided + Outcome(sends=tuple(_ask(ticket, situation, said, now, office) for ticket in named))
    if decided.changes or decided.links or len(waiting) != 1 or not _is_material(situation, waiting[0].ticket, office):
        return decided
    return _brought(waiting[0].ticket, situation, now=now, office=office)


def _is_material(situation: Situation, ticket: Ticket, office: Office) -> bool:
    """Whether this may be what is waited for: a picture where the matter was raised or in private, or words of it."""
    group = None if situation.group is None else situation.group.id
    if _shows(situation):
        return situation.private or group == ticket.group
    spoken = situation.burst.text
    return situation.private and any(word in spoken for word in office.say("clock.words_material").split())


def _shows(situation: Situation) -> bool:
    return any(piece.shows for piece in situation.burst.pieces)


def _brought(ticket: Ticket, situation: Situation, *, now: datetime, office: Office) -> Outcome:
    links: tuple[Link, ...] = tuple(link(ticket, piece, Relation.PIECE) for piece in situation.burst.pieces)
    outcome = Outcome(links=links, sends=(_ask(ticket, situation, "", now, office),))
    if not situation.private:
        return outcome
    received = Outgoing(
        to=ToAccount(platform=situation.burst.first.platform, account=situation.sender),
        kind=OutKind.RECEIPT,
        text=office.say(
            "clock.material_received_picture" if _shows(situation) else "clock.material_received",
            number=ticket.number,
            owner=owner_title(ticket, office),
        ),
        dedupe_key=f"material-received:{ticket.id}:{situation.burst.first.id}",
        ticket=ticket.id,
    )
    return outcome + Outcome(sends=(received,))


def _ask(ticket: Ticket, situation: Situation, words: str, now: datetime, office: Office) -> Outgoing:
    """材料可能到了: one tap lets the clock run on."""
    person = office.org.people.get(ticket.owner)
    name = called(ticket, person, office)
    if _shows(situation):
        what = office.say("clock.material_sent_privately" if situation.private else "clock.material_sent")
    elif words:
        what = office.say("clock.material_said", text=brief(words, office, length=LONG))
    else:
        what = office.say("clock.material_told")
    shown = office.say("question.choice", number=1, text=office.say("clock.material_choice"))
    return Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=OutKind.QUESTION,
        text=office.say("clock.material", number=name, matter=matter(ticket, office), what=what, choices=shown),
        dedupe_key=f"material:{ticket.id}:{local(now).date()}",
        not_before=office.hold(now),
        ticket=ticket.id,
        choices=(f"{name} {office.say('verb.resume')}",),
    )
