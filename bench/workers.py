"""Two workers beside one over the same backlog on PostgreSQL: a ratio of one run (DESIGN section 11; the goal is 1.7).

``python -m bench.workers`` (``--postgres URL``: a server on which databases may be made, instead of one of this run's
own): a county of 200 groups has talked for a while and nobody has listened. One worker handles all of it, then two, in
turns, each time on a fresh copy. A worker is what ``xiaowei run --role worker`` runs, in a process of its own. Prints
the seconds, the ratio, and who had the processors meanwhile: the workers, PostgreSQL, and others, whose work spoils
the figures.
"""

import argparse
import asyncio
import contextlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import asyncpg  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import text

from bench.generated.chatter import Mixture, chatter
from bench.generated.county import generate
from bench.generated.phrases import read_phrases
from bench.servers import own_server
from bot.building import build_judge, build_office
from bot.clock import ShiftedClock, SystemClock
from bot.connecting import practice_platforms
from bot.domain.messages import Incoming
from bot.engine import Engine
from bot.live import Changes, LiveBot
from bot.roles import Role
from bot.settings import Settings, read_settings
from bot.settings.source import SHIPPED
from bot.store import SqlStore, migrate, open_store
from bot.store.claims import Claims, Fenced
from bot.store.wire import Bell, Wire

HERE = Path(__file__).resolve()
SEED = 20260306
MIXTURE = Mixture(matters=0.12, officers=0.05)
TALKED_FOR = timedelta(days=7)
SILENCE = timedelta(seconds=15)
TICK = os.sysconf("SC_CLK_TCK")
WAITING = text("SELECT count(*) FROM inbox WHERE state = 'new'")
FAILED = text("SELECT count(*) FROM inbox WHERE state = 'failed'")


def settings_of(groups: int) -> Settings:
    """The county that talks."""
    return generate(groups=groups, seed=SEED).settings(read_settings(SHIPPED / "demo", {}))


def talk(groups: int, messages: int) -> Iterator[Incoming]:
    """What is said, in the order of time."""
    county = generate(groups=groups, seed=SEED)
    ends = SystemClock().now()
    begins = ends - TALKED_FOR
    said = chatter(county.org, county.crowds, read_phrases(), begins=begins, ends=ends, seed=SEED, mixture=MIXTURE)
    return islice(said, messages)


async def hear(url: str, keys: Path, groups: int, messages: int) -> None:
    """Have all of it in the inbox, as gateways store it."""
    await migrate(url, keys=keys)
    store = await open_store(url, keys=keys, durable=False, shared=SILENCE)
    platforms = practice_platforms(settings_of(groups))
    settings = settings_of(groups)
    engine = Engine(store=store, office=build_office(settings), judge=build_judge(settings), platforms=platforms)
    said = list(talk(groups, messages))
    now = SystemClock().now() - timedelta(minutes=30)
    for at in range(0, len(said), 100):
        await asyncio.gather(
            *(engine.receive(one, now=now + timedelta(milliseconds=at)) for one in said[at : at + 100])
        )
    await store.close()


