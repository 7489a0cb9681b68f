"""What a villager said, turned into a decision: the order of the taxonomy, in the light of what was said before."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.categories import APPEALS, Category, Flag
from bot.domain.messages import Kind, Message
from bot.domain.outcome import NOTHING, Mark, Outcome
from bot.domain.tickets import State, Thread
from bot.domain.verdicts import Context, Verdict
from bot.handlers import attaching, clues, emergency, rating, stranger, threads
from bot.handlers.judge import Judge
from bot.handlers.opening import open_ticket
from bot.handlers.situation import Situation
from bot.office import Office

_NUMBER = re.compile(r"(\d{1,4})\s*号")


def decide(situation: Situation, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """What follows from one burst of a villager's messages."""
    words = situation.burst.text
    within = timedelta(seconds=office.rules.join_window.continues_within)
    if not words.strip():
        return _picture(situation, within)
    if situation.village is None:
        situation = stranger.settled(situation)
        words = situation.burst.text
    verdict = judge.classify(words, _context(situation))
    if situation.village is None:
        return stranger.decide(situation, verdict, now=now, office=office)
    if verdict.urgent:
        pieces = (*threads.quiet_pieces(situation, within=within), *situation.burst.pieces)
        return emergency.decide(situation, pieces, verdict, now=now, office=office)
    witnessed = threads.witnessed(situation, verdict)
    if witnessed is not None:
        return emergency.more(witnessed, situation, verdict, now=now, office=office)
    asked = rating.asked(situation, now=now, office=office)
    if asked is not None:
        rated = rating.understood(situation, now=now, office=office)
        if rated is not None:
            return rating.decide(asked, rated, situation, now=now, office=office)
    aside = NOTHING
    if verdict.label is Category.CLUE or verdict.suspects_clue:
        aside = clues.decide(situation, now=now, office=office)
        verdict = _harmless(verdict)
    return aside + _ordinary(situation, verdict, judge, now=now, office=office, secret=bool(aside.clues))


def _ordinary(
    situation: Situation, verdict: Verdict, judge: Judge, *, now: datetime, office: Office, secret: bool
) -> Outcome:
    """Everything but danger and clues. ``secret``: a part of the words was a clue, so only appeals may follow."""
    within = timedelta(seconds=office.rules.join_window.continues_within)
    thread = _meant(situation, verdict)
    if thread is not None and not secret:
        return _about(thread, situation, verdict, now=now, office=office)
    before = () if secret else threads.quiet_pieces(situation, within=within)
    if before and not _is_appeal(verdict, office):
        whole = judge.classify(_join(before, situation.burst.pieces), _context(situation))
        if whole.label is Category.CLUE or whole.suspects_clue:
            return clues.decide(situation, now=now, office=office, before=before)
        if _is_appeal(whole, office):
            verdict = whole
    earlier = None if secret else threads.continued(situation, verdict, within=within)
    if earlier is not None and earlier.ticket.state is not State.CLOSED:
        return attaching.piece(earlier, situation.burst.pieces, verdict if _adds(verdict) else None)
    if not secret and (Flag.SUPPORT in verdict.flags or _is_appeal(verdict, office)):
        same = threads.joined(situation, verdict, judge.similarity)
        if same is not None:
            return attaching.support(same, situation.burst.pieces, now=now)
    if _is_appeal(verdict, office):
        repeated = None if secret else _repeated(situation, verdict, judge)
        if repeated is not None:
            return attaching.follow_up(repeated, situation, now=now, office=office)
        return _open(situation, (*before, *situation.burst.pieces), verdict, now=now, office=office)
    return _leave(situation, verdict)


def _open(
    situation: Situation, pieces: Sequence[Message], verdict: Verdict, *, now: datetime, office: Office
) -> Outcome:
    _, outcome = open_ticket(
        situation,
        pieces,
        verdict,
        category=verdict.label,
        text=verdict.public_text or situation.burst.text,
        now=now,
        office=office,
    )
    seen = {verdict.label}
    for part in verdict.also:
        if part.category not in APPEALS or part.category in seen:
            continue
        seen.add(part.category)
        further = replace(verdict, label=part.category, public_text=part.text, topic="", place=verdict.place)
        outcome += open_ticket(
            situation,
            pieces,
            further,
            category=part.category,
            text=part.text,
            now=now,
            office=office,
            number_offset=len(seen) - 1,
        )[1]
    return outcome


def _about(thread: Thread, situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> Outcome:
    """A word on a ticket that exists."""
    mine = thread.involves(situation.sender)
    flags = verdict.flags
    if mine and Flag.REOPEN in flags and thread.ticket.first_cadre_reply is not None:
        return attaching.dissatisfied(thread, situation, now=now, office=office)
    if mine and Flag.WITHDRAW in flags:
        return attaching.solved(thread, situation, now=now, office=office)
    if mine and Flag.THANKS in flags:
        return attaching.thanks(thread, situation)
    if mine:
        return attaching.follow_up(thread, situation, now=now, office=office)
    return attaching.support(thread, situation.burst.pieces, now=now)


def _meant(situation: Situation, verdict: Verdict) -> Thread | None:
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
    own = threads.own(situation)
    if own is None:
        return None
    if flags & {Flag.FOLLOWUP, Flag.REOPEN}:
        return own
    return own if situation.burst.first.at - own.last_at <= _THANKED_WITHIN else None


_THANKED_WITHIN = timedelta(days=1)


def _repeated(situation: Situation, verdict: Verdict, judge: Judge) -> Thread | None:
    """The sender's own live ticket about the very same matter: said again, not said anew."""
    own = threads.own(situation)
    if own is None or not own.ticket.state.is_live or own.ticket.category is not verdict.label:
        return None
    words = verdict.public_text or situation.burst.text
    return own if judge.similarity(words, own.ticket.text) >= threads.SAME_MATTER else None


def _leave(situation: Situation, verdict: Verdict) -> Outcome:
    """Nothing happens in the group; what may have been a question is shown to the duty officer on demand."""
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
    return attaching.piece(earlier, shown, None)


_SILENT = Verdict(label=Category.NONE, confidence=1.0)


def _harmless(verdict: Verdict) -> Verdict:
    """What is left of a mixed message when the accusation has been taken out."""
    part = next((part for part in verdict.also if part.category in APPEALS), None)
    if part is None:
        return replace(verdict, label=Category.NONE, also=(), suspects_clue=False, flags=frozenset())
    rest = tuple(other for other in verdict.also if other is not part)
    return replace(verdict, label=part.category, public_text=part.text, also=rest, suspects_clue=False)


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
