"""How fast the durable path is, beside what anybody could do instead: ratios of one run (DESIGN section 11).

``python -m bench.durable``: the same evening of a county of 200 groups goes, a portion at a time and in turns, through

* ``batch``: jieba's segmentation of every message, and one batched insert of the portion into one table;
* ``xiaowei``: received, accepted, decided, committed; what is to be said claimed from the outbox, sent on the practice
  platform and settled;
* ``nonebot``: a NoneBot2 bot with the same words that writes the same rows one by one, each committed
  (``pip install nonebot2``, or ``requirements-bench.lock``; left out if it is not there).

All on the same kind of database, as durable as the product wants it: an SQLite file, or ``--postgres URL`` (an empty
database for each of ``batch`` and ``xiaowei``, their names separated by a comma). ``--memory`` plays one long stream
through the bot alone and prints what becomes of its memory; ``--start`` how long it takes from the start of a process
to its first decision.
"""

import argparse
import asyncio
import gc
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from sqlalchemy import Column, Connection, MetaData, Table, Text, insert

from bench.generated.chatter import Mixture, Surge, chatter
from bench.generated.county import generate
from bench.generated.phrases import read_phrases
from bot.building import build_judge, build_office
from bot.connecting import practice_platforms
from bot.domain.messages import Incoming
from bot.domain.verdicts import NO_CONTEXT
from bot.engine import Engine
from bot.settings import Settings, read_settings
from bot.settings.source import SHIPPED
from bot.store import SqlStore, migrate, open_store

BEGINS = datetime.fromisoformat("2026-03-06T19:00:00+08:00")
GROUPS = 200
MIXTURE = Mixture(matters=0.12, officers=0.05)
"""Every eighth message an appeal: far more than in life, where nearly everything is small talk."""
PORTION = 400
"""Messages that wait at the same time."""

Way = Callable[[Sequence[Incoming]], Awaitable[None]]

PLAIN = Table(
    "plain",
    MetaData(),
    *(Column(name, Text) for name in ("platform", "message", "conversation", "sender", "name", "kind", "text", "at")),
)


def county() -> tuple[Settings, Iterator[Incoming]]:
    """A county that nobody has ever seen, and what is said in it in the evening."""
    made = generate(groups=GROUPS, seed=5)
    ends = BEGINS + timedelta(days=400)
    said = chatter(
        made.org,
        made.crowds,
        read_phrases(),
        begins=BEGINS,
        ends=ends,
        seed=3,
        mixture=MIXTURE,
        surges=[Surge(begins=BEGINS, ends=ends, times=4, mixture=MIXTURE)],
    )
    return made.settings(read_settings(SHIPPED / "demo", {})), said


async def bot_over(store: SqlStore, settings: Settings) -> Way:
    """The product, without its pauses."""
    judge = build_judge(settings)
    judge.classify("路灯不亮了", NO_CONTEXT)  # whatever is loaded late is loaded now
    engine = Engine(store=store, office=build_office(settings), judge=judge, platforms=practice_platforms(settings))
    await engine.start(now=BEGINS)
    gc.freeze()  # as the running bot does

    async def play(said: Sequence[Incoming]) -> None:
        await asyncio.gather(*(engine.receive(one, now=one.sent_at) for one in said))
        await engine.hear(now=said[-1].sent_at)
        await engine.delivery.drain(now=said[-1].sent_at)

    return play


async def batch_into(store: SqlStore) -> Way:
    """Segmentation, and one insert."""
    import jieba  # noqa: PLC0415 - the bot itself starts without it

    jieba.initialize()
    await store.database.write(PLAIN.create)

    def write(connection: Connection, rows: list[dict[str, str]]) -> None:
        connection.execute(insert(PLAIN), rows)

    async def play(said: Sequence[Incoming]) -> None:
        rows = [
            {
                "platform": one.platform,
                "message": one.id,
                "conversation": str(one.group),
                "sender": one.sender,
                "name": one.name,
                "kind": one.kind.value,
                "text": " ".join(jieba.lcut(one.text)),
                "at": one.sent_at.isoformat(),
            }
            for one in said
        ]
        await store.database.write(lambda connection: write(connection, rows))

    return play


