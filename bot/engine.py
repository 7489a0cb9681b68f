"""The bot as a machine that is stepped: what is due now, and when to come again. The same under every clock."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.delivery import Delivery
from bot.domain.messages import Incoming
from bot.domain.silence import Senses
from bot.domain.workdays import local
from bot.handlers.intake import Intake
from bot.handlers.judge import Judge
from bot.office import Office
from bot.patrol.runner import Runner
from bot.platform_port import Platform
from bot.ports import Clock, Store

ROSTER_LOOKS_BACK = timedelta(days=60)
"""How long ago a day is whose changes of the roster still tell who held a ticket as duty officer."""
ANSWERS_LOOKED_AT_EVERY = timedelta(minutes=1)
"""How long an answer kept in another process may be unknown here."""
MOST_ROUNDS = 1000
"""Rounds of one step: far more than any real backlog needs, so that a fault cannot spin for ever."""


def senses_of(platforms: Mapping[str, Platform]) -> Mapping[str, Senses]:
    """What each platform lets the bot hear, by its name (R36)."""
    return {
        name: Senses(hears_all=platform.capabilities.hears_all, echoes_own=platform.capabilities.echoes_own)
        for name, platform in platforms.items()
    }


class Engine:
    """Both doors and delivery over one store. Not for use by several tasks at once: callers take turns."""

    def __init__(self, *, store: Store, office: Office, judge: Judge, platforms: Mapping[str, Platform]) -> None:
        """Put the parts together."""
        self._store = store
        senses = senses_of(platforms)
        office = replace(office, running=frozenset(platforms))
        self._configured = office
        self._duty_version = 0
        self._answers_version = 0
        self._answers_seen_at: datetime | None = None
        self._intake = Intake(store=store, office=office, judge=judge, roster_changed=self._look_at_changes)
        self._runner = Runner(store=store, office=office, senses=senses)
        self._delivery = Delivery(store=store, office=office, platforms=platforms)
        self._wakes: dict[str, datetime] = {}

    async def start(self, *, now: datetime) -> None:
        """Pick up where the last run ended: waiting messages, interrupted sends, the next slots."""
        await self._look_at_roster(now)
        self._wakes = dict(await self._store.waiting())
        await self._delivery.recover(now=now)
        await self._runner.prepare(now=now)

    async def stood_at(self) -> datetime | None:
        """How far a simulated run had come when it was interrupted: the last instant at which it decided to speak."""
        return max((sent.created_at for sent in await self._store.all_sent()), default=None)

    async def receive(self, incoming: Incoming, *, now: datetime) -> bool:
        """Store a message durably; False if it was known. Raises NotAccepted."""
        conversation = await self._intake.receive(incoming, now=now)
        if conversation is None:
            return False
        self._wakes[conversation] = now
        return True

    async def hear(self, *, now: datetime) -> None:
        """Handle what has come in, and nothing else: what is to be said is left to the running bot."""
        await self._look_at_roster(now)
        await self._hear(now)

    async def step(self, *, now: datetime) -> None:
        """Do everything that is due at ``now``, including what that brings about."""
        await self._look_at_roster(now)
        for _ in range(MOST_ROUNDS):
            heard = await self._hear(now)
            ran = await self._runner.run_due(now=now)
            sent = await self._delivery.drain(now=now)
            if not (heard or ran or sent):
                return
        message = f"more than {MOST_ROUNDS} rounds of work at one instant"
        raise RuntimeError(message)

    async def next_wake(self) -> datetime | None:
        """When the next step is due, None if only a message can bring work."""
        stored = await self._store.next_wake()
        known = (stored, self._delivery.looks_again)
        instants = [*self._wakes.values(), *(at for at in known if at is not None)]
        return min(instants, default=None)

    async def _look_at_changes(self, now: datetime) -> None:
        """See at once what an officer has just changed of the roster or kept as an answer."""
        self._answers_seen_at = None
        await self._look_at_roster(now)

    async def _look_at_answers(self, now: datetime) -> None:
        """See which answers officers have kept, here at once and those of another process within a minute (R106)."""
        if self._answers_seen_at is not None and now - self._answers_seen_at < ANSWERS_LOOKED_AT_EVERY:
            return
        self._answers_seen_at = now
        version = await self._store.answers_version()
        if version == self._answers_version:
            return
        knowledge = replace(self._configured.knowledge, answers=await self._store.kept_answers())
        self._configured = replace(self._configured, knowledge=knowledge)
        self._answers_version = version
        self._duty_version = -1  # the office is put together anew

    async def _look_at_roster(self, now: datetime) -> None:
        """See who is on duty as officers changed it, in this process or another one (R28)."""
        await self._look_at_answers(now)
        if await self._store.duty_version() == self._duty_version:
            return
        record = await self._store.duty_record(since=local(now - ROSTER_LOOKS_BACK).date())
        office = self._configured.with_duty(record)
        self._intake.stand_in(office)
        self._runner.stand_in(office)
        self._duty_version = record.version

    async def _hear(self, now: datetime) -> bool:
        due = sorted((at, conversation) for conversation, at in self._wakes.items() if at <= now)
        for _, conversation in due:
            woken = self._wakes.pop(conversation)  # before the work: a message that arrives meanwhile wakes it again
            try:
                again = await self._intake.work(conversation, now=now)
            except BaseException:
                self._wakes.setdefault(conversation, woken)  # the database was away: its messages still wait
                raise
            if again is not None:
                self._wakes[conversation] = min(again, self._wakes.get(conversation, again))
        return bool(due)


class MovableClock(Clock, Protocol):
    """A clock that a simulation moves."""

    def set(self, at: datetime) -> None:
        """Move forward; never back."""
        ...


async def play(engine: Engine, clock: MovableClock, *, until: datetime) -> None:
    """Move a clock forward through everything that falls due on the way, each thing at its own instant."""
    await engine.step(now=clock.now())
    while True:
        wake = await engine.next_wake()
        if wake is None or wake > until:
            break
        clock.set(wake)
        await engine.step(now=clock.now())
    clock.set(until)
    await engine.step(now=clock.now())
