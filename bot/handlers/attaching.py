"""A villager's further word on a ticket that exists: a piece, a "us too", a chasing, a thanks, a "still broken"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import lifecycle
from bot.domain.messages import Message, Outgoing, OutKind, ToAccount, ToGroup, ToPerson
from bot.domain.outcome import Change, Outcome
from bot.domain.tickets import EventKind, Relation, State, Thread, Ticket
from bot.domain.verdicts import Verdict
from bot.domain.workdays import local
from bot.handlers.opening import LONG, link
from bot.handlers.situation import Situation
from bot.office import Office
from bot.phrasing import brief, matter, owner_title, say_time, state_name
from bot.watching import watch


def piece(thread: Thread, pieces: Sequence[Message]) -> Outcome:
    """Further pieces without words of their own: a picture, a 嗯."""
    return Outcome(links=tuple(link(thread.ticket, message, Relation.PIECE) for message in pieces))


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
    told = Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=OutKind.NOTICE,
        text=office.say("prompt.more", number=ticket.number, text=brief(verdict.public_text, office, length=LONG)),
        dedupe_key=f"more:{ticket.id}:{pieces[0].id}",
        not_before=office.hold(now),
        ticket=ticket.id,
    )
    return Outcome(changes=(Change(ticket=grown, events=()),), sends=(told,)) + piece(thread, pieces)


def support(thread: Thread, pieces: Sequence[Message], *, now: datetime) -> Outcome:
    """Another household has the same trouble: counted, and told the result like the first (PEERS idea 5)."""
    first = pieces[0]
    change = lifecycle.supported(thread.ticket, at=now, message=first.id)
    return Outcome(changes=(change,), links=tuple(link(thread.ticket, message, Relation.SUPPORT) for message in pieces))


def follow_up(thread: Thread, situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """Somebody asks how far it is: the owner is reminded once a day, the asker is told if he asked the bot (R23)."""
    ticket = thread.ticket
    messages = situation.burst.pieces
    outcome = Outcome(
        changes=(lifecycle.followed_up(ticket, at=now, message=messages[0].id),),
        links=tuple(link(ticket, message, Relation.FOLLOWUP) for message in messages),
    )
    if ticket.state.is_live:
        outcome += Outcome(sends=(_nudge(ticket, situation, now=now, office=office),))
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
    """The answer did not solve it: back to the owner on the original clock (R109)."""
    ticket = thread.ticket
    messages = situation.burst.pieces
    links = tuple(link(ticket, message, Relation.DISSATISFACTION) for message in messages)
    if not lifecycle.may(ticket, EventKind.REOPENED):
        return Outcome(links=links, sends=(_nudge(ticket, situation, now=now, office=office),))
    change = lifecycle.reopened(ticket, at=now, by=lifecycle.VILLAGER, message=messages[0].id)
    told = reopened_prompt(change.ticket, situation, situation.burst.text, now, office)
    return Outcome(changes=(change,), links=links, sends=(told,), slots=watch(change.ticket, office, now=now))


def reopened_prompt(ticket: Ticket, situation: Situation, words: str, now: datetime, office: Office) -> Outgoing:
    """Tell the owner that it is not solved, with the villager's words."""
    text = office.say(
        "prompt.reopened",
        number=ticket.number,
        matter=matter(ticket, office),
        text=brief(words, office, length=LONG),
        due=say_time(ticket.due_at, office, now=now),
    )
    return Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=OutKind.PROMPT,
        text=text,
        dedupe_key=f"reopened:{ticket.id}:{situation.burst.first.id}",
        not_before=office.hold(now),
        ticket=ticket.id,
    )


def thanks(thread: Thread, situation: Situation) -> Outcome:
    """A thank-you belongs to the record and asks for nothing."""
    return Outcome(links=tuple(link(thread.ticket, message, Relation.THANKS) for message in situation.burst.pieces))


def solved(thread: Thread, situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """The villager says that it is done or need not be done: the owner confirms with one tap (taxonomy, none/close)."""
    ticket = thread.ticket
    outcome = thanks(thread, situation)
    if not ticket.state.is_live:
        return outcome
    done = ticket.answer_text or office.say("answer.by_villager", text=brief(situation.burst.text, office))
    text = office.say(
        "question.solved",
        number=ticket.number,
        matter=matter(ticket, office),
        text=brief(situation.burst.text, office, length=LONG),
    )
    question = Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=OutKind.QUESTION,
        text=text,
        dedupe_key=f"solved:{ticket.id}:{local(now).date()}",
        not_before=office.hold(now),
        ticket=ticket.id,
        choices=(
            office.say("choice.close", number=ticket.number, answer=done),
            office.say("choice.progress", number=ticket.number, answer=office.say("answer.still_at_it")),
        ),
    )
    return outcome + Outcome(sends=(question,))


def _nudge(ticket: Ticket, situation: Situation, *, now: datetime, office: Office) -> Outgoing:
    private = situation.private and not ticket.private  # what was said to the bot alone is not passed on
    text = office.say(
        "reminder.asked_again_privately" if private else "reminder.asked_again",
        number=ticket.number,
        matter=matter(ticket, office),
        text=brief(situation.burst.text, office, length=LONG),
        due=say_time(ticket.due_at, office, now=now),
    )
    return Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=OutKind.REMINDER,
        text=text,
        dedupe_key=f"asked-again:{ticket.id}:{local(now).date()}",
        not_before=office.hold(now),
        ticket=ticket.id,
    )
