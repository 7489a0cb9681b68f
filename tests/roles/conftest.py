"""Several processes over one real PostgreSQL, as an operator runs them."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.settings import Settings
from bot.store import SqlStore, open_store
from tests.nursery import Nursery
from tests.roles.processes import Machine, settled
from tests.store.conftest import OnPostgres, on_postgres

__all__ = ["on_postgres"]

RULES = "join_window: {silence: 1, longest: 3}\nquiet_hours: {begin: 00:00, end: 00:00}\n"
"""A short join window, and no quiet hours: the test may run at night."""


@pytest_asyncio.fixture
async def url(on_postgres: OnPostgres) -> str:
    """The address of a migrated database of its own."""
    return await on_postgres.own()


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """The demo county with a short join window, without a recorded day."""
    return settled(tmp_path / "county", RULES)


@pytest.fixture
def machine(nursery: Nursery, tmp_path: Path, county: Path, url: str) -> Iterator[Machine]:
    """Where processes are started; all of them are gone at the end."""
    there = Machine(nursery, tmp_path, county, url)
    yield there
    there.clear()


@pytest_asyncio.fixture
async def store(url: str, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """The same database as the test sees it, which speaks into it as a gateway would."""
    opened = await open_store(url, keys=tmp_path / "clue.keys", shared=timedelta(seconds=60))
    yield opened
    await opened.close()


@pytest.fixture
def groups(settings: Settings) -> tuple[str, ...]:
    """The groups of the county."""
    return tuple(settings.county.groups)
