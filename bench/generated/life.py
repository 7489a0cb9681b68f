"""A county lived through under a simulated clock: the real engine on a real database, talk, officers, and mishaps.

Mishaps are restarts at any instant, a process that sleeps for days, and a platform that hears nothing for a while and
does not notice. What was said while the bot slept comes in when it wakes; what was said to the deaf is never heard.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from heapq import merge
from itertools import count
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from bench.generated.officers import Officers
from bot.building import build_office
from bot.clock import SetClock
from bot.domain.messages import Incoming, OutKind, ToPerson, recipient_key
from bot.domain.workdays import SHANGHAI, local
from bot.engine import Engine, play
from bot.handlers.judge import Judge
from bot.office import Office
from bot.ports.platform import Capabilities, Parcel
from bot.settings import Settings
from bot.store import SqlStore
from bot.store.engine import BUSY_SECONDS
from bot.store.sqlite import Sqlite
from bot.store.vault import Vault

Result = TypeVar("Result")

SITTINGS = (time(9, 40), time(15, 20))
"""When officers look at what they hold, on working days."""
INSPECTION = time(23, 30)
"""When somebody looks at the state of things, every day."""


class AtOnce(Sqlite):
    """A database that does its work where it is asked: a simulation has nobody who must not wait meanwhile.

    To hand a query over to a thread, and to fetch a connection for it, costs more than the query, and a life asks some
    thirty for each message.
    """

    def __init__(self, file: Path) -> None:
        """``file`` has its keys beside it."""
        vault = Vault(file.with_name("clue.keys"))
        super().__init__(file, mode="rw", durable=False, busy_seconds=BUSY_SECONDS, vault=vault)
        self._looking = self._engine.connect()

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """As ``Sqlite.read``, always through the same connection."""
        try:
            return work(self._looking)
        finally:
            self._looking.rollback()

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """As ``Sqlite.write``, in a transaction of its own."""
        return self._write(work)

    async def close(self) -> None:
        """As ``Sqlite.close``."""
        self._looking.close()
        await super().close()


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """From (included) to (excluded), aware."""

    begins: datetime
    ends: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


@dataclass(frozen=True, kw_only=True)
class Mishaps:
    """What goes wrong: instants of a restart, spans asleep, spans in which the platforms hear nothing."""

    restarts: Sequence[datetime] = ()
    asleep: Sequence[Span] = ()
    deaf: Sequence[Span] = ()


@dataclass
class World:
    """What stands outside of the bot and forgets nothing: what was delivered, and what came back as an echo."""

    clock: SetClock
    deaf: Sequence[Span] = ()
    delivered: list[tuple[str, str]] = field(default_factory=list)
    """Platform and our id of every parcel, in order; one that stands twice was sent twice."""
    echoes: list[tuple[str, str, datetime]] = field(default_factory=list)

    def hears(self) -> bool:
        """Whether anything comes through to the bot just now."""
        return not any(self.clock.now() in span for span in self.deaf)


class EchoingPlatform:
    """Delivers at once, and gives back to the bot what it posted, as WeChat does, unless it is deaf."""

    def __init__(self, name: str, world: World) -> None:
        self._name = name
        self._world = world

    @property
    def name(self) -> str:
        """The word in messages and configuration."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """Hears all; that a post was sent proves nothing, only its echo does."""
        return Capabilities(hears_all=True, echoes_own=True, voice_text=True)

    async def send(self, parcel: Parcel) -> str:
        """Delivered."""
        self._world.delivered.append((self._name, parcel.id))
        if not parcel.private and self._world.hears():
            self._world.echoes.append((self._name, parcel.to, self._world.clock.now()))
        return parcel.id

    async def was_sent(self, parcel: Parcel) -> bool | None:
        """It knows."""
        return (self._name, parcel.id) in self._world.delivered


Step = Callable[[], Awaitable[None]]
Look = Callable[["Life"], Awaitable[None]]


class Life:
    """A county that is lived through. ``lives`` may be called again, to go on."""

    def __init__(
        self,
        *,
        database: Path,
        settings: Settings,
        judge: Judge,
        begins: datetime,
        officers: Officers,
        mishaps: Mishaps = Mishaps(),
    ) -> None:
        """``database`` is a migrated file with its keys beside it."""
        self.settings = settings
        self.clock = SetClock(begins)
        self.begins = begins
        self.mishaps = mishaps
        self.world = World(clock=self.clock, deaf=mishaps.deaf)
        self.store: SqlStore
        self.engine: Engine
        self.heard = 0
        self.faults: list[str] = []
        self._database = database
        self._judge = judge
        self._officers = officers
        self._configured = build_office(settings)
        names = {group.platform for group in settings.county.groups.values()}
        self.platforms = {name: EchoingPlatform(name, self.world) for name in sorted(names)}

    async def opens(self) -> None:
        """Open the database and start the bot."""
        self.store = SqlStore(AtOnce(self._database))
        self.engine = Engine(store=self.store, office=self._configured, judge=self._judge, platforms=self.platforms)
        await self.engine.start(now=self.clock.now())

    async def closes(self) -> None:
        """The bot is gone; the file stays."""
        await self.store.close()

    async def office(self) -> Office:
        """The county with the roster as officers have changed it since the beginning."""
        record = await self.store.duty_record(since=local(self.begins).date())
        return self._configured.with_duty(record)

    async def lives(self, talk: Iterator[Incoming], *, until: datetime, look: Look | None = None) -> None:
        """Let everything happen at its instant until then. ``look`` is called every night."""
        order = count()
        steps = merge(
            ((message.sent_at, next(order), self._hears(message)) for message in talk),
            self._routine(until, order, look),
            ((at, next(order), self._restarts) for at in sorted(self.mishaps.restarts)),
            ((span.begins, next(order), self._sleeps(span)) for span in self.mishaps.asleep),
            key=lambda step: step[:2],
        )
        for at, _, step in steps:
            if at >= until:
                break
            await self._comes_to(at)
            await step()
        await self._comes_to(until)

    async def _comes_to(self, at: datetime) -> None:
        if at > self.clock.now():
            await play(self.engine, self.clock, until=at)
        for platform, conversation, echoed_at in self.world.echoes:
            group = self.settings.county.group_at(platform, conversation)
            if group is not None:
                await self.store.echoed(group.id, at=echoed_at)
        self.world.echoes.clear()

    def _routine(
        self, until: datetime, order: Iterator[int], look: Look | None
    ) -> Iterable[tuple[datetime, int, Step]]:
        day = local(self.begins).date()
        while datetime.combine(day, time(), SHANGHAI) < until:
            if self._configured.calendar.is_workday(day):
                for hour in SITTINGS:
                    yield datetime.combine(day, hour, SHANGHAI), next(order), self._sits
            if look is not None:
                yield datetime.combine(day, INSPECTION, SHANGHAI), next(order), self._looks(look)
            day += timedelta(days=1)

    def _hears(self, message: Incoming) -> Step:
        async def step() -> None:
            if self.world.hears():
                self.heard += await self.engine.receive(message, now=self.clock.now())

        return step

    def _looks(self, look: Look) -> Step:
        async def step() -> None:
            await look(self)

        return step

    def _sleeps(self, span: Span) -> Step:
        """The process stands still while the world goes on; then it is simply later."""

        async def step() -> None:
            self.clock.set(span.ends)
            await self.engine.step(now=self.clock.now())

        return step

    async def _restarts(self) -> None:
        await self.closes()
        await self.opens()

    async def _sits(self) -> None:
        office = await self.office()
        began = self.clock.now()
        villages = [village.id for village in office.org.villages]
        live = [one for one in await self.store.threads(villages, since=began) if one.ticket.state.is_live]
        words = (
            *self._officers.answer(await self._asked(office)),
            *self._officers.settle_shifts(office, now=began),
            *self._officers.sit(live, office, now=began),
        )
        for word in sorted(words, key=lambda word: word.after):
            await self._comes_to(began + word.after)
            if self.world.hears():
                said = self._officers.incoming(word, office, at=self.clock.now())
                await self.engine.receive(said, now=self.clock.now())

    async def _asked(self, office: Office) -> list[str]:
        """To whom the last message since yesterday was a question with numbered choices."""
        asked = []
        for person in office.org.people:
            to = recipient_key(ToPerson(person=person))
            got = await self.store.sent_to(to, since=self.clock.now() - timedelta(days=1))
            if got and got[-1].outgoing.kind is OutKind.QUESTION and got[-1].outgoing.choices:
                asked.append(person)
        return asked
