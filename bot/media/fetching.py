"""Fetching: every piece of media once, soon after its message, beside everything else the bot does.

What the platform may yet give is tried again with growing pauses; what it never will, is too large or is nothing that
the bot takes is settled so, and the officer and the operator see it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

import structlog

from bot.domain.faults import reason_of
from bot.domain.media import Fetched, Media, MediaState, Why
from bot.domain.rules import Media as MediaRules
from bot.domain.whereabouts import whereabouts
from bot.media.kinds import media_type_of
from bot.ports import Clock, Signal, StoreUnavailable
from bot.ports.media import MediaFiles, MediaSource, MediaStore
from bot.ports.platform import FailureKind, FetchFailed

AT_ONCE: Final = 4
"""Pieces fetched at the same time."""
LONGEST_SLEEP: Final = timedelta(seconds=30)
"""The loop looks for work at least this often: another process may have stored a message."""
AFTER_A_FAULT: Final = 5.0
"""Seconds until the loop tries again after the database or the disk was away."""
_FIRST_PAUSE: Final = 10.0
_LONGEST_PAUSE: Final = 600.0
_MORE_THAN_THE_DEADLINE: Final = timedelta(seconds=30)
"""How much longer than one attempt may take a claim holds: then it was interrupted, and somebody else tries."""
_TIDIED_AT_ONCE: Final = 200


class Logger(Protocol):
    """What the fetcher needs of a logger."""

    def error(self, event: str, **values: object) -> object:
        """Something that an operator should look at."""
        ...


class _DiskFault(Exception):  # noqa: N818 - reads as what happened
    """The bytes were there, but our own disk did not take them."""


@dataclass(kw_only=True)
class Fetcher:
    """Fetches from the platforms that run here. ``settled`` is called after every piece: the engine looks again."""

    store: MediaStore
    files: MediaFiles
    sources: Mapping[str, MediaSource]
    rules: MediaRules
    settled: Callable[[], None] = lambda: None
    _news: dict[str, asyncio.Event] = field(default_factory=dict, init=False)
    _files_change: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _log: Logger = field(default_factory=partial(structlog.get_logger, "media"), init=False)

    def wake(self) -> None:
        """A message came in: perhaps something hangs on it."""
        for news in self._news.values():
            news.set()

    async def run(self, clock: Clock, news: Signal) -> None:
        """Work until cancelled, a slow platform beside the others. ``news`` tells that a message may have come in.

        Whatever goes wrong elsewhere is outlived.
        """
        async with asyncio.TaskGroup() as together:
            together.create_task(self._listen(news))
            for platform in self.sources:
                together.create_task(self._serve(platform, clock))

    async def _listen(self, news: Signal) -> None:
        async with news.listen() as changes:
            async for _ in changes:
                self.wake()

    async def _serve(self, platform: str, clock: Clock) -> None:
        news = self._news.setdefault(platform, asyncio.Event())
        idle = True
        while True:
            news.clear()
            seconds = AFTER_A_FAULT
            try:
                while await self._fetch_due((platform,), now=clock.now()):
                    self.settled()
                if idle:  # not with every message
                    await self._tidy()
                due = await self.store.next_fetch((platform,))
                pause = LONGEST_SLEEP if due is None else min(due - clock.now(), LONGEST_SLEEP)
                seconds = max(pause.total_seconds(), 0.05)
            except StoreUnavailable as error:
                self._log.error("store_unavailable", cause=str(error))
            except Exception as error:  # the loop is the last door: it must outlive any fault  # noqa: BLE001
                self._log.error("fetching_failed", cause=whereabouts(error))
            try:
                async with asyncio.timeout(seconds):  # wait_for of this Python can swallow a cancellation
                    await news.wait()
                idle = False
            except TimeoutError:
                idle = True

    async def work(self, *, now: datetime) -> bool:
        """Fetch what is due, and take away files that nobody needs; whether anything was fetched or put off."""
        found = await self._fetch_due(tuple(self.sources), now=now)
        await self._tidy()
        return found

    async def _fetch_due(self, platforms: Sequence[str], *, now: datetime) -> bool:
        due = await self.store.next_fetch(platforms)
        if due is None or due > now:  # a glance costs nothing, claiming takes the lock of the database
            return False
        until = now + timedelta(seconds=self.rules.seconds) + _MORE_THAN_THE_DEADLINE
        claimed = await self.store.claim_media(platforms, now, until=until, limit=AT_ONCE)
        async with asyncio.TaskGroup() as together:
            for media in claimed:
                together.create_task(self._fetch(media, now=now))
        return bool(claimed)

    async def _fetch(self, media: Media, *, now: datetime) -> None:
        """One piece: settled, or put off."""
        try:
            await self._settle(media, await self._get(media), now=now)
        except FetchFailed as failure:
            await self._failed(media, failure, now=now)
        except _DiskFault as fault:
            again = now + timedelta(seconds=_LONGEST_PAUSE)  # the platform is not to blame: it stays as it is
            await self.store.retry_media(media.id, str(fault), at=again)

    async def _get(self, media: Media) -> bytes:
        """The bytes from the platform; whatever else an adapter does is a failure that may pass."""
        most = self.rules.most_mib * 1024 * 1024
        try:
            async with asyncio.timeout(self.rules.seconds):
                return await self.sources[media.platform].fetch(media.ref, most=most)
        except FetchFailed:
            raise
        except TimeoutError as error:
            raise FetchFailed(FailureKind.TEMPORARY, f"{self.rules.seconds} 秒之内没有取到") from error
        except Exception as error:  # an adapter's fault must not stop the others' media
            raise FetchFailed(FailureKind.TEMPORARY, f"取的时候出错：{whereabouts(error)}") from error

    async def _settle(self, media: Media, data: bytes, *, now: datetime) -> None:
        if len(data) > self.rules.most_mib * 1024 * 1024:
            await self._refuse(media, Why.TOO_LARGE, f"超过 {self.rules.most_mib} MiB", now=now)
            return
        media_type = await asyncio.to_thread(media_type_of, data)
        if media_type is None:
            await self._refuse(media, Why.WRONG_KIND, "不是收得下的图片、语音或文档", now=now)
            return
        async with self._files_change:
            try:
                digest = await self.files.put(data)
            except OSError as error:
                message = f"存不下来：{reason_of(error)}"
                raise _DiskFault(message) from error
            kept = Fetched(state=MediaState.KEPT, digest=digest, media_type=media_type, size=len(data))
            if not await self.store.settle_media(media.id, kept, now=now) and not await self.store.media_at(digest):
                await self.files.remove(digest)  # taken back while it was fetched

    async def _refuse(self, media: Media, why: Why, cause: str, *, now: datetime) -> None:
        await self.store.settle_media(media.id, Fetched(state=MediaState.REFUSED, why=why, cause=cause), now=now)

    async def _failed(self, media: Media, failure: FetchFailed, *, now: datetime) -> None:
        gone = failure.kind is FailureKind.PERMANENT or media.attempts >= self.rules.attempts
        self._log.error(
            "fetch_failed", media=media.id, platform=media.platform, kind=failure.kind, attempt=media.attempts
        )
        if gone:
            lost = Fetched(state=MediaState.LOST, why=Why.GONE, cause=failure.reason)
            await self.store.settle_media(media.id, lost, now=now)
            return
        pause = min(_FIRST_PAUSE * 2 ** (media.attempts - 1), _LONGEST_PAUSE)
        await self.store.retry_media(media.id, failure.reason, at=now + timedelta(seconds=pause))

    async def _tidy(self) -> None:
        """Take away the files of what was dropped, then the records: a crash in between only repeats it."""
        async with self._files_change:
            gone: Sequence[str] = await self.store.dropped_media(limit=_TIDIED_AT_ONCE)
            for digest in gone:
                await self.files.remove(digest)
            if gone:
                await self.store.forget_media(gone)
