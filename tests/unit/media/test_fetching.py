"""Fetching goes on beside everything else: slow, failing and lying platforms hold nobody up."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.clock import SetClock
from bot.domain.media import Media, MediaChange, MediaState, MediaStep, Why
from bot.domain.messages import Incoming, Kind, MediaKind, MediaRef
from bot.domain.outcome import Outcome
from bot.domain.rules import Media as MediaRules
from bot.live import Changes
from bot.media.fetching import Fetcher
from bot.media.shelf import Shelf
from bot.ports.platform import FailureKind
from bot.store import SqlStore, open_store
from bot.store.media_files import SealedFiles
from tests.album import PDF, Album, photo
from tests.world import at

NOW = at("2026-03-06 08:00")


class Darkroom:
    """A store, a folder and a platform with pictures."""

    def __init__(self, store: SqlStore, folder: Path, rules: MediaRules) -> None:
        self.store = store
        self.album = Album()
        self.files = SealedFiles(folder=folder, vault=store.vault)
        self.came = asyncio.Event()
        self.fetcher = Fetcher(
            store=store, files=self.files, sources={"practice": self.album}, rules=rules, settled=self.came.set
        )
        self._sent = 0

    async def gets(self, *refs: MediaRef) -> str:
        """A message with these comes in."""
        self._sent += 1
        incoming = Incoming(
            platform=refs[0].platform,
            id=f"m{self._sent}",
            group=None,
            sender="u-az",
            name="阿珍",
            kind=Kind.IMAGE,
            text="",
            sent_at=NOW,
            media=refs,
        )
        await self.store.accept(incoming, conversation="c", group=None, by_cadre=False, received_at=NOW)
        return incoming.id

    async def media(self, message: str) -> Media:
        """The first of a message."""
        return (await self.store.media_of_messages([("practice", message)]))[0]

    async def works(self, now: datetime = NOW) -> None:
        """Until nothing is due."""
        while await self.fetcher.work(now=now):
            pass


@pytest_asyncio.fixture
async def store(empty_database: Path, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """An empty database."""
    file = tmp_path / "village.db"
    shutil.copy(empty_database, file)
    opened = await open_store(f"sqlite:///{file}", durable=False)
    yield opened
    await opened.close()


@pytest.fixture
def darkroom(store: SqlStore, tmp_path: Path) -> Darkroom:
    """Three attempts, one second each, a MiB at most."""
    return Darkroom(store, tmp_path / "media", MediaRules(most_mib=1, seconds=1, attempts=3))


async def test_the_same_picture_of_two_people_lies_there_once(darkroom: Darkroom) -> None:
    one = await darkroom.gets(darkroom.album.holds(photo("灯杆")))
    two = await darkroom.gets(darkroom.album.holds(photo("灯杆")))
    await darkroom.works()
    assert (await darkroom.media(one)).digest == (await darkroom.media(two)).digest
    assert len([path for path in darkroom.files.folder.rglob("*") if path.is_file()]) == 1


async def test_what_is_too_large_or_of_another_kind_never_touches_the_disk(darkroom: Darkroom) -> None:
    big = await darkroom.gets(darkroom.album.holds(photo("大", size=1024 * 1024 + 1)))
    program = await darkroom.gets(darkroom.album.holds(b"MZ" + b"\0" * 50, kind=MediaKind.FILE, name="照片.jpg"))
    await darkroom.works()
    assert [(one.state, one.why) for one in (await darkroom.media(big), await darkroom.media(program))] == [
        (MediaState.LOST, Why.GONE),
        (MediaState.REFUSED, Why.WRONG_KIND),
    ]
    assert not darkroom.files.folder.exists()


async def test_a_failing_platform_is_asked_ever_more_seldom_and_then_given_up(darkroom: Darkroom) -> None:
    ref = darkroom.album.holds(photo("灯杆"))
    darkroom.album.fails(ref, FailureKind.TEMPORARY, times=9, reason="平台忙")
    message = await darkroom.gets(ref)
    await darkroom.works()
    pauses = []
    now = NOW
    while (due := await darkroom.store.next_fetch(("practice",))) is not None:
        pauses.append((due - now).total_seconds())
        now = due
        await darkroom.works(now)
    assert pauses == [10, 20]
    assert (await darkroom.media(message)).state is MediaState.LOST
    assert [one.cause for one in await darkroom.store.troubles(since=NOW)] == ["平台忙"]


async def test_a_platform_that_never_answers_is_left_after_the_deadline(darkroom: Darkroom) -> None:
    slow, quick = darkroom.album.holds(photo("慢")), darkroom.album.holds(photo("快"))
    darkroom.album.keeps_waiting(slow)
    await darkroom.gets(slow)
    message = await darkroom.gets(quick)
    await asyncio.wait_for(darkroom.works(), timeout=20)
    assert (await darkroom.media(message)).state is MediaState.KEPT
    assert (await darkroom.media("m1")).state is MediaState.WAITING


async def test_an_adapter_that_breaks_is_a_failure_that_may_pass(darkroom: Darkroom) -> None:
    stray = MediaRef(platform="practice", kind=MediaKind.PICTURE, handle="unknown to the album")
    message = await darkroom.gets(stray)
    await darkroom.works()
    found = await darkroom.media(message)
    assert [found.state, found.attempts] == [MediaState.WAITING, 1]


async def test_a_full_disk_loses_nothing(darkroom: Darkroom, tmp_path: Path) -> None:
    message = await darkroom.gets(darkroom.album.holds(photo("灯杆")))
    (tmp_path / "media").write_text("a file where the folder should be")
    now = NOW
    for _ in range(5):
        await darkroom.works(now)
        now += timedelta(minutes=10)
    assert (await darkroom.media(message)).state is MediaState.WAITING
    (tmp_path / "media").unlink()
    await darkroom.works(now)
    assert (await darkroom.media(message)).state is MediaState.KEPT


async def test_what_is_taken_back_while_it_is_fetched_leaves_no_file(darkroom: Darkroom) -> None:
    ref = darkroom.album.holds(photo("灯杆"))
    message = await darkroom.gets(ref)
    media = await darkroom.media(message)
    gate = darkroom.album.keeps_waiting(ref)

    async def take_back() -> None:
        await darkroom.store.commit(Outcome(media=(MediaChange(id=media.id, step=MediaStep.DROPPED),)), now=NOW)
        gate.set()

    async with asyncio.TaskGroup() as together:
        together.create_task(darkroom.works())
        together.create_task(take_back())
    assert [path for path in darkroom.files.folder.rglob("*") if path.is_file()] == []


async def test_the_loop_wakes_for_a_message_and_ends_when_it_is_cancelled(darkroom: Darkroom) -> None:
    changes = Changes()
    async with asyncio.TaskGroup() as together:
        running = together.create_task(darkroom.fetcher.run(SetClock(NOW), changes))
        await asyncio.sleep(0.05)
        message = await darkroom.gets(darkroom.album.holds(photo("灯杆")))
        changes.notify()
        await asyncio.wait_for(darkroom.came.wait(), timeout=10)
        assert (await darkroom.media(message)).state is MediaState.KEPT
        slow = darkroom.album.holds(photo("慢"))
        darkroom.album.keeps_waiting(slow)
        await darkroom.gets(slow)
        changes.notify()
        await asyncio.sleep(0.1)
        running.cancel()
        async with asyncio.timeout(2):
            await asyncio.wait([running])


async def test_a_paper_keeps_its_name_and_a_picture_tells_nothing(darkroom: Darkroom) -> None:
    named = await darkroom.gets(
        darkroom.album.holds(PDF, kind=MediaKind.FILE, name="../../低保\u202e申请.pdf"),
    )
    shot = await darkroom.gets(darkroom.album.holds(photo("灯杆"), name="IMG_阿珍家.jpg"))
    await darkroom.works()
    shelf = Shelf(records=darkroom.store, files=darkroom.files)
    digests = [(await darkroom.media(message)).digest or "" for message in (named, shot)]
    paper, picture = [await shelf.load(digest) for digest in digests]
    assert paper is not None
    assert picture is not None
    assert [paper.name, paper.media_type] == ["低保申请.pdf", "application/pdf"]
    assert [picture.name, picture.media_type] == [f"{digests[1][:8]}.jpg", "image/jpeg"]
    assert await shelf.load("0" * 64) is None
