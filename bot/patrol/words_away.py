"""What was said is kept for some months and no longer: tickets have their own masked text (legal.md 2 and 10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.outcome import Job, Outcome, Slot
from bot.office import Office

MOST = 5000
"""Messages of one run; where there are more, the next run comes at once."""
_NEXT = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``seqs``: order numbers of messages that are older than ``oldest_kept``, ``MOST`` at most, in order."""

    seqs: tuple[int, ...]


def oldest_kept(now: datetime, office: Office) -> datetime:
    """What arrived before this instant has been kept long enough."""
    return now - timedelta(days=office.rules.privacy.words_days)


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Wipe the words and names of the county ``slot.scope``'s old messages; what a clue keeps stays (R50)."""
    if slot.scope.partition("/")[0] != office.org.county.id:
        return Outcome()
    more = len(facts.seqs) == MOST
    again = Slot(at=now + _NEXT, job=Job.WORDS_AWAY, scope=f"{office.org.county.id}/more")
    return Outcome(forgotten=facts.seqs, slots=(again,) if more else ())
