"""The one question after closing, answered by those whose matter it is: solved or not (R109)."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import lifecycle
from bot.domain.categories import Flag
from bot.domain.messages import Outgoing, OutKind
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, Relation, State, Thread
from bot.domain.verdicts import Verdict
from bot.handlers.grammar import PUNCTUATION, choice
from bot.handlers.opening import link
from bot.handlers.situation import Situation
from bot.handlers.villager import reopening
from bot.office import Office
from bot.ports import Sent

SOLVED = "solved"
UNSOLVED = "unsolved"
"""The two ratings there are."""

BARE_NUMBER_COUNTS = timedelta(minutes=30)
"""How long a bare 1 or 2 without a quote is taken for the answer."""
SHORT = 16
"""Characters beyond which a sentence is a matter of its own and no rating."""


def asked(situation: Situation, *, now: datetime, office: Office) -> Thread | None:
    """The ticket about whose result this sender was asked and has not answered yet.

    Those who joined the matter are asked with the one who raised it; one word of "solved" does not speak for them.
    """
    open_for = timedelta(hours=office.rules.manners.rating_open_hours)
    question = _question(situation)
    if question is None or now - (question.sent_at or question.created_at) > open_for:
        return None
    thread = next((thread for thread in situation.threads if thread.ticket.id == question.outgoing.ticket), None)
    if thread is None or thread.ticket.state is not State.CLOSED or _has_answered(situation.sender, thread):
        return None
    return thread


def understood(situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> str | None:
    """The rating that the words give, or None if they are about something else.

    还是不亮啊 白装了 is an answer too: it says of something known that it is as before.
    """
    text = situation.burst.text.strip()
    if not text or len(text) > SHORT:
        return None
    question = _question(situation)
    if question is None:
        return None
    fresh = now - (question.sent_at or question.created_at) <= BARE_NUMBER_COUNTS
    quoted = situation.quoted_sent is not None and situation.quoted_sent.id == question.id
    plainly = fresh or quoted
    if plainly or situation.private or question.outgoing.asked_of == situation.sender:
        if Flag.REOPEN in verdict.flags:
            return UNSOLVED
        for rating in (UNSOLVED, SOLVED):
            if any(word in text for word in office.say(f"rating.words_{rating}").split()):
                return rating
    if not plainly:
        return None
    return {"1": SOLVED, "2": UNSOLVED}.get(text.rstrip(PUNCTUATION))


def decide(thread: Thread, rating: str, situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """Record it; what is not solved goes one level up on the original clock."""
    relation = Relation.THANKS if rating == SOLVED else Relation.DISSATISFACTION
    links = tuple(link(thread.ticket, piece, relation) for piece in situation.burst.pieces)
    if rating == SOLVED and thread.ticket.rating is not None:
        return Outcome(links=links)
    rated = lifecycle.rated(thread.ticket, at=now, rating=rating)
    outcome = Outcome(changes=(rated,), links=links)
    if rating == SOLVED or not lifecycle.may(rated.ticket, EventKind.REOPENED):
        return outcome
    said = situation.burst.text
    words = office.say("rating.choice_unsolved") if choice(said) is not None else said
    after = replace(thread, ticket=rated.ticket)
    return outcome + reopening.again(after, situation, words, now=now, office=office)


def _question(situation: Situation) -> Sent | None:
    return next(
        (
            sent
            for sent in reversed(situation.asked)
            if sent.outgoing.kind is OutKind.RATING and (situation.private or _is_asked(situation, sent.outgoing))
        ),
        None,
    )


def _is_asked(situation: Situation, question: Outgoing) -> bool:
    """Whether the sender raised or joined what a question in the group is about."""
    return question.asked_of == situation.sender or any(
        thread.ticket.id == question.ticket and thread.involves(situation.sender) for thread in situation.threads
    )


def _has_answered(account: str, thread: Thread) -> bool:
    """Whether this very household has said since the closing how it is."""
    since = thread.ticket.closed_at
    return any(
        link.sender == account
        and link.relation in (Relation.THANKS, Relation.DISSATISFACTION)
        and (since is None or link.at >= since)
        for link in thread.links
    )
