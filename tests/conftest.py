"""What all tests share because it takes a second to make: the judge, the demo county, an empty migrated database, and
the nursery that processes come from."""

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from bot.building import build_judge, build_office
from bot.handlers.judge import Judge
from bot.office import Office
from bot.settings import Settings, read_settings
from bot.settings.source import SHIPPED
from bot.store import migrate
from bot.store.vault import Vault
from tests.nursery import Nursery

# A busy machine is no fault of the code: no test asserts a time.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")

FIRST = (
    "roles",
    "faults",
    "crash",
    "bench",
    "cli",
    "flow/test_a_quarter.py",
    "flow/test_restarts.py",
    "flow",
    "platforms",
)
"""Where tests wait or work longest; what is short comes last and fills the gaps."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: some test always waits for a process, a lease or a disk."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that nothing long is left over at the end; among equals the order stays random."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        at = item.path.relative_to(here).as_posix()
        return next((number for number, first in enumerate(FIRST) if at.startswith(first)), len(FIRST))

    items.sort(key=rank)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The demo county as it is shipped."""
    return read_settings(SHIPPED / "demo", {})


@pytest.fixture(scope="session")
def office(settings: Settings) -> Office:
    """The demo county as decisions see it."""
    return build_office(settings)


@pytest.fixture(scope="session")
def judge(settings: Settings) -> Judge:
    """The classifier with the shipped lexicon."""
    return build_judge(settings)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file of SQLite without a row, to be copied, with the keys beside it."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(migrate(f"sqlite:///{path}"))).result()
    Vault(path.with_name("clue.keys"), random=bytes).ready()  # a known key: codes are the same in every run
    return path


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where processes begin without waiting for their imports."""
    started = Nursery()
    yield started
    started.close()
