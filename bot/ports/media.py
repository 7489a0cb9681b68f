"""What keeping media needs of the database, of the folder where the bytes lie, and of a platform."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.domain.media import Fetched, Media
from bot.domain.messages import MediaRef


class MediaSource(Protocol):
    """A platform as the fetcher sees it: the part of ``ports.platform.Adapter`` that gives the bytes."""

    async def fetch(self, media: MediaRef, *, most: int) -> bytes:
        """The bytes; raises FetchFailed, also for more than ``most`` bytes."""
        ...


class MediaStore(Protocol):
    """The records of media. Every method may raise StoreUnavailable."""

    async def claim_media(
        self, platforms: Sequence[str], now: datetime, *, until: datetime, limit: int
    ) -> tuple[Media, ...]:
        """Take what is to be fetched from these platforms, oldest first; nobody else gets it before ``until``.

        ``attempts`` counts the attempt that now begins.
        """
        ...

    async def settle_media(self, media_id: int, result: Fetched, *, now: datetime) -> bool:
        """Record what fetching came to; its ticket, if there is one, is looked at again at once (``Job.MEDIA``).

        False if the record was dropped meanwhile, so that nothing refers to the bytes.
        """
        ...

    async def retry_media(self, media_id: int, cause: str, *, at: datetime) -> None:
        """Record why an attempt failed; it is due again at ``at``."""
        ...

    async def next_fetch(self, platforms: Sequence[str]) -> datetime | None:
        """When something is to be fetched from these platforms next, None if nothing waits."""
        ...

    async def media_of_tickets(self, tickets: Sequence[str]) -> Mapping[str, tuple[Media, ...]]:
        """The media of the messages of these tickets, in order of arrival; tickets without any are left out."""
        ...

    async def media_of_messages(self, keys: Sequence[tuple[str, str]]) -> tuple[Media, ...]:
        """The media of messages, by platform and id, in order of arrival; of hidden ones as well (R50)."""
        ...

    async def stale_media(self, *, before: datetime, limit: int) -> tuple[Media, ...]:
        """Media that arrived before then and belong to no ticket, oldest first; hidden ones are left out."""
        ...

    async def media_at(self, digest: str) -> Media | None:
        """One kept piece of media with this content; None if nothing of it is kept."""
        ...

    async def dropped_media(self, *, limit: int) -> tuple[str, ...]:
        """Digests of contents that nothing refers to any more, so that their files may go."""
        ...

    async def forget_media(self, digests: Sequence[str]) -> None:
        """Take away the records of dropped media with these contents: their files are gone."""
        ...


class NotTaken(Exception):  # noqa: N818 - whoever hands it in is told exactly this
    """What was handed in is not kept. The text says why, in Chinese."""


class TooLarge(NotTaken):
    """A picture is larger than the rules allow."""

    def __init__(self, most_mib: int) -> None:
        super().__init__(f"图片太大了，最大{most_mib}MB。请压缩一下，或者换一张再发。")


class Uploads(Protocol):
    """Where the practice hall keeps what a visitor hands in, until the fetcher has taken it."""

    def taking(self, data: bytes) -> AbstractAsyncContextManager[MediaRef]:
        """Keep a picture durably and give what its message carries, which is to be stored within the block.

        Raises NotTaken for what is too large or no picture, and if too much waits already; OSError as the disk does;
        StoreUnavailable.
        """
        ...


class UploadRecords(Protocol):
    """What keeping uploads needs of the database. May raise StoreUnavailable."""

    async def handles_waiting(self, platform: str) -> frozenset[str]:
        """The handles of everything that is still to be fetched from a platform."""
        ...


class MediaFiles(Protocol):
    """Where the bytes lie, sealed. Raises OSError where the disk does not play along."""

    async def put(self, data: bytes) -> str:
        """Keep the bytes durably and return their SHA-256 in hex; the same content is written once."""
        ...

    async def get(self, digest: str) -> bytes | None:
        """The bytes of a content; None if it is not here, damaged, or its key is not here."""
        ...

    async def remove(self, digest: str) -> None:
        """Take the file of a content away; nothing happens if there is none."""
        ...


class UploadFiles(MediaFiles, Protocol):
    """The folder of uploads, which is small enough to be gone through."""

    async def digests(self) -> tuple[str, ...]:
        """The contents that lie here."""
        ...
