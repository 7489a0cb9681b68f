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
from bot.handlers import attaching, clues, emergency, meant, neighbours, rating, stranger, threads, whisper
from bot.handlers.echo import shared
from bot.handlers.judge import Judge
from bot.handlers.opening import open_ticket, recategorise
from bot.handlers.several import matters
from bot.handlers.situation import Situation
from bot.office import Office

SURE = 0.7
"""Confidence from which the whole of a thought may change the category that its beginning had."""
_SAYS_ENOUGH = 0.85
"""Confidence that the rest of an accusation needs to become a ticket of its own."""
_WEAK_CLUE = 0.6
"""Confidence below which an accusation may be no more than a part of a request, read without the rest of it."""
_HARDLY_CLUE = 0.4
"""Confidence below which an accusation is likelier a word of something else said a moment before."""
_PLAIN_APPEAL = 0.8
"""Confidence with which the whole thought must be an appeal for that."""
_LISTENS = timedelta(minutes=30)
"""How long after a cadre's last word a question into the silence is put to him."""
_SOUNDS_OUT = re.compile(
    "(?:能|可以|可|好|敢)(?:不能|不可以)?(?:讲|说|聊|问)(?:话)?(?:不|吗|么|吧|没)|看得[到见]|看不看得|传出去|保密|机器人|"
    "会不会.{0,6}(?:知道|晓得|看)|(?:讲|说|问)个事|有个事"
)
"""How somebody tries the water before telling the bot alone what it is about: 这里能讲不, 别人可看得到."""
_TRIES_WITHIN = 20
"""Characters of such words at most; more of them tell a matter."""
_ASKS_POLITELY = re.compile("请问|(?:想|我)?问(?:一|个|下|哈|声|句)|咨询|打听")


