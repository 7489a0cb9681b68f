"""The practice hall's tray: pictures that visitors hand in lie here, sealed, until the fetcher has taken them.

A crash anywhere loses nothing that was accepted: the bytes are on the disk before the message is stored, and they lie
until the record of the message says that they were fetched. What nobody waits for is thrown away with the next picture.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from bot.domain.faults import reason_of
from bot.domain.messages import MediaKind, MediaRef
from bot.domain.rules import Media as MediaRules
from bot.media.kinds import is_picture, media_type_of
from bot.ports.media import NotTaken, TooLarge, UploadFiles, UploadRecords
from bot.ports.platform import FailureKind, FetchFailed

MOST_WAITING: Final = 50
"""Pictures that may wait at the same time; the fetcher usually takes each within a second."""
_MIB: Final = 1024 * 1024


@dataclass(kw_only=True)
class Tray:
    """``ports.media.Uploads`` for the hall and ``ports.media.MediaSource`` of the practice platform for the fetcher."""

    platform: str
    files: UploadFiles
    records: UploadRecords
    rules: MediaRules
    _coming: Counter[str] = field(default_factory=Counter, init=False)
    _change: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    @asynccontextmanager
    async def taking(self, data: bytes) -> AsyncGenerator[MediaRef, None]:
        """Keep a picture durably; its message is to be stored within the block.

        Raises NotTaken for what is too large or no picture, and if too much waits already; OSError as the disk does;
        StoreUnavailable.
        """
        await self._look_at(data)
        async with self._change:
            await self._make_room()
            digest = await self.files.put(data)
            self._coming[digest] += 1
        try:
            yield MediaRef(platform=self.platform, kind=MediaKind.PICTURE, handle=digest)
        finally:
            self._coming[digest] -= 1
            if not self._coming[digest]:
                del self._coming[digest]

    async def fetch(self, media: MediaRef, *, most: int) -> bytes:
        """The bytes of what was handed in; they stay until the record says that they were fetched.

        Raises FetchFailed: PERMANENT for what is not here or larger than ``most`` bytes, TEMPORARY if the disk fails.
        """
        try:
            data = await self.files.get(media.handle)
        except OSError as error:
            reason = f"图片文件夹读不了：{reason_of(error)}"
            raise FetchFailed(FailureKind.TEMPORARY, reason) from error
        except ValueError as error:  # a handle that is none of ours
            raise FetchFailed(FailureKind.PERMANENT, "练习厅里没有这张图片") from error
        if data is None:
            raise FetchFailed(FailureKind.PERMANENT, "练习厅里没有这张图片，或者封它的钥匙不在")
        if len(data) > most:
            raise FetchFailed(FailureKind.PERMANENT, "太大")
        return data

    async def _look_at(self, data: bytes) -> None:
        if not data:
            message = "这张图片是空的，请换一张。"
            raise NotTaken(message)
        if len(data) > self.rules.most_mib * _MIB:
            raise TooLarge(self.rules.most_mib)
        media_type = await asyncio.to_thread(media_type_of, data)
        if media_type is None or not is_picture(media_type):
            message = "这不是图片，没有发。能发的是手机拍的照片、截图（JPG、PNG、WEBP、GIF、HEIC）。"
            raise NotTaken(message)

    async def _make_room(self) -> None:
        """Throw away what has been fetched, and what a crash left behind before its message was stored."""
        lying = await self.files.digests()
        coming = set(self._coming)  # before the records are asked: a message stored meanwhile stands in one of the two
        needed = coming | await self.records.handles_waiting(self.platform)
        if len(needed) >= MOST_WAITING:
            message = "前面的图片还没收完，请过一会儿再发。"
            raise NotTaken(message)
        for digest in lying:
            if digest not in needed:
                await self.files.remove(digest)
