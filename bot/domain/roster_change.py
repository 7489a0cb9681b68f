"""What a table would change of the roster, day by day, before anybody says yes (R28)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.duty import Planned, Roster, Swap
from bot.domain.org import Organisation


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One day of a village or group that becomes another: ids of people, swaps left aside."""

    planned: Planned
    before: tuple[str, ...]
    after: tuple[str, ...]
    swaps: tuple[Swap, ...]
    """What people have settled for that day: it lies on top of the table too."""


def steps(planned: Sequence[Planned], roster: Roster) -> tuple[Step, ...]:
    """What differs from the roster, villages before their groups: a group is compared with what its village becomes.

    Somebody on leave who is missing from the table is no difference: that day he was not on duty anyway.
    """
    villages = [one for one in planned if one.group is None]
    groups = [one for one in planned if one.group is not None]
    whole = [step for one in villages if (step := _step(one, roster)) is not None]
    then = roster.changed(step.planned for step in whole)
    return (*whole, *(step for one in groups if (step := _step(one, then)) is not None))


def _step(planned: Planned, roster: Roster) -> Step | None:
    village, day, group = planned.village, planned.day, planned.group
    before = roster.before_swaps(village, day, group=group)
    if planned.people:
        after = planned.people
        there = tuple(person for person in before if not roster.is_away(person, day))
        same = after in (before, there)
    else:
        read = {key: people for key, people in roster.read.items() if key != (group or village, day)}
        after = Roster(days=roster.days, weekly=roster.weekly, read=read).before_swaps(village, day, group=group)
        same = (group or village, day) not in roster.read
    if same:
        return None
    return Step(planned=planned, before=before, after=after, swaps=roster.swaps_on(village, day))


def holes(days: Iterable[tuple[str, date]], roster: Roster, org: Organisation) -> tuple[tuple[str, date], ...]:
    """Those village days on which nobody is left on duty, people who have gone from the list left aside."""
    return tuple(
        (village, day)
        for village, day in sorted(set(days))
        if not any(person in org.people for person in roster.on_duty(village, day))
    )
