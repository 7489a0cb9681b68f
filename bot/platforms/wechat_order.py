"""Messages of one conversation leave in the order in which they were announced; no conversation waits for another.

To which conversation an announced message belongs is known only when its payload has come. So a message waits a moment
for earlier ones that are not known yet, and then goes ahead of them.
"""

import asyncio
from bisect import insort
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turn:
    """One message's place in the queue."""

    def __init__(self, seq: int) -> None:
        """Be the ``seq``-th that was announced."""
        self.seq = seq
        self.conversation: str | None = None
        self.placed = asyncio.Event()
        self.done = asyncio.Event()

    def __lt__(self, other: "Turn") -> bool:
        return self.seq < other.seq


class Order:
    """Who goes after whom."""

    def __init__(self, *, overtaking: float) -> None:
        """Let a message wait ``overtaking`` seconds for earlier ones without a conversation."""
        self._overtaking = overtaking
        self._seq = 0
        self._unplaced: OrderedDict[int, Turn] = OrderedDict()
        self._queues: dict[str, list[Turn]] = {}

    def announced(self) -> Turn:
        """A message was announced: its place is kept."""
        self._seq += 1
        turn = Turn(self._seq)
        self._unplaced[turn.seq] = turn
        return turn

    def place(self, turn: Turn, conversation: str) -> None:
        """It is known now where the message belongs."""
        turn.conversation = conversation
        self._unplaced.pop(turn.seq, None)
        insort(self._queues.setdefault(conversation, []), turn)
        turn.placed.set()

    def drop(self, turn: Turn) -> None:
        """The message is done with, or will never come: nobody waits for it."""
        self._unplaced.pop(turn.seq, None)
        turn.placed.set()
        turn.done.set()
        queue = self._queues.get(turn.conversation or "")
        if queue is not None:
            if turn in queue:
                queue.remove(turn)
            if not queue:
                del self._queues[turn.conversation or ""]

    @asynccontextmanager
    async def in_turn(self, turn: Turn) -> AsyncIterator[None]:
        """Wait for those before in the same conversation; they may not take more than their own time."""
        await self._wait_for_unplaced(turn)
        while (before := self._before(turn)) is not None:
            await before.done.wait()
        yield

    def _before(self, turn: Turn) -> Turn | None:
        queue = self._queues.get(turn.conversation or "", [])
        return queue[0] if queue and queue[0] is not turn and queue[0].seq < turn.seq else None

    async def _wait_for_unplaced(self, turn: Turn) -> None:
        try:
            async with asyncio.timeout(self._overtaking):
                while self._unplaced and (first := next(iter(self._unplaced.values()))).seq < turn.seq:
                    await first.placed.wait()
        except TimeoutError:
            return
