"""How many are in each group, asked of its platform once a day: thresholds go by the size of a group (R36).

A number is all that is asked for and kept: nobody's name, and nothing of who it is.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, Protocol, runtime_checkable

import structlog

from bot.domain.org import Organisation
from bot.domain.whereabouts import whereabouts
from bot.domain.workdays import local
from bot.ports import Clock, StoreUnavailable
from bot.ports.groups import Counted

EVERY: Final = timedelta(hours=1)
"""How often it is looked whether a group has not been counted on its local day."""
PAUSE: Final = timedelta(seconds=5)
"""Between two groups: counting must not look like a machine to the platform."""
FEWEST: Final = 3
"""A platform that tells of fewer has not told of all: with the bot, the duty officer and one villager it is a group."""


@runtime_checkable
class Counts(Protocol):
    """A platform that can say how many are in a conversation."""

    @property
    def name(self) -> str:
        """The word that stands in messages and configuration."""
        ...

    async def count(self, conversation: str) -> int | None:
        """How many are in a conversation, None if that is not told."""
        ...


class Records(Protocol):
    """Where the numbers are kept. Every method may raise StoreUnavailable."""

    async def members_counted(self, groups: Sequence[str]) -> tuple[Counted, ...]:
        """How many are in each of these groups, as far as known."""
        ...

    async def keep_members_counted(self, counted: Counted) -> None:
        """Keep a newer number."""
        ...


class Census:
    """Asks one platform about its groups, one after the other with pauses."""

    def __init__(
        self,
        *,
        platform: Counts,
        store: Records,
        org: Callable[[], Organisation],
        clock: Clock,
        pause: timedelta = PAUSE,
        every: timedelta = EVERY,
    ) -> None:
        """Stand between a platform and the store. ``org`` is asked at every look: groups may be bound anew."""
        self._platform = platform
        self._store = store
        self._org = org
        self._clock = clock
        self._pause = pause
        self._every = every
        self._log = structlog.get_logger("census")

    async def run(self) -> None:
        """Until cancelled. The line is given a while to open, and whoever did not answer is asked the next hour."""
        while True:
            await asyncio.sleep(self._every.total_seconds())
            try:
                await self.take()
            except StoreUnavailable as error:
                self._log.error("store_unavailable", cause=str(error))
            except Exception as error:  # noqa: BLE001 - the last door: numbers are not worth a line to a platform
                self._log.error("count_failed", cause=whereabouts(error))

    async def take(self) -> None:
        """Ask about every group of the platform that has no number of today."""
        today = local(self._clock.now()).date()
        groups = [
            one for one in self._org().groups.values() if one.platform == self._platform.name and one.conversation
        ]
        known = {one.group for one in await self._store.members_counted([one.id for one in groups]) if one.day == today}
        for group in groups:
            if group.id in known:
                continue
            members = await self._platform.count(group.conversation)
            if members is not None and members >= FEWEST:
                await self._store.keep_members_counted(Counted(group=group.id, members=members, day=today))
            await asyncio.sleep(self._pause.total_seconds())
