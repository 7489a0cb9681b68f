"""A process's own line to PostgreSQL: by it the others know that it lives, wake it, and see whether it leads.

All of it hangs on one connection, whose end frees everything at once. A process that died ends it by dying. One that is
stalled, or cut off, falls silent on it, and the server ends it after ``silence``: nobody has to compare clocks.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

import structlog
from sqlalchemy import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.ports import StoreUnavailable
from bot.store.faults import UNREACHABLE, ours

PRESENT: Final = 90_111
"""PostgreSQL's first number for "this process lives"; the second is the process's own."""
_INSTALLATION: Final = 90_112
_LEADER, _RUNNING = 0, 1
_AGAIN_AFTER: Final = 1.0
"""Seconds until a lost connection is made anew."""
_RINGS_EVERY: Final = 0.02
"""Seconds between two rings: the first goes at once, and what comes meanwhile goes with the second."""


class Bell(StrEnum):
    """What processes tell one another: that it is worth while to look. What there is to see stands in the tables."""

    HEARD = "xiaowei_heard"
    """Messages came in."""
    DECIDED = "xiaowei_decided"
    """Decisions were written: there may be mail, and something new in the schedule."""
    SENT = "xiaowei_sent"
    """Something went out, or a line stands differently: open pages look again."""
    OFFICE = "xiaowei_office"
    """Whose a conversation or an account is, who is on duty, or a kept answer has changed."""


class Occupied(Exception):  # noqa: N818 - reads as what is the case
    """The database is used in the other manner: by one process for itself, or by several together."""


class Connection(Protocol):
    """The part of asyncpg's connection that is used."""

    async def execute(self, query: str, *args: object) -> str:
        """Run a statement."""
        ...

    async def fetchval(self, query: str, *args: object) -> Any:  # noqa: ANN401 - whatever the statement asks for
        """The first value of the first row."""
        ...

    def get_server_pid(self) -> int:
        """The server's number of this connection."""
        ...


