"""A host that writes down what an adapter tells it, and the patience to wait for it."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.domain.messages import Incoming
from bot.ports.platform import Gap, Knock, LineState, LineStatus, NotAccepted


class RecordingHost:
    """Stores in a list; can refuse for a while, be slow, or shut its door."""

    def __init__(self) -> None:
        self.messages: list[Incoming] = []
        self.duplicates = 0
        self.echoes: list[tuple[str, str]] = []
        self.statuses: list[LineStatus] = []
        self.gaps: list[Gap] = []
        self.knocks: list[Knock] = []
        self.refusals = 0
        self.refused = 0
        self.open_door = True
        self.slow: dict[str, float] = {}
        self.arrived: dict[str, float] = {}

    async def receive(self, incoming: Incoming) -> bool:
        if self.refusals:
            self.refusals -= 1
            self.refused += 1
            raise NotAccepted("数据库暂时写不进去")
        await asyncio.sleep(self.slow.get(incoming.group or "", 0))
        if any(one.id == incoming.id for one in self.messages):
            self.duplicates += 1
            return False
        self.messages.append(incoming)
        self.arrived[incoming.text] = asyncio.get_running_loop().time()
        return True

    async def echoed(self, platform: str, conversation: str, *, at: datetime) -> None:
        assert platform == "wechat"
        assert at.tzinfo is not None
        self.echoes.append((platform, conversation))

    async def line_changed(self, status: LineStatus) -> None:
        self.statuses.append(status)

    async def missed(self, gap: Gap) -> None:
        self.gaps.append(gap)

    async def admits(self, knock: Knock) -> bool:
        self.knocks.append(knock)
        return self.open_door

    @property
    def state(self) -> LineState | None:
        return self.statuses[-1].state if self.statuses else None

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.messages]


async def eventually(happened: Callable[[], object], *, within: float = 15.0) -> None:
    """Wait until something is so; fails if it does not become so in time."""
    try:
        async with asyncio.timeout(within):
            while not happened():  # noqa: ASYNC110 - what is waited for may happen in another process
                await asyncio.sleep(0.01)
    except TimeoutError:
        message = "it did not happen in time"
        raise AssertionError(message) from None
