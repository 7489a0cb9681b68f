"""Once a month a line in every group: how to be heard, what the bot reads and keeps, how to be left alone (R27)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages import Outgoing, OutKind, ToGroup
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.workdays import local
from bot.office import Office

USEFUL_FOR = timedelta(hours=3)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``hears_all``: whether the platform delivers everything; ``danger``: whether an emergency is fresh there."""

    hears_all: bool
    danger: bool = False


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The line for the group ``slot.scope``, on the first working day of the month of ``slot.at`` and no other."""
    group = office.org.groups.get(slot.scope)
    day = local(slot.at).date()
    if group is None or not office.rules.newcomers.monthly or now - slot.at > USEFUL_FOR or facts.danger:
        return NOTHING
    before = day.replace(day=1) - timedelta(days=1)
    if day != office.calendar.next_workday(before) or day in office.rules.content.quiet_days:
        return NOTHING
    line = Outgoing(
        to=ToGroup(group=group.id),
        kind=OutKind.NOTICE,
        text=office.say("newcomers.monthly" if facts.hears_all else "newcomers.monthly_by_mention"),
        dedupe_key=f"monthly-hint:{group.id}:{day:%Y-%m}",
    )
    return Outcome(sends=(line,))
