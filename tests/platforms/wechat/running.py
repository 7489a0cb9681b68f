"""An adapter at work beside a test, stopped within the two seconds that it has."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.ports.platform import Adapter, Host


@asynccontextmanager
async def running(adapter: Adapter, host: Host) -> AsyncIterator[asyncio.Task[None]]:
    """Run an adapter while the block runs."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(adapter.run(host))
        try:
            yield task
        finally:
            task.cancel()
            stopped, _ = await asyncio.wait([task], timeout=2.0)
            assert stopped, "the adapter did not stop within two seconds"
