"""PostgreSQL, for when one machine or one process is not enough."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeVar

from sqlalchemy import URL, Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.columns import give_vault
from bot.store.faults import is_clash, ours
from bot.store.vault import Vault

Result = TypeVar("Result")

_TRIES: Final = 3
"""How often work is tried that PostgreSQL stopped in favour of another transaction (a deadlock)."""


class Postgres:
    """``engine.Database`` over asyncpg: every piece of work has its own connection and transaction."""

    def __init__(
        self, address: URL, *, durable: bool, busy_seconds: float, vault: Vault, idle: timedelta | None = None
    ) -> None:
        settings = {
            "application_name": "xiaowei",
            "timezone": "UTC",
            "lock_timeout": str(int(busy_seconds * 1000)),
            "synchronous_commit": "on" if durable else "off",
        }
        if idle is not None:
            settings["idle_in_transaction_session_timeout"] = str(int(idle.total_seconds() * 1000))
        self._engine = create_async_engine(
            address.set(drivername="postgresql+asyncpg"),
            connect_args={"server_settings": settings, "timeout": busy_seconds},
            pool_pre_ping=True,
            hide_parameters=True,  # an error must not carry what people wrote into a log
        )
        self.vault = vault
        give_vault(self._engine.dialect, vault)
        self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ")

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run queries that see one unchanging state. Raises StoreUnavailable."""
        try:
            async with self._reader.connect() as connection:
                return await connection.run_sync(work)
        except (SQLAlchemyError, OSError) as error:
            raise ours(error) from error

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run work in one transaction; what it raises undoes all of it. Raises StoreUnavailable."""
        for left in reversed(range(_TRIES)):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work)
            except (SQLAlchemyError, OSError) as error:
                if not (left and is_clash(error)):
                    raise ours(error) from error
        message = "the last try returns or raises"
        raise AssertionError(message)

    async def tidy(self) -> bool:
        """Nothing is to do: PostgreSQL sweeps by itself, and soon after a night's deletions (migration 0011)."""
        return False

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()
