"""What nobody needs is thrown away: pictures that belong to no ticket, some days after they came (legal.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.media import Media, MediaChange, MediaStep
from bot.domain.outcome import Job, Outcome, Slot
from bot.office import Office

MOST = 500
"""Pieces looked at in one run; more are looked at right after."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Media of no ticket that came more than ``rules.media.kept_days`` ago, oldest first, ``MOST`` at most."""

    stale: tuple[Media, ...]


def oldest_kept(now: datetime, office: Office) -> datetime:
    """What of no ticket came before this instant goes."""
    return now - timedelta(days=office.rules.media.kept_days)


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Drop them; what a case of the ledger rests on stays, and its record hides where it came from (R50)."""
    del office
    changes = tuple(
        MediaChange(id=one.id, step=MediaStep.HIDDEN if one.for_clue else MediaStep.DROPPED) for one in facts.stale
    )
    more = (Slot(at=now + timedelta(seconds=1), job=Job.MEDIA_AWAY, scope=slot.scope),)
    return Outcome(media=changes, slots=more if len(facts.stale) == MOST else ())
