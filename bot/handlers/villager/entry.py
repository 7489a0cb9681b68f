"""What a villager said, turned into a decision: the order of the taxonomy, in the light of what was said before."""

from datetime import datetime, timedelta

from bot.domain.categories import Category
from bot.domain.outcome import NOTHING, Outcome
from bot.domain.verdicts import Verdict
from bot.handlers import clues, emergency, privacy
from bot.handlers.judge import Judge
from bot.handlers.reading import neighbours, threads
from bot.handlers.reading.lately import NEAR
from bot.handlers.situation import Situation
from bot.handlers.villager import accusation, appeals, parting, rating, stranger, whisper, wordless
from bot.handlers.villager.judging import judged
from bot.office import Office


def decide(situation: Situation, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """What follows from one burst of a villager's messages."""
    within = timedelta(seconds=office.rules.join_window.continues_within)
    left_alone = situation.alone and not privacy.calls_the_bot(situation)
    if left_alone and not situation.burst.text.strip():
        return NOTHING
    if not situation.burst.text.strip():
        return wordless.decide(situation, judge, now=now, office=office)
    if situation.village is None:
        situation = stranger.settled(situation, office)
    verdict = judged(situation.burst.text, situation, judge, now=now, office=office)
    if situation.village is None:
        return stranger.decide(situation, verdict, now=now, office=office)
    if left_alone:  # danger is heard from everybody, nothing else is
        return _danger(situation, verdict, judge, within, now=now, office=office) or NOTHING
    at_once = (
        _danger(situation, verdict, judge, within, now=now, office=office)
        or whisper.answered(situation, judge, now=now, office=office)
        or _disowned(situation, judge, now=now, office=office)
        or _rating(situation, verdict, now=now, office=office)
    )
    if at_once is not None:
        return at_once
    if verdict.label is Category.CLUE:
        return accusation.decide(situation, verdict, judge, now=now, office=office)
    if clues.goes_on(situation, verdict, within=within):
        return clues.decide(situation, now=now, office=office)
    aside = clues.decide(situation, now=now, office=office, sure=False) if verdict.suspects_clue else NOTHING
    aside += emergency.cleared(situation, now=now, office=office)
    return aside + appeals.decide(situation, verdict, judge, now=now, office=office)


def _danger(
    situation: Situation, verdict: Verdict, judge: Judge, within: timedelta, *, now: datetime, office: Office
) -> Outcome | None:
    """A cry for help, or the word of somebody on the spot of a running emergency (R8)."""
    if verdict.urgent:
        pieces = (*threads.quiet_pieces(situation, within=within), *situation.burst.pieces)
        return emergency.decide(situation, pieces, verdict, judge, now=now, office=office)
    witnessed = neighbours.witnessed(
        situation, verdict, judge, over=lambda thread: emergency.is_over(thread, situation)
    )
    witnessed = witnessed or emergency.own_careful(situation, within=NEAR)
    if witnessed is None:
        return None
    return emergency.more(witnessed, situation, verdict, now=now, office=office)


def _disowned(situation: Situation, judge: Judge, *, now: datetime, office: Office) -> Outcome | None:
    """Somebody who was counted in to another's matter says that it is not his (PEERS idea 5)."""
    found = parting.disowned(situation)
    return None if found is None else parting.disown(*found, situation, judge, now=now, office=office)


def _rating(situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> Outcome | None:
    """The answer to the question whether it is solved (R109)."""
    asked = rating.asked(situation, now=now, office=office)
    rated = None if asked is None else rating.understood(situation, verdict, now=now, office=office)
    if asked is None or rated is None:
        return None
    return rating.decide(asked, rated, situation, now=now, office=office)
