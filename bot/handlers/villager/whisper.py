"""What somebody whispers to the bot that may be an accusation or a request: the sender says who shall see it.

The words are put aside for the discipline role at once; only the sender's own choice takes them to the village (R51).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.categories import APPEALS, Category
from bot.domain.messages import Message, Outgoing, OutKind, ToAccount
from bot.domain.outcome import Outcome
from bot.domain.verdicts import Context, Verdict
from bot.handlers import clues
from bot.handlers.grammar import choice
from bot.handlers.joining import Burst
from bot.handlers.judge import Judge
from bot.handlers.opening import open_ticket
from bot.handlers.situation import Situation
from bot.office import Office

TO_VILLAGE, TO_DISCIPLINE = "whisper:village", "whisper:discipline"
_SURELY = 0.5
"""Confidence from which a whispered accusation is one, and nobody is asked."""
_STILL_MEANT = timedelta(minutes=30)
"""How long what was whispered before the question is what the answer is about."""


def doubtful(situation: Situation, verdict: Verdict) -> bool:
    """Whether the words may just as well be a request for help: too little speaks for an accusation."""
    return situation.private and verdict.label is Category.CLUE and verdict.confidence < _SURELY


def ask(situation: Situation, *, now: datetime, office: Office, before: tuple[Message, ...]) -> Outcome:
    """Put the words aside and ask once: shall the village help, or only the discipline office see it?"""
    first = situation.burst.first
    aside = clues.decide(situation, now=now, office=office, before=before, sure=False)
    question = Outgoing(
        to=ToAccount(platform=first.platform, account=situation.sender),
        kind=OutKind.QUESTION,
        text=office.say("clue.who_shall_see"),
        dedupe_key=f"whisper:{first.platform}/{first.id}",
        choices=(TO_VILLAGE, TO_DISCIPLINE),
        confidential=True,
    )
    return aside + Outcome(sends=(question,))


def answered(situation: Situation, judge: Judge, *, now: datetime, office: Office) -> Outcome | None:
    """What follows from the sender's 1 or 2; None if that was not asked or not answered."""
    question = situation.last_sent(OutKind.QUESTION)
    if question is None or question.outgoing.choices != (TO_VILLAGE, TO_DISCIPLINE) or not situation.private:
        return None
    number = choice(situation.burst.text)
    said = situation.own_recent((question.sent_at or question.created_at) - _STILL_MEANT)
    earlier = tuple(piece for piece in said if piece.at <= (question.sent_at or question.created_at))
    if number not in (1, 2) or not earlier:
        return None
    whispered = replace(situation, burst=Burst(pieces=earlier))
    if number != 1:
        return clues.decide(whispered, now=now, office=office)
    return _to_village(whispered, judge, now=now, office=office)


def _to_village(situation: Situation, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """A private ticket, as the sender wishes; of the words, what is no accusation."""
    verdict = judge.classify(situation.burst.text, Context(private=True, to_bot=True))
    harmless = next((part for part in verdict.also if part.category in APPEALS), None)
    category = verdict.label if verdict.label in APPEALS else Category.HELP
    if harmless is not None:
        category = harmless.category
    text = verdict.public_text or (situation.burst.text if harmless is None else harmless.text)
    _, outcome = open_ticket(
        situation,
        situation.burst.pieces,
        replace(verdict, label=category, urgent=False),
        category=category,
        text=text,
        now=now,
        office=office,
    )
    return outcome
