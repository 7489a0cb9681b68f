"""A heated word in a group: the schedule looks at once whether it is one of many (R45)."""

from datetime import datetime

from bot.domain.heat import Tone
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.handlers.situation import Situation
from bot.heating import words_of
from bot.office import Office


def heated(situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """Have the group looked at if somebody spoke in anger; not for who wants to be left alone."""
    if situation.group is None or situation.alone:
        return NOTHING
    words = words_of(office)
    if all(words.tone(piece.text) in (None, Tone.JEST) for piece in situation.burst.pieces):
        return NOTHING
    return Outcome(slots=(Slot(at=now, job=Job.HEAT, scope=situation.group.id),))
