"""A practice hall to visit."""

from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from bot.web.hall import build_web
from tests.web.fakes import world
from tests.web.visits import Hall


@pytest_asyncio.fixture
async def hall() -> AsyncIterator[Hall]:
    """An empty hall, and what is behind it."""
    made = world()
    async with TestClient(TestServer(build_web(made.desk))) as client:
        yield client, made
