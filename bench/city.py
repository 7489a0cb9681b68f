"""A city in the evening and in a typhoon, in real time: how long until an officer is asked, and that nothing is lost.

``python -m bench.city``: 6 800 groups of very different size on a file of SQLite, as durable as the product wants it
(``--postgres URL``: an empty database; ``--postgres`` alone: a server of its own). They talk for some ``--minutes`` as
at the evening's peak, which is 50 messages a second in the whole city, and then for ``--typhoon`` seconds ten times as
much, with many cries for help: a stretch of the typhoon hour. The running bot hears it through the adapter's door
at its own speed; messages come when they are due, whether it keeps up or not. ``--rate-of``: on a machine too small
for a city, this part of the city's rate (the groups stay as many).

Printed are, for every message to an officer that villagers' words brought about, the seconds from the end of their join
window until it was decided and until it was handed to the platform, and how old the inbox became. ``more of a cry`` is
what villagers add to an emergency without crying themselves: it is decided in turn. Ends with 1 if anything was lost,
decided or sent twice, or left lying. Times are never judged: the goal stands beside them.
"""

import argparse
import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.generated.chatter import HOURS, Mixture, Surge, chatter
from bench.generated.county import County, generate
from bench.generated.phrases import read_phrases
from bench.reckoning import Reckoning, Recorder, WatchedStore, share
from bench.servers import own_server
from bench.workers import busy_seconds, family, server_of, used_by
from bot.building import build_judge, build_office
from bot.clock import ShiftedClock, SystemClock
from bot.domain.messages import Incoming
from bot.domain.org import PRACTICE
from bot.domain.rules import JoinWindow
from bot.domain.verdicts import NO_CONTEXT
from bot.domain.workdays import local
from bot.engine import Engine
from bot.handlers.judge import Judge
from bot.live import Changes, LiveBot
from bot.ports.platform import NotAccepted
from bot.settings import Settings, read_settings
from bot.settings.source import SHIPPED
from bot.store import migrate, open_store
from bot.store.engine import is_sqlite

BEGINS = datetime.fromisoformat("2026-03-06T19:00:00+08:00")
"""A Friday, two hours before the quiet hours begin."""
LONGEST_MINUTES = 60
CITY_GROUPS, CITY_PEAK = 6800, 50.0
"""Groups of a city, and the messages that all of them together write in a second at the peak (DESIGN section 8)."""
TYPHOON_TIMES = 10
EVENING = Mixture(matters=0.03, cries=0.001, hints=0.002)
"""Three times as many matters as in life, so that there is something to measure."""
TYPHOON = Surge(begins=BEGINS, ends=BEGINS, times=TYPHOON_TIMES).mixture
PARTS = (0.5, 0.9, 0.99, 1.0)
GOAL_SECONDS = 2.0
CALM = timedelta(seconds=30)
"""What is said in the last seconds before the typhoon is answered in it: its waits are not the peak's."""
NOT_ACCEPTED = 1.0
"""Seconds after which a platform brings a message again that was not acknowledged."""
STANDS_STILL = 180.0
"""Seconds without any progress after which the rest counts as lost."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be played: so many groups, so long, so loud. ``a_second`` is the rate of the peak."""

    groups: int
    peak: timedelta
    typhoon: timedelta
    a_second: float
    window: int | None
    seed: int

    @property
    def breaks(self) -> datetime:
        """When the typhoon comes."""
        return BEGINS + self.peak

    @property
    def ends(self) -> datetime:
        """When the last word is said."""
        return self.breaks + self.typhoon

    def settings(self, county: County) -> Settings:
        """The county's, with another join window if one is wanted."""
        settings = county.settings(read_settings(SHIPPED / "demo", {}))
        if self.window is None:
            return settings
        window = JoinWindow(silence=self.window, longest=3 * self.window, continues_within=9 * self.window)
        return replace(settings, rules=settings.rules.model_copy(update={"join_window": window}))

    def talk(self, county: County) -> list[Incoming]:
        """Everything that will be said: the peak, and the typhoon."""
        natural = sum(crowd.a_day for crowd in county.crowds.values()) * HOURS[local(BEGINS).hour] / sum(HOURS) / 3600
        times = self.a_second / natural
        surges = (
            Surge(begins=BEGINS, ends=self.breaks, times=times, mixture=EVENING),
            Surge(begins=self.breaks, ends=self.ends, times=times * TYPHOON_TIMES, mixture=TYPHOON),
        )
        phrases = read_phrases()
        said = chatter(county.org, county.crowds, phrases, begins=BEGINS, ends=self.ends, seed=self.seed, surges=surges)
        return list(said)


