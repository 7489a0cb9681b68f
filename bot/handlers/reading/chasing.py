"""Who presses for a matter of the group, whoever raised it: asks after it, misses what was promised, throws words back.

The words may name the matter (``asked_about``) or lean on what was said just before them (all others).
"""

import re
from collections.abc import Callable
from datetime import timedelta

from bot.domain.categories import APPEALS, Category
from bot.domain.messages import Message
from bot.domain.tickets import Thread
from bot.domain.verdicts import Verdict
from bot.handlers.judge import Judge
from bot.handlers.reading.allusion import misses_promised
from bot.handlers.reading.lately import MANY_TURNS, NEAR, in_minutes, latest_first, open_here, turns_since
from bot.handlers.reading.neighbours import RECURS, of_others
from bot.handlers.reading.sameness import (
    RELATED,
    SURE_OF_ITS_OWN,
    TAKEN_UP,
    another_matter,
    elsewhere,
    other_topic,
    public_words,
    same_topic,
    words_of,
)
from bot.handlers.reading.tone import in_earnest, presses
from bot.handlers.situation import Situation

_APART = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")
_OPENING = 8
"""Characters in which somebody who throws words back repeats them."""
_TRIPLE = 3


def asked_about(situation: Situation, verdict: Verdict, judge: Judge) -> Thread | None:
    """A matter that this sender asks after: of the group, whoever raised it, or the sender's own."""
    words = public_words(situation, verdict)
    open_to_sender = [
        (judge.similarity(words, thread.ticket.text), judge.stream.echo.shared(words, words_of(thread)), thread)
        for thread in situation.threads
        if thread.ticket.state.is_live
        and (not thread.ticket.private or thread.involves(situation.sender))
        and not elsewhere(thread, verdict)
    ]
    alike, taken_up, best = max(
        open_to_sender, key=lambda one: (one[0] >= RELATED, one[1], one[0]), default=(0.0, 0, None)
    )
    if best is None or alike >= RELATED:
        return best
    plainly = taken_up > TAKEN_UP and verdict.confidence < SURE_OF_ITS_OWN and not other_topic(best, verdict)
    other = verdict.label in APPEALS and not same_topic(best, verdict) and not plainly
    return best if taken_up >= TAKEN_UP and not other else None


def promise_missed(situation: Situation, verdict: Verdict, judge: Judge) -> Thread | None:
    """The matter whose promised help somebody misses aloud, whoever raised it: 十点了咧 铲车呢."""
    text = situation.burst.text
    if not in_earnest(text, verdict, judge):
        return None
    at = situation.burst.first.at
    return next(
        (
            thread
            for thread in latest_first(open_here(situation))
            if at - thread.last_at <= RECURS
            and misses_promised(situation, thread, judge)
            and not another_matter(thread, verdict, text, judge)
        ),
        None,
    )


def chased_in_the_air(situation: Situation, verdict: Verdict, judge: Judge) -> Thread | None:
    """The matter just talked about that somebody else presses for with words that name nothing: 有人来没得."""
    if verdict.label is not Category.NONE or not in_earnest(situation.burst.text, verdict, judge):
        return None
    return next(
        (
            thread
            for thread in latest_first(of_others(situation))
            if in_minutes(situation, thread) and not elsewhere(thread, verdict) and not other_topic(thread, verdict)
        ),
        None,
    )


def thrown_back(
    situation: Situation, verdict: Verdict, judge: Judge, *, is_cadre: Callable[[Message], bool], within: timedelta
) -> Thread | None:
    """The matter hotly talked about when somebody throws a cadre's words of a moment ago back as a question.

    钱都在那里 — 在那里是在哪里?你亮出来啊. Whoever it is, that is pressing for the matter, not a new one.
    """
    text = situation.burst.text
    first = situation.burst.first
    if not in_earnest(text, verdict, judge) or not presses(text, judge):
        return None
    if verdict.label in APPEALS and verdict.confidence >= SURE_OF_ITS_OWN:
        return None
    if verdict.label is Category.CLUE or any(piece.set_aside for piece in situation.own_recent(first.at - NEAR)):
        return None
    said = [message for message in situation.recent if is_cadre(message) and first.at - message.at <= within]
    if not any(
        judge.stream.echo.shared(text, message.text) or _opens_with_words_of(text, message.text) for message in said
    ):
        return None
    return next(
        (
            thread
            for thread in latest_first(open_here(situation))
            if thread.ticket.first_cadre_reply is not None
            and not other_topic(thread, verdict)
            and first.at - thread.last_at <= NEAR
            and turns_since(situation, thread) <= MANY_TURNS
        ),
        None,
    )


def _opens_with_words_of(text: str, other: str) -> bool:
    """Whether the first words of a text stand word for word in the other: 在那里是在哪里 after 钱都在那里."""
    opening = _APART.split(text.strip(), maxsplit=1)[0][:_OPENING]
    return any(opening[at : at + _TRIPLE] in other for at in range(len(opening) - _TRIPLE + 1))
