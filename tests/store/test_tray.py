"""The tray of the practice hall on real records and real files: nothing that was accepted is lost, nothing piles up."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.media import MediaState
from bot.domain.messages import Incoming, Kind, MediaKind, MediaRef, Outgoing, OutKind, ToPerson
from bot.domain.outcome import Outcome
from bot.domain.rules import Rules
from bot.media.fetching import Fetcher
from bot.media.tray import Tray
from bot.ports import SendState
from bot.ports.platform import FailureKind, FetchFailed
from bot.store import SqlStore, open_store
from bot.store.media_files import SealedFiles
from tests.album import photo
from tests.store.world import MORNING

RULES = Rules().media


@dataclass(frozen=True, kw_only=True)
class Room:
    """One run of the process: the hall's tray, and the fetcher that empties it."""

    store: SqlStore
    folder: Path

    @property
    def kept(self) -> SealedFiles:
        """Where media lies for good."""
        return SealedFiles(folder=self.folder, vault=self.store.vault)

    @property
    def waiting(self) -> SealedFiles:
        """Where it waits, in a folder of the same folder, as the bot has it."""
        return SealedFiles(folder=self.folder / "tray", vault=self.store.vault)

    @property
    def tray(self) -> Tray:
        """The tray."""
        return Tray(platform="practice", files=self.waiting, records=self.store, rules=RULES)

    async def hands_in(self, tray: Tray, data: bytes, ident: str) -> None:
        """A visitor sends a picture as 阿珍."""
        async with tray.taking(data) as ref:
            incoming = Incoming(
                platform="practice",
                id=ident,
                group="g-lw1",
                sender="u-az",
                name="阿珍",
                kind=Kind.IMAGE,
                text="",
                sent_at=MORNING,
                media=(ref,),
            )
            await self.store.accept(
                incoming, conversation="group:g-lw1", group="g-lw1", by_cadre=False, received_at=MORNING
            )

    async def fetches(self) -> None:
        """Everything that waits is fetched."""
        fetcher = Fetcher(store=self.store, files=self.kept, sources={"practice": self.tray}, rules=RULES)
        while await fetcher.work(now=MORNING):
            pass


@pytest.fixture
def room(store: SqlStore, tmp_path: Path) -> Room:
    """A room with an empty tray."""
    return Room(store=store, folder=tmp_path / "media")


async def test_a_restart_between_message_and_fetch_loses_nothing(room: Room, url: str) -> None:
    await room.hands_in(room.tray, photo("灯杆"), "w1")
    again = await open_store(url, keys=room.store.vault.file)
    try:
        later = Room(store=again, folder=room.folder)
        await later.fetches()
        (media,) = await again.media_of_messages([("practice", "w1")])
        assert media.state is MediaState.KEPT
        assert media.digest is not None
        assert await later.kept.get(media.digest) == photo("灯杆")
    finally:
        await again.close()


async def test_bytes_stay_until_the_record_says_that_they_were_fetched(room: Room) -> None:
    tray = room.tray
    await room.hands_in(tray, photo("灯杆"), "w1")
    (handle,) = await room.store.handles_waiting("practice")
    ref = MediaRef(platform="practice", kind=MediaKind.PICTURE, handle=handle)
    assert await tray.fetch(ref, most=1000) == photo("灯杆")
    await room.hands_in(tray, photo("坑"), "w2")
    assert await tray.fetch(ref, most=1000) == photo("灯杆"), "the first fetch was interrupted"
    await room.fetches()
    assert await room.store.handles_waiting("practice") == frozenset()
    await room.hands_in(tray, photo("路"), "w3")
    assert len(await room.waiting.digests()) == 1


async def test_many_visitors_at_once_take_nothing_from_one_another(room: Room) -> None:
    tray = room.tray
    await asyncio.gather(*(room.hands_in(tray, photo(f"第{number}张"), f"w{number}") for number in range(12)))
    await room.fetches()
    kept = await room.store.media_of_messages([("practice", f"w{number}") for number in range(12)])
    assert [one.state for one in kept] == [MediaState.KEPT] * 12
    assert len(await room.kept.digests()) == 12


async def test_bytes_on_the_tray_are_sealed(room: Room) -> None:
    await room.hands_in(room.tray, photo("灯杆"), "w1")
    files = [path for path in room.folder.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert photo("灯杆")[:50] not in files[0].read_bytes()


async def test_what_is_not_on_the_tray_is_gone_for_good(room: Room) -> None:
    for handle in ("0" * 64, "../../etc/passwd", ""):
        with pytest.raises(FetchFailed) as failed:
            await room.tray.fetch(MediaRef(platform="practice", kind=MediaKind.PICTURE, handle=handle), most=10)
        assert failed.value.kind is FailureKind.PERMANENT


async def test_a_conversation_knows_what_came_and_went_with_its_lines(room: Room) -> None:
    await room.hands_in(room.tray, photo("灯杆"), "w1")
    (line,) = await room.store.lines("group:g-lw1", "group:g-lw1", limit=10)
    assert (line.media, line.attachment) == ((MediaKind.PICTURE,), None)
    send = Outgoing(to=ToPerson(person="p-lqs"), kind=OutKind.NOTICE, text="", dedupe_key="k", attachment="a" * 64)
    assert await room.store.commit(Outcome(sends=(send,)), now=MORNING)
    (sent,) = await room.store.claim_sends(MORNING, limit=1)
    await room.store.settle(sent.id, SendState.SENT, now=MORNING, platform="practice", platform_id=sent.id)
    (line,) = await room.store.lines("person:p-lqs", "account:practice/u-lqs", limit=10)
    assert (line.media, line.attachment) == ((), "a" * 64)