async def compare(urls: Sequence[str], folder: Path, messages: int) -> None:
    """Play the same portions in turns and print messages a second and ratios."""
    settings, said = county()
    stores = []
    for number, url in enumerate(urls):
        await migrate(url, keys=folder / "clue.keys")
        stores.append(await open_store(url, keys=folder / f"{number}.keys"))
    ways: dict[str, Way] = {"batch": await batch_into(stores[0]), "xiaowei": await bot_over(stores[1], settings)}
    try:
        from bench.nonebot_peer import nonebot_into  # noqa: PLC0415 - a dependency of this benchmark alone
    except ImportError as missing:
        print(f"nonebot: left out ({missing.name} is not installed)")
    else:
        ways["nonebot"] = nonebot_into(folder / "nonebot.db", settings)
    names = list(ways)
    wall, cpu = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    for number in range(-1, messages // PORTION):  # the first portion fills caches and is not counted
        portion = list(islice(said, PORTION))
        first = number % len(ways)
        for name in (*names[first:], *names[:first]):
            began, burnt = time.perf_counter(), time.process_time()
            await ways[name](portion)
            if number >= 0:
                wall[name] += time.perf_counter() - began
                cpu[name] += time.process_time() - burnt
    for store in stores:
        await store.close()
    played = messages // PORTION * PORTION
    print(f"{played} messages of {GROUPS} groups, {PORTION} at a time; 1 = batch")
    for name in ways:
        speed = played / wall[name]
        by_cpu = cpu["batch"] / cpu[name]
        print(f"{name:8} {speed:7.0f} messages/s  {wall['batch'] / wall[name]:6.3f}   (by processor time {by_cpu:.3f})")


async def memory(url: str, folder: Path, messages: int) -> None:
    """What the process holds, in tenths of a long stream: flat if the last is like the second."""
    settings, said = county()
    await migrate(url, keys=folder / "clue.keys")
    store = await open_store(url, keys=folder / "clue.keys")
    play = await bot_over(store, settings)
    held: list[float] = []
    for tenth in range(10):
        seen = []
        for _ in range(messages // 10 // PORTION):
            await play(list(islice(said, PORTION)))
            seen.append(resident())
        held.append(mean(seen))
        print(f"tenth {tenth + 1}: {held[-1]:.0f} MB", flush=True)
    await store.close()
    print(f"last / second tenth: {held[-1] / held[1]:.2f}")


def resident() -> float:
    """Megabytes of memory that the process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def starts(url: str, folder: Path, times: int = 5) -> None:
    """Print the seconds from the start of a process to its first decision."""
    command = [sys.executable, "-m", "bench.first", url, str(folder)]
    subprocess.run(command, check=True)  # noqa: S603 - the database is made once
    for case in ("a database that is up to date", "a new one and all its migrations"):
        seconds, processor = [], []
        for _ in range(times):
            if case.startswith("a new"):
                Path(url.removeprefix("sqlite:///")).unlink()
            began, burnt = time.perf_counter(), os.times()
            subprocess.run(command, check=True)  # noqa: S603
            seconds.append(time.perf_counter() - began)
            ended = os.times()
            processor.append(sum(ended[2:4]) - sum(burnt[2:4]))
        print(f"{case}: {min(seconds):.2f} s, of the processor {min(processor):.2f} s (best of {times})")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=8000)
    parser.add_argument("--postgres", help="the addresses of two empty databases, separated by a comma")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--start", action="store_true")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="xiaowei-bench-") as made:
        folder = Path(made)
        files = [f"sqlite:///{folder / name}.db" for name in ("batch", "xiaowei")]
        if given.start:
            starts(files[0], folder)
        elif given.memory:
            asyncio.run(memory(files[1], folder, given.messages))
        else:
            urls = given.postgres.split(",") if given.postgres else files
            asyncio.run(compare(urls, folder, given.messages))


if __name__ == "__main__":
    main()
