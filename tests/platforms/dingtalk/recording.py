"""Our side of the port, recorded, and the adapter run against a peer at a pace that suits tests."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import SystemClock
from bot.domain.messages import Incoming
from bot.platforms.dingtalk import DingtalkPlatform
from bot.platforms.dingtalk_timings import DingtalkTimings
from bot.ports import Clock
from bot.ports.platform import Gap, Knock, LineState, LineStatus, NotAccepted
from tests.platforms.dingtalk.peer import CLIENT_ID, CLIENT_SECRET, Peer, until

FAST = DingtalkTimings(
    connect=2.0,
    heartbeat=5.0,
    pong=1.0,
    first_pause=0.05,
    longest_pause=0.4,
    settled_after=0.1,
    refused_pause=0.3,
    farewell=0.5,
    call=2.0,
    transfer=10.0,
    store_again=0.05,
    lookup_pause=0.0,
)


class RecordingHost:
    """Keeps what it is given; can be told to refuse, or to take its time before it has stored."""

    def __init__(self) -> None:
        self.received: list[Incoming] = []
        self.again: list[str] = []
        self.lines: list[LineStatus] = []
        self.gaps: list[Gap] = []
        self.refusals = 0
        self.before_storing: Callable[[Incoming], Awaitable[None]] | None = None
        self._ids: set[str] = set()

    async def receive(self, incoming: Incoming) -> bool:
        if self.before_storing is not None:
            await self.before_storing(incoming)
        if self.refusals > 0:
            self.refusals -= 1
            raise NotAccepted("存不下:磁盘满了")
        if incoming.id in self._ids:
            self.again.append(incoming.id)
            return False
        self._ids.add(incoming.id)
        self.received.append(incoming)
        return True

    async def echoed(self, platform: str, conversation: str, *, at: datetime) -> None:
        raise AssertionError((platform, conversation, at))

    async def line_changed(self, status: LineStatus) -> None:
        self.lines.append(status)

    async def missed(self, gap: Gap) -> None:
        self.gaps.append(gap)

    async def admits(self, knock: Knock) -> bool:
        raise AssertionError(knock)

    @property
    def texts(self) -> list[str]:
        return [incoming.text for incoming in self.received]

    async def hears(self, *texts: str) -> None:
        """Wait until these texts have been stored, in whatever order."""

        async def all_there() -> bool:
            return set(texts) <= set(self.texts)

        await until(all_there)

    async def line(self, state: LineState, *, times: int = 1) -> LineStatus:
        """Wait until the line has been told to stand so, for the given time."""

        async def there() -> bool:
            return [status.state for status in self.lines].count(state) >= times

        await until(there)
        return [status for status in self.lines if status.state is state][times - 1]


@dataclass(kw_only=True)
class Running:
    """The adapter while it runs."""

    platform: DingtalkPlatform
    host: RecordingHost
    task: asyncio.Task[None]


@asynccontextmanager
async def running(
    peer: Peer,
    *,
    host: RecordingHost | None = None,
    clock: Clock | None = None,
    secret: str = CLIENT_SECRET,
    card_template: str | None = None,
    connected: bool = True,
    **timings: float,
) -> AsyncIterator[Running]:
    """Run the adapter against a peer, connected, for the length of a test."""
    platform = DingtalkPlatform(
        client_id=CLIENT_ID,
        client_secret=secret,
        clock=clock or SystemClock(),
        source=random.Random(7),  # noqa: S311 - jitter
        card_template=card_template,
        api_base=peer.base,
        oapi_base=peer.base,
        timings=replace(FAST, **timings),
    )
    host = host or RecordingHost()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(platform.run(host))
        if connected:
            await host.line(LineState.ONLINE)
        try:
            yield Running(platform=platform, host=host, task=task)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
