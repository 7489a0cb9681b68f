"""A database as the queries see it, and how one is reached by its address."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol, TypeVar

from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import ArgumentError

from bot.ports import StoreUnavailable
from bot.store.faults import CANNOT_OPEN
from bot.store.sqlite import Sqlite
from bot.store.vault import Vault

Result = TypeVar("Result")

BUSY_SECONDS: Final = 5.0
"""How long a statement waits for somebody else's lock before it gives up."""


class Database(Protocol):
    """One database with its two ways in; all raise StoreUnavailable with Chinese text."""

    @property
    def vault(self) -> Vault:
        """What seals the texts of its sealed columns."""
        ...

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run queries that see one unchanging state."""
        ...

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run work in one transaction; what it raises undoes all of it.

        Work may be run more than once before it is committed once, so it does nothing but talk to its connection.
        """
        ...

    async def tidy(self) -> bool:
        """Give back a portion of the room that deletions left, with what was deleted; True if more is to do."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


def connect(
    url: str,
    *,
    durable: bool = True,
    create: bool = False,
    busy_seconds: float = BUSY_SECONDS,
    keys: Path | None = None,
    idle: timedelta | None = None,
) -> Database:
    """The database at an address (``sqlite:///file`` or ``postgresql://…``); nothing is opened yet.

    ``durable=False`` waits for no disk: for throw-away replays. ``create`` makes a missing SQLite file. ``keys`` is the
    file with the keys of what is sealed, by default ``keys_beside`` the database. ``idle``: PostgreSQL undoes a
    transaction in which nothing was said for so long. Raises StoreUnavailable for an
    address that cannot be understood or a file that is missing.
    """
    address = _parse(url)
    vault = Vault(keys or keys_beside(url))
    if address.get_backend_name() == "postgresql":
        from bot.store.postgres import Postgres  # noqa: PLC0415 - asyncpg takes a while to load

        return Postgres(address, durable=durable, busy_seconds=busy_seconds, vault=vault, idle=idle)
    file = sqlite_file(url)
    if create:
        _make_file(file)
    if not file.is_file():
        message = f"{CANNOT_OPEN}(找不到 {file};第一次使用请先运行 xiaowei migrate)"
        raise StoreUnavailable(message)
    mode = str(address.query.get("mode", "rw"))
    return Sqlite(file, mode=mode, durable=durable, busy_seconds=busy_seconds, vault=vault)


def keys_beside(url: str) -> Path:
    """Where the keys lie unless somebody says otherwise: in the folder of an SQLite file, else in ``var``."""
    return (sqlite_file(url).parent if is_sqlite(url) else Path("var")) / "clue.keys"


async def probe(database: Database) -> None:
    """Open a connection and ask the simplest question; raises StoreUnavailable."""
    await database.read(_ask)


def _ask(connection: Connection) -> None:
    connection.execute(text("SELECT 1")).scalar_one()


def sqlite_file(url: str) -> Path:
    """The file behind an SQLite address; raises StoreUnavailable if it names none."""
    address = _parse(url)
    if not address.database or address.database == ":memory:":
        message = "XIAOWEI_DATABASE_URL 里的 SQLite 地址要写明文件，例如 sqlite:///data/xiaowei.db。"
        raise StoreUnavailable(message)
    return Path(address.database)


def is_sqlite(url: str) -> bool:
    """Whether the address is that of an SQLite file; raises StoreUnavailable if it cannot be understood."""
    return _parse(url).get_backend_name() == "sqlite"


def _parse(url: str) -> URL:
    try:
        address = make_url(url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url)
    except ArgumentError as error:
        message = "看不懂 XIAOWEI_DATABASE_URL 里的数据库地址。写法：sqlite:///文件 或 postgresql://…"
        raise StoreUnavailable(message) from error
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        message = f"不支持的数据库：{address.get_backend_name()}。可用 sqlite 或 postgresql。"
        raise StoreUnavailable(message)
    return address


def _make_file(file: Path) -> None:
    """Put an empty database there unless there is one.

    It appears whole and already in WAL mode: where two processes switch a file to WAL at the same time, SQLite tells
    one of them "locked" without waiting.
    """
    if file.exists():
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=file.parent, prefix=".new-") as folder:
            newborn = Path(folder) / file.name
            with closing(sqlite3.connect(newborn)) as connection:
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only a file without tables can be told so
                connection.execute("PRAGMA journal_mode = WAL")
            with suppress(FileExistsError):
                file.hardlink_to(newborn)
    except (OSError, sqlite3.Error) as error:
        message = f"{CANNOT_OPEN}({file})"
        raise StoreUnavailable(message) from error
