"""Other people's matters that somebody joins: who says "us too", who adds to a running emergency."""

from collections.abc import Callable
from datetime import timedelta

from bot.classify.forms import Form
from bot.domain.categories import APPEALS, Category, Flag
from bot.domain.tickets import Thread
from bot.domain.verdicts import Verdict
from bot.handlers.judge import Judge
from bot.handlers.reading.lately import FEW_TURNS, MANY_TURNS, NEAR, here, latest_first, open_here, turns_since
from bot.handlers.reading.sameness import (
    RELATED,
    SAME_MATTER,
    SURE_OF_ITS_OWN,
    TAKEN_UP,
    another_matter,
    elsewhere,
    other_topic,
    public_words,
    same_topic,
    words_of,
)
from bot.handlers.reading.tone import in_earnest
from bot.handlers.situation import Situation

SHORTEST_WORD = 4
"""Characters of a word on a running emergency below which it tells nothing."""
LATER = timedelta(hours=36)
"""How long "us too" with the matter's own words still joins it."""
RECURS = timedelta(hours=6)
"""The same for what breaks and is mended and breaks again: the next day it is a new matter."""
LONGEST = timedelta(hours=3)
"""How long an emergency can still be running."""


def joined(situation: Situation, verdict: Verdict, judge: Judge) -> Thread | None:
    """The ticket that another villager raised and this message says "us too" to."""
    for thread in latest_first(of_others(situation)):
        if not _differs(situation, thread, verdict, judge) and (
            _us_too_now(situation, thread, verdict, judge) or _us_too_later(situation, thread, verdict, judge)
        ):
            return thread
    return None


def of_others(situation: Situation) -> list[Thread]:
    """The matters open to all of this conversation that somebody else raised."""
    return [thread for thread in open_here(situation) if thread.ticket.requester != situation.sender]


def _differs(situation: Situation, thread: Thread, verdict: Verdict, judge: Judge) -> bool:
    """Whether it is an appeal of its own; a proposal never is the "us too" of a broken pipe, nor the reverse.

    六组也黑了 is the same darkness in another place: minutes later a place of its own is none of its own matter.
    """
    support = Flag.SUPPORT in verdict.flags and situation.burst.first.at - thread.last_at <= NEAR
    if support and elsewhere(thread, verdict) and not other_topic(thread, verdict):
        return False
    if support and verdict.label is thread.ticket.category and _agrees_outright(situation, judge):
        return False
    if another_matter(thread, verdict, public_words(situation, verdict), judge):
        return True
    kinds = {verdict.label, thread.ticket.category} & {*APPEALS}
    return Category.SUGGESTION in kinds and len(kinds) > 1 and verdict.confidence >= SURE_OF_ITS_OWN


def _us_too_now(situation: Situation, thread: Thread, verdict: Verdict, judge: Judge) -> bool:
    """Whether it agrees with what was said minutes ago."""
    if situation.burst.first.at - thread.last_at > NEAR:
        return False
    if Flag.SUPPORT in verdict.flags:
        return True
    if elsewhere(thread, verdict):
        return False
    if _same_here(situation, thread, verdict, judge):
        return True
    if verdict.label is not thread.ticket.category or other_topic(thread, verdict):
        return False
    few = turns_since(situation, thread) <= FEW_TURNS and thread.ticket.first_cadre_reply is None
    return (
        few
        or judge.similarity(public_words(situation, verdict), thread.ticket.text) >= RELATED
        or same_topic(thread, verdict)
    )


