"""Records of media and the sealed files, on both databases: claimed once, linked, hidden, dropped, sealed anew."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.clues import Clue
from bot.domain.media import Fetched, MediaChange, MediaState, MediaStep, Why
from bot.domain.messages import Incoming, Kind, MediaKind, MediaRef
from bot.domain.outcome import Job, Mark, Outcome, Slot
from bot.store import SqlStore, dump, open_store
from bot.store.media_files import SealedFiles
from bot.store.reseal import reseal
from bot.store.vault import Vault
from tests.album import photo
from tests.store.world import MORNING, lamp, opened

NOW = MORNING
LATER = timedelta(minutes=2)
KEPT = Fetched(state=MediaState.KEPT, digest="a" * 64, media_type="image/jpeg", size=3)
REFS = (
    MediaRef(platform="practice", kind=MediaKind.PICTURE, handle="secret-handle"),
    MediaRef(platform="practice", kind=MediaKind.FILE, handle="h2", name="低保申请-王桂花.docx"),
)


async def arrives(store: SqlStore, id_: str = "m1", *refs: MediaRef, at: datetime = NOW) -> bool:
    """A message with media comes in."""
    incoming = Incoming(
        platform="practice",
        id=id_,
        group="g-lw1",
        sender="u-az",
        name="阿珍",
        kind=Kind.IMAGE,
        text="",
        sent_at=at,
        media=refs or REFS[:1],
    )
    return await store.accept(incoming, conversation="group:g-lw1", group="g-lw1", by_cadre=False, received_at=at)


async def claimed(store: SqlStore, *, now: datetime = NOW) -> list[tuple[str, int]]:
    """What somebody who fetches gets."""
    found = await store.claim_media(("practice",), now, until=now + LATER, limit=10)
    return [(one.message, one.attempts) for one in found]


async def of(store: SqlStore, message: str = "m1") -> list[tuple[str, bool, bool]]:
    """State, aside and for_clue of a message's media."""
    found = await store.media_of_messages([("practice", message)])
    return [(one.state.value, one.aside, one.for_clue) for one in found]


async def test_media_are_kept_with_the_message_and_a_duplicate_adds_none(store: SqlStore) -> None:
    assert [await arrives(store, "m1", *REFS), await arrives(store, "m1", *REFS)] == [True, False]
    media = await store.media_of_messages([("practice", "m1")])
    assert [one.ref for one in media] == list(REFS)
    (message,) = await store.pending("group:g-lw1")
    assert [message.media, message.shows] == [(MediaKind.PICTURE, MediaKind.FILE), True]


async def test_nobody_fetches_what_another_process_is_fetching(store: SqlStore, other: SqlStore) -> None:
    await arrives(store)
    assert [await claimed(store), await claimed(other)] == [[("m1", 1)], []]
    assert await store.next_fetch(("practice",)) == NOW + LATER
    assert await claimed(other, now=NOW + LATER) == [("m1", 2)], "the first one was interrupted"
    assert await store.next_fetch(("wechat",)) is None


async def test_the_ticket_is_looked_at_when_link_and_bytes_are_both_there(store: SqlStore) -> None:
    for bytes_first in (True, False):
        message = f"m-{bytes_first}"
        await arrives(store, message)
        (media,) = await store.media_of_messages([("practice", message)])
        ticket = lamp(1 if bytes_first else 2)
        at = NOW + timedelta(seconds=30)
        if bytes_first:
            assert await store.settle_media(media.id, KEPT, now=NOW)
        await store.commit(opened(ticket, message), now=at)
        if not bytes_first:
            assert Slot(at=at, job=Job.MEDIA, scope=ticket.id) not in await store.pending_slots()
            assert await store.settle_media(media.id, KEPT, now=at)
        assert Slot(at=at, job=Job.MEDIA, scope=ticket.id) in await store.pending_slots()
        assert [one.message for one in (await store.media_of_tickets([ticket.id]))[ticket.id]] == [message]


async def test_what_is_settled_stays_so(store: SqlStore) -> None:
    await arrives(store)
    (media,) = await store.media_of_messages([("practice", "m1")])
    lost = Fetched(state=MediaState.LOST, why=Why.GONE, cause="平台说没有了")
    assert [await store.settle_media(media.id, one, now=NOW) for one in (lost, KEPT)] == [True, False]
    (trouble,) = [one for one in await store.troubles(since=NOW) if one.kind == "media"]
    assert [trouble.subject, trouble.cause] == ["practice/m1", "平台说没有了"]


async def test_a_dropped_content_goes_only_when_nobody_else_has_it(store: SqlStore) -> None:
    ids = []
    for message in ("m1", "m2"):
        await arrives(store, message)
        (media,) = await store.media_of_messages([("practice", message)])
        await store.settle_media(media.id, KEPT, now=NOW)
        ids.append(media.id)
    assert len(await store.stale_media(before=NOW + LATER, limit=10)) == 2
    await store.commit(Outcome(media=(MediaChange(id=ids[0], step=MediaStep.DROPPED),)), now=NOW)
    assert await store.dropped_media(limit=10) == ()
    await store.commit(Outcome(media=(MediaChange(id=ids[1], step=MediaStep.DROPPED),)), now=NOW)
    assert await store.dropped_media(limit=10) == ("a" * 64,)
    await store.forget_media(["a" * 64])
    assert (await dump(store))["media"] == []


