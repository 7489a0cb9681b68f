"""Our side of the lines to the platforms: hears for the bot, and keeps how every line stands and when it was deaf."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.domain.messages import Incoming
from bot.domain.outcome import Job, Slot
from bot.domain.rules import Lines as LineRules
from bot.ports import Clock, StoreUnavailable
from bot.ports.lines import LineRecord, LineStore
from bot.ports.platform import Gap, Knock, LineState, LineStatus, Receiver, Remembers, SaidBefore

EVERY_SECONDS: Final = 30.0
"""How often it is kept that a line is whole: after a crash, the gap begins at most so long too early."""
SETTLES_WITHIN: Final = timedelta(minutes=1)
"""How long after a gap its groups are told: a line that breaks again at once is spoken of once."""
GROUPS_TOLD_EVERY: Final = timedelta(hours=2)
"""How often a group hears of gaps at most."""
_KEPT_FOR_LATER: Final = 1000
"""Gaps that are remembered while the database is away."""
_RESTARTED: Final = "小微没有运行"


class Records(LineStore, Protocol):
    """What is kept, and where the schedule is told that somebody should hear of it."""

    async def add_slots(self, slots: Sequence[Slot]) -> None:
        """Schedule; slots already known are left alone."""
        ...

    async def remember(self, key: str, value: str) -> None:
        """Keep a small fact of the installation."""
        ...

    async def recall(self, key: str) -> str | None:
        """A small fact kept by ``remember``."""
        ...


class Board:
    """Which of this process's lines can be sent to now. A platform without a line (the practice hall) always can."""

    def __init__(self, platforms: Iterable[str]) -> None:
        """None of these can before its line stands."""
        self._closed = set(platforms)
        self._elsewhere: frozenset[str] = frozenset()

    def is_open(self, platform: str) -> bool:
        """Whether anything can be sent there now."""
        return platform not in self._closed

    def stands(self, platform: str) -> bool:
        """Whether some process can send there now."""
        return self.is_open(platform) or platform in self._elsewhere

    def seen_elsewhere(self, platforms: Iterable[str]) -> None:
        """These stand in other processes now."""
        self._elsewhere = frozenset(platforms)

    def open(self, platform: str) -> bool:
        """The line stands; whether it did not before."""
        was_closed = platform in self._closed
        self._closed.discard(platform)
        return was_closed

    def close(self, platform: str) -> None:
        """It does not stand, or is not this process's any more."""
        self._closed.add(platform)


Admits = Callable[[Knock], Awaitable[bool]]
"""Whether to let somebody in."""
GroupAt = Callable[[str, str], str | None]
"""Our id of the group behind a platform's conversation."""


