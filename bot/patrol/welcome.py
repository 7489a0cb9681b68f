"""One line to a group for all who joined it that day: how to be heard, and what the bot keeps (R27)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages import Outgoing, OutKind, ToGroup
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.workdays import local
from bot.office import Office

USEFUL_FOR = timedelta(hours=2)
"""How late a welcome may be; the next morning nobody is new any more."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``hears_all``: whether the platform delivers everything; ``danger``: whether an emergency is fresh there."""

    hears_all: bool
    danger: bool = False


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Greet those who joined the group ``slot.scope`` before ``slot.at``: no names, at most one line a local day."""
    group = office.org.groups.get(slot.scope)
    if group is None or facts.danger or now - slot.at > USEFUL_FOR or not office.rules.newcomers.welcome:
        return NOTHING
    day = local(slot.at).date()
    if day in office.rules.content.quiet_days:
        return NOTHING
    line = Outgoing(
        to=ToGroup(group=group.id),
        kind=OutKind.NOTICE,
        text=office.say("newcomers.welcome" if facts.hears_all else "newcomers.welcome_by_mention"),
        dedupe_key=f"welcome:{group.id}:{day}",
    )
    return Outcome(sends=(line,))
