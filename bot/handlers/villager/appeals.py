"""What a villager's words become that are neither danger nor accusation.

A word on a known matter, more of the same thought, "us too", a ticket or several, or nothing: in this order.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.classify.forms import Form
from bot.domain import lifecycle
from bot.domain.categories import APPEALS, Category, Flag
from bot.domain.messages import Message
from bot.domain.outcome import NOTHING, Mark, Outcome
from bot.domain.tickets import Thread
from bot.domain.verdicts import Verdict
from bot.handlers import clues, emergency
from bot.handlers.joining import Burst
from bot.handlers.judge import Judge
from bot.handlers.opening import open_ticket, recategorise
from bot.handlers.reading import by_number, meant, neighbours, private_joining, replying, threads
from bot.handlers.reading.addressed import context_of
from bot.handlers.reading.several import matters
from bot.handlers.situation import Situation
from bot.handlers.villager import attaching, stranger
from bot.handlers.villager.judging import judged
from bot.office import Office

SURE = 0.7
"""Confidence from which the whole of a thought may change the category that its beginning had."""
_TRIES_WITHIN = 20
"""Characters at most of words that only try the water; more of them tell a matter."""


def decide(situation: Situation, verdict: Verdict, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """What follows from words that are neither: a known matter, more of a thought, a new matter, or nothing."""
    within = timedelta(seconds=office.rules.join_window.continues_within)
    plain = _plainly(situation, verdict, judge, now=now, office=office)
    if plain is not None:
        return plain
    thread = meant.meant(situation, verdict, judge, office)
    if thread is None and situation.private and not _is_appeal(verdict, office):
        thread = meant.asked_privately(situation, verdict, judge)
    if thread is not None:
        return _about(thread, situation, verdict, now=now, office=office)
    pressed = meant.pressed(situation, verdict, judge, office)
    if pressed is not None:
        return _press(pressed, situation, now=now, office=office)
    before = threads.quiet_pieces(situation, within=within)
    if _only_sounds_out(situation, verdict, judge):
        return _leave(situation, verdict, now=now, office=office)
    if before and not _is_appeal(verdict, office):
        thought = Burst(pieces=(*before, *situation.burst.pieces))
        whole = judged(thought.text, situation, judge, now=now, office=office, joined=True)
        graver = _graver(situation, before, whole, judge, now=now, office=office)
        if graver is not None:
            return graver
        verdict = whole if _is_appeal(whole, office) else verdict
    earlier = threads.continued(situation, verdict, judge, within=within)
    if earlier is not None and earlier.ticket.state.is_live:
        return further_piece(earlier, situation, verdict, judge, now=now, office=office)
    return raise_matter(situation, before, verdict, judge, now=now, office=office)


def _plainly(situation: Situation, verdict: Verdict, judge: Judge, *, now: datetime, office: Office) -> Outcome | None:
    """An answer to an official's question; to the bot alone "us too" or a question about another's matter (R23)."""
    asked = replying.asked_back(situation, verdict, judge)
    if asked is not None:
        return further_piece(asked, situation, verdict, judge, now=now, office=office)
    same = private_joining.joined(situation, verdict, judge)
    if same is not None:
        return attaching.support_privately(same, situation, now=now, office=office)
    return by_number.others(situation, office)


def _graver(
    situation: Situation, before: tuple[Message, ...], whole: Verdict, judge: Judge, *, now: datetime, office: Office
) -> Outcome | None:
    """What several quiet messages of one thought come to, if that is danger or an accusation."""
    if whole.urgent:
        return emergency.decide(situation, (*before, *situation.burst.pieces), whole, judge, now=now, office=office)
    if whole.label is Category.CLUE:
        return clues.decide(situation, now=now, office=office, before=before)
    return None


def _only_sounds_out(situation: Situation, verdict: Verdict, judge: Judge) -> bool:
    """Whether somebody alone with the bot asks who hears it, before saying anything: that is no matter yet (R51)."""
    words = situation.burst.text.strip()
    told = verdict.topic or verdict.place or len(words) > _TRIES_WITHIN
    return situation.private and not told and judge.stream.forms.said(Form.SOUNDS_OUT, words)


def raise_matter(
    situation: Situation,
    before: Sequence[Message],
    verdict: Verdict,
    judge: Judge,
    *,
    now: datetime,
    office: Office,
) -> Outcome:
    """What may be an appeal of its own: somebody else's matter too, an old one said again, or a new one."""
    same = neighbours.joined(situation, verdict, judge)
    if same is not None:
        return attaching.support(same, situation.burst.pieces, now=now)
    if not _is_appeal(verdict, office):
        return _leave(situation, verdict, now=now, office=office)
    reply = replying.replied_to(situation, verdict)
    if reply is not None:
        return attaching.thanks(reply, situation)
    repeated = threads.repeated(situation, verdict, judge)
    if repeated is not None:
        return attaching.follow_up(repeated, situation, now=now, office=office)
    return _open(situation, (*before, *situation.burst.pieces), verdict, judge, now=now, office=office)


