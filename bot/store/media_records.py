"""``ports.media.MediaStore`` as a part of the store: every method one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from bot.domain.media import Fetched, Media
from bot.store import media
from bot.store.engine import Database


class MediaRecords:
    """The records of media; every method may raise StoreUnavailable."""

    database: Database

    async def claim_media(
        self, platforms: Sequence[str], now: datetime, *, until: datetime, limit: int
    ) -> tuple[Media, ...]:
        """Take what is to be fetched from these platforms, oldest first; nobody else gets it before ``until``."""
        return await self.database.write(partial(media.claim, platforms=platforms, now=now, until=until, limit=limit))

    async def settle_media(self, media_id: int, result: Fetched, *, now: datetime) -> bool:
        """Record what fetching came to; False if the record was dropped meanwhile."""
        return await self.database.write(partial(media.settle, media=media_id, result=result, now=now))

    async def retry_media(self, media_id: int, cause: str, *, at: datetime) -> None:
        """Record why an attempt failed; it is due again at ``at``."""
        await self.database.write(partial(media.retry, media=media_id, cause=cause, at=at))

    async def next_fetch(self, platforms: Sequence[str]) -> datetime | None:
        """When something is to be fetched from these platforms next."""
        return await self.database.read(partial(media.next_fetch, platforms=platforms))

    async def handles_waiting(self, platform: str) -> frozenset[str]:
        """The handles of everything that is still to be fetched from a platform."""
        return await self.database.read(partial(media.handles, platform=platform))

    async def media_of_tickets(self, tickets: Sequence[str]) -> Mapping[str, tuple[Media, ...]]:
        """The media of the messages of these tickets, in order of arrival."""
        return await self.database.read(partial(media.of_tickets, tickets=tickets)) if tickets else {}

    async def media_of_messages(self, keys: Sequence[tuple[str, str]]) -> tuple[Media, ...]:
        """The media of messages, by platform and id, in order of arrival; of hidden ones as well (R50)."""
        return await self.database.read(partial(media.of_messages, keys=keys)) if keys else ()

    async def stale_media(self, *, before: datetime, limit: int) -> tuple[Media, ...]:
        """Media that arrived before then and belong to no ticket, oldest first; hidden ones are left out."""
        return await self.database.read(partial(media.stale, before=before, limit=limit))

    async def media_at(self, digest: str) -> Media | None:
        """One kept piece of media with this content."""
        return await self.database.read(partial(media.at, digest=digest))

    async def dropped_media(self, *, limit: int) -> tuple[str, ...]:
        """Digests of contents that nothing refers to any more."""
        return await self.database.write(partial(media.dropped, limit=limit))

    async def forget_media(self, digests: Sequence[str]) -> None:
        """Take away the records of dropped media with these contents."""
        await self.database.write(partial(media.forget, digests=digests))
