"""The bot as a machine that is stepped: what is due now, and when to come again. The same under every clock."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.messages import Incoming
from bot.domain.org import PRACTICE, Organisation, without_doubles
from bot.domain.silence import Senses
from bot.domain.workdays import local
from bot.handlers.intake import Intake
from bot.handlers.judge import Judge
from bot.office import Office
from bot.patrol.runner import Runner
from bot.ports import Clock
from bot.ports.hearing import HearingStore
from bot.ports.mail import Attachments, Lines
from bot.ports.platform import Knock, Platform
from bot.ports.press import Press
from bot.sending.delivery import Delivery
from bot.sending.pacing import evenly
from bot.turns import OwnTurns, Turns

ROSTER_LOOKS_BACK = timedelta(days=60)
"""How long ago a day is whose changes of the roster still tell who held a ticket as duty officer."""
ANSWERS_LOOKED_AT_EVERY = timedelta(minutes=1)
"""How long an answer kept in another process may be unknown here."""
MOST_ROUNDS = 10_000
"""Rounds of one step: far more than any real backlog needs, so that a fault cannot spin for ever."""
_TOO_MANY = f"more than {MOST_ROUNDS} rounds of work at one instant"


def senses_of(platforms: Mapping[str, Platform]) -> Mapping[str, Senses]:
    """What each platform lets the bot hear, by its name (R36)."""
    return {
        name: Senses(
            hears_all=platform.capabilities.hears_all,
            echoes_own=platform.capabilities.echoes_own,
            shows_sent=platform.capabilities.shows_sent,
        )
        for name, platform in platforms.items()
    }


class Engine:
    """Both doors and delivery over one store. Not for use by several tasks at once: callers take turns."""

    def __init__(
        self,
        *,
        store: HearingStore,
        office: Office,
        judge: Judge,
        platforms: Mapping[str, Platform],
        chance: Callable[[], float] = evenly,
        lines: Lines | None = None,
        attachments: Attachments | None = None,
        press: Press | None = None,
        turns: Turns | None = None,
        at_work: HearingStore | None = None,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        """Put the parts together. ``chance`` varies the pauses between sends: a number from 0 up to 1.

        Where several processes share the work, ``turns`` tells which conversations are this one's, and ``at_work`` is
        the store that refuses what is decided about others, and ``told`` is called when the office was changed here.
        """
        self._store = store
        senses = senses_of(platforms)
        deaf = frozenset(name for name, platform in platforms.items() if not platform.capabilities.hears_all)
        cards = frozenset(name for name, platform in platforms.items() if platform.capabilities.cards)
        office = replace(office, running=frozenset(platforms), mentions_only=deaf, shows_cards=cards)
        self._real = any(name != PRACTICE for name in platforms)
        self._org = office.org
        self._configured = office
        self._office = office
        self._duty_version = 0
        self._bindings_version = ""
        self._answers_version = 0
        self._answers_seen_at: datetime | None = None
        self._turns = turns or OwnTurns(store)
        self._intake = Intake(store=store, office=office, judge=judge, roster_changed=self._look_at_changes)
        self._worker = self._intake
        if at_work is not None:
            self._worker = Intake(store=at_work, office=office, judge=judge, roster_changed=self._look_at_changes)
        self._runner = Runner(store=store, office=office, senses=senses, press=press)
        self._delivery = Delivery(
            store=store, office=office, platforms=platforms, chance=chance, lines=lines, attachments=attachments
        )
        self._told = told
        self._looking = asyncio.Lock()

    @property
    def delivery(self) -> Delivery:
        """What carries the mail: by ``step``, or beside ``work``, never by both at once."""
        return self._delivery

    @property
    def org(self) -> Organisation:
        """The organisation as it is now: with the conversations and accounts that were bound."""
        return self._configured.org

    @property
    def office(self) -> Office:
        """The county as it was seen last: with the roster as officers changed it."""
        return self._office

    async def start(self, *, now: datetime) -> None:
        """Pick up where the last run ended: waiting messages, interrupted sends, the next slots."""
        await self.look(now=now)
        await self._turns.begin()
        await self._delivery.recover(now=now)
        await self._runner.prepare(now=now)

    async def prepare(self, *, now: datetime) -> None:
        """Take the schedule over from whoever had it before."""
        await self.look(now=now)
        await self._runner.prepare(now=now)

    async def stood_at(self) -> datetime | None:
        """How far a simulated run had come when it was interrupted: it decided to speak, or heard what still waits."""
        spoke = [sent.created_at for sent in await self._store.all_sent()]
        return max([*spoke, *(await self._store.waiting()).values()], default=None)

    async def receive(self, incoming: Incoming, *, now: datetime) -> bool:
        """Store a message durably; False if it was known. Raises NotAccepted."""
        urgent = self._intake.glance(incoming)
        conversation = await self._intake.receive(incoming, now=now, urgent=urgent)
        if conversation is None:
            return False
        self._turns.woken(conversation, now, urgent=urgent)
        return True

    async def admits(self, knock: Knock, *, now: datetime) -> bool:
        """Whether somebody who knocks at a platform's door is let in. May raise StoreUnavailable."""
        await self.look(now=now)
        return await self._intake.admits(knock, now=now)

    async def hear(self, *, now: datetime) -> None:
        """Handle what has come in, and nothing else: what is to be said is left to the running bot."""
        await self.look(now=now)
        for _ in range(MOST_ROUNDS):
            if not await self._hear(now):
                return
        raise RuntimeError(_TOO_MANY)

    async def step(self, *, now: datetime) -> None:
        """Do everything that is due at ``now``, including what that brings about."""
        await self.look(now=now)
        for _ in range(MOST_ROUNDS):
            worked = await self._round(now)
            sent = await self._delivery.drain(now=now)
            if not (worked or sent):
                return
        raise RuntimeError(_TOO_MANY)

    async def work(self, *, now: datetime) -> bool:
        """Decide everything that is due at ``now``; what is to be said is left to who carries it. Whether any was."""
        await self.look(now=now)
        for rounds in range(MOST_ROUNDS):
            if not await self._round(now):
                return rounds > 0
        raise RuntimeError(_TOO_MANY)

    async def turn(self, *, now: datetime, hears: bool, schedules: bool) -> bool:
        """One batch of what is due at ``now``, so that what it brings about is seen before the next; whether any.

        ``hears``, ``schedules``: which of the two doors is this process's.
        """
        await self.look(now=now)
        return await self._round(now, hears=hears, schedules=schedules)

    async def next_wake(self) -> datetime | None:
        """When the next step is due, None if only a message can bring work."""
        known = (await self.next_work(), await self._delivery.next_wake())
        return min((at for at in known if at is not None), default=None)

    async def next_work(self, *, hears: bool = True, schedules: bool = True) -> datetime | None:
        """When something is to be decided next, None if only a message can bring it."""
        slot = await self._store.next_slot() if schedules else None
        heard = await self._turns.next_due() if hears else None
        return min((at for at in (slot, heard) if at is not None), default=None)

    async def look(self, *, now: datetime) -> None:
        """See the office as it is now: whose is what, who is on duty, which answers are kept."""
        async with self._looking:
            await self._look_at_roster(now)

    def office_changed(self) -> None:
        """It was changed elsewhere, so that the next look goes through all of it."""
        self._answers_seen_at = None

    async def begin(self, *, now: datetime) -> None:
        """Start as one of several processes: nothing that another one has under way is touched."""
        await self.look(now=now)
        await self._turns.begin()

    async def _look_at_changes(self, now: datetime) -> None:
        """See at once what has just changed: the roster, a kept answer, whose a conversation or an account is."""
        self._answers_seen_at = None
        await self.look(now=now)
        # Messages may wait in another conversation than that in which they came in: an unknown chat was bound.
        await self._turns.find(now)
        self._told()

    async def _look_at_bindings(self, now: datetime) -> None:
        """See which conversation and account is whose, as people bound them in this process or another one."""
        if await self._store.bindings_version() == self._bindings_version:
            return
        known = self._bindings_version
        bindings = await self._store.bindings()
        office = replace(self._configured, org=self._org).with_bindings(bindings)
        self._configured = replace(office, org=without_doubles(office.org)) if self._real else office
        self._bindings_version = bindings.version
        self._duty_version = -1  # the office is put together anew
        if known:
            await self._turns.find(now)

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
        await self._look_at_bindings(now)
        await self._look_at_answers(now)
        if await self._store.duty_version() == self._duty_version:
            return
        record = await self._store.duty_record(since=local(now - ROSTER_LOOKS_BACK).date())
        office = self._configured.with_duty(record)
        self._intake.stand_in(office)
        self._worker.stand_in(office)
        self._runner.stand_in(office)
        self._delivery.stand_in(office)
        self._office, self._duty_version = office, record.version

    async def _round(self, now: datetime, *, hears: bool = True, schedules: bool = True) -> bool:
        heard = hears and await self._hear(now)
        return (schedules and await self._runner.run_due(now=now)) or heard

    async def _hear(self, now: datetime) -> bool:
        taken = await self._turns.take(now)
        if not taken:
            return False
        try:
            again = await self._worker.work_all(taken, now=now)
        except BaseException:
            await self._turns.let_go()
            raise
        await self._turns.done(again, now)
        return True


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
