"""A private message from somebody whose village is not known: ask for the village once, never for a name (R33)."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.categories import Category
from bot.domain.messages import Outgoing, OutKind, ToAccount
from bot.domain.outcome import Outcome
from bot.domain.verdicts import Verdict
from bot.domain.workdays import local
from bot.handlers.joining import Burst
from bot.handlers.situation import Situation
from bot.office import Office

_STILL_MEANT = timedelta(minutes=30)
"""How long what was written before the village was named is still what the sender wants."""


def settled(situation: Situation) -> Situation:
    """The situation with the village that the sender has just named, and with what was written before it.

    Unchanged if no village was asked for or named.
    """
    question = situation.last_sent(OutKind.QUESTION)
    text = situation.burst.text.strip().rstrip("。.")
    if question is None or not text.isdecimal() or not 1 <= int(text) <= len(question.outgoing.choices):
        return situation
    village = question.outgoing.choices[int(text) - 1]
    earlier = situation.own_recent(situation.burst.first.at - _STILL_MEANT)
    burst = Burst(pieces=earlier) if earlier else situation.burst
    return replace(situation, village=village, burst=burst, recent=())


def decide(situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> Outcome:
    """Ask which village it is about; small talk gets one greeting a day that says what the bot is for."""
    first = situation.burst.first
    to = ToAccount(platform=first.platform, account=situation.sender)
    if verdict.label is Category.NONE and not verdict.suspects_clue and not verdict.urgent:
        key = f"hello:{first.platform}/{situation.sender}:{local(now).date()}"
        hello = Outgoing(to=to, kind=OutKind.NOTICE, text=office.say("receipt.hello"), dedupe_key=key)
        return Outcome(sends=(hello,))
    villages = [unit for township in office.org.townships for unit in office.org.villages_of(township.id)]
    lines = "\n".join(
        office.say("question.choice", number=index, text=village.name) for index, village in enumerate(villages, 1)
    )
    question = Outgoing(
        to=to,
        kind=OutKind.QUESTION,
        text=office.say("question.which_village", choices=lines),
        dedupe_key=f"village:{first.platform}/{first.id}",
        choices=tuple(village.id for village in villages),
    )
    return Outcome(sends=(question,))