async def work(url: str, keys: Path, groups: int) -> None:
    """Be a worker until the end of standard input: say when ready, begin when told."""
    settings = settings_of(groups)
    judge = build_judge(settings)
    judge.is_urgent("路灯不亮了")  # whatever is loaded late is loaded before
    store = await open_store(url, keys=keys, shared=SILENCE)
    wire = Wire(url, silence=SILENCE, alone=False, draw=partial(secrets.randbelow, 2**31))
    async with wire.held():
        claims = Claims(store.database, holder=lambda: wire.number, woken=partial(wire.ring, Bell.HEARD))
        engine = Engine(
            store=store,
            office=build_office(settings),
            judge=judge,
            platforms=practice_platforms(settings),
            turns=claims,
            at_work=SqlStore(Fenced(store.database, claims)),
        )
        system = SystemClock()
        clock = ShiftedClock(at=system.now(), running_on=system)
        roles = frozenset({Role.WORKER})
        bot = LiveBot(engine=engine, store=store, clock=clock, changes=Changes(), roles=roles, wire=wire)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        working = asyncio.ensure_future(bot.run())
        await asyncio.to_thread(sys.stdin.read)
        working.cancel()
        await asyncio.wait({working})
    await store.close()


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One backlog handled: seconds, and the seconds of processor that went to workers, PostgreSQL and others."""

    seconds: float
    workers: float
    postgres: float
    others: float

    def __str__(self) -> str:
        whole = self.seconds * (os.cpu_count() or 1)
        shares = (f"{name} {used / whole:.0%}" for name, used in self._used())
        return f"{self.seconds:.1f} s; of the processors: {', '.join(shares)}"

    def _used(self) -> Sequence[tuple[str, float]]:
        return ("workers", self.workers), ("PostgreSQL", self.postgres), ("others", self.others)


def trial(url: str, keys: Path, groups: int, workers: int) -> Trial:
    """Let so many workers handle what waits there."""
    command = [sys.executable, "-m", "bench.workers", "--postgres", url, "--keys", str(keys), "--groups", str(groups)]
    running = [
        subprocess.Popen([*command, "--work"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        for _ in range(workers)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    first = asyncio.run(server_of(url))
    own, server, busy = used_by([one.pid for one in running]), used_by(family(first)), busy_seconds()
    began = time.monotonic()
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    asyncio.run(until_done(url, keys))
    seconds = time.monotonic() - began
    own, server = used_by([one.pid for one in running]) - own, used_by(family(first)) - server
    others = max(0.0, busy_seconds() - busy - own - server)
    for one in running:
        one.communicate()
    return Trial(seconds=seconds, workers=own, postgres=server, others=others)


async def until_done(url: str, keys: Path) -> None:
    """Wait until nothing waits; nothing may have failed."""
    store = await open_store(url, keys=keys)
    while await store.database.read(lambda connection: connection.execute(WAITING).scalar_one()):  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    assert await store.database.read(lambda connection: connection.execute(FAILED).scalar_one()) == 0
    await store.close()


async def server_of(url: str) -> int:
    """The first process of the server, if it runs on this machine."""
    connection = await asyncpg.connect(url)
    backend = connection.get_server_pid()
    stat = _word(Path(f"/proc/{backend}/stat")).rpartition(")")[2].split()
    await connection.close()
    return int(stat[1]) if stat else 0


def family(first: int) -> list[int]:
    """A process and its children."""
    stats = {int(path.name): _word(path / "stat").rpartition(")")[2].split() for path in Path("/proc").glob("[0-9]*")}
    return [first, *(pid for pid, stat in stats.items() if stat and int(stat[1]) == first)] if first else []


def used_by(processes: Sequence[int]) -> float:
    """Seconds of processor that these have had, with the children that they have seen end."""
    stats = (_word(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split() for pid in processes)
    return sum(sum(map(int, stat[11:15])) / TICK for stat in stats if stat)


def busy_seconds() -> float:
    """Seconds of processor that anybody has had."""
    user, nice, system, _idle, _wait, irq, soft = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + soft) / TICK


def _word(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended
        return ""


async def fresh(server: str, name: str, template: str = "template0") -> str:
    """A database of that name, as its template; returns its address."""
    connection = await asyncpg.connect(server)
    await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    await connection.close()
    head, _, options = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{options}"


def main() -> None:
    """Read the arguments and measure, or be one of those that are measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="a server on which databases may be made, not one of its own")
    parser.add_argument("--groups", type=int, default=200)
    parser.add_argument("--messages", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keys", type=Path, default=Path("build/bench-workers.keys"))
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        asyncio.run(work(given.postgres, given.keys, given.groups))
        return
    given.keys.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="xiaowei-bench-") as folder, contextlib.ExitStack() as stack:
        measure(given, given.postgres or stack.enter_context(own_server(Path(folder))))


def measure(given: argparse.Namespace, server: str) -> None:
    """One worker and two, in turns; prints each trial and what came of all."""
    backlog = asyncio.run(fresh(server, "bench_backlog"))
    asyncio.run(hear(backlog, given.keys, given.groups, given.messages))
    found: dict[int, list[Trial]] = {1: [], 2: []}
    for _ in range(given.rounds):
        for workers, trials in found.items():
            url = asyncio.run(fresh(server, "bench_trial", "bench_backlog"))
            trials.append(trial(url, given.keys, given.groups, workers))
            print(f"{workers} worker(s): {trials[-1]}", flush=True)
    one, two = (median(each.seconds for each in trials) for trials in found.values())
    print(f"messages a second: {given.messages / one:.0f} with one, {given.messages / two:.0f} with two")
    for name in ("workers", "postgres"):
        costs = (median(getattr(each, name) for each in trials) for trials in found.values())
        told = " and ".join(f"{1000 * cost / given.messages:.2f}" for cost in costs)
        print(f"milliseconds of processor a message, {name}, with one and with two: {told}")
    print(f"ratio {one / two:.2f}")


if __name__ == "__main__":
    main()
