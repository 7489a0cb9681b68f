"""The tables are built by migrations alone, from the first one on."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from bot.ports import StoreUnavailable
from bot.store import migrate, migrations, open_store, pending_migrations
from bot.store.engine import connect
from bot.store.tables import Row
from tests.store.conftest import Place
from tests.store.world import hear, said

VERSIONS = Path(migrations.__file__).parent / "versions"
EVERY_STEP = sorted(path.stem.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


async def test_an_empty_database_is_brought_up_to_date_once(place: Place, tmp_path: Path) -> None:
    url = await place.bare(tmp_path)
    waiting = await pending_migrations(url)
    assert waiting == EVERY_STEP
    assert await migrate(url) == waiting
    assert await pending_migrations(url) == []
    assert await migrate(url) == []


async def test_a_second_migration_leaves_what_is_stored_alone(url: str) -> None:
    store = await open_store(url)
    await hear(store, said("m1"))
    await store.close()
    assert await migrate(url) == []
    store = await open_store(url)
    assert list(await store.waiting()) == ["g-lw1"]
    await store.close()


async def test_asking_what_is_missing_makes_no_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    assert await pending_migrations(url) == EVERY_STEP
    assert files_in(tmp_path) == []


async def test_the_migrated_tables_are_those_that_the_code_means(url: str) -> None:
    database = connect(url)
    assert await database.read(differences) == []
    await database.close()


def differences(connection: Connection) -> list[object]:
    """What Alembic would still have to change; the names of indexes are compared as well."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    found: list[object] = list(compare_metadata(context, Row.metadata))
    there = {index["name"] for table in Row.metadata.tables for index in inspect(connection).get_indexes(table)}
    meant = {index.name for table in Row.metadata.tables.values() for index in table.indexes}
    return found + sorted(str(name) for name in meant - there)


async def test_two_processes_that_start_together_migrate_once(place: Place, tmp_path: Path) -> None:
    url = await place.bare(tmp_path)
    applied = await asyncio.gather(*(asyncio.to_thread(asyncio.run, migrate(url)) for _ in range(2)))
    assert sorted(applied) == [[], EVERY_STEP]


async def test_a_new_file_needs_no_change_of_mode(tmp_path: Path) -> None:
    """Two processes that switch one file to WAL at the same time: one of them would be told "locked" at once."""
    file = tmp_path / "new" / "village.db"
    connect(f"sqlite:///{file}", create=True)
    assert files_in(file.parent) == [file]
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_a_database_without_tables_says_what_to_run(place: Place, tmp_path: Path) -> None:
    url = await place.bare(tmp_path)
    with pytest.raises(StoreUnavailable, match="xiaowei migrate"):
        await look_into(url)


async def look_into(url: str) -> None:
    """Open a store and ask it something."""
    store = await open_store(url)
    try:
        await store.waiting()
    finally:
        await store.close()


def files_in(folder: Path) -> list[Path]:
    """What lies in a folder."""
    return sorted(folder.iterdir())
