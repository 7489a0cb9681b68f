"""The village over real peers, and a home for the bot: what stories through faults are told with."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.clock import ShiftedClock
from bot.handlers.judge import Judge
from bot.settings import Settings
from tests.platforms.dingtalk.peer import Peer
from tests.platforms.living import Home, morning
from tests.platforms.streets import DingtalkStreet, Street, WechatStreet
from tests.platforms.wechat.gateway import Gateway


@pytest.fixture(scope="session")
def village_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One gateway for all stories of this process: starting one takes seconds."""
    started = Gateway(tmp_path_factory.mktemp("village-gateway"))
    started.start()
    yield started
    started.stop()


@pytest.fixture
def clock() -> ShiftedClock:
    """The village's time: it is morning."""
    return morning()


@pytest.fixture
async def on_wechat(village_gateway: Gateway, clock: ShiftedClock) -> AsyncIterator[WechatStreet]:
    """The village on WeChat."""
    if not village_gateway.running:
        await asyncio.to_thread(village_gateway.start)
    street = WechatStreet(clock, village_gateway)
    await street.move_in()
    yield street
    if village_gateway.running:
        village_gateway.thaw()


@pytest.fixture
async def on_dingtalk(clock: ShiftedClock) -> AsyncIterator[DingtalkStreet]:
    """The village on DingTalk."""
    async with Peer() as peer:
        yield DingtalkStreet(clock, peer)


@pytest.fixture(params=["wechat", "dingtalk"])
def street(request: pytest.FixtureRequest) -> Street:
    """The village on either."""
    found: Street = request.getfixturevalue(f"on_{request.param}")
    return found


@pytest.fixture
def home(
    tmp_path: Path,
    empty_database: Path,
    settings: Settings,
    judge: Judge,
    request: pytest.FixtureRequest,
) -> Home:
    """An empty database for a bot on the street of this test."""
    name = next(name for name in ("street", "on_wechat", "on_dingtalk") if name in request.fixturenames)
    street: Street = request.getfixturevalue(name)
    clock: ShiftedClock = request.getfixturevalue("clock")
    return Home.made(tmp_path, empty_database, street.settings(settings), judge=judge, clock=clock)
