"""A swap for today: the group that has read in the morning who is on duty reads once who it is now (R28)."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import Outgoing, OutKind, ToGroup
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.workdays import local
from bot.duty_words import who_is_on_duty
from bot.office import Office


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``unposted``: groups of the village whose notice is neither out nor on its way: it will name the right ones."""

    unposted: frozenset[str]


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """One line to a group; ``slot.scope`` is ``<group>|<giver>|<taker>``.

    Nothing before the notice is out, nothing in quiet hours, and nothing once the day is over.
    """
    group = office.org.groups.get(slot.scope.partition("|")[0])
    day = local(slot.at).date()
    if group is None or group.id in facts.unposted or not group.conversation:
        return NOTHING
    people = who_is_on_duty(group.village, day, office, group=group.id)
    if not people or office.hold(now) is not None or local(now).date() != day:
        return NOTHING
    line = Outgoing(
        to=ToGroup(group=group.id),
        kind=OutKind.DUTY,
        text=office.say("shift.swap_group", people=people),
        dedupe_key=f"duty-corrected:{slot.scope.replace('|', ':')}:{day}",
    )
    return Outcome(sends=(line,))
