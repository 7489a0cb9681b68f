"""The one question after closing, answered by the villager who asked: solved or not (R109)."""

from datetime import datetime, timedelta

from bot.domain import lifecycle
from bot.domain.messages import OutKind
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, Relation, State, Thread
from bot.handlers.attaching import reopened_prompt
from bot.handlers.grammar import PUNCTUATION, choice
from bot.handlers.opening import link
from bot.handlers.situation import Situation
from bot.office import Office
from bot.ports import Sent
from bot.watching import watch

SOLVED = "solved"
UNSOLVED = "unsolved"
"""The two ratings there are."""

BARE_NUMBER_COUNTS = timedelta(minutes=30)
"""How long a bare 1 or 2 without a quote is taken for the answer."""
SHORT = 16
"""Characters beyond which a sentence is a matter of its own and no rating."""


def asked(situation: Situation, *, now: datetime, office: Office) -> Thread | None:
    """The ticket about whose result this sender was asked and has not answered yet."""
    open_for = timedelta(hours=office.rules.manners.rating_open_hours)
    question = _question(situation)
    if question is None or now - (question.sent_at or question.created_at) > open_for:
        return None
    thread = next((thread for thread in situation.threads if thread.ticket.id == question.outgoing.ticket), None)
    if thread is None or thread.ticket.state is not State.CLOSED or thread.ticket.rating is not None:
        return None
    return thread


def understood(situation: Situation, *, now: datetime, office: Office) -> str | None:
    """The rating that the words give, or None if they are about something else."""
    text = situation.burst.text.strip()
    if not text or len(text) > SHORT:
        return None
    for rating in (UNSOLVED, SOLVED):
        if any(word in text for word in office.say(f"rating.words_{rating}").split()):
            return rating
    question = _question(situation)
    if question is None:
        return None
    fresh = now - (question.sent_at or question.created_at) <= BARE_NUMBER_COUNTS
    quoted = situation.quoted_sent is not None and situation.quoted_sent.id == question.id
    if not (fresh or quoted):
        return None
    return {"1": SOLVED, "2": UNSOLVED}.get(text.rstrip(PUNCTUATION))


def decide(thread: Thread, rating: str, situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """Record it; what is not solved goes back to the owner on the original clock."""
    rated = lifecycle.rated(thread.ticket, at=now, rating=rating)
    relation = Relation.THANKS if rating == SOLVED else Relation.DISSATISFACTION
    outcome = Outcome(
        changes=(rated,), links=tuple(link(thread.ticket, piece, relation) for piece in situation.burst.pieces)
    )
    if rating == SOLVED or not lifecycle.may(rated.ticket, EventKind.REOPENED):
        return outcome
    change = lifecycle.reopened(rated.ticket, at=now, by=lifecycle.VILLAGER, message=situation.burst.first.id)
    said = situation.burst.text
    words = office.say("rating.choice_unsolved") if choice(said) is not None else said
    told = reopened_prompt(change.ticket, situation, words, now, office)
    return outcome + Outcome(changes=(change,), sends=(told,), slots=watch(change.ticket, office, now=now))


def _question(situation: Situation) -> Sent | None:
    return next(
        (
            sent
            for sent in reversed(situation.asked)
            if sent.outgoing.kind is OutKind.RATING
            and (situation.private or sent.outgoing.asked_of == situation.sender)
        ),
        None,
    )
