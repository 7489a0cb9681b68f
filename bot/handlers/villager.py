"""What a villager said, turned into a decision: the order of the taxonomy, in the light of what was said before."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import lifecycle
from bot.domain.categories import APPEALS, Category, Flag
from bot.domain.messages import Kind, Message
from bot.domain.outcome import NOTHING, Mark, Outcome
from bot.domain.tickets import Thread
from bot.domain.verdicts import Context, Verdict
from bot.handlers import attaching, clues, emergency, rating, stranger, threads, whisper
from bot.handlers.judge import Judge
from bot.handlers.opening import open_ticket, recategorise
from bot.handlers.situation import Situation
from bot.office import Office

SURE = 0.7
"""Confidence from which the whole of a thought may change the category that its beginning had."""
_SAYS_ENOUGH = 0.85
"""Confidence that the rest of an accusation needs to become a ticket of its own."""
_ANNOUNCED = re.compile(r"(?:另外|还有|再一个|再问|顺便|对了|第二)")
_ASKS = re.compile(r"[吗么?\uff1f]|没有|没得|怎么样|咋样|结果|到底|会不会|进度|消息|问到|问了")
_NUMBER = re.compile(r"(\d{1,4})\s*号")


def decide(situation: Situation, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """What follows from one burst of a villager's messages."""
    words = situation.burst.text
    within = timedelta(seconds=office.rules.join_window.continues_within)
    if not words.strip():
        return _picture(situation, within)
    if situation.village is None:
        situation = stranger.settled(situation, office)
        words = situation.burst.text
    verdict = judge.classify(words, _context(situation))
    if situation.private and Flag.CRISIS in verdict.flags:
        verdict = replace(verdict, urgent=True)  # nobody jokes about it to the bot alone (R8)
    if situation.village is None:
        return stranger.decide(situation, verdict, now=now, office=office)
    at_once = _danger(situation, verdict, within, now=now, office=office)
    if at_once is None:
        at_once = whisper.answered(situation, judge, now=now, office=office)
    if at_once is None:
        at_once = _rating(situation, now=now, office=office)
    if at_once is not None:
        return at_once
    if verdict.label is Category.CLUE:
        return _accusation(situation, verdict, judge, within, now=now, office=office)
    if clues.goes_on(situation, verdict, within=within):
        return clues.decide(situation, now=now, office=office)
    aside = clues.decide(situation, now=now, office=office, sure=False) if verdict.suspects_clue else NOTHING
    return aside + _ordinary(situation, verdict, judge, now=now, office=office)


def _accusation(
    situation: Situation, verdict: Verdict, judge: Judge, within: timedelta, *, now: datetime, office: Office
) -> Outcome:
    """To the confidential queue; what is harmless beside it keeps its way, what is doubtful is asked about (R50)."""
    before = threads.quiet_pieces(situation, within=within) if situation.private else ()
    if whisper.doubtful(situation, verdict):
        return whisper.ask(situation, now=now, office=office, before=before)
    aside = clues.decide(situation, now=now, office=office, before=before)
    return aside + _harmless_part(situation, verdict, judge, now=now, office=office)


def _danger(
    situation: Situation, verdict: Verdict, within: timedelta, *, now: datetime, office: Office
) -> Outcome | None:
    """A cry for help, or the word of somebody on the spot of a running emergency (R8)."""
    if verdict.urgent:
        pieces = (*threads.quiet_pieces(situation, within=within), *situation.burst.pieces)
        return emergency.decide(situation, pieces, verdict, now=now, office=office)
    witnessed = threads.witnessed(situation, verdict)
    if witnessed is None:
        return None
    return emergency.more(witnessed, situation, verdict, now=now, office=office)


def _rating(situation: Situation, *, now: datetime, office: Office) -> Outcome | None:
    """The answer to the question whether it is solved (R109)."""
    asked = rating.asked(situation, now=now, office=office)
    rated = None if asked is None else rating.understood(situation, now=now, office=office)
    if asked is None or rated is None:
        return None
    return rating.decide(asked, rated, situation, now=now, office=office)


