"""What a village puts into the daily item itself: proposed by one, released by another, and whose day it is (R37, R38).

Only ever added to: the latest step of an item counts, and the latest choice of a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.content import ContentItem
from bot.domain.workdays import local


class ItemState(StrEnum):
    """Where a village's own item stands."""

    PROPOSED = "proposed"
    RELEASED = "released"
    RETURNED = "returned"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnItem:
    """One step of an item of a unit. ``number`` is counted within the unit, ``step`` within the item, both from 1.

    ``picture`` is the content hash of the picture that came with it. ``by`` did this step; ``proposed_by`` the first.
    """

    unit: str
    number: int
    step: int
    state: ItemState
    title: str
    text: str
    source: str
    proposed_by: str
    by: str
    at: datetime
    link: str = ""
    picture: str | None = None
    reason: str = ""

    @property
    def id(self) -> str:
        """How the outbox remembers that it was posted."""
        return f"own:{self.unit}:{self.number}"

    def as_item(self) -> ContentItem:
        """The item as the choice of the day sees it."""
        return ContentItem(
            id=self.id,
            title=self.title,
            text=self.text,
            source=self.source,
            dated=local(self.at).date(),
            attachment=self.picture,
            link=self.link,
            unit=self.unit,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ContentChoice:
    """What an officer decided about a village's item of a local day. ``item`` is empty if there shall be none."""

    village: str
    day: date
    item: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """An item that was posted to a group."""

    group: str
    item: str
    at: datetime


def latest(steps: Iterable[OwnItem]) -> tuple[OwnItem, ...]:
    """The items as they stand: of each the last step, by unit and number."""
    found: dict[tuple[str, int], OwnItem] = {}
    for step in sorted(steps, key=lambda one: (one.unit, one.number, one.step)):
        found[step.unit, step.number] = step
    return tuple(found.values())
