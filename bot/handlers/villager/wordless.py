"""Pictures, papers and voice messages without a word: they belong to what was said around them (taxonomy, rule 3).

Alone they are no matter. In private their sender is asked kindly for a few words; in a group nothing is said.
"""

from datetime import datetime, timedelta

from bot.domain.categories import Category
from bot.domain.messages import Kind, MediaKind, Message, Outgoing, OutKind, ToAccount
from bot.domain.outcome import NOTHING, Mark, Outcome
from bot.domain.verdicts import Verdict
from bot.domain.workdays import local
from bot.handlers import clues
from bot.handlers.judge import Judge
from bot.handlers.reading import threads
from bot.handlers.situation import Situation
from bot.handlers.villager import attaching
from bot.office import Office

_SILENT = Verdict(label=Category.NONE, confidence=1.0)
_BRINGS = frozenset({Kind.IMAGE, Kind.VOICE, Kind.FILE})


def decide(situation: Situation, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """To the clue that its sender has just told, to the matter that he has just raised, or to nothing."""
    within = timedelta(seconds=office.rules.join_window.continues_within)
    brought = tuple(piece for piece in situation.burst.pieces if piece.kind in _BRINGS or piece.media)
    if not brought:
        return NOTHING
    if situation.village is not None and clues.goes_on(situation, _SILENT, within=within):
        return clues.decide(situation, now=now, office=office)  # evidence is seen by nobody else (R50)
    earlier = None if situation.village is None else threads.continued(situation, _SILENT, judge, within=within)
    if earlier is not None:
        return attaching.piece(earlier, brought)
    spoken = next((piece for piece in brought if _is_voice(piece)), None)
    if not situation.private:
        return NOTHING if spoken is None else Outcome(marks=((spoken.seq, Mark.MAYBE),))
    return _ask(situation, "media.ask_words" if spoken is not None else "media.ask_what", now=now, office=office)


def _is_voice(piece: Message) -> bool:
    return piece.kind is Kind.VOICE or MediaKind.VOICE in piece.media


def _ask(situation: Situation, key: str, *, now: datetime, office: Office) -> Outcome:
    """One kind question, once a day of each sort: who sends ten pictures is not asked ten times."""
    first = situation.burst.first
    question = Outgoing(
        to=ToAccount(platform=first.platform, account=situation.sender),
        kind=OutKind.NOTICE,
        text=office.say(key),
        dedupe_key=f"{key}:{first.platform}/{situation.sender}:{local(now).date()}",
    )
    return Outcome(sends=(question,))
