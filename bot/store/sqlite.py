"""SQLite, the embedded default: one file, one process, nothing to install.

Two traps are closed here. Under SQLAlchemy's defaults concurrent updates are lost without a word, because the driver
begins transactions late and upgrades them: every write begins with BEGIN IMMEDIATE. And several writers in one
process starve one another on the file's lock: there is one writer, which commits together what arrives together.

The driver runs in threads, a whole transaction at a time: handing over each statement by itself (aiosqlite) was
measured at three times the cost.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final, TypeVar, cast
from urllib.parse import quote

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.ports import StoreUnavailable
from bot.store.columns import give_vault
from bot.store.faults import VANISHED, ours
from bot.store.gather import Gather
from bot.store.vault import Vault

Result = TypeVar("Result")
Work = Callable[[Connection], object]

_BATCH: Final = 200
_INCREMENTAL: Final = 2
"""How SQLite numbers that free pages are handed back when asked for."""
_HANDED_BACK: Final = 200
"""Pages handed back at once: their transaction takes some milliseconds."""
_KEPT_FREE: Final = 8
"""One page of so many stays free for what comes tomorrow."""
_READERS: Final = 4


class Sqlite:
    """``engine.Database`` over an SQLite file in WAL mode."""

    def __init__(self, file: Path, *, mode: str, durable: bool, busy_seconds: float, vault: Vault) -> None:
        self._file = file
        self._identity = _identity(file)
        self._engine = create_engine(
            URL.create("sqlite", database=f"file:{quote(str(file.absolute()))}", query={"mode": mode, "uri": "true"}),
            connect_args={"timeout": busy_seconds, "isolation_level": None, "check_same_thread": False},
            pool_size=_READERS + 1,
            hide_parameters=True,  # an error must not carry what people wrote into a log
        )
        self.vault = vault
        give_vault(self._engine.dialect, vault)
        event.listen(self._engine, "connect", partial(_prepare, durable=durable))
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="store-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._gather = Gather[Work, object](self._write_together, most=_BATCH)

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run queries that see one unchanging state. Raises StoreUnavailable."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run work in one transaction, perhaps with that of others; what it raises undoes all of it, and only it."""
        return cast("Result", await self._gather(work))

    async def tidy(self) -> bool:
        """Give back a portion of the room that deletions left, and empty the log, in which old words may still stand.

        True if more is to do, or if somebody is reading so that the log cannot be emptied now. Raises StoreUnavailable.
        """
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._tidy)

    def _tidy(self) -> bool:
        self._check_file()
        try:
            with closing(self._engine.raw_connection()) as pooled:
                connection = cast("sqlite3.Connection", pooled.driver_connection)
                with _in_no_hurry(connection):
                    return shrink(connection)
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise ours(error) from error

    async def close(self) -> None:
        """Close all connections, after what is under way."""
        await asyncio.get_running_loop().run_in_executor(None, self._close)

    def _close(self) -> None:
        self._readers.shutdown()
        self._writer.shutdown()
        self._engine.dispose()

    def _read(self, work: Callable[[Connection], Result]) -> Result:
        try:
            with self._engine.connect() as connection:
                _begin(connection, "BEGIN")
                return work(connection)
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise ours(error) from error

    async def _write_together(self, works: Sequence[Work]) -> Sequence[object]:
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._write_all, works)

    def _write_all(self, works: Sequence[Work]) -> list[object]:
        """All in one transaction; if one of them fails, each in its own, so that it harms nobody else."""
        if len(works) > 1:
            try:
                return self._write(partial(_each, works))
            except StoreUnavailable:
                raise
            except Exception:  # noqa: BLE001, S110 - raised again below, to the one it belongs to
                pass
        results: list[object] = []
        for work in works:
            try:
                results.append(self._write(work))
            except Exception as error:  # noqa: BLE001 - Gather raises it to the one it belongs to
                results.append(error)
        return results

    def _write(self, work: Callable[[Connection], Result]) -> Result:
        self._check_file()
        try:
            with self._engine.begin() as connection:
                _begin(connection, "BEGIN IMMEDIATE")
                return work(connection)
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise ours(error) from error

    def _check_file(self) -> None:
        """SQLite goes on writing to a file that somebody has deleted, and all of it would be lost at the next start."""
        if self._identity is None or _identity(self._file) != self._identity:
            raise StoreUnavailable(VANISHED)


def shrink(connection: sqlite3.Connection) -> bool:
    """Hand a few pages back to the disk while too many are free, and empty the log; True if more is to do.

    Some pages are kept for the next day: a file that shrinks every night and grows every day is written twice. What
    lay on a free page has been overwritten when it was freed (``secure_delete``).
    """
    pages, free = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count"))
    spare = free - pages // _KEPT_FREE
    incremental = connection.execute("PRAGMA auto_vacuum").fetchone()[0] == _INCREMENTAL
    if spare > 0 and incremental:
        # By a script: execute() would take one step of it, which is one page.
        connection.executescript(f"PRAGMA incremental_vacuum({min(spare, _HANDED_BACK)})")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return bool(busy) or (incremental and spare > _HANDED_BACK)


@contextmanager
def _in_no_hurry(connection: sqlite3.Connection) -> Iterator[None]:
    """Wait for nobody: whoever reads now is not to be waited for while everybody waits to write."""
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(patience)}")


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry, *, durable: bool) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what is wiped is overwritten, not only forgotten
    cursor.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
    cursor.close()


def _begin(connection: Connection, how: str) -> None:
    """Told to the driver itself: by way of SQLAlchemy it costs as much as a small query, and every one needs it.

    Nor by an event of SQLAlchemy: with one to listen for, every statement takes a longer way.
    """
    cast("sqlite3.Connection", connection.connection.driver_connection).execute(how)


def _each(works: Sequence[Work], connection: Connection) -> list[object]:
    return [work(connection) for work in works]


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
