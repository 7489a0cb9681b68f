"""What looking after the groups needs of the database: counts and kinds, never who spoke (R36, R39, R110)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.messages import OutKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Words of a villager that wanted an answer and opened no ticket. ``settled``: an officer has seen to them."""

    group: str
    at: datetime
    settled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """How many a platform said are in a group, on a local day: a number and nobody's name."""

    group: str
    members: int
    day: date


class GroupStore(Protocol):
    """The records behind the patrol sheet. Every method may raise StoreUnavailable; times are aware."""

    async def speakers(self, groups: Sequence[str], *, since: datetime, until: datetime) -> Mapping[str, int]:
        """How many villagers spoke in each of these groups from ``since`` until before ``until``; none: left out.

        Counted from the messages whenever it is asked: nothing is kept besides them that says who spoke on a day.
        """
        ...

    async def together(self, groups: Sequence[str], *, since: datetime) -> frozenset[tuple[str, date]]:
        """The groups and local days since then on which two villagers or more spoke."""
        ...

    async def members_counted(self, groups: Sequence[str]) -> tuple[Counted, ...]:
        """How many are in each of these groups, as far as their platform has told."""
        ...

    async def keep_members_counted(self, counted: Counted) -> None:
        """Keep a newer number in the place of the one before."""
        ...

    async def wanted(self, groups: Sequence[str], *, since: datetime) -> tuple[Wanted, ...]:
        """What was said in these groups since then that wanted an answer and is part of no ticket, oldest first."""
        ...

    async def kinds_posted(
        self, groups: Sequence[str], *, since: datetime, until: datetime
    ) -> Mapping[str, frozenset[OutKind]]:
        """What kinds of messages the bot has sent to each of these groups within that time; none: left out."""
        ...
