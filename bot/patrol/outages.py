"""When the platforms of a township could not be heard, for its digest: broken lines are never taken for silence."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.digest import OutageRow
from bot.domain.gaps import Stretch, joined
from bot.domain.org import Group
from bot.ports.lines import LineRecord
from bot.ports.platform import Gap


def outages(gaps: Sequence[Gap], groups: Iterable[Group], *, since: datetime, until: datetime) -> tuple[OutageRow, ...]:
    """The gaps that ended within a time, platform by platform in the order of the groups, overlapping ones as one."""
    by_platform: dict[str, list[str]] = {}
    for group in groups:
        by_platform.setdefault(group.platform, []).append(group.id)
    rows = []
    for platform, ids in by_platform.items():
        own = [gap for gap in gaps if gap.platform == platform and since < gap.until <= until]
        for stretch in joined(Stretch(since=gap.since, until=gap.until) for gap in own):
            first = next(gap for gap in own if gap.since == stretch.since)
            rows.append(
                OutageRow(platform=platform, since=stretch.since, until=stretch.until, why=first.why, groups=tuple(ids))
            )
    return tuple(rows)


def deaf_since(platform: str, lines: Sequence[LineRecord], gaps: Sequence[Gap], *, at: datetime) -> datetime | None:
    """Since when a platform could not be heard at an instant, be it now or then; None if its line stood.

    A line that nobody has looked after lately counts as it was seen last.
    """
    around = [gap.since for gap in gaps if gap.platform == platform and gap.since < at < gap.until]
    if around:
        return min(around)
    line = next((line for line in lines if line.platform == platform), None)
    if line is None or line.is_online or line.down_since is None or line.down_since > at:
        return None
    return line.down_since