class Lines:
    """``ports.platform.Host`` for every running adapter. One task of the process runs ``watch`` beside them."""

    def __init__(
        self,
        *,
        store: Records,
        clock: Clock,
        receiver: Receiver,
        board: Board,
        group_at: GroupAt,
        admits: Admits,
        rules: LineRules,
        changed: Callable[[], None],
        opened: Callable[[], None],
        show_code: Callable[[str, str], None],
        memory: Remembers | None = None,
    ) -> None:
        """Stand between adapters and bot.

        ``changed`` wakes open pages, ``opened`` what waits for a line; ``show_code`` shows a code to be scanned.
        ``memory`` tells what was said before this process ran.
        """
        self._store = store
        self._clock = clock
        self._receiver = receiver
        self._group_at = group_at
        self._admits = admits
        self._alarm_after = timedelta(minutes=rules.alarm_after_minutes)
        self._tell_after = timedelta(minutes=rules.tell_groups_after_minutes) if rules.tell_groups else None
        self._board = board
        self._changed = changed
        self._opened = opened
        self._show_code = show_code
        self._memory = memory
        self._lines: dict[str, LineRecord] = {}
        self._unsaved: set[str] = set()
        self._whole_before: dict[str, datetime] = {}
        self._gaps: deque[Gap] = deque(maxlen=_KEPT_FOR_LATER)
        self._spoken_of: dict[str, str] = {}
        self._keeping = asyncio.Lock()
        self._log = structlog.get_logger("lines")

    # platform_port.Host

    async def receive(self, incoming: Incoming) -> bool:
        """Store durably; False if it was already there. Raises NotAccepted."""
        return await self._receiver.receive(incoming)

    async def said_before(self, platform: str, conversation: str, *, private: bool) -> Sequence[SaidBefore]:
        """What an adapter was not there to hear."""
        return () if self._memory is None else await self._memory.said_before(platform, conversation, private=private)

    async def echoed(self, platform: str, conversation: str, *, at: datetime) -> None:
        """The bot's own post came back: proof that the group is heard (R36)."""
        group = self._group_at(platform, conversation)
        if group is None:
            return
        try:
            await self._store.echoed(group, at=at)
        except StoreUnavailable as error:  # the next echo proves as much
            self._log.error("echo_not_kept", platform=platform, cause=str(error))

    async def line_changed(self, status: LineStatus) -> None:
        """The line stands differently: kept, shown, and put right later if the database is away."""
        was = self._lines.get(status.platform)
        line = _after(was, status)
        if was is not None and replace(was, whole_at=None) == replace(line, whole_at=None):
            return
        self._lines[status.platform] = line
        self._unsaved.add(status.platform)
        self._log.info("line_changed", platform=line.platform, state=line.state, why=line.why)
        if line.qr is not None and (was is None or was.qr != line.qr):
            self._show_code(line.platform, line.qr)
        if line.is_online:
            self._note_restart(line)
            if self._board.open(line.platform):
                self._opened()
        else:
            self._board.close(line.platform)
        await self._keep()
        self._changed()

    async def missed(self, gap: Gap) -> None:
        """Nothing could be heard for a while: kept, and its groups are told if it was long."""
        self._log.warning("gap", platform=gap.platform, since=gap.since.isoformat(), until=gap.until.isoformat())
        self._gaps.append(gap)
        await self._keep()
        self._changed()

    async def admits(self, knock: Knock) -> bool:
        """Whether to let somebody in; nobody while the database is away."""
        try:
            return await self._admits(knock)
        except StoreUnavailable as error:
            self._log.error("knock_not_answered", platform=knock.platform, cause=str(error))
            return False

    # What runs beside the adapters

    async def begin(self, platform: str) -> None:
        """Look up how a line stood before this process took it over. Raises StoreUnavailable."""
        stored = next((line for line in await self._store.line_states() if line.platform == platform), None)
        if stored is None:
            return
        if not stored.is_online:  # the same trouble goes on
            self._lines[platform] = stored
        if stored.whole_at is not None:
            self._whole_before[platform] = stored.whole_at

    async def end(self, platform: str) -> None:
        """The line is let go: keep that it was whole until now."""
        self._board.close(platform)
        line = self._lines.pop(platform, None)
        if line is not None and line.is_online:
            try:
                await self._store.still_whole(platform, at=self._clock.now())
            except StoreUnavailable as error:  # then the gap begins a little earlier
                self._log.error("line_not_kept", platform=platform, cause=str(error))

    async def watch(self, *, every: float = EVERY_SECONDS) -> None:
        """Until cancelled: keep that whole lines are whole, and speak of those that are broken for long."""
        while True:
            await asyncio.sleep(every)
            await self._keep()
            try:
                await self.look(self._clock.now())
            except StoreUnavailable as error:
                self._log.error("line_not_kept", cause=str(error))

    async def look(self, now: datetime) -> None:
        """One such look. Raises StoreUnavailable."""
        for line in tuple(self._lines.values()):
            if line.is_online:
                await self._store.still_whole(line.platform, at=now)
            elif line.down_since is not None and now - line.down_since >= self._alarm_after:
                await self._speak_of(line, at=now)

    async def _speak_of(self, line: LineRecord, *, at: datetime) -> None:
        """Have the operator told, once while it is broken and once when it stands again."""
        incident = incident_of(line)
        told = f"{incident} {line.is_online}"
        if self._spoken_of.get(line.platform) != told:
            await self._store.add_slots([Slot(at=at, job=Job.LINE, scope=incident)])
            self._spoken_of[line.platform] = told

    def _note_restart(self, line: LineRecord) -> None:
        """The first time that a line stands in this process: what came since the last process is lost."""
        whole_before = self._whole_before.pop(line.platform, None)
        if whole_before is not None and whole_before < line.at:
            gap = Gap(platform=line.platform, account=line.account, since=whole_before, until=line.at, why=_RESTARTED)
            self._gaps.append(gap)

    async def _keep(self) -> None:
        """Write what is not written yet; what cannot be written now is written later."""
        try:
            async with self._keeping:
                for platform in tuple(self._unsaved):
                    line = self._lines.get(platform)
                    if line is None:  # let go meanwhile: whoever has it now says how it stands
                        self._unsaved.discard(platform)
                        continue
                    await self._store.save_line(line)
                    if line.is_online and line.down_since and line.at - line.down_since >= self._alarm_after:
                        await self._speak_of(line, at=line.at)
                    if line == self._lines.get(platform):
                        self._unsaved.discard(platform)
                while self._gaps:
                    gap = self._gaps[0]
                    if await self._store.add_gap(gap):
                        await self._have_groups_told(gap)
                    self._gaps.popleft()
        except StoreUnavailable as error:
            self._log.error("line_not_kept", cause=str(error))

    async def _have_groups_told(self, gap: Gap) -> None:
        """Schedule one line for the groups; a gap that ends before the next such line is said with it."""
        if self._tell_after is None or gap.until - gap.since < self._tell_after:
            return
        fact = f"gap-told:{gap.platform}"
        said = await self._store.recall(fact)
        last = None if said is None else datetime.fromisoformat(said)
        if last is not None and gap.until <= last:
            return
        at = gap.until + SETTLES_WITHIN
        if last is not None:
            at = max(at, last + GROUPS_TOLD_EVERY)
        await self._store.add_slots([Slot(at=at, job=Job.GAP, scope=f"{gap.platform}/{said or ''}")])
        await self._store.remember(fact, at.isoformat())


def incident_of(line: LineRecord) -> str:
    """What names one time of trouble: ``wechat/2026-03-06T01:10:00+00:00``."""
    return f"{line.platform}/{'' if line.down_since is None else line.down_since.isoformat()}"


def _after(was: LineRecord | None, status: LineStatus) -> LineRecord:
    """The line as it is kept from now on: trouble begins when it first does not stand, and is over when it does."""
    online = status.state is LineState.ONLINE
    down_since = None if was is None else was.down_since
    if not online and (was is None or was.is_online or down_since is None):
        down_since = status.at
    same = was is not None and was.state is status.state
    return LineRecord(
        platform=status.platform,
        state=status.state,
        at=was.at if was is not None and same else status.at,
        account=status.account or ("" if was is None else was.account),
        why=status.why,
        qr=status.qr,
        whole_at=status.at if online else (None if was is None else was.whole_at),
        down_since=down_since,
    )
