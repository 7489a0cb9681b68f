"""What proves, on which days and until when, that a group is heard (R36)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.domain.bindings import Room
from bot.domain.gaps import Stretch, awake, joined
from bot.domain.org import Group
from bot.domain.rules import QuietHours
from bot.domain.silence import Senses, Traces
from bot.domain.workdays import SHANGHAI, local
from bot.ports import GroupDay, Hearing
from bot.ports.platform import Gap

_DAY = timedelta(days=1)


def deaf_times(gaps: Iterable[Gap], platform: str, *, deaf_since: datetime | None, at: datetime) -> tuple[Stretch, ...]:
    """When a platform could not be heard up to an instant, in order; ``deaf_since``: since when it cannot be now."""
    past = [Stretch(since=gap.since, until=min(gap.until, at)) for gap in gaps if gap.platform == platform]
    now = [] if deaf_since is None else [Stretch(since=deaf_since, until=at)]
    return joined(one for one in (*past, *now) if one.since < one.until)


def within(stretches: Iterable[Stretch], day: date) -> tuple[Stretch, ...]:
    """The parts of times that lie on a local day."""
    begins = datetime.combine(day, time.min, SHANGHAI)
    cut = (Stretch(since=max(one.since, begins), until=min(one.until, begins + _DAY)) for one in stretches)
    return tuple(one for one in cut if one.since < one.until)


def deaf_days(stretches: Sequence[Stretch], quiet: QuietHours, *, hours: int) -> frozenset[date]:
    """The local days of which at least so many waking hours could not be heard: they prove nothing about anybody."""
    found: set[date] = set()
    for one in stretches:
        day = local(one.since).date()
        while day <= local(one.until).date():
            lost = sum((awake(part, quiet) for part in within(stretches, day)), timedelta())
            if lost >= timedelta(hours=hours):
                found.add(day)
            day += _DAY
    return frozenset(found)


def proven_days(days: Iterable[GroupDay], senses: Senses, deaf: frozenset[date]) -> frozenset[date]:
    """The local days on which a group was provably heard: something came from it, and the line was not down for long.

    Where a post that was sent is seen at once, the bot's own post proves as much.
    """
    own = senses.echoes_own and senses.shows_sent
    return frozenset(day.day for day in days if day.day not in deaf and (day.heard or (own and day.bot_messages)))


def traces_of(
    group: Group,
    heard: Hearing,
    days: Sequence[GroupDay],
    *,
    known_since: date | None,
    deaf_since: datetime | None,
    rooms: Iterable[Room],
    proven: frozenset[date],
    at: datetime,
) -> Traces:
    """What was on record of a group at an instant, perhaps one that is long past. ``days`` are the group's own."""

    def then(instant: datetime | None, counted: Callable[[GroupDay], int]) -> datetime | None:
        if instant is None or instant <= at:
            return instant
        last = max((day.day for day in days if counted(day) and day.day <= local(at).date()), default=None)
        return None if last is None else min(at, datetime.combine(last, time.max, SHANGHAI))

    return Traces(
        known_since=known_since,
        heard_at=then(heard.heard_at, lambda day: day.heard),
        villager_at=then(heard.villager_at, lambda day: day.villager_messages),
        posted_at=then(heard.posted_at, lambda day: day.bot_messages),
        echoed_at=then(heard.echoed_at, lambda day: day.heard),
        deaf_since=deaf_since,
        bound=bool(group.conversation),
        removed_at=next((room.left_at for room in rooms if _is_of(room, group)), None),
        proven=proven,
    )


def by_group(days: Iterable[GroupDay]) -> Mapping[str, list[GroupDay]]:
    """The counts of each group, in their order."""
    found: dict[str, list[GroupDay]] = {}
    for day in days:
        found.setdefault(day.group, []).append(day)
    return found


def _is_of(room: Room, group: Group) -> bool:
    return (room.platform, room.conversation) == (group.platform, group.conversation)
