"""Somebody joined a group: one line greets all newcomers of the day, at a set time (R27)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.messages import Kind, Message
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.workdays import SHANGHAI, local
from bot.handlers.threshold import is_about_the_bot
from bot.office import Office

_STILL_NEW = timedelta(days=1)
"""How old the news of a joining may be: what an old export tells is no news."""


def planned(pieces: Iterable[Message], *, now: datetime, office: Office) -> Outcome:
    """The line's slot, the same for all who join before it, so that it is said once at most."""
    groups = {
        piece.group
        for piece in pieces
        if piece.kind is Kind.JOIN and piece.group in office.org.groups and not is_about_the_bot(piece)
        if now - piece.at < _STILL_NEW
    }
    if not office.rules.newcomers.welcome:
        return Outcome()
    at = datetime.combine(local(now).date(), office.rules.newcomers.welcome_at, SHANGHAI)
    if at <= now:
        at += timedelta(days=1)
    slots = (Slot(at=at, job=Job.WELCOME, scope=group) for group in sorted(group for group in groups if group))
    return Outcome(slots=tuple(slots))
