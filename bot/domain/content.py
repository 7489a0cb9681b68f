"""The daily item of a group: what the library says of it, and when it may be chosen (R37, R38)."""

import re
from dataclasses import dataclass
from datetime import date

from bot.domain.seasons import FESTIVALS, MONTHS, TERMS, begins_on, festivals_on, term_of

_FIXED_DAY = re.compile(r"(\d{1,2})-(\d{1,2})")
_LEAP_YEAR = 2024


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture beside the library: the SHA-256 of its bytes in hex, and where the file lies."""

    digest: str
    file: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ContentItem:
    """A short text for villagers. ``source`` says who put it together, ``dated`` when; both are always shown or kept.

    ``rights`` is the permission to pass it on, empty for texts of our own. ``released_by`` is the office that read and
    released it, ``released_on`` the local day. ``days`` are the only days on which it is posted (festivals, ``03-15``),
    ``seasons`` the only months and solar terms; ``valid_from`` and ``valid_until`` are both included.
    """

    id: str
    title: str
    text: str
    source: str
    dated: date
    rights: str = ""
    picture: Picture | None = None
    attachment: str | None = None
    """The content hash of a picture that is in the media store already."""
    link: str = ""
    video: str = ""
    topics: tuple[str, ...] = ()
    """What it is an answer to, by the names of the topic list."""
    seasons: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    released_by: str = ""
    released_on: date | None = None
    unit: str = ""
    """Whose own it is; empty for the county's library, which is for all."""

    @property
    def shows(self) -> str | None:
        """The content hash of the picture that goes with it."""
        return self.attachment if self.picture is None else self.picture.digest


def fits(item: ContentItem, day: date) -> bool:
    """Whether an item may be posted on a local day at all: valid, in season, and on its own day if it has one."""
    if item.valid_from is not None and day < item.valid_from:
        return False
    if item.valid_until is not None and day > item.valid_until:
        return False
    if item.days and not _names(item, day):
        return False
    return not item.seasons or any(name in (f"{day.month}月", term_of(day)) for name in item.seasons)


def is_for(item: ContentItem, day: date) -> bool:
    """Whether the day is the item's own: its festival, or the day on which its solar term begins."""
    if item.days:
        return fits(item, day)
    term = begins_on(day)
    return bool(term) and term in item.seasons and fits(item, day)


def _names(item: ContentItem, day: date) -> bool:
    today = festivals_on(day) | {begins_on(day)}
    return any(name in today or named_day(name) == (day.month, day.day) for name in item.days)


def named_day(name: str) -> tuple[int, int] | None:
    """Month and day of ``03-15``; None for what is written otherwise or is in no year."""
    found = _FIXED_DAY.fullmatch(name)
    if found is None:
        return None
    try:
        day = date(_LEAP_YEAR, int(found[1]), int(found[2]))
    except ValueError:
        return None
    return day.month, day.day


def is_season(name: str) -> bool:
    """Whether a word names a month (3月) or a solar term."""
    return name in MONTHS or name in TERMS


def is_day(name: str) -> bool:
    """Whether a word names a day: a festival, the first day of a solar term (清明), or month and day."""
    return name in FESTIVALS or name in TERMS or named_day(name) is not None