@dataclass(kw_only=True)
class Ears:
    """What the outside saw: which message was acknowledged when, how often one was refused, how old the inbox was."""

    acknowledged: dict[str, datetime] = field(default_factory=dict)
    refused: int = 0
    oldest: list[tuple[datetime, float]] = field(default_factory=list)


@dataclass(kw_only=True)
class City:
    """The bot over a city's database, and those who talk to it."""

    store: WatchedStore
    bot: LiveBot
    clock: ShiftedClock
    ears: Ears

    async def talks(self, said: Sequence[Incoming]) -> None:
        """Bring every message when it is due, each by itself, until all are acknowledged."""
        async with asyncio.TaskGroup() as bringing:
            for one in said:
                await asyncio.sleep(max(0.0, (one.sent_at - self.clock.now()).total_seconds()))
                bringing.create_task(self._brings(one))

    async def _brings(self, one: Incoming) -> None:
        while one.id not in self.ears.acknowledged:
            try:
                await self.bot.receive(one)
            except NotAccepted:
                self.ears.refused += 1
                await asyncio.sleep(NOT_ACCEPTED)
            else:
                self.ears.acknowledged[one.id] = self.clock.now()

    async def watches(self) -> None:
        """Look every second how old the inbox is."""
        while True:
            waiting = await self.store.waiting()
            now = self.clock.now()
            self.ears.oldest.append((now, (now - min(waiting.values(), default=now)).total_seconds()))
            await asyncio.sleep(1)

    async def settles(self) -> datetime:
        """Wait until nothing waits that could be done now, or nothing moves any more; returns when that was."""
        done, moved_at = -1, time.monotonic()
        while time.monotonic() - moved_at < STANDS_STILL:
            now, waiting = self.clock.now(), await self.store.waiting()
            due = await self.store.due_slots(now) or await self.store.due_sends(now, limit=1)
            if not waiting and not due and not await self.store.interrupted_sends():
                return now
            if (sofar := self.store.decided.total()) != done:
                done, moved_at = sofar, time.monotonic()
            await asyncio.sleep(0.5)
        return self.clock.now()


@contextlib.asynccontextmanager
async def city_at(url: str, folder: Path, settings: Settings, judge: Judge) -> AsyncIterator[tuple[City, Recorder]]:
    """Open a city's database as the bot does; prints how long that takes."""
    await migrate(url, keys=folder / "clue.keys")
    began = time.perf_counter()
    clock = ShiftedClock(at=BEGINS - timedelta(hours=2), running_on=SystemClock())
    opened = await open_store(url, keys=folder / "clue.keys")
    store, recorder = WatchedStore(opened.database, clock), Recorder(PRACTICE, clock)
    try:
        engine = Engine(store=store, office=build_office(settings), judge=judge, platforms={PRACTICE: recorder})
        await engine.start(now=BEGINS)
        print(f"opened in {time.perf_counter() - began:.1f} s", flush=True)
        bot = LiveBot(engine=engine, store=store, clock=clock, changes=Changes())
        yield City(store=store, bot=bot, clock=clock, ears=Ears()), recorder
    finally:
        await store.close()


async def live(plan: Plan, url: str, folder: Path) -> int:
    """Play it and print what became of it; how many kinds of fault there are."""
    county = generate(groups=plan.groups, seed=plan.seed)
    settings, said = plan.settings(county), plan.talk(county)
    judge = build_judge(settings)
    judge.classify("路灯不亮了", NO_CONTEXT)  # whatever is loaded late is loaded now
    officers = len(county.org.people)
    print(f"{plan.groups} groups in {len(county.org.townships)} townships, {officers} officers; {database_of(url)}")
    server = family(await server_of(url)) if not is_sqlite(url) else []
    async with city_at(url, folder, settings, judge) as (city, recorder):
        city.clock.set(BEGINS)
        began, own, whole = time.perf_counter(), time.process_time(), busy_seconds()
        server_had = used_by(server)
        running = [asyncio.ensure_future(work) for work in (city.bot.run(), city.watches())]
        await city.talks(said)
        heard_in = time.perf_counter() - began
        settled_at = await city.settles()
        seconds = time.perf_counter() - began
        own, server_used = time.process_time() - own, used_by(server) - server_had
        others = max(0.0, busy_seconds() - whole - own - server_used)
        for one in running:
            one.cancel()
        await asyncio.wait(running)
        print(f"{len(said)} messages said in {(plan.ends - BEGINS).total_seconds():.0f} s, all of them acknowledged")
        print(f"after {heard_in:.0f} s, all that could be done was done after {seconds:.0f} s")
        cores = seconds * (os.cpu_count() or 1)
        shares = (("the bot", own), ("PostgreSQL", server_used), ("others", others))
        print("of the processors:", ", ".join(f"{name} {used / cores:.0%}" for name, used in shares))
        costs = (f"{1000 * used / len(said):.1f} ms of {name}'s" for name, used in shares[:2])
        print("a message cost", " and ".join(costs))
        reckoning = Reckoning(
            said={one.id: one for one in said},
            acknowledged=city.ears.acknowledged,
            store=city.store,
            handed=recorder.handed,
            rules=settings.rules,
        )
        await reckoning.look(judge, now=settled_at)
    return report(plan, city.ears, reckoning)


