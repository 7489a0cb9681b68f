"""The neutral line in a group after a clue: the same words each time, at a moment that tells nothing (R51)."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.domain.messages import Outgoing, OutKind, ToGroup
from bot.domain.workdays import local
from bot.office import Office

EARLIEST: Final = timedelta(minutes=20)
_SPREAD_MINUTES: Final = 100
"""The line comes between 20 and 120 minutes after it was approved: nobody can tell which message it followed."""


def line(group: str, *, now: datetime, chance: str, office: Office) -> Outgoing:
    """One line for a group and a day at most. ``chance`` is something that nobody in the group can know."""
    drawn = int.from_bytes(sha256(chance.encode()).digest()[:8], "big")
    at = office.loud_at(now + EARLIEST + timedelta(seconds=drawn % (_SPREAD_MINUTES * 60)))
    return Outgoing(
        to=ToGroup(group=group),
        kind=OutKind.NOTICE,
        text=office.say("clue.group_line"),
        dedupe_key=f"neutral-line:{group}:{local(at).date()}",
        not_before=at,
    )
