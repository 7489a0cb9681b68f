"""The outline of a talk about a village, as a value: for the person who talks, and for nobody else (R39)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """What a talk would be about. ``village`` is its name, ``facts`` are in words, as they stood at ``at`` (aware)."""

    village: str
    facts: tuple[str, ...]
    at: datetime
