"""Work in lanes: what belongs to one conversation in order, conversations beside one another, all of it bounded."""

import asyncio
from collections.abc import Awaitable, Callable


class Lanes:
    """Runs work as tasks of a group. At most ``most`` pieces wait or run; then whoever brings more waits."""

    def __init__(self, *, tasks: asyncio.TaskGroup, most: int) -> None:
        self._tasks = tasks
        self._room = asyncio.Semaphore(most)
        self._last: dict[str, asyncio.Task[None]] = {}

    async def put(self, lane: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do it after everything that was put into the lane before; returns when it is taken on."""
        await self._room.acquire()
        task = self._tasks.create_task(self._after(self._last.get(lane), lane, work))
        self._last[lane] = task

    async def _after(self, before: asyncio.Task[None] | None, lane: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            if before is not None:
                await asyncio.wait((before,))
            await work()
        finally:
            self._room.release()
            if self._last.get(lane) is asyncio.current_task():
                del self._last[lane]