def _ordinary(situation: Situation, verdict: Verdict, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """Everything but danger and clues: a known matter, more of the same thought, a new matter, or nothing."""
    within = timedelta(seconds=office.rules.join_window.continues_within)
    thread = _meant(situation, verdict, judge.similarity)
    if thread is None and situation.private and not _is_appeal(verdict, office):
        thread = _asked_privately(situation, verdict, judge.similarity)
    if thread is not None:
        return _about(thread, situation, verdict, now=now, office=office)
    before = threads.quiet_pieces(situation, within=within)
    if before and not _is_appeal(verdict, office):
        whole = judge.classify(_join(before, situation.burst.pieces), _context(situation))
        if whole.label is Category.CLUE:
            return clues.decide(situation, now=now, office=office, before=before)
        if _is_appeal(whole, office):
            verdict = whole
    earlier = threads.continued(situation, verdict, within=within)
    if earlier is not None and earlier.ticket.state.is_live:
        return _continue(earlier, situation, verdict, judge, now=now, office=office)
    return _matter(situation, before, verdict, judge, now=now, office=office)


def _matter(
    situation: Situation,
    before: Sequence[Message],
    verdict: Verdict,
    judge: Judge,
    *,
    now: datetime,
    office: Office,
) -> Outcome:
    """What may be an appeal of its own: somebody else's matter too, an old one said again, or a new one."""
    if Flag.SUPPORT in verdict.flags or _is_appeal(verdict, office):
        same = threads.joined(situation, verdict, judge.similarity)
        if same is not None:
            return attaching.support(same, situation.burst.pieces, now=now)
    if not _is_appeal(verdict, office):
        return _leave(situation, verdict, now=now, office=office)
    repeated = threads.repeated(situation, verdict, judge.similarity)
    if repeated is not None:
        return attaching.follow_up(repeated, situation, now=now, office=office)
    return _open(situation, (*before, *situation.burst.pieces), verdict, now=now, office=office)


def _harmless_part(situation: Situation, verdict: Verdict, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """A demand for publication beside an accusation in the group keeps its ticket, without the accusation (R50).

    What is whispered to the bot alone stays a clue as a whole: a ticket would show the village that somebody spoke.
    """
    part = next((part for part in verdict.also if part.category is Category.DISCLOSURE), None)
    if part is None or situation.private:
        return NOTHING
    alone = judge.classify(part.text, _context(situation))
    if alone.label is not Category.DISCLOSURE or alone.suspects_clue or alone.confidence < _SAYS_ENOUGH:
        return NOTHING
    harmless = replace(alone, public_text=part.text, also=())
    known = threads.joined(situation, harmless, judge.similarity) or threads.repeated(
        situation, harmless, judge.similarity
    )
    if known is not None:
        return NOTHING
    return _open(situation, situation.burst.pieces, harmless, now=now, office=office)


def _continue(
    thread: Thread, situation: Situation, verdict: Verdict, judge: Judge, *, now: datetime, office: Office
) -> Outcome:
    """More of a thought whose ticket is open already; the whole of it may turn out to be another category."""
    if not (_adds(verdict) and verdict.public_text):
        return attaching.piece(thread, situation.burst.pieces)
    outcome = attaching.more_words(thread, situation.burst.pieces, verdict, now=now, office=office)
    grown = outcome.changes[-1].ticket
    whole = judge.classify(grown.text, _context(situation))
    differs = _is_appeal(whole, office) and whole.label is not grown.category
    if differs and grown.first_cadre_reply is None and whole.confidence > SURE:
        return outcome + recategorise(grown, whole.label, now=now, by=lifecycle.BOT, office=office)
    return outcome


def _open(
    situation: Situation, pieces: Sequence[Message], verdict: Verdict, *, now: datetime, office: Office
) -> Outcome:
    """A new ticket; a second one for a further matter that the villager announces as such: 另外还有个事…"""
    text = verdict.public_text or situation.burst.text
    _, outcome = open_ticket(situation, pieces, verdict, category=verdict.label, text=text, now=now, office=office)
    further = next(
        (
            part
            for part in verdict.also
            if part.category in APPEALS and part.category is not verdict.label and _ANNOUNCED.match(part.text.strip())
        ),
        None,
    )
    if further is None:
        return outcome
    second = replace(verdict, label=further.category, public_text=further.text, topic="", place="", also=())
    _, also = open_ticket(
        situation,
        pieces,
        second,
        category=further.category,
        text=further.text,
        now=now,
        office=office,
        number_offset=1,
    )
    return outcome + also


def _about(thread: Thread, situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> Outcome:
    """A word on a ticket that exists."""
    mine = thread.involves(situation.sender)
    flags = verdict.flags
    if mine and Flag.REOPEN in flags and _was_answered(thread):
        return attaching.dissatisfied(thread, situation, now=now, office=office)
    if mine and Flag.WITHDRAW in flags:
        return attaching.solved(thread, situation, now=now, office=office)
    if mine and Flag.THANKS in flags:
        return attaching.thanks(thread, situation)
    if mine or Flag.FOLLOWUP in flags:
        return attaching.follow_up(thread, situation, now=now, office=office)
    return attaching.support(thread, situation.burst.pieces, now=now)


def _was_answered(thread: Thread) -> bool:
    """Whether somebody has said something that can be unsatisfactory: in the group, or by closing it."""
    return thread.ticket.first_cadre_reply is not None or bool(thread.ticket.answer_text)


def _meant(situation: Situation, verdict: Verdict, similarity: threads.Similarity) -> Thread | None:
    """The ticket that the words are plainly about: quoted, numbered, or the sender's own with words of a follow-up."""
    flags = verdict.flags
    speaks_of_own = bool(flags & {Flag.FOLLOWUP, Flag.REOPEN, Flag.WITHDRAW, Flag.THANKS})
    quoted = situation.quoted_thread
    if quoted is not None:
        mine = quoted.involves(situation.sender)
        if mine or Flag.SUPPORT in flags or verdict.label is quoted.ticket.category:
            return quoted
        return None
    numbered = _NUMBER.search(situation.burst.text) if situation.to_bot or speaks_of_own else None
    if numbered is not None:
        number = int(numbered.group(1))
        for thread in situation.threads:
            if thread.ticket.number == number and thread.involves(situation.sender):
                return thread
    if not speaks_of_own:
        return None
    own = threads.own(situation, similarity)
    if own is None:
        return threads.asked_about(situation, verdict, similarity) if Flag.FOLLOWUP in flags else None
    if flags & {Flag.FOLLOWUP, Flag.REOPEN}:
        return own
    return own if situation.burst.first.at - own.last_at <= _THANKED_WITHIN else None


_THANKED_WITHIN = timedelta(days=1)


def _asked_privately(situation: Situation, verdict: Verdict, similarity: threads.Similarity) -> Thread | None:
    """What somebody with an open matter, or asking after a known one, writes to the bot alone is about that."""
    if verdict.flags & {Flag.THANKS, Flag.WITHDRAW} or clues.confides(situation.burst.text):
        return None
    mine = threads.own(situation, similarity)
    if mine is not None and mine.ticket.state.is_live and _ASKS.search(situation.burst.text):
        return mine
    return threads.asked_about(situation, verdict, similarity)


def _leave(situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> Outcome:
    """Nothing happens in the group; what may have been a question is shown to the duty officer on demand."""
    if situation.private and clues.confides(situation.burst.text):
        return clues.encourage(situation, now=now, office=office)
    if situation.private:
        return stranger.greet(situation, now=now, office=office)
    if verdict.label is Category.CONSULTATION:
        mark = Mark.MAYBE
    elif situation.to_bot or Flag.DUTY in verdict.flags:
        mark = Mark.PING
    else:
        return NOTHING
    return Outcome(marks=((situation.burst.first.seq, mark),))


def _picture(situation: Situation, within: timedelta) -> Outcome:
    """A picture without words belongs to what its sender said just before, or to nothing (taxonomy, rule 3)."""
    shown = tuple(piece for piece in situation.burst.pieces if piece.kind in (Kind.IMAGE, Kind.VOICE, Kind.FILE))
    earlier = threads.continued(situation, _SILENT, within=within)
    if earlier is None or not shown:
        return NOTHING
    return attaching.piece(earlier, shown)


_SILENT = Verdict(label=Category.NONE, confidence=1.0)


def _is_appeal(verdict: Verdict, office: Office) -> bool:
    return verdict.label in APPEALS and verdict.confidence >= office.rules.certainty.open_ticket


def _adds(verdict: Verdict) -> bool:
    """Whether further words of the sender tell more about the matter; small talk in between does not."""
    return verdict.label is not Category.NONE or bool(verdict.place) or bool(verdict.topic)


def _join(before: Sequence[Message], after: Sequence[Message]) -> str:
    return "\n".join(message.text for message in (*before, *after) if message.text.strip())


def _context(situation: Situation) -> Context:
    pieces = situation.burst.pieces
    return Context(
        private=situation.private,
        to_bot=situation.to_bot,
        voice=any(piece.kind is Kind.VOICE for piece in pieces),
    )
