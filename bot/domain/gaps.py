"""Times in which nothing could be heard: which of them count for the people of a group, and how they add up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.rules import QuietHours
from bot.domain.workdays import local

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Stretch:
    """A time from ``since`` to ``until``, both aware."""

    since: datetime
    until: datetime

    @property
    def minutes(self) -> int:
        """How long it is, in whole minutes; a part of a minute counts as one."""
        return -(-(self.until - self.since) // _MINUTE)


def joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same times in order, those that touch or overlap as one."""
    found: list[Stretch] = []
    for stretch in sorted(stretches):
        if found and stretch.since <= found[-1].until:
            until = max(found[-1].until, stretch.until)
            found[-1] = Stretch(since=found[-1].since, until=until)
        else:
            found.append(stretch)
    return tuple(found)


def awake(stretch: Stretch, quiet: QuietHours) -> timedelta:
    """How much of a time lies outside of the quiet hours: when people may have spoken and want to be heard."""
    spent = timedelta()
    for part in _days(stretch):
        here = local(part.since)
        edges = sorted({here, local(part.until), *_edges(here, quiet)})
        for begin, end in pairwise(edges):
            inside = part.since <= begin and end <= part.until
            if inside and begin.time() not in quiet:
                spent += end - begin
    return spent


def _days(stretch: Stretch) -> Sequence[Stretch]:
    """The time cut at every local midnight."""
    parts = []
    since = stretch.since
    while since < stretch.until:
        midnight = (local(since) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        parts.append(Stretch(since=since, until=min(midnight, stretch.until)))
        since = midnight
    return parts


def _edges(day: datetime, quiet: QuietHours) -> Iterable[datetime]:
    for at in (quiet.begin, quiet.end):
        yield day.replace(hour=at.hour, minute=at.minute, second=at.second, microsecond=0)
