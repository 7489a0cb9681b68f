"""A villager's further word on a ticket that exists: a piece, a "us too", a chasing, a thanks, a "still broken"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import lifecycle
from bot.domain.messages import Message, Outgoing, OutKind, ToAccount, ToGroup, ToPerson
from bot.domain.outcome import Change, Outcome
from bot.domain.tickets import EventKind, Link, Relation, State, Thread, Ticket
from bot.domain.verdicts import Verdict
from bot.domain.workdays import local
from bot.handlers.opening import LONG, link
from bot.handlers.situation import Situation
from bot.handlers.villager import reopening
from bot.office import Office
from bot.phrasing import brief, matter, matter_of_all, owner_title, say_time, state_name


def piece(thread: Thread, pieces: Sequence[Message]) -> Outcome:
    """Further pieces without words of their own: a picture, a 嗯."""
    return Outcome(links=_links(thread, pieces, Relation.PIECE))


def more_words(
    thread: Thread, pieces: Sequence[Message], verdict: Verdict, *, now: datetime, office: Office
) -> Outcome:
    """Further words of the same thought: the ticket grows, its clock does not move, and the owner reads them too."""
    ticket = thread.ticket
    grown = replace(
        ticket,
        text=f"{ticket.text}\n{verdict.public_text}",
        topic=ticket.topic or verdict.topic,
        place=ticket.place or verdict.place,
    )
    text = office.say("prompt.more", number=ticket.number, text=brief(verdict.public_text, office, length=LONG))
    told = _to_owner(ticket, OutKind.NOTICE, text, f"more:{ticket.id}:{pieces[0].id}", office.hold(now))
    return Outcome(changes=(Change(ticket=grown, events=()),), sends=(told,)) + piece(thread, pieces)


def support(thread: Thread, pieces: Sequence[Message], *, now: datetime) -> Outcome:
    """Another household has the same trouble: counted, and told the result like the first (PEERS idea 5)."""
    first = pieces[0]
    change = lifecycle.supported(thread.ticket, at=now, message=first.id)
    return Outcome(changes=(change,), links=_links(thread, pieces, Relation.SUPPORT))


def support_privately(thread: Thread, situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """The same said to the bot alone: counted, nothing of it shown, and the result comes privately (R12)."""
    ticket, pieces = thread.ticket, situation.burst.pieces
    change = lifecycle.supported(ticket, at=now, message=pieces[0].id)
    told = Outgoing(
        to=ToAccount(platform=pieces[0].platform, account=situation.sender),
        kind=OutKind.RECEIPT,
        text=office.say(
            "together.joined_privately",
            number=ticket.number,
            matter=matter(ticket, office),
            owner=owner_title(ticket, office),
            due=say_time(ticket.due_at, office, now=now),
        ),
        dedupe_key=f"joined:{ticket.id}:{situation.sender}",
        ticket=ticket.id,
    )
    return Outcome(changes=(change,), links=_links(thread, pieces, Relation.PRIVATE_SUPPORT), sends=(told,))


def follow_up(thread: Thread, situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """Somebody asks how far it is: the owner is reminded once a day, the asker is told if he asked the bot (R23)."""
    ticket = thread.ticket
    messages = situation.burst.pieces
    outcome = Outcome(
        changes=(lifecycle.followed_up(ticket, at=now, message=messages[0].id),),
        links=_links(thread, messages, Relation.FOLLOWUP),
    )
    if ticket.state.is_live:
        outcome += Outcome(sends=(_nudge(thread, situation, now=now, office=office),))
    if situation.to_bot and not thread.involves(situation.sender):
        outcome += _not_theirs(ticket, situation, office)
    elif situation.to_bot:
        outcome += progress_report(ticket, situation, now=now, office=office)
    return outcome


def _not_theirs(ticket: Ticket, situation: Situation, office: Office) -> Outcome:
    """How far a matter is, is told to those who raised or joined it (R23); others hear the result in the group."""
    if situation.group is not None:
        return Outcome()
    told = Outgoing(
        to=ToAccount(platform=ticket.platform, account=situation.sender),
        kind=OutKind.NOTICE,
        text=office.say("progress.not_theirs"),
        dedupe_key=f"progress:{ticket.id}:{situation.burst.first.id}",
    )
    return Outcome(sends=(told,))


def progress_report(ticket: Ticket, situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """How far a ticket is, said where it was asked; a private matter is never told in a group (R12, R23)."""
    to = (
        ToGroup(group=situation.group.id)
        if situation.group is not None and not ticket.private
        else ToAccount(platform=ticket.platform, account=situation.sender)
    )
    ended = ticket.state is State.CLOSED and ticket.answer_text
    text = office.say(
        "progress.closed" if ended else "progress.open",
        number=ticket.number,
        matter=matter(ticket, office),
        state=state_name(ticket, office),
        owner=owner_title(ticket, office),
        due=say_time(ticket.due_at, office, now=now),
        answer=ticket.answer_text,
    )
    key = f"progress:{ticket.id}:{situation.burst.first.id}"
    return Outcome(
        sends=(
            Outgoing(
                to=to,
                kind=OutKind.NOTICE,
                text=text,
                dedupe_key=key,
                ticket=ticket.id,
                quote=situation.burst.first.id if not situation.private else None,
            ),
        )
    )


def dissatisfied(thread: Thread, situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """The answer did not solve it: the same number on the original clock, one level up (R109)."""
    ticket = thread.ticket
    messages = situation.burst.pieces
    links = _links(thread, messages, Relation.DISSATISFACTION)
    if not lifecycle.may(ticket, EventKind.REOPENED):
        return Outcome(links=links, sends=(_nudge(thread, situation, now=now, office=office),))
    return Outcome(links=links) + reopening.again(thread, situation, situation.burst.text, now=now, office=office)


def thanks(thread: Thread, situation: Situation) -> Outcome:
    """A thank-you belongs to the record and asks for nothing."""
    return Outcome(links=_links(thread, situation.burst.pieces, Relation.THANKS))


def solved(thread: Thread, situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """The villager says that it is done or need not be done: the owner confirms with one tap (taxonomy, none/close).

    A household that only joined speaks for itself: it closes nothing for the others, the owner hears what it said.
    """
    ticket = thread.ticket
    outcome = thanks(thread, situation)
    if not ticket.state.is_live:
        return outcome
    if situation.sender != ticket.requester:
        words = brief(situation.burst.text, office, length=LONG)
        said = office.say(
            "together.other_household_solved", number=ticket.number, matter=matter(ticket, office), text=words
        )
        key = f"solved-there:{ticket.id}:{local(now).date()}"
        return outcome + Outcome(sends=(_to_owner(ticket, OutKind.NOTICE, said, key, office.hold(now)),))
    done = ticket.answer_text or office.say("answer.by_villager", text=brief(situation.burst.text, office))
    text = office.say(
        "question.solved",
        number=ticket.number,
        matter=matter_of_all(thread, office),
        text=brief(situation.burst.text, office, length=LONG),
    )
    question = _to_owner(ticket, OutKind.QUESTION, text, f"solved:{ticket.id}:{local(now).date()}", office.hold(now))
    choices = (
        office.say("choice.close", number=ticket.number, answer=done),
        office.say("choice.progress", number=ticket.number, answer=office.say("answer.still_at_it")),
    )
    return outcome + Outcome(sends=(replace(question, choices=choices),))


def _nudge(thread: Thread, situation: Situation, *, now: datetime, office: Office) -> Outgoing:
    ticket = thread.ticket
    private = situation.private and not ticket.private  # what was said to the bot alone is not passed on
    text = office.say(
        "reminder.asked_again_privately" if private else "reminder.asked_again",
        number=ticket.number,
        matter=matter_of_all(thread, office),
        text=brief(situation.burst.text, office, length=LONG),
        due=say_time(ticket.due_at, office, now=now),
    )
    return _to_owner(ticket, OutKind.REMINDER, text, f"asked-again:{ticket.id}:{local(now).date()}", office.hold(now))


def _to_owner(ticket: Ticket, kind: OutKind, text: str, key: str, not_before: datetime | None) -> Outgoing:
    """A private word to whoever holds the ticket now; ``not_before`` keeps quiet hours."""
    return Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=kind,
        text=text,
        dedupe_key=key,
        not_before=not_before,
        ticket=ticket.id,
    )


def _links(thread: Thread, messages: Sequence[Message], relation: Relation) -> tuple[Link, ...]:
    return tuple(link(thread.ticket, message, relation) for message in messages)
