"""A platform's store of pictures for tests, and contents that are what they say: by their first bytes."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

from bot.domain.messages import MediaKind, MediaRef
from bot.ports.platform import FailureKind, FetchFailed

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
PNG = b"\x89PNG\r\n\x1a\n"
AMR = b"#!AMR\n"
SILK = b"\x02#!SILK_V3"
PDF = b"%PDF-1.4\n"


def photo(what: str, size: int = 200) -> bytes:
    """A picture of something: equal words give equal bytes."""
    return (JPEG + what.encode()).ljust(size, b"\0")


def paper(entry: str) -> bytes:
    """A packed file with one entry, as office programmes write them."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(entry, "<x/>")
    return packed.getvalue()


class Album:
    """``ports.media.MediaSource`` that tells what was asked of it."""

    def __init__(self, platform: str = "practice") -> None:
        self.platform = platform
        self.asked: list[str] = []
        self._held: dict[str, bytes] = {}
        self._troubles: dict[str, list[FetchFailed]] = {}
        self._slow: dict[str, asyncio.Event] = {}
        self.before: Callable[[str], None] = lambda _handle: None

    def holds(self, data: bytes, *, kind: MediaKind = MediaKind.PICTURE, name: str = "") -> MediaRef:
        """Put something in; the reference is what a message carries."""
        handle = f"h{len(self._held) + 1}"
        self._held[handle] = data
        return MediaRef(platform=self.platform, kind=kind, handle=handle, name=name)

    def fails(self, ref: MediaRef, kind: FailureKind, *, times: int = 1, reason: str = "不在了") -> None:
        """The next times that it is asked for, it fails."""
        self._troubles[ref.handle] = [FetchFailed(kind, reason)] * times

    def keeps_waiting(self, ref: MediaRef) -> asyncio.Event:
        """It comes only when the event is set."""
        return self._slow.setdefault(ref.handle, asyncio.Event())

    async def fetch(self, media: MediaRef, *, most: int) -> bytes:
        """The bytes."""
        self.asked.append(media.handle)
        self.before(media.handle)
        if media.handle in self._slow:
            await self._slow[media.handle].wait()
        if self._troubles.get(media.handle):
            raise self._troubles[media.handle].pop()
        data = self._held[media.handle]
        if len(data) > most:
            raise FetchFailed(FailureKind.PERMANENT, "太大")
        return data
