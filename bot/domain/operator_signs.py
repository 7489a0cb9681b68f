"""What needs the operator, and what of it was told already: every trouble is told once, and once that it is over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum


class SignKind(StrEnum):
    """What it is about."""

    WAITING = "waiting"
    """Messages came in and nobody handles them."""
    LATE = "late"
    """The schedule does not run."""
    DISK = "disk"
    """A disk is nearly full: soon messages are refused."""
    JOB = "job"
    """A job of the schedule fails again and again."""
    BACKUP = "backup"
    """The newest backup is old, or there is none."""
    CALENDAR = "calendar"
    """A year's holidays are not known."""
    GAP = "gap"
    """For a while nothing could be heard of a platform."""
    DOUBT = "doubt"
    """Of some messages nobody will know whether they arrived."""
    CLOCK = "clock"
    """The clock of the machine jumped."""


_PAST = frozenset({SignKind.GAP, SignKind.DOUBT, SignKind.CLOCK})
_AT_ONCE = frozenset({SignKind.WAITING, SignKind.LATE, SignKind.DISK})


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """Something that needs the operator now. ``subject`` tells signs of one kind apart; ``since`` is aware.

    ``values`` is what its sentence needs besides: never a name, a group or words of anybody.
    """

    kind: SignKind
    since: datetime
    subject: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What names it while it lasts."""
        return f"{self.kind}/{self.subject}"


def is_past(kind: SignKind) -> bool:
    """Whether it happened and is over when it is told: nobody waits for an all-clear."""
    return kind in _PAST


def wakes(kind: SignKind) -> bool:
    """Whether it does not wait for the end of the quiet hours: messages are being lost, or wait unread."""
    return kind in _AT_ONCE


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A trouble as it is remembered. Times are aware.

    ``seen_at`` is the look that found it, ``told`` whether the operator heard of it; ``well_at`` is since when it is
    not seen any more, ``over_at`` the look at which it was over for good and the all-clear is due.
    """

    key: str
    since: datetime
    seen_at: datetime
    told: bool = False
    well_at: datetime | None = None
    over_at: datetime | None = None

    @property
    def kind(self) -> SignKind:
        """What it is about."""
        return SignKind(self.key.partition("/")[0])


def look(signs: Iterable[Sign], known: Sequence[Notice], *, now: datetime, over_after: timedelta) -> tuple[Notice, ...]:
    """What is remembered after a look at the signs: new troubles, those that go on, those that are over.

    What comes back within ``over_after`` is the same trouble. One that was over before anybody was told is forgotten.
    """
    seen = {sign.key: sign for sign in signs}
    kept = [_after(notice, seen.get(notice.key), now, over_after) for notice in known]
    names = {notice.key for notice in known}
    fresh = [Notice(key=sign.key, since=sign.since, seen_at=now) for sign in seen.values() if sign.key not in names]
    return (*(notice for notice in kept if notice is not None), *fresh)


def _after(notice: Notice, sign: Sign | None, now: datetime, over_after: timedelta) -> Notice | None:
    if notice.over_at is not None:
        return notice
    if sign is not None:
        return replace(notice, well_at=None)
    if is_past(notice.kind) or not notice.told:
        return None
    well_at = notice.well_at or now
    return replace(notice, well_at=well_at, over_at=now if now - well_at >= over_after else None)


def to_say(known: Iterable[Notice]) -> tuple[Notice, ...]:
    """What the operator has to hear now: troubles that were not told, and all-clears."""
    return tuple(notice for notice in known if not notice.told or notice.over_at is not None)


def after_saying(known: Iterable[Notice]) -> tuple[Notice, ...]:
    """What is remembered once all of that was said."""
    return tuple(replace(notice, told=True) for notice in known if notice.over_at is None)
