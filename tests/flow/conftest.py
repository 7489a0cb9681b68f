"""A village for every story."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio

from bot.handlers.judge import Judge
from bot.settings import Settings
from tests.flow.village import Village

Result = TypeVar("Result")


class WithoutThreads(asyncio.SelectorEventLoop):
    """Does what is handed to a thread itself when its turn comes, so that nobody waits for threads to change.

    That threads do no harm is shown where stores, platforms and whole processes are tested.
    """

    def run_in_executor(
        self, executor: Executor | None, func: Callable[..., Result], *args: object
    ) -> asyncio.Future[Result]:
        """As any loop, but it needs no executor."""
        del executor
        done: asyncio.Future[Result] = self.create_future()
        self.call_soon(_do, done, func, args)
        return done


def _do(done: asyncio.Future[Result], func: Callable[..., Result], args: tuple[object, ...]) -> None:
    if done.cancelled():
        return
    try:
        done.set_result(func(*args))
    except Exception as error:  # noqa: BLE001 - raised to whoever waits for it
        done.set_exception(error)


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop of every story."""
    return {"without threads": WithoutThreads}


Wakes = Callable[[str], Awaitable[Village]]
Story = Callable[[Village], Awaitable[object]]
After = Callable[[str, Story], Awaitable[Village]]


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


@pytest.fixture(scope="session")
def lived() -> dict[tuple[str, Story], Village]:
    """Closed villages in which a story has happened, by when it began."""
    return {}


@pytest_asyncio.fixture
async def after(
    lived: dict[tuple[str, Story], Village],
    tmp_path_factory: pytest.TempPathFactory,
    empty_database: Path,
    settings: Settings,
    judge: Judge,
) -> AsyncIterator[After]:
    """Go on after a beginning that stories share: ``await after("2026-03-06 08:00", a_common_day)``.

    It is lived through once; every story has a copy of the village, in which the bot has just been started.
    """
    villages: list[Village] = []

    async def go_on(when: str, story: Story) -> Village:
        if (when, story) not in lived:
            folder = tmp_path_factory.mktemp("lived")
            first = await Village.wakes(
                folder=folder, empty=empty_database, settings=settings, judge=judge, begins=when
            )
            await story(first)
            await first.closes()
            lived[when, story] = first
        villages.append(await Village.goes_on(lived[when, story], folder=tmp_path_factory.mktemp("after")))
        return villages[-1]

    yield go_on
    for village in villages:
        await village.closes()


@pytest_asyncio.fixture
async def village(wakes: Wakes) -> Village:
    """柳湾村 on Friday, 6 March 2026, at eight in the morning; 李青山 is on duty with 陈秀梅."""
    return await wakes("2026-03-06 08:00")
