"""A village for every story."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest_asyncio

from bot.handlers.judge import Judge
from bot.settings import Settings
from tests.flow.village import Village

Wakes = Callable[[str], Awaitable[Village]]


@pytest_asyncio.fixture
async def wakes(tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge) -> AsyncIterator[Wakes]:
    """Begin a story at a moment of its own: ``await wakes("2026-02-13 09:00")``."""
    villages: list[Village] = []

    async def begin(when: str) -> Village:
        folder = tmp_path / f"village-{len(villages)}"
        folder.mkdir()
        village = await Village.wakes(folder=folder, empty=empty_database, settings=settings, judge=judge, begins=when)
        villages.append(village)
        return village

    yield begin
    for village in villages:
        await village.closes()


@pytest_asyncio.fixture
async def village(wakes: Wakes) -> Village:
    """柳湾村 on Friday, 6 March 2026, at eight in the morning; 李青山 is on duty with 陈秀梅."""
    return await wakes("2026-03-06 08:00")
