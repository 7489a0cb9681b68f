"""What all tests share because it takes a second to make: the judge, the demo county, an empty migrated database."""

import asyncio
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

# A busy machine is no fault of the code: no test asserts a time.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


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