def further_piece(
    thread: Thread, situation: Situation, verdict: Verdict, judge: Judge, *, now: datetime, office: Office
) -> Outcome:
    """More of a thought whose ticket is open already; the whole of it may turn out to be another category.

    It never turns out to be a danger: two requests of which neither cries for help are none together either, nearly
    always, and somebody has the ticket in hand.
    """
    if not (_adds(verdict) and verdict.public_text):
        return attaching.piece(thread, situation.burst.pieces)
    outcome = attaching.more_words(thread, situation.burst.pieces, verdict, now=now, office=office)
    grown = outcome.changes[-1].ticket
    whole = judged(grown.text, situation, judge, now=now, office=office, joined=True)
    differs = _is_appeal(whole, office) and whole.label is not grown.category
    if differs and grown.first_cadre_reply is None and whole.confidence > SURE:
        return outcome + recategorise(grown, whole.label, now=now, by=lifecycle.BOT, office=office)
    return outcome


def _open(
    situation: Situation, pieces: Sequence[Message], verdict: Verdict, judge: Judge, *, now: datetime, office: Office
) -> Outcome:
    """A new ticket, and one more for every further matter of the same message: 路灯坏了 另外低保要什么材料."""
    outcome = NOTHING
    words = Burst(pieces=tuple(pieces)).text
    for offset, matter in enumerate(matters(words, verdict, judge, context_of(situation, judge, office))):
        _, opened = open_ticket(
            situation,
            pieces,
            matter.verdict,
            category=matter.verdict.label,
            text=matter.text,
            now=now,
            office=office,
            number_offset=offset,
        )
        outcome += opened
    return outcome


def _press(thread: Thread, situation: Situation, *, now: datetime, office: Office) -> Outcome:
    if thread.involves(situation.sender) and replying.throws_back(situation.burst.text, thread):
        return attaching.dissatisfied(thread, situation, now=now, office=office)
    return attaching.follow_up(thread, situation, now=now, office=office)


def _about(thread: Thread, situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> Outcome:
    """A word on a ticket that exists."""
    mine = thread.involves(situation.sender)
    flags = verdict.flags
    if mine and Flag.REOPEN in flags and _was_answered(thread):
        return attaching.dissatisfied(thread, situation, now=now, office=office)
    chased = Flag.FOLLOWUP in flags
    if mine and Flag.WITHDRAW in flags:
        return attaching.solved(thread, situation, now=now, office=office)
    if mine and Flag.THANKS in flags and not chased:
        return attaching.thanks(thread, situation)
    if mine or chased:
        return attaching.follow_up(thread, situation, now=now, office=office)
    return attaching.support(thread, situation.burst.pieces, now=now)


def _was_answered(thread: Thread) -> bool:
    """Whether somebody has said something that can be unsatisfactory: in the group, or by closing it."""
    return thread.ticket.first_cadre_reply is not None or bool(thread.ticket.answer_text)


def _leave(situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> Outcome:
    """Nothing happens in the group; what may have been a question is shown to the duty officer on demand."""
    if situation.private and clues.confides(situation.burst.text):
        return clues.encourage(situation, now=now, office=office)
    if situation.private:
        return stranger.greet(situation, now=now, office=office)
    if verdict.suspects_clue:
        return NOTHING  # the discipline role looks at it: it stands in no list of the village (R50)
    if verdict.label is Category.CONSULTATION or verdict.may_want_answer:
        mark = Mark.MAYBE
    elif situation.to_bot or Flag.DUTY in verdict.flags:
        mark = Mark.PING
    else:
        return NOTHING
    return Outcome(marks=((situation.burst.first.seq, mark),))


def _is_appeal(verdict: Verdict, office: Office) -> bool:
    return verdict.label in APPEALS and verdict.confidence >= office.rules.certainty.open_ticket


def _adds(verdict: Verdict) -> bool:
    """Whether further words of the sender tell more about the matter; small talk in between does not."""
    return verdict.label is not Category.NONE or bool(verdict.place) or bool(verdict.topic)
