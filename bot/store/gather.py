"""Group commit: calls that arrive while one is being written are written together by the next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(eq=False, slots=True)
class _Waiting(Generic[Item, Result]):
    item: Item
    done: bool = False
    result: Result | None = None
    error: Exception | None = None


class Gather(Generic[Item, Result]):
    """Turns many concurrent single calls into few calls of ``run`` with several items, in the order of the calls.

    Nothing waits for company: a call that finds nobody writing is written at once, alone. ``run`` returns one result
    or one exception per item; an exception that it raises is everybody's. A write that has begun is finished and
    told to all, even if the caller who happened to begin it is cancelled.
    """

    def __init__(self, run: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]], *, most: int) -> None:
        self._run = run
        self._most = most
        self._turn = asyncio.Lock()
        self._queue: list[_Waiting[Item, Result]] = []

    async def __call__(self, item: Item) -> Result:
        """Have the item written; returns or raises what became of it."""
        mine = _Waiting[Item, Result](item)
        self._queue.append(mine)
        try:
            async with self._turn:
                while not mine.done:
                    await self._write_next()
        finally:
            if mine in self._queue:
                self._queue.remove(mine)
        if mine.error is not None:
            raise mine.error
        return mine.result  # type: ignore[return-value]  # done without an error: the result of ``run``

    async def _write_next(self) -> None:
        batch, self._queue = self._queue[: self._most], self._queue[self._most :]
        writing = asyncio.ensure_future(self._run_safely(batch))
        cancelled: asyncio.CancelledError | None = None
        while not writing.done():
            try:
                await asyncio.shield(writing)
            except asyncio.CancelledError as error:
                cancelled = error
        for waiting, result in zip(batch, writing.result(), strict=True):
            waiting.done = True
            if isinstance(result, Exception):
                waiting.error = result
            else:
                waiting.result = result
        if cancelled is not None:
            raise cancelled

    async def _run_safely(self, batch: Sequence[_Waiting[Item, Result]]) -> Sequence[Result | Exception]:
        try:
            return await self._run([waiting.item for waiting in batch])
        except Exception as error:  # noqa: BLE001 - raised by __call__ to every caller of the batch
            return [error] * len(batch)
