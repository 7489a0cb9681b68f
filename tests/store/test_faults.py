"""When the database fails, nothing is half written and the operator is told what to do, in Chinese."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest
import pytest_asyncio
from sqlalchemy import Connection, text

from bot.domain.outcome import Outcome
from bot.ports import StoreUnavailable
from bot.ports.platform import NotAccepted
from bot.store import SqlStore, dump, migrate, open_store
from bot.store.engine import connect, sqlite_file
from bot.store.faults import CANNOT_OPEN, DAMAGED, FULL, LOCKED, READ_ONLY, REFUSED, UNREACHABLE, VANISHED
from tests.store.conftest import OnPostgres, on_server
from tests.store.world import hear, lamp, minutes, opened, post, said


@pytest_asyncio.fixture
async def impatient(sqlite_url: str) -> AsyncIterator[SqlStore]:
    """A store on a file that waits for a lock only a moment."""
    opened_store = SqlStore(connect(sqlite_url, busy_seconds=0.05))
    yield opened_store
    await opened_store.close()


def limit_pages(connection: Connection, *, spare: int) -> None:
    """Make the disk as good as full: SQLite then fails exactly as on a full disk."""
    used = connection.execute(text("PRAGMA page_count")).scalar_one()
    connection.execute(text(f"PRAGMA max_page_count = {used + spare}"))


async def fill_disk(store: SqlStore) -> None:
    """Until nothing fits any more. All writing goes through one connection, so the limit holds for it."""
    await store.database.write(lambda connection: limit_pages(connection, spare=0))


async def test_on_a_full_disk_a_message_is_refused_and_comes_in_when_there_is_room_again(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    await hear(store, said("m1"))
    await fill_disk(store)
    before = await dump(store)
    with pytest.raises(NotAccepted, match=FULL):
        await hear(store, said("m2", "很长" * 20_000))
    assert await dump(store) == before
    await store.database.write(lambda connection: limit_pages(connection, spare=1000))
    assert await hear(store, said("m2", "很长" * 20_000))
    assert len(await store.pending("g-lw1")) == 2
    await store.close()


async def test_on_a_full_disk_an_outcome_is_written_not_even_in_part(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    await hear(store, said("m1"))
    await fill_disk(store)
    before = await dump(store)
    outcome = opened(lamp()) + Outcome(sends=(post("receipt", "很长" * 20_000),))
    with pytest.raises(StoreUnavailable, match=FULL):
        await store.commit(outcome, now=minutes(1), handled=[1])
    assert await dump(store) == before
    await store.close()


async def test_while_another_program_holds_the_file_a_message_is_refused(impatient: SqlStore, sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_file(sqlite_url), isolation_level=None)) as backup:
        backup.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotAccepted, match=re.escape(LOCKED)):
            await hear(impatient, said("m1"))
        with pytest.raises(StoreUnavailable, match=re.escape(LOCKED)):
            await impatient.remember("a", "b")
        assert await impatient.waiting() == {}, "looking goes on"
        backup.execute("ROLLBACK")
    assert await hear(impatient, said("m1"))


async def test_a_read_only_database_can_be_looked_at_and_refuses_messages(sqlite_url: str) -> None:
    writable = await open_store(sqlite_url)
    await hear(writable, said("m1"))
    store = await open_store(f"{sqlite_url}?mode=ro")
    with pytest.raises(NotAccepted, match=READ_ONLY):
        await hear(store, said("m2"))
    assert [message.id for message in await store.pending("g-lw1")] == ["m1"]
    await store.close()
    await writable.close()


async def test_a_database_file_that_vanishes_under_the_bot_is_noticed_at_the_next_message(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    await hear(store, said("m1"))
    file = sqlite_file(sqlite_url)
    file.rename(file.with_suffix(".away"))
    with pytest.raises(NotAccepted, match="不见了"):
        await hear(store, said("m2"))
    file.with_suffix(".away").rename(file)
    assert await hear(store, said("m2"))
    await store.close()


async def test_a_database_file_that_is_exchanged_under_the_bot_is_noticed(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    file = sqlite_file(sqlite_url)
    content = file.read_bytes()
    file.rename(file.with_suffix(".old"))
    file.write_bytes(content)
    with pytest.raises(StoreUnavailable) as told:
        await store.commit(Outcome(), now=minutes(1))
    assert str(told.value) == VANISHED
    await store.close()


async def test_a_missing_file_says_where_it_was_looked_for_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"none\.db.*xiaowei migrate"):
        await open_store(f"sqlite:///{tmp_path / 'none.db'}")
    assert files_in(tmp_path) == []


async def test_a_folder_in_place_of_the_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "village.db").mkdir()
    with pytest.raises(StoreUnavailable, match=CANNOT_OPEN):
        await open_store(f"sqlite:///{tmp_path / 'village.db'}")
    with pytest.raises(StoreUnavailable, match=CANNOT_OPEN):
        await migrate(f"sqlite:///{tmp_path / 'village.db'}")


async def test_a_file_in_place_of_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    with pytest.raises(StoreUnavailable, match=CANNOT_OPEN):
        await migrate(f"sqlite:///{tmp_path / 'data' / 'village.db'}")


async def test_something_else_than_a_database_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "village.db"
    file.write_bytes("这不是数据库，只是一份通知。".encode() * 100)
    with pytest.raises(StoreUnavailable) as told:
        await open_store(f"sqlite:///{file}")
    assert str(told.value) == DAMAGED


async def test_a_damaged_database_is_reported(sqlite_url: str) -> None:
    file = sqlite_file(sqlite_url)
    content = bytearray(file.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    file.write_bytes(content)
    with pytest.raises(StoreUnavailable) as told:
        await look_into(sqlite_url)
    assert str(told.value) == DAMAGED


async def test_a_file_name_with_strange_characters_is_only_a_name(tmp_path: Path) -> None:
    file = tmp_path / "柳湾 50%#[a]&mode=ro.db"
    await migrate(f"sqlite:///{file}")
    store = await open_store(f"sqlite:///{file}")
    assert await hear(store, said("m1"))
    await store.close()
    assert file.is_file()


@pytest.mark.parametrize("url", ["", "village.db", "mysql://u:p@h/d", "sqlite://", "sqlite:///:memory:"])
async def test_an_address_that_makes_no_sense_is_reported_without_its_password(url: str) -> None:
    with pytest.raises(StoreUnavailable) as told:
        await open_store(url)
    assert "u:p" not in str(told.value)
    assert "数据库" in str(told.value) or "SQLite" in str(told.value)


async def test_a_server_that_does_not_answer_is_reported() -> None:
    with pytest.raises(StoreUnavailable) as told:
        await open_store("postgresql://postgres@127.0.0.1:1/village")
    assert str(told.value) == UNREACHABLE


async def test_a_server_without_a_socket_is_reported(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable) as told:
        await open_store(f"postgresql://postgres@/village?host={tmp_path}")
    assert str(told.value) in (UNREACHABLE, CANNOT_OPEN)


async def test_a_database_that_the_server_does_not_have_is_reported(on_postgres: OnPostgres) -> None:
    with pytest.raises(StoreUnavailable) as told:
        await open_store(on_postgres.url("no_such_village"))
    assert str(told.value) == REFUSED


async def test_a_server_that_turns_read_only_refuses_messages(on_postgres: OnPostgres) -> None:
    url = await on_postgres.own()
    await on_server(url, f"ALTER DATABASE {url_name(url)} SET default_transaction_read_only = on")
    store = await open_store(url)
    with pytest.raises(NotAccepted, match=READ_ONLY):
        await hear(store, said("m1"))
    assert await store.waiting() == {}
    await store.close()


async def test_a_server_that_cuts_every_connection_is_found_again(on_postgres: OnPostgres) -> None:
    url = await on_postgres.own()
    store = await open_store(url)
    await hear(store, said("m1"))
    connections = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    await on_server(url, f"{connections} AND pid <> pg_backend_pid()")
    assert await hear(store, said("m2")), "pooled connections are tried before they are used"
    await store.close()


async def test_a_row_locked_too_long_on_the_server_is_reported(on_postgres: OnPostgres, tmp_path: Path) -> None:
    url = await on_postgres.fresh(tmp_path)
    store = SqlStore(connect(url, busy_seconds=0.5))
    await hear(store, said("m1"))
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("BEGIN; UPDATE hearing SET posted_at = NULL")
        with pytest.raises(NotAccepted, match=re.escape(LOCKED)):
            await hear(store, said("m2"))
    finally:
        await connection.close()
    assert await hear(store, said("m2"))
    await store.close()


async def look_into(url: str) -> None:
    """Open a store and ask it something."""
    store = await open_store(url)
    try:
        await store.waiting()
    finally:
        await store.close()


def url_name(url: str) -> str:
    """The name of the database in an address."""
    return url.partition("/village_")[2].join(("village_", "")).partition("?")[0]


def files_in(folder: Path) -> list[Path]:
    """What lies in a folder."""
    return sorted(folder.iterdir())
