"""What is acknowledged has reached the disk; only a throw-away replay may hurry."""

from functools import partial

import pytest
from sqlalchemy import Connection, text

from bot.store import SqlStore, open_store
from tests.store.conftest import OnPostgres

FULL, OFF = 2, 0


async def setting(store: SqlStore, query: str) -> object:
    """A setting of the connection that writes."""
    return await store.database.write(partial(ask, query=query))


def ask(connection: Connection, query: str) -> object:
    """One value."""
    return connection.execute(text(query)).scalar_one()


@pytest.mark.parametrize(("durable", "expected"), [(True, FULL), (False, OFF)])
async def test_sqlite_waits_for_the_disk_unless_told_otherwise(
    sqlite_url: str, *, durable: bool, expected: int
) -> None:
    store = await open_store(sqlite_url, durable=durable)
    assert await setting(store, "PRAGMA synchronous") == expected
    assert await setting(store, "PRAGMA journal_mode") == "wal"
    assert await setting(store, "PRAGMA foreign_keys") == 1
    assert await setting(store, "PRAGMA busy_timeout") == 5000
    await store.close()


@pytest.mark.parametrize(("durable", "expected"), [(True, "on"), (False, "off")])
async def test_postgresql_waits_for_the_disk_unless_told_otherwise(
    on_postgres: OnPostgres, tmp_path_factory: pytest.TempPathFactory, *, durable: bool, expected: str
) -> None:
    store = await open_store(await on_postgres.fresh(tmp_path_factory.getbasetemp()), durable=durable)
    assert await setting(store, "SHOW synchronous_commit") == expected
    assert await setting(store, "SHOW lock_timeout") == "5s"
    await store.close()
