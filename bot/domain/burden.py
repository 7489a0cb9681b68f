"""How much an officer is written to: when the next message may go, alone or together with others (PEERS idea 7).

What answers an officer's own words, emergencies, and the page that comes once a day cost nothing and never wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.rules import Burden, QuietHours
from bot.domain.workdays import local

MOST_TOGETHER = 15
"""Texts in one message at most: more than three screens of a phone is read by nobody, and platforms cut it off."""


class Pace(StrEnum):
    """How a message is let out."""

    FREE = "free"
    """At once, uncounted: groups, villagers, emergencies, the daily page."""
    ANSWER = "answer"
    """At once, uncounted: it answers what this officer has just said or done."""
    ALONE = "alone"
    """Counted but never joined with others: a bare 1 must answer one question only, a secret stays by itself."""
    TOGETHER = "together"
    """Counted, and joined with others that come within minutes of the last."""


_UNCOUNTED = frozenset({OutKind.EMERGENCY, OutKind.DIGEST})


@dataclass(frozen=True, kw_only=True, slots=True)
class Paced:
    """One counted message that an officer got (a bundle is one): when (aware), and how it was let out."""

    at: datetime
    pace: Pace


def pace_of(outgoing: Outgoing) -> Pace:
    """How a message is let out, by what it is for and whom it reaches."""
    if not isinstance(outgoing.to, ToPerson) or outgoing.kind in _UNCOUNTED:
        return Pace.FREE
    if outgoing.answers:
        return Pace.ANSWER
    return Pace.ALONE if outgoing.choices or outgoing.confidential else Pace.TOGETHER


def may_go(pace: Pace, before: Sequence[Paced], *, now: datetime, burden: Burden, quiet: QuietHours) -> datetime | None:
    """Until when a message of this pace is held back, None if it may go now.

    ``before`` are the counted messages that this officer got since the local day began. The first of a day goes at
    once, further ones are gathered for some minutes. The last of the day's budget is kept for what waits at
    ``burden.last_at``; what does not fit into the day waits for the next morning. Quiet hours hold everything counted.
    """
    if pace in (Pace.FREE, Pace.ANSWER):
        return None
    until = now
    last = max((one.at for one in before if one.pace is Pace.TOGETHER), default=None)
    if pace is Pace.TOGETHER and last is not None:
        until = max(until, last + timedelta(minutes=burden.bundle_minutes))
    used, most = len(before), burden.most_per_day
    here = local(now)
    closing = here.replace(
        hour=burden.last_at.hour, minute=burden.last_at.minute, second=burden.last_at.second, microsecond=0
    )
    if used >= most or (pace is Pace.ALONE and used >= most - 1):
        until = midnight(now + timedelta(days=1))
    elif used >= most - 1:
        until = max(until, closing)
    until = loud_at(until, quiet)
    return until if until > now else None


def loud_at(at: datetime, quiet: QuietHours) -> datetime:
    """The earliest instant from ``at`` on that lies outside of the quiet hours."""
    here = local(at)
    if here.time() not in quiet:
        return at
    end = here.replace(hour=quiet.end.hour, minute=quiet.end.minute, second=0, microsecond=0)
    return end if end > here else end + timedelta(days=1)


def midnight(at: datetime) -> datetime:
    """When the local day of an instant began."""
    return local(at).replace(hour=0, minute=0, second=0, microsecond=0)
