"""Tables, queries and the one commit; rows never leave this package."""

from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.audit import heads, verify
from bot.store.chain import Break
from bot.store.dump import dump
from bot.store.engine import connect, probe
from bot.store.migrate import migrate, pending_migrations
from bot.store.store import SqlStore

if TYPE_CHECKING:
    from bot.ports import Store

    def _is_a_store(store: SqlStore) -> Store:
        return store


async def open_store(url: str, *, durable: bool = True, keys: Path | None = None) -> SqlStore:
    """The store at an address: ``sqlite:///file`` or ``postgresql://user:password@host/name``. Migrates nothing.

    ``durable=False`` waits for no disk: only for throw-away replays. ``keys``: as ``engine.connect`` takes it. Raises
    StoreUnavailable, in Chinese, if the database is missing or does not answer.
    """
    database = connect(url, durable=durable, keys=keys)
    try:
        await probe(database)
    except BaseException:
        await database.close()
        raise
    return SqlStore(database)


__all__ = ["Break", "SqlStore", "dump", "heads", "migrate", "open_store", "pending_migrations", "verify"]
