"""One process owns a platform account: two that hear it would each lose half, or answer everything twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain.whereabouts import whereabouts
from bot.ports import Clock, StoreUnavailable
from bot.ports.lines import LineStore

RENEWED_EVERY: Final = 10.0
"""Seconds between two renewals, and between two looks at a lease that somebody else holds."""
LASTS: Final = timedelta(seconds=30)
"""How long a lease lasts: after a crash, another process waits at most so long."""
SEEN_EVERY: Final = 5.0
"""Seconds between two looks at what other processes own."""
GOODBYE: Final = 0.5
"""Seconds that giving it up may take: stopping is done within two."""


class _Lost(Exception):  # noqa: N818 - reads as what happened
    """The lease is not ours any more, or may not be."""


class Owner:
    """A process that may own accounts. ``holder`` names it for an operator, and no other process has that name."""

    def __init__(
        self, *, store: LineStore, clock: Clock, holder: str, every: float = RENEWED_EVERY, lasts: timedelta = LASTS
    ) -> None:
        """Ask this store for leases, by this clock."""
        self._store = store
        self._clock = clock
        self._holder = holder
        self._every = every
        self._lasts = lasts
        self._log = structlog.get_logger("lines")

    async def while_owned(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work whenever the lease ``name`` is ours, until cancelled.

        The work is cancelled when the lease is lost, or when it could not be renewed for so long that somebody else
        may have it. Work that raises begins again after a pause: a fault of one line must not stop the others.
        """
        waits = False
        while True:
            until = await self._take(name, say=not waits)
            waits = until is None
            if until is not None:
                try:
                    async with self._given_up_after(name), asyncio.TaskGroup() as tasks:
                        renewing = tasks.create_task(self._renew(name, until))
                        await work()
                        renewing.cancel()
                except* _Lost:
                    self._log.error("lease_lost", line=name)
                except* Exception as errors:  # noqa: BLE001 - the last door of a line
                    for error in errors.exceptions:
                        self._log.error("line_failed", line=name, cause=whereabouts(error))
            await asyncio.sleep(self._every)

    async def watch_others(self, seen: Callable[[Iterable[str]], None], *, every: float = SEEN_EVERY) -> None:
        """Until cancelled, tell which accounts other processes own whose lines stand."""
        while True:
            try:
                now = self._clock.now()
                leases = await self._store.leases()
                others = {one.name for one in leases if one.until > now and one.holder != self._holder}
                seen(others - {line.platform for line in await self._store.line_states() if not line.is_online})
            except StoreUnavailable as error:  # then it stays as it was seen last
                self._log.error("lease_unknown", cause=str(error))
            await asyncio.sleep(every)

    async def _take(self, name: str, *, say: bool) -> datetime | None:
        """Until when the lease is ours; None if it is somebody else's, or the database is away."""
        now = self._clock.now()
        try:
            lease = await self._store.take_lease(name, self._holder, now=now, until=now + self._lasts)
        except StoreUnavailable as error:
            self._log.error("lease_unknown", line=name, cause=str(error))
            return None
        if lease.holder == self._holder:
            return lease.until
        if say:
            self._log.warning("lease_held_elsewhere", line=name, holder=lease.holder, until=lease.until.isoformat())
        return None

    async def _renew(self, name: str, until: datetime) -> None:
        """Keep the lease; raises _Lost."""
        while True:
            await asyncio.sleep(self._every)
            now = self._clock.now()
            try:
                lease = await self._store.take_lease(name, self._holder, now=now, until=now + self._lasts)
            except StoreUnavailable:
                if now + timedelta(seconds=self._every) < until:
                    continue
                raise _Lost from None
            if lease.holder != self._holder:
                raise _Lost
            until = lease.until

    @asynccontextmanager
    async def _given_up_after(self, name: str) -> AsyncIterator[None]:
        """Let the next process have it at once, however the work ended."""
        try:
            yield
        finally:
            try:
                async with asyncio.timeout(GOODBYE):
                    await self._store.give_up_lease(name, self._holder)
            except (StoreUnavailable, TimeoutError) as error:  # then it runs out by itself
                self._log.error("lease_not_given_up", line=name, cause=type(error).__name__)
