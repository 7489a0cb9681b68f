"""A private message from somebody whose village is not known: ask for the village once, never for a name (R33)."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.alarming import say_numbers
from bot.domain.categories import Category
from bot.domain.messages import Message, Outgoing, OutKind, ToAccount
from bot.domain.outcome import Outcome
from bot.domain.verdicts import Verdict
from bot.domain.workdays import local
from bot.handlers import clues
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.joining import Burst
from bot.handlers.situation import Situation
from bot.office import Office
from bot.ports import Sent

_STILL_MEANT = timedelta(minutes=30)
"""How long before the question what was written is what the question was about."""
_LAST_WORD = "村"
_SHORTEST_NAME = 2


def settled(situation: Situation, office: Office) -> Situation:
    """The situation with the village that the sender has just named, and with what was written before it.

    Unchanged if no village was named, or several.
    """
    question = situation.last_sent(OutKind.QUESTION)
    earlier: tuple[Message, ...] = ()
    if question is not None:
        said = situation.own_recent((question.sent_at or question.created_at) - _STILL_MEANT)
        earlier = tuple(piece for piece in said if not piece.set_aside)
    chosen = _chosen(situation.burst.text, question)
    if chosen is not None:
        burst = Burst(pieces=earlier) if earlier else situation.burst
        return replace(situation, village=chosen, burst=burst, recent=())
    named = _named(situation.burst.text, office)
    if named is None:
        return situation
    return replace(situation, village=named, burst=Burst(pieces=(*earlier, *situation.burst.pieces)), recent=())


def _chosen(text: str, question: Sent | None) -> str | None:
    """The village behind a bare number."""
    number = text.strip().rstrip(PUNCTUATION)
    if question is None or not number.isdecimal() or not 1 <= int(number) <= len(question.outgoing.choices):
        return None
    return question.outgoing.choices[int(number) - 1]


def _named(text: str, office: Office) -> str | None:
    """The one village whose name stands in the text: 柳湾的, 我是柳湾村的."""
    villages = office.org.villages
    named = [unit.id for unit in villages if _short_name(unit.name) in text]
    return named[0] if len(named) == 1 else None


def _short_name(village: str) -> str:
    """柳湾 for 柳湾村: people leave the last word out, unless only one would remain."""
    return village[:-1] if len(village) > _SHORTEST_NAME and village.endswith(_LAST_WORD) else village


def decide(situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> Outcome:
    """Ask which village it is about; a greeting gets one a day, an accusation goes to the county's discipline role."""
    if verdict.label is Category.CLUE:  # not asked for the village, which might point at the sender
        return clues.decide(replace(situation, village=office.org.county.id), now=now, office=office)
    first = situation.burst.first
    to = ToAccount(platform=first.platform, account=situation.sender)
    if verdict.label is Category.NONE and not verdict.suspects_clue and not verdict.urgent:
        return greet(situation, now=now, office=office)
    villages = office.org.villages
    lines = "\n".join(
        office.say("question.choice", number=index, text=village.name) for index, village in enumerate(villages, 1)
    )
    question = Outgoing(
        to=to,
        kind=OutKind.QUESTION,
        text=_question(situation, verdict, lines, office),
        dedupe_key=f"village:{first.platform}/{first.id}",
        choices=tuple(village.id for village in villages),
        confidential=verdict.suspects_clue,
    )
    return Outcome(sends=(question,))


def _question(situation: Situation, verdict: Verdict, choices: str, office: Office) -> str:
    """In danger the number to ring comes first: it does not wait for the village (R8)."""
    if not verdict.urgent:
        return office.say("question.which_village", choices=choices)
    numbers = say_numbers(situation.burst.text, office)
    return office.say("question.which_village_urgent", numbers=numbers, choices=choices)


def greet(situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """Say once a day what the bot is for; small talk is not its job."""
    first = situation.burst.first
    hello = Outgoing(
        to=ToAccount(platform=first.platform, account=situation.sender),
        kind=OutKind.NOTICE,
        text=office.say("receipt.hello"),
        dedupe_key=f"hello:{first.platform}/{situation.sender}:{local(now).date()}",
    )
    return Outcome(sends=(hello,))
