import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from random import Random

import pytest

from bot.clock import SystemClock
from bot.platforms.wechat import WechatPlatform
from bot.platforms.wechat_options import WechatTiming, WechatTls
from tests.platforms.wechat.gateway import Gateway
from tests.platforms.wechat.recording import RecordingHost, eventually
from tests.platforms.wechat.running import running

QUICK = WechatTiming(
    connect=2.0,
    call=3.0,
    transfer=20.0,
    heartbeat=0.8,
    heartbeat_answer=0.6,
    keepalive=1.0,
    login=0.5,
    first_pause=0.1,
    longest_pause=0.4,
    settled=0.3,
    refused_pause=0.4,
    stale_pause=0.3,
    lookup=0.01,
    name=1.0,
    retry=0.05,
    longest_retry=0.2,
    between_parts=0.0,
)
"""What takes half a minute in the field takes a second here."""


@pytest.fixture(scope="session")
def shared_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One gateway for all tests of this process: starting one takes seconds."""
    gateway = Gateway(tmp_path_factory.mktemp("gateway"))
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture
async def gateway(shared_gateway: Gateway) -> AsyncIterator[Gateway]:
    """The gateway with a fresh village behind it and the bot's account logged in; afterwards it runs again."""
    await shared_gateway.village()
    yield shared_gateway
    if shared_gateway.running:
        shared_gateway.thaw()
    else:
        await asyncio.to_thread(shared_gateway.start)


Build = Callable[..., WechatPlatform]


@pytest.fixture
def build(shared_gateway: Gateway) -> Build:
    """An adapter to the gateway, in a hurry unless told otherwise."""

    def made(
        *,
        endpoint: str = shared_gateway.endpoint,
        token: str = shared_gateway.token,
        timing: WechatTiming = QUICK,
        tls: WechatTls | None = None,
    ) -> WechatPlatform:
        jitter = Random(7)  # noqa: S311 - spreads attempts, keeps no secret
        return WechatPlatform(
            endpoint=endpoint, token=token, clock=SystemClock(), random=jitter, tls=tls, timing=timing
        )

    return made


@pytest.fixture
async def line(gateway: Gateway, build: Build) -> AsyncIterator[tuple[WechatPlatform, RecordingHost]]:
    """An adapter that is online, and what it told its host."""
    del gateway
    host, adapter = RecordingHost(), build()
    async with running(adapter, host):
        await eventually(lambda: host.state == "online")
        yield adapter, host
