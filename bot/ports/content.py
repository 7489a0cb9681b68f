"""What the daily item, newcomers and cadres' names need of the database (R27, R32, R37, R38)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.nicknames import SeenName
from bot.domain.own_content import ContentChoice, OwnItem, Posted


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What became of a message to a group. ``unsure``: nobody knows whether it arrived. ``error``: why it did not."""

    sent: bool
    unsure: bool = False
    error: str = ""


class ContentStore(Protocol):
    """Records around the daily item. Every method may raise StoreUnavailable."""

    async def own_items(self, units: Sequence[str]) -> tuple[OwnItem, ...]:
        """The items that these units put in themselves, as they stand, by unit and number."""
        ...

    async def content_choices(self, villages: Sequence[str], day: date) -> Mapping[str, ContentChoice]:
        """What was decided last about each village's item of a local day."""
        ...

    async def content_posted(self, groups: Sequence[str], *, since: datetime) -> tuple[Posted, ...]:
        """Items posted to these groups since then, oldest first."""
        ...

    async def topics_raised(self, villages: Sequence[str], *, since: datetime) -> Mapping[str, int]:
        """How many tickets of these villages were opened about each topic since then; emergencies are left out."""
        ...

    async def raised_in(self, groups: Sequence[str], *, since: datetime) -> Mapping[str, int]:
        """How many tickets, and questions that opened none, came up since then, by group; quiet ones are left out."""
        ...

    async def danger_in(self, villages: Sequence[str], *, since: datetime) -> frozenset[str]:
        """Those of the villages in which anything happened in an emergency since then."""
        ...

    async def fate(self, dedupe_key: str) -> Fate | None:
        """What became of a message; None if none with this key was ever to be sent."""
        ...

    async def left_alone(self, platform: str, account: str) -> bool:
        """Whether an account has asked that its words be left alone."""
        ...

    async def cadre_names(self, groups: Sequence[str], *, since: datetime) -> tuple[SeenName, ...]:
        """How officers' accounts were called in these groups when they last spoke there since then."""
        ...
