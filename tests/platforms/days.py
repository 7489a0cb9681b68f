"""A recorded day played through a real adapter and its peer, and through its twin: practice that can do just as much.

The engine runs under the simulated clock; only the way of a message from the village's phones to the bot's door, and of
the bot's words back to them, is real.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.building import build_office
from bot.clock import SetClock
from bot.domain.messages import BOT, Incoming, Kind
from bot.domain.org import Account, organisation
from bot.engine import Engine, play
from bot.handlers.judge import Judge
from bot.platforms.practice import PracticePlatform
from bot.ports.platform import Adapter, Capabilities, Gap, Knock, LineState, LineStatus, Platform
from bot.replay import Row, rows_of
from bot.settings import Settings
from bot.store import SqlStore, open_store

PATIENCE = 30.0
"""Seconds of real time that one message may take through a peer before the day counts as broken."""
AFTERWARDS = timedelta(minutes=30)


class Twin(PracticePlatform):
    """Practice under another platform's name and with no more than its capabilities."""

    def __init__(self, name: str, capabilities: Capabilities) -> None:
        super().__init__(name)
        self._capabilities = capabilities

    @property
    def capabilities(self) -> Capabilities:
        """The other one's."""
        return self._capabilities


class Door:
    """``Host`` over an engine: what comes in is stored at the village's time, and counted."""

    def __init__(self, engine: Engine, clock: SetClock) -> None:
        self._engine = engine
        self._clock = clock
        self._changed = asyncio.Event()
        self.heard: dict[str, Incoming] = {}
        self.known_before = 0
        self.online = False

    async def receive(self, incoming: Incoming) -> bool:
        new = await self._engine.receive(incoming, now=self._clock.now())
        self.heard.setdefault(incoming.id, incoming)
        self.known_before += not new
        self._changed.set()
        return new

    async def echoed(self, platform: str, conversation: str, *, at: datetime) -> None:
        """The bot hears itself."""

    async def line_changed(self, status: LineStatus) -> None:
        self.online = status.state is LineState.ONLINE
        self._changed.set()

    async def missed(self, gap: Gap) -> None:
        """Nothing is said into a gap here."""

    async def admits(self, knock: Knock) -> bool:
        del knock
        return False

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until something about it is so."""
        async with asyncio.timeout(PATIENCE):
            while not happened():
                self._changed.clear()
                await self._changed.wait()


def moved(settings: Settings, platform: str, conversation: Callable[[str], str]) -> Settings:
    """The demo county with all of its groups and accounts on another platform."""
    county = settings.county
    groups = [
        replace(group, platform=platform, conversation=conversation(group.conversation or group.id))
        for group in county.groups.values()
    ]
    people = [
        replace(person, accounts=tuple(Account(platform=platform, id=one.id) for one in person.accounts))
        for person in county.people.values()
    ]
    return replace(settings, county=organisation(county.units.values(), groups, people))


def heard_by(day: Sequence[Incoming], capabilities: Capabilities) -> list[Incoming]:
    """The day as it is written where the bot must be called by name, and as it arrives where voice is only sound."""
    found = []
    for message in day:
        calls = message.group is not None and not capabilities.hears_all
        mute = message.kind is Kind.VOICE and not capabilities.voice_text
        mentions = tuple(dict.fromkeys((BOT, *message.mentions))) if calls else message.mentions
        found.append(replace(message, mentions=mentions, text="" if mute else message.text))
    return found


@dataclass(frozen=True)
class Outcome:
    """What a day came to: what was said to whom in which order, and the tickets; ids of messages apart."""

    said: Mapping[str, list[str]]
    tickets: list[Row]


async def _outcome(store: SqlStore, settings: Settings) -> Outcome:
    rows = await rows_of(store, settings, with_clues=True)
    said: dict[str, list[str]] = {}
    for row in rows:
        if row["type"] == "sent":
            said.setdefault(str(row["to"]), []).append(f"{row['at']} {row['kind']} {row['text']}")
    return Outcome(said=said, tickets=[row for row in rows if row["type"] != "sent"])


@asynccontextmanager
async def _bot(
    database: Path, settings: Settings, judge: Judge, platform: Platform, begins: datetime
) -> AsyncIterator[tuple[Engine, SetClock, SqlStore]]:
    store = await open_store(f"sqlite:///{database}", durable=False)
    try:
        engine = Engine(
            store=store,
            office=build_office(settings),
            judge=judge,
            platforms={platform.name: platform},
            chance=lambda: 0.5,
        )
        clock = SetClock(begins)
        await engine.start(now=begins)
        yield engine, clock, store
    finally:
        await store.close()


@asynccontextmanager
async def on_line(adapter: Adapter, door: Door) -> AsyncIterator[None]:
    """The adapter stands on its line while the block runs."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(adapter.run(door))
        await door.until(lambda: door.online)
        yield
        running.cancel()


async def played_for_real(
    day: Sequence[Incoming],
    *,
    adapter: Adapter,
    speak: Callable[[Incoming], Awaitable[object]],
    database: Path,
    settings: Settings,
    judge: Judge,
    twice: bool = False,
) -> tuple[Outcome, dict[str, Incoming]]:
    """Play the day through the adapter's peer, every message delivered twice if asked for; and what it heard."""
    async with _bot(database, settings, judge, adapter, day[0].sent_at) as (engine, clock, store):
        door = Door(engine, clock)
        async with on_line(adapter, door):
            for count, message in enumerate(day, start=1):
                await play(engine, clock, until=message.sent_at)
                await speak(message)
                await door.until(lambda count=count: len(door.heard) >= count)  # type: ignore[misc]
                if twice:
                    before = door.known_before
                    await speak(message)
                    await door.until(lambda before=before: door.known_before > before)  # type: ignore[misc]
            await play(engine, clock, until=day[-1].sent_at + AFTERWARDS)
        return await _outcome(store, settings), door.heard


async def played_by_its_twin(
    day: Sequence[Incoming],
    *,
    capabilities: Capabilities,
    media_of: Mapping[str, Incoming],
    database: Path,
    settings: Settings,
    judge: Judge,
) -> Outcome:
    """Play the same day on practice; what pictures hang on a message is told by what was heard for real."""
    twin = Twin(day[0].platform, capabilities)
    async with _bot(database, settings, judge, twin, day[0].sent_at) as (engine, clock, store):
        for message in day:
            await play(engine, clock, until=message.sent_at)
            media = media_of[message.id].media if message.id in media_of else ()
            await engine.receive(replace(message, media=media), now=clock.now())
        await play(engine, clock, until=day[-1].sent_at + AFTERWARDS)
        return await _outcome(store, settings)


def differences(one: Outcome, other: Outcome) -> list[str]:
    """What was said by one and not by the other, and tickets that are not the same."""
    found = []
    for who in sorted({*one.said, *other.said}):
        mine, others = Counter(one.said.get(who, [])), Counter(other.said.get(who, []))
        found += [f"only here, to {who}: {text}" for text in mine - others]
        found += [f"only there, to {who}: {text}" for text in others - mine]
    found += [f"ticket {a} is not {b}" for a, b in zip(one.tickets, other.tickets, strict=False) if a != b]
    if len(one.tickets) != len(other.tickets):
        found.append(f"{len(one.tickets)} rows of tickets and clues here, {len(other.tickets)} there")
    return found
