"""Tables, queries and the one commit; rows never leave this package."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.audit import heads, verify
from bot.store.chain import Break
from bot.store.dump import dump
from bot.store.engine import connect, probe
from bot.store.migrate import migrate, pending_migrations
from bot.store.store import SqlStore

if TYPE_CHECKING:
    from bot.ports.hearing import HearingStore

    def _is_a_store(store: SqlStore) -> HearingStore:
        return store


async def open_store(
    url: str, *, durable: bool = True, keys: Path | None = None, shared: timedelta | None = None
) -> SqlStore:
    """The store at an address: ``sqlite:///file`` or ``postgresql://user:password@host/name``. Migrates nothing.

    ``durable=False`` waits for no disk: only for throw-away replays. ``keys``: as ``engine.connect`` takes it.
    ``shared``: several processes share the work (decision 0018), and a transaction of one that has been silent for so
    long is undone, because it holds the others up. Raises StoreUnavailable, in Chinese, if the database
    is missing or does not answer.
    """
    database = connect(url, durable=durable, keys=keys, idle=shared)
    try:
        await probe(database)
    except BaseException:
        await database.close()
        raise
    return SqlStore(database, shared=shared is not None)


__all__ = ["Break", "SqlStore", "dump", "heads", "migrate", "open_store", "pending_migrations", "verify"]
