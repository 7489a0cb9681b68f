"""Bringing the tables of a database up to date, with Alembic."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from bot.ports import StoreUnavailable
from bot.store.engine import Database, connect, is_sqlite, sqlite_file
from bot.store.faults import CANNOT_OPEN

if TYPE_CHECKING:
    from alembic.config import Config

_FIRST = "0001"
_SCRIPTS: Final = Path(__file__).with_name("migrations")
_WRITES_ANEW: Final = frozenset({"0003", "0011"})
"""Steps after which an old file is written anew: one seals what lay open, one lets files hand back free pages."""
_LOCK: Final = 90_110
"""PostgreSQL's number for "somebody is migrating": two processes that start together do it one after the other."""


async def migrate(url: str, *, keys: Path | None = None) -> list[str]:
    """Apply what is missing and return the revisions applied, in order; empty if there was nothing to do.

    Makes a missing SQLite file. All or nothing. ``keys``: as ``engine.connect`` takes it; existing texts are sealed
    with them. Raises StoreUnavailable, in Chinese.
    """
    database = connect(url, create=True, keys=keys)
    try:
        applied = await database.write(_upgrade)
    finally:
        await database.close()
    if _WRITES_ANEW.intersection(applied) and applied[0] != _FIRST and is_sqlite(url):
        sweep(sqlite_file(url))
    return applied


def sweep(file: Path) -> None:
    """Write an SQLite file anew, so that nothing that was deleted or overwritten is left between its pages."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        message = f"{CANNOT_OPEN}({file})"
        raise StoreUnavailable(message) from error


async def pending_migrations(url: str) -> list[str]:
    """The revisions that ``migrate`` would apply, in order; all of them for a file that is not there yet."""
    if is_sqlite(url) and not sqlite_file(url).exists():
        return _missing(None)
    database = connect(url)
    try:
        return await missing_in(database)
    finally:
        await database.close()


async def missing_in(database: Database) -> list[str]:
    """The revisions that a database lacks, in order. Raises StoreUnavailable."""
    return _missing(await database.read(_current))


def _upgrade(connection: Connection) -> list[str]:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    missing = _missing(_current(connection))
    if missing:
        from alembic import command  # noqa: PLC0415 - see _missing

        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return missing


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _missing(current: str | None) -> list[str]:
    """Alembic is loaded only where something is missing: nearly every start finds the newest revision."""
    if current == max(path.name.partition("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*.py")):
        return []
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    scripts = ScriptDirectory.from_config(_config())
    return [script.revision for script in reversed(list(scripts.iterate_revisions("head", current or "base")))]


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