def decide(situation: Situation, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """What follows from one burst of a villager's messages."""
    words = situation.burst.text
    within = timedelta(seconds=office.rules.join_window.continues_within)
    if not words.strip():
        return _picture(situation, within)
    if situation.village is None:
        situation = stranger.settled(situation, office)
        words = situation.burst.text
    verdict = judge.classify(words, _context(situation, office))
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
        harmless = _weak_accusation(situation, verdict, judge, within, now=now, office=office)
        return harmless or _accusation(situation, verdict, judge, within, now=now, office=office)
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


def _weak_accusation(
    situation: Situation, verdict: Verdict, judge: Judge, within: timedelta, *, now: datetime, office: Office
) -> Outcome | None:
    """What sounds like an accusation by itself, and in its place is none; the discipline role looks at it all the same.

    Somebody asks after a matter of his own (捐款修桥的账 到哪一步了), or the words end a thought that as a whole is a
    plain appeal (底下河沟断水了 — 上头电站把闸关死 水全部进他家引水渠).
    """
    if verdict.confidence >= _WEAK_CLUE or clues.goes_on(situation, verdict, within=within):
        return None
    aside = clues.decide(situation, now=now, office=office, sure=False)
    known = threads.own(situation, judge.similarity) if Flag.FOLLOWUP in verdict.flags else None
    asked_after = known is not None and known.ticket.state.is_live and not known.ticket.private
    if known and asked_after and shared(situation.burst.text, threads.words_of(known)) >= threads.TAKEN_UP:
        return aside + attaching.follow_up(known, situation, now=now, office=office)
    before = threads.quiet_pieces(situation, within=within)
    if any(clues.confides(piece.text) for piece in (*before, *situation.burst.pieces)):
        return None
    if Flag.SUPPORT in verdict.flags and verdict.confidence < _HARDLY_CLUE:
        same = neighbours.joined(situation, verdict, judge.similarity)
        if same is not None:
            return aside + attaching.support(same, situation.burst.pieces, now=now)
    begun = threads.continued(situation, verdict, within=within)
    if begun is not None and begun.ticket.state.is_live and begun.ticket.requester == situation.sender:
        return _weak_piece(begun, situation, verdict, judge, aside, now=now, office=office)
    if not before:
        return None
    whole = judge.classify(_join(before, situation.burst.pieces), _context(situation, office))
    if whole.label not in APPEALS or whole.confidence < _PLAIN_APPEAL or whole.urgent:
        return None
    return aside + _matter(situation, before, whole, judge, now=now, office=office)


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
    whole = judge.classify(f"{begun.ticket.text}\n{situation.burst.text}", _context(situation, office))
    corrects = Flag.CORRECTION in verdict.flags
    if whole.urgent or whole.label not in APPEALS:
        return None
    hardly = verdict.confidence < _HARDLY_CLUE and whole.label is begun.ticket.category
    if not (corrects or hardly or whole.confidence >= _PLAIN_APPEAL):
        return None
    harmless = replace(verdict, label=whole.label, public_text=situation.burst.text if corrects else "")
    return aside + _continue(begun, situation, harmless, judge, now=now, office=office)


def _danger(
    situation: Situation, verdict: Verdict, within: timedelta, *, now: datetime, office: Office
) -> Outcome | None:
    """A cry for help, or the word of somebody on the spot of a running emergency (R8)."""
    if verdict.urgent:
        pieces = (*threads.quiet_pieces(situation, within=within), *situation.burst.pieces)
        return emergency.decide(situation, pieces, verdict, now=now, office=office)
    witnessed = neighbours.witnessed(situation, verdict, over=lambda thread: emergency.is_over(thread, situation))
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
    asked = threads.asked_back(situation, verdict)
    if asked is not None:
        return _continue(asked, situation, verdict, judge, now=now, office=office)
    thread = meant.meant(situation, verdict, judge.similarity, office)
    if thread is None and situation.private and not _is_appeal(verdict, office):
        thread = meant.asked_privately(situation, verdict, judge.similarity)
    if thread is not None:
        return _about(thread, situation, verdict, now=now, office=office)
    pressed = meant.pressed(situation, verdict, office)
    if pressed is not None:
        return _press(pressed, situation, now=now, office=office)
    before = threads.quiet_pieces(situation, within=within)
    if _only_sounds_out(situation, verdict):
        return _leave(situation, verdict, now=now, office=office)
    if before and not _is_appeal(verdict, office):
        whole = judge.classify(_join(before, situation.burst.pieces), _context(situation, office))
        if whole.label is Category.CLUE:
            return clues.decide(situation, now=now, office=office, before=before)
        if _is_appeal(whole, office):
            verdict = whole
    earlier = threads.continued(situation, verdict, within=within)
    if earlier is not None and earlier.ticket.state.is_live:
        return _continue(earlier, situation, verdict, judge, now=now, office=office)
    return _matter(situation, before, verdict, judge, now=now, office=office)


def _only_sounds_out(situation: Situation, verdict: Verdict) -> bool:
    """Whether somebody alone with the bot asks who hears it, before saying anything: that is no matter yet (R51)."""
    words = situation.burst.text.strip()
    told = verdict.topic or verdict.place or len(words) > _TRIES_WITHIN
    return situation.private and not told and _SOUNDS_OUT.search(words) is not None


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
    same = neighbours.joined(situation, verdict, judge.similarity)
    if same is not None:
        return attaching.support(same, situation.burst.pieces, now=now)
    if not _is_appeal(verdict, office):
        return _leave(situation, verdict, now=now, office=office)
    reply = threads.replied_to(situation, verdict)
    if reply is not None:
        return attaching.thanks(reply, situation)
    repeated = threads.repeated(situation, verdict, judge.similarity)
    if repeated is not None:
        return attaching.follow_up(repeated, situation, now=now, office=office)
    return _open(situation, (*before, *situation.burst.pieces), verdict, judge, now=now, office=office)


def _harmless_part(situation: Situation, verdict: Verdict, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """A demand for publication beside an accusation in the group keeps its ticket, without the accusation (R50).

    What is whispered to the bot alone stays a clue as a whole: a ticket would show the village that somebody spoke.
    """
    part = next((part for part in verdict.also if part.category is Category.DISCLOSURE), None)
    if part is None or situation.private:
        return NOTHING
    alone = judge.classify(part.text, _context(situation, office))
    if alone.label is not Category.DISCLOSURE or alone.suspects_clue or alone.confidence < _SAYS_ENOUGH:
        return NOTHING
    if not alone.topic:
        return NOTHING  # 价没讲过 beside an accusation is part of it: a demand names what is to be published
    harmless = replace(alone, public_text=part.text, also=())
    known = neighbours.joined(situation, harmless, judge.similarity) or threads.repeated(
        situation, harmless, judge.similarity
    )
    if known is not None:
        return NOTHING
    pieces, text = situation.burst.pieces, part.text
    _, opened = open_ticket(situation, pieces, harmless, category=alone.label, text=text, now=now, office=office)
    return opened


def _continue(
    thread: Thread, situation: Situation, verdict: Verdict, judge: Judge, *, now: datetime, office: Office
) -> Outcome:
    """More of a thought whose ticket is open already; the whole of it may turn out to be another category."""
    if not (_adds(verdict) and verdict.public_text):
        return attaching.piece(thread, situation.burst.pieces)
    outcome = attaching.more_words(thread, situation.burst.pieces, verdict, now=now, office=office)
    grown = outcome.changes[-1].ticket
    whole = judge.classify(grown.text, _context(situation, office))
    differs = _is_appeal(whole, office) and whole.label is not grown.category
    if differs and grown.first_cadre_reply is None and whole.confidence > SURE:
        return outcome + recategorise(grown, whole.label, now=now, by=lifecycle.BOT, office=office)
    return outcome


def _open(
    situation: Situation, pieces: Sequence[Message], verdict: Verdict, judge: Judge, *, now: datetime, office: Office
) -> Outcome:
    """A new ticket, and one more for every further matter of the same message: 路灯坏了 另外低保要什么材料."""
    outcome = NOTHING
    for offset, matter in enumerate(matters(_join(pieces, ()), verdict, judge, _context(situation, office))):
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
    if thread.involves(situation.sender) and threads.throws_back(situation.burst.text, thread):
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
    if verdict.label is Category.CONSULTATION or verdict.may_want_answer:
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


def _context(situation: Situation, office: Office) -> Context:
    pieces = situation.burst.pieces
    return Context(
        private=situation.private,
        to_bot=situation.to_bot or _to_a_cadre(situation, office),
        voice=any(piece.kind is Kind.VOICE for piece in pieces),
    )


def _to_a_cadre(situation: Situation, office: Office) -> bool:
    """Whether a listed person is asked: mentioned, or politely asked as the next who speaks after him."""
    org, first = office.org, situation.burst.first
    mentioned = {account for piece in situation.burst.pieces for account in piece.mentions}
    if any(org.person_at(first.platform, account) is not None for account in mentioned):
        return True
    last = situation.recent[-1] if situation.recent else None
    if last is None or first.at - last.at > _LISTENS or org.person_at(last.platform, last.sender) is None:
        return False
    return _ASKS_POLITELY.match(situation.burst.text.strip()) is not None