def _us_too_later(situation: Situation, thread: Thread, verdict: Verdict, judge: Judge) -> bool:
    """Whether it is about the same matter hours later: nearly the same words, or "us too" with the matter's own."""
    if elsewhere(thread, verdict):
        return False
    words = public_words(situation, verdict)
    alike = judge.similarity(words, thread.ticket.text)
    if alike >= SAME_MATTER and verdict.label is thread.ticket.category:
        return True
    window = RECURS if thread.ticket.category is Category.HELP else LATER
    if situation.burst.first.at - thread.last_at > window or other_topic(thread, verdict):
        return False
    pairs = judge.stream.echo.shared(words, words_of(thread))
    taken_up = pairs >= TAKEN_UP or (pairs > 0 and alike >= RELATED)
    if Flag.SUPPORT in verdict.flags and verdict.label in (thread.ticket.category, Category.NONE):
        return taken_up or same_topic(thread, verdict)
    same_place = bool(verdict.place) and verdict.place == thread.ticket.place
    return taken_up and same_place and same_topic(thread, verdict) and verdict.label is thread.ticket.category


def _same_here(situation: Situation, thread: Thread, verdict: Verdict, judge: Judge) -> bool:
    """Whether a villager speaks of his own house right after another's appeal: 我家楼梯间也裂了一条."""
    text = situation.burst.text.strip()
    if verdict.label not in (thread.ticket.category, Category.NONE) or not in_earnest(text, verdict, judge):
        return False
    forms = judge.stream.forms
    if other_topic(thread, verdict) or forms.said(Form.SPARED, text) or forms.said(Form.OWN_MATTER, text):
        return False
    if thread.ticket.first_cadre_reply is not None or turns_since(situation, thread) > FEW_TURNS:
        return False
    if verdict.label is thread.ticket.category and forms.of_own_house(text, at_once=True):
        return True
    troubled = forms.said(Form.TROUBLE, text) or forms.said(Form.TOO, text.split("\n")[0])
    return troubled and forms.of_own_house(text)


def _agrees_outright(situation: Situation, judge: Judge) -> bool:
    """Whether the words name no matter of their own whatever follows: 我也想知道 入股的时候说年底见钱."""
    return judge.stream.forms.begins(Form.AGREES_OUTRIGHT, situation.burst.text.strip())


def same_emergency(situation: Situation, *, within: timedelta) -> Thread | None:
    """A live emergency of the same group, minutes old: further cries belong to it.

    One of yesterday is not running, though an officer may still speak of it.
    """
    at = situation.burst.first.at
    return next(
        (
            thread
            for thread in latest_first(here(situation))
            if thread.ticket.urgent
            and thread.ticket.state.is_live
            and at - thread.last_at <= within
            and at - thread.ticket.said_at <= LONGEST
        ),
        None,
    )


def witnessed(situation: Situation, verdict: Verdict, judge: Judge, *, over: Callable[[Thread], bool]) -> Thread | None:
    """The emergency that somebody on the spot adds to, minutes after the cry: 我在坝埂这头也瞧见了.

    开艇了 after an official called for boats is such a word too.

    ``over`` tells whether the all-clear was given: what is said after it, relieved, adds nothing.
    """
    running = same_emergency(situation, within=NEAR)
    if running is None or running.ticket.group is None or over(running):
        return None
    text = situation.burst.text.strip()
    if not in_earnest(text, verdict, judge) or turns_since(situation, running) > MANY_TURNS:
        return None
    if situation.sender != running.ticket.requester and _plainly_another(running, verdict):
        return None
    forms, echo = judge.stream.forms, judge.stream.echo
    saw = forms.said(Form.SAW, text) and len(text) >= SHORTEST_WORD
    saw = saw or bool(echo.shared(text, running.ticket.answer_text))
    if verdict.label is Category.CLUE and (verdict.confidence >= SURE_OF_ITS_OWN or not saw):
        return None
    if situation.sender == running.ticket.requester or verdict.label in APPEALS or saw:
        return running
    return running if forms.of_own_house(text, at_once=True) and len(text) >= SHORTEST_WORD else None


def _plainly_another(running: Thread, verdict: Verdict) -> bool:
    """Whether an appeal during an emergency is surely about something else: 网围栏补贴今年还有没有."""
    elsewise = other_topic(running, verdict) and Flag.SUPPORT not in verdict.flags
    apart = elsewise or verdict.label is not Category.HELP
    return verdict.label in APPEALS and apart and verdict.confidence >= SURE_OF_ITS_OWN