def report(plan: Plan, ears: Ears, reckoning: Reckoning) -> int:
    """Print the figures of the peak and of the typhoon, and every fault."""
    sent, threads = reckoning.sent, reckoning.threads
    print(f"{len(threads)} tickets, {len(sent)} messages of the bot; {ears.refused} times not accepted at first")
    for name, begins, ends in (("peak", BEGINS, plan.breaks), ("typhoon", plan.breaks, plan.ends)):
        said = [one for one in reckoning.said.values() if begins <= one.sent_at < ends]
        if not said:
            continue
        late = [
            (ears.acknowledged[one.id] - one.sent_at).total_seconds() for one in said if one.id in ears.acknowledged
        ]
        oldest = [age for at, age in ears.oldest if begins <= at and (at < ends or name == "typhoon")]
        print(f"\n{name}: {len(said)} messages, {len(said) / (ends - begins).total_seconds():.1f} a second;", end=" ")
        print(f"the inbox was {max(oldest, default=0):.1f} s old at most, join windows included")
        print(f"{'seconds, by share of the messages':44}" + "".join(f"{part:8.0%}" for part in PARTS))
        _row("from being said to being acknowledged", late)
        until = ends if name == "typhoon" else ends - CALM
        of_stretch = [wait for wait in reckoning.waits if begins <= wait.said_at < until]
        for what, kind in (("prompt", (False,)), ("cry", (True, True)), ("more of a cry", (True, False))):
            waits = [wait for wait in of_stretch if (wait.cry, wait.own)[: len(kind)] == kind]
            _row(f"{what}: from the join window to the decision", [wait.decided for wait in waits])
            if what == "cry":
                _row("cry: from being acknowledged to the decision", [wait.decided - wait.heard for wait in waits])
            handed = [wait.handed for wait in waits if wait.handed is not None]
            _row(f"{what}: from the join window to the platform", handed)
        free = [wait.handed for wait in of_stretch if wait.handed is not None]
        held = len(of_stretch) - len(free)
        if free:
            within = sum(seconds <= GOAL_SECONDS for seconds in free) / len(free)
            print(f"{within:.1%} of {len(free)} within {GOAL_SECONDS:.0f} s (goal at the peak: 99 %);", end=" ")
        print(f"{held} held back for company or for the morning, as officers are to be left in peace")
    print("\nnothing lost, nothing twice" if not reckoning.faults else "\nFAULTS")
    print(*reckoning.faults, sep="\n")
    return len(reckoning.faults)


def _row(what: str, seconds: Sequence[float]) -> None:
    if seconds:
        figures = "".join(f"{max(0.0, share(seconds, part)):8.2f}" for part in PARTS)
        print(f"{what:44}{figures}   of {len(seconds)}")


def database_of(url: str) -> str:
    """What kind it is."""
    return "SQLite" if is_sqlite(url) else "PostgreSQL"


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", type=int, default=CITY_GROUPS)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long the peak lasts")
    parser.add_argument("--typhoon", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--rate-of", type=float, default=1.0, metavar="SHARE", help="of 50 messages a second")
    parser.add_argument("--postgres", nargs="?", const="", metavar="URL", help="without URL: a server of its own")
    parser.add_argument("--window", type=int, metavar="SECONDS", help="another join window than the shipped one")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="an empty folder that keeps the file of SQLite")
    given = parser.parse_args()
    if given.minutes * 60 + given.typhoon > LONGEST_MINUTES * 60:
        parser.error(f"both stretches together last {LONGEST_MINUTES} minutes at most: then come the quiet hours")
    plan = Plan(
        groups=given.groups,
        peak=timedelta(minutes=given.minutes),
        typhoon=timedelta(seconds=given.typhoon),
        a_second=CITY_PEAK * given.rate_of * given.groups / CITY_GROUPS,
        window=given.window,
        seed=given.seed,
    )
    with TemporaryDirectory(prefix="xiaowei-bench-") as made, contextlib.ExitStack() as stack:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        url = given.postgres
        if url is None:
            url = f"sqlite:///{folder / 'city.db'}"
        elif not url:
            url = stack.enter_context(own_server(folder))
        faults = asyncio.run(live(plan, url, folder))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
