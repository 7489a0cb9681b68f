from collections.abc import AsyncIterator

import pytest

from tests.platforms.dingtalk.peer import Peer


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """A local DingTalk, in its own process."""
    async with Peer() as running:
        yield running
