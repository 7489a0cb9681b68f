"""What sounds like an accusation: to the confidential queue, and what is harmless beside it keeps its way (R50)."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.categories import APPEALS, Category, Flag
from bot.domain.outcome import NOTHING, Outcome
from bot.domain.tickets import Thread
from bot.domain.verdicts import Verdict
from bot.handlers import clues
from bot.handlers.joining import Burst
from bot.handlers.judge import Judge
from bot.handlers.opening import open_ticket
from bot.handlers.reading import neighbours, threads
from bot.handlers.reading.addressed import context_of
from bot.handlers.reading.sameness import TAKEN_UP, words_of
from bot.handlers.situation import Situation
from bot.handlers.villager import appeals, attaching, whisper
from bot.office import Office

_SAYS_ENOUGH = 0.85
"""Confidence that the rest of an accusation needs to become a ticket of its own."""
_WEAK_CLUE = 0.6
"""Confidence below which an accusation may be no more than a part of a request, read without the rest of it."""
_HARDLY_CLUE = 0.4
"""Confidence below which an accusation is likelier a word of something else said a moment before."""
_PLAIN_APPEAL = 0.8
"""Confidence with which the whole thought must be an appeal for that."""


def decide(situation: Situation, verdict: Verdict, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """To the confidential queue; what is harmless beside it keeps its way, what is doubtful is asked about (R50)."""
    within = timedelta(seconds=office.rules.join_window.continues_within)
    in_its_place = _weak(situation, verdict, judge, within, now=now, office=office)
    if in_its_place is not None:
        return in_its_place
    quiet = threads.quiet_pieces(situation, within=within)
    # In a group what was said before may have been about anything; a picture just before is evidence.
    before = quiet if situation.private else tuple(piece for piece in quiet if piece.shows and not piece.text.strip())
    if whisper.doubtful(situation, verdict):
        return whisper.ask(situation, now=now, office=office, before=before)
    aside = clues.decide(situation, now=now, office=office, before=before)
    return aside + _harmless_part(situation, verdict, judge, now=now, office=office)


def _weak(
    situation: Situation, verdict: Verdict, judge: Judge, within: timedelta, *, now: datetime, office: Office
) -> Outcome | None:
    """What sounds like an accusation by itself, and in its place is none; the discipline role looks at it all the same.

    Somebody asks after a matter of his own (捐款修桥的账 到哪一步了), or the words end a thought that as a whole is a
    plain appeal (底下河沟断水了 — 上头电站把闸关死 水全部进他家引水渠).
    """
    if verdict.confidence >= _WEAK_CLUE or clues.goes_on(situation, verdict, within=within):
        return None
    aside = clues.decide(situation, now=now, office=office, sure=False)
    known = threads.own(situation, judge) if Flag.FOLLOWUP in verdict.flags else None
    asked_after = known is not None and known.ticket.state.is_live and not known.ticket.private
    if known and asked_after and judge.stream.echo.shared(situation.burst.text, words_of(known)) >= TAKEN_UP:
        return aside + attaching.follow_up(known, situation, now=now, office=office)
    before = threads.quiet_pieces(situation, within=within)
    if any(clues.confides(piece.text) for piece in (*before, *situation.burst.pieces)):
        return None
    if Flag.SUPPORT in verdict.flags and verdict.confidence < _HARDLY_CLUE:
        same = neighbours.joined(situation, verdict, judge)
        if same is not None:
            return aside + attaching.support(same, situation.burst.pieces, now=now)
    begun = threads.continued(situation, verdict, judge, within=within)
    if begun is not None and begun.ticket.state.is_live and begun.ticket.requester == situation.sender:
        return _weak_piece(begun, situation, verdict, judge, aside, now=now, office=office)
    if not before:
        return None
    thought = Burst(pieces=(*before, *situation.burst.pieces))
    whole = judge.classify(thought.text, context_of(situation, judge, office))
    if whole.label not in APPEALS or whole.confidence < _PLAIN_APPEAL or whole.urgent:
        return None
    return aside + appeals.raise_matter(situation, before, whole, judge, now=now, office=office)


def _weak_piece(
    begun: Thread,
    situation: Situation,
    verdict: Verdict,
    judge: Judge,
    aside: Outcome,
    *,
    now: datetime,
    office: Office,
) -> Outcome | None:
    """A short further piece of an appeal that only by itself sounds like an accusation: 打错 系西头."""
    whole = judge.classify(f"{begun.ticket.text}\n{situation.burst.text}", context_of(situation, judge, office))
    corrects = Flag.CORRECTION in verdict.flags
    if whole.urgent or whole.label not in APPEALS:
        return None
    hardly = verdict.confidence < _HARDLY_CLUE and whole.label is begun.ticket.category
    if not (corrects or hardly or whole.confidence >= _PLAIN_APPEAL):
        return None
    harmless = replace(verdict, label=whole.label, public_text=situation.burst.text if corrects else "")
    return aside + appeals.further_piece(begun, situation, harmless, judge, now=now, office=office)


def _harmless_part(situation: Situation, verdict: Verdict, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """A demand for publication beside an accusation in the group keeps its ticket, without the accusation (R50).

    What is whispered to the bot alone stays a clue as a whole: a ticket would show the village that somebody spoke.
    """
    part = next((part for part in verdict.also if part.category is Category.DISCLOSURE), None)
    if part is None or situation.private:
        return NOTHING
    alone = judge.classify(part.text, context_of(situation, judge, office))
    plain = alone.label is Category.DISCLOSURE and alone.confidence >= _SAYS_ENOUGH and not alone.suspects_clue
    if not (plain and alone.topic):
        return NOTHING  # 价没讲过 beside an accusation is part of it: a demand names what is to be published
    harmless = replace(alone, public_text=part.text, also=())
    known = neighbours.joined(situation, harmless, judge) or threads.repeated(situation, harmless, judge)
    if known is not None:
        return NOTHING
    pieces, text = situation.burst.pieces, part.text
    _, opened = open_ticket(situation, pieces, harmless, category=alone.label, text=text, now=now, office=office)
    return opened
