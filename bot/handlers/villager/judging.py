"""What a villager's words are, in the light of who hears them and how long ago they were written."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.categories import Flag
from bot.domain.verdicts import Verdict
from bot.handlers.judge import Judge
from bot.handlers.reading.addressed import context_of
from bot.handlers.situation import Situation
from bot.office import Office

_STILL_URGENT = timedelta(hours=24)
"""How long after a cry for help people are rung: messages may come late, an export days later (R76)."""


def judged(
    text: str, situation: Situation, judge: Judge, *, now: datetime, office: Office, joined: bool = False
) -> Verdict:
    """The verdict on a text of the sender's. ``joined``: its pieces by themselves were no cry for help (R8)."""
    verdict = judge.classify(text, replace(context_of(situation, judge, office), joined=joined))
    if Flag.CRISIS in verdict.flags:
        return replace(verdict, urgent=verdict.urgent or situation.private)  # nobody jokes to the bot alone
    if verdict.urgent and now - situation.burst.last.at > _STILL_URGENT:
        return replace(verdict, urgent=False)  # read in an export: a request of that day, which rings nobody now
    return verdict