class Wire:
    """Kept up by one task (``held``). ``draw`` gives numbers below 2**31 that no other process draws."""

    def __init__(self, url: str, *, silence: timedelta, alone: bool, draw: Callable[[], int]) -> None:
        """Line to the database at this address. ``alone``: no other process may use it meanwhile."""
        self._address: URL = make_url(url).set(drivername="postgresql+asyncpg")
        self._silence = silence
        self._alone = alone
        self._draw = draw
        self._connection: Connection | None = None
        self._number: int | None = None
        self._leads = False
        self._lost = asyncio.Event()
        self._turn = asyncio.Lock()
        self._rung: set[Bell] = set()
        self._ring_now = asyncio.Event()
        self._listeners: dict[Bell, list[Callable[[], None]]] = {bell: [] for bell in Bell}
        self._log = structlog.get_logger("wire")

    @property
    def number(self) -> int | None:
        """By what the others know this process; None while the connection is away."""
        return self._number

    def listen(self, bell: Bell, heard: Callable[[], None]) -> None:
        """Have this called whenever another process rings, and after every time that rings could not be heard."""
        self._listeners[bell].append(heard)

    def ring(self, bell: Bell) -> None:
        """Tell the other processes, soon; while the connection is away, when it is back."""
        self._rung.add(bell)
        self._ring_now.set()

    async def lead(self) -> bool:
        """Whether this process is the one that leads; it becomes that if nobody else is. False while cut off."""
        if self._connection is None or self._leads:
            return self._leads
        try:
            self._leads = await self._ask("SELECT pg_try_advisory_lock($1, $2)", _INSTALLATION, _LEADER)
        except _faults():
            return False
        return self._leads

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[None, None]:
        """Connected, and connected again whenever the connection is lost. Raises StoreUnavailable, Occupied."""
        first = asyncio.get_running_loop().create_future()
        keeping = asyncio.ensure_future(self._keep(first))
        try:
            await first
            yield
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping

    async def _keep(self, first: asyncio.Future[None]) -> None:
        while not (first.done() and first.exception()):
            try:
                async with self._connected():
                    if not first.done():
                        first.set_result(None)
                    await self._live()
            except Exception as error:  # the last door: without it the process would be cut off for ever  # noqa: BLE001
                if first.done():
                    self._log.error("wire_lost", cause=str(_told(error)), fault=type(error).__name__)
                else:
                    first.set_exception(_told(error))
            await asyncio.sleep(_AGAIN_AFTER if first.exception() is None else 0)

    async def _live(self) -> None:
        """Beat and ring until either ends, however it does: the connection is lost then. Raises what was the matter."""
        parts = [asyncio.ensure_future(part) for part in (self._beat(), self._ring())]
        try:
            ended, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
        for part in ended:
            if not part.cancelled():
                part.result()
        raise StoreUnavailable(UNREACHABLE)

    @asynccontextmanager
    async def _connected(self) -> AsyncGenerator[None, None]:
        silence = f"{int(self._silence.total_seconds() * 1000)}ms"
        settings = {"application_name": "xiaowei-wire", "idle_session_timeout": silence}
        args = {"server_settings": settings, "timeout": self._silence.total_seconds()}
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - as in engine.connect

        engine = create_async_engine(self._address, poolclass=NullPool, connect_args=args)
        try:
            async with engine.connect() as made:
                connection: Any = (await made.get_raw_connection()).driver_connection
                self._lost.clear()
                connection.add_termination_listener(lambda _: self._lost.set())
                try:
                    await self._introduce(connection)
                    for bell in Bell:
                        await connection.add_listener(bell.value, self._heard)
                        self._tell(bell)  # whatever was rung before this instant was not heard
                    yield
                finally:
                    connection.terminate()  # a polite end waits for a server that may have hung up long since
        finally:
            self._connection, self._number, self._leads = None, None, False
            await engine.dispose()

    async def _introduce(self, connection: Connection) -> None:
        manner = "" if self._alone else "_shared"
        if not await connection.fetchval(f"SELECT pg_try_advisory_lock{manner}($1, $2)", _INSTALLATION, _RUNNING):
            raise Occupied
        number = self._draw()
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", PRESENT, number):
            number = self._draw()
        self._connection, self._number = connection, number

    async def _beat(self) -> None:
        """Speak often enough for the server; raises when the connection is lost."""
        pause = self._silence.total_seconds() / 4
        while True:
            try:
                async with asyncio.timeout(pause):
                    await self._lost.wait()
            except TimeoutError:
                async with asyncio.timeout(pause):
                    await self._ask("SELECT 1")
                continue
            raise StoreUnavailable(UNREACHABLE)

    async def _ring(self) -> None:
        while True:
            await self._ring_now.wait()
            self._ring_now.clear()
            rung, self._rung = self._rung, set()
            try:
                await self._ask("SELECT count(pg_notify(bell, '')) FROM unnest($1::text[]) AS bell", sorted(rung))
            except BaseException:
                self._rung |= rung
                self._ring_now.set()
                raise
            await asyncio.sleep(_RINGS_EVERY)

    async def _ask(self, question: str, *args: object) -> Any:  # noqa: ANN401 - whatever is asked for
        async with self._turn:
            if self._connection is None:
                raise StoreUnavailable(UNREACHABLE)
            return await self._connection.fetchval(question, *args)

    def _heard(self, connection: Connection, pid: int, channel: str, _payload: str) -> None:
        if pid != connection.get_server_pid():
            self._tell(Bell(channel))

    def _tell(self, bell: Bell) -> None:
        for heard in self._listeners[bell]:
            heard()


def _faults() -> tuple[type[Exception], ...]:
    import asyncpg  # type: ignore[import-untyped]  # noqa: PLC0415 - it ships no types; only PostgreSQL needs it

    return OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError, TimeoutError


def _told(error: BaseException) -> BaseException:
    """The fault as the rest of the bot knows it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, StoreUnavailable | Occupied):
        return error
    known = ours(error) if isinstance(error, Exception) else error
    return known if isinstance(known, StoreUnavailable) else StoreUnavailable(UNREACHABLE)