def clue(*, above: bool = False) -> Clue:
    """An allegation that rests on the first message."""
    return Clue(
        platform="practice", messages=("m1",), village="liuwan", private=False, text="", said_at=NOW, above=above
    )


async def test_a_clue_keeps_its_media_and_the_row_forgets_where_it_came_from(store: SqlStore, url: str) -> None:
    await arrives(store)
    (message,) = await store.pending("group:g-lw1")
    (media,) = await store.media_of_messages([("practice", "m1")])
    await store.settle_media(media.id, KEPT, now=NOW)
    marked = Outcome(clues=(clue(),), marks=((message.seq, Mark.CLUE),))
    await store.commit(marked, now=NOW, handled=[message.seq])
    assert await of(store) == [("kept", True, True)]
    await store.commit(Outcome(media=(MediaChange(id=media.id, step=MediaStep.HIDDEN),)), now=NOW)
    assert await of(store) == [("kept", True, True)]
    assert await store.stale_media(before=NOW + LATER, limit=10) == ()
    (row,) = (await dump(store))["media"]
    assert not {"practice", "m1"} & set(row), url
    store.vault.renew()
    await reseal(store.database)
    lines = store.vault.file.read_text().splitlines()
    store.vault.file.write_text("\n".join(lines[:2]) + "\n")
    assert await of(store) == [("kept", True, True)], "found again under the new key"


async def test_nothing_is_kept_of_a_clue_against_the_county_itself(store: SqlStore) -> None:
    await arrives(store)
    (message,) = await store.pending("group:g-lw1")
    (media,) = await store.media_of_messages([("practice", "m1")])
    await store.settle_media(media.id, KEPT, now=NOW)
    marked = Outcome(clues=(clue(above=True),), marks=((message.seq, Mark.CLUE),))
    await store.commit(marked, now=NOW, handled=[message.seq])
    assert await store.dropped_media(limit=10) == ("a" * 64,)


async def test_what_is_taken_back_goes_with_its_message(store: SqlStore) -> None:
    await arrives(store)
    (message,) = await store.pending("group:g-lw1")
    (media,) = await store.media_of_messages([("practice", "m1")])
    await store.commit(Outcome(recalled=(message.seq,)), now=NOW)
    assert not await store.settle_media(media.id, KEPT, now=NOW), "it was being fetched meanwhile"


async def test_handles_and_names_lie_sealed(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    await arrives(store, "m1", *REFS)
    await store.close()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    raw = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert "王桂花".encode() not in raw
    assert b"secret-handle" not in raw


@pytest.fixture
def files(tmp_path: Path) -> SealedFiles:
    """A folder that does not exist yet."""
    return SealedFiles(folder=tmp_path / "media", vault=Vault(tmp_path / "clue.keys"))


async def test_a_file_lies_sealed_once_and_opens_again(files: SealedFiles) -> None:
    data = photo("灯杆", size=4 * 1024 * 1024)
    digest = await files.put(data)
    assert [await files.put(data), await files.get(digest) == data] == [digest, True]
    (path,) = [one for one in files.folder.rglob("*") if one.is_file()]
    assert path.name == digest
    assert "灯杆".encode() not in path.read_bytes()
    await files.remove(digest)
    await files.remove(digest)
    assert await files.get(digest) is None


async def test_a_damaged_or_exchanged_file_is_no_picture(files: SealedFiles) -> None:
    one, two = await files.put(photo("一")), await files.put(photo("二"))
    path = files.folder / one[:2] / one
    good = path.read_bytes()
    for bad in (good[:-1] + b"x", b"", b"plain", (files.folder / two[:2] / two).read_bytes()):
        path.write_bytes(bad)
        assert await files.get(one) is None
    assert await files.put(photo("一")) == one
    assert await files.get(one) == photo("一"), "sent again, it is put right"


async def test_after_a_rotation_the_old_key_may_go(files: SealedFiles) -> None:
    digest = await files.put(photo("灯杆"))
    before = files.numbers()
    files.vault.renew()
    assert await files.get(digest) is not None, "the old line still stands in the key file"
    assert [files.reseal(), files.numbers().isdisjoint(before)] == [1, True]
    lines = files.vault.file.read_text().splitlines()
    files.vault.file.write_text("\n".join(lines[:2]) + "\n")
    fresh = replace(files, vault=Vault(files.vault.file))
    assert await fresh.get(digest) == photo("灯杆")


async def test_no_name_leads_out_of_the_folder(files: SealedFiles) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        await files.get("../../etc/passwd")
