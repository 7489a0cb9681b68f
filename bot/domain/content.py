"""The library from which the daily item of a group is taken (R37, R38)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class ContentItem:
    """A short text for villagers. ``source`` says who put it together, ``dated`` when; both are always shown or kept.

    ``rights`` is the permission to pass it on, empty for texts of our own.
    """

    id: str
    title: str
    text: str
    source: str
    dated: date
    rights: str = ""
