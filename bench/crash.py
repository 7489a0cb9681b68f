"""The bot is killed with SIGKILL again and again while it plays a recorded day: the long form of ``tests/crash``.

``python -m bench.crash [--kills 200] [--engine sqlite|postgres|both] [--messages N]``: half of the deaths come at named
boundaries (before and after inbox commit, decision, commit, claimed send, send, send result), half at random instants.
When a day is through, the next one begins on an empty database, until enough deaths were died. PostgreSQL is a server
of its own, as durable as it comes; it is not killed. Every day must end as the undisturbed one.

``--through dingtalk|wechat``: the day comes and is answered through the real adapter, to the local DingTalk or the
Wechaty gateway of ``tests/platforms``; the peer, too, kills: when it has shown a message and not said so yet, and when
it is asked what a message says. What was under way at a death nobody can find out about there, and it is given up.

Printed is one column for each engine; ends with 1 if anything was lost, doubled or different.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from bench.servers import own_server
from bot.settings.source import SHIPPED
from tests.crash import harness, through
from tests.crash.dying import BOUNDARIES, OUTSIDE, Report
from tests.crash.peers import ANNOUNCED, PLATFORMS, SHOWN

CONFIG = SHIPPED / "demo"
CHAT = CONFIG / "day.jsonl"
UNTIL = datetime.fromisoformat("2026-03-06T18:30:00+08:00")
"""When the recorded day is over."""
SQLITE, POSTGRES, BOTH = "sqlite", "postgres", "both"
NAMES = {SQLITE: "SQLite", POSTGRES: "PostgreSQL"}
NewDatabase = Callable[[int, Path], str]


@contextlib.contextmanager
def databases(engine: str, folder: Path) -> Iterator[NewDatabase]:
    """As many empty databases as are wanted."""
    if engine == SQLITE:
        yield harness.in_a_file
        return
    numbers = count()
    with own_server(folder) as server:

        def new(_day: int, _notes: Path) -> str:
            name = f"crash_{next(numbers)}"
            asyncio.run(_create(server, name))
            return server.replace("/postgres?", f"/{name}?")

        yield new


async def _create(server: str, name: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    finally:
        await connection.close()


def measured(engine: str, given: argparse.Namespace, folder: Path) -> list[Report]:
    """Play the days on one engine; says after each of them how far it is."""
    reports: list[Report] = []
    with databases(engine, folder) as url:
        trials: harness.Trials | through.Trials
        common = {"config": CONFIG, "folder": folder, "kills": given.kills, "messages": given.messages}
        if given.through is None:
            trials = harness.Trials(chat=CHAT, until=given.until, url=url, seed=given.seed, **common)
        else:
            trials = through.Trials(platform=given.through, url=url, seed=given.seed, **common)
        for report in trials.run():
            reports.append(report)
            died = sum(one.deaths for one in reports)
            print(f"{NAMES[engine]}: {len(reports)} days, {died} deaths", file=sys.stderr, flush=True)
            for fault in faults(report):
                print(fault, flush=True)
    return reports


def faults(report: Report) -> list[str]:
    """What must not be, in words."""
    found = {"lost": report.lost, "sent twice": report.sent_twice, "not as undisturbed": report.differences}
    return [f"FAULT: {what}: {which}" for what, which in found.items() if which]


def table(columns: Mapping[str, Sequence[Report]], boundaries: Sequence[str]) -> list[str]:
    """The lines of the result."""

    def row(what: str, of: Callable[[Sequence[Report]], float]) -> str:
        return f"{what:46}" + "".join(f"{of(reports):14.10g}" for reports in columns.values())

    def died_at(boundary: str) -> Callable[[Sequence[Report]], int]:
        return lambda reports: sum(report.killed_at.get(boundary, 0) for report in reports)

    lines = [f"{'':46}" + "".join(f"{name:>14}" for name in columns)]
    lines.append(row("days played to their end", len))
    lines.append(row("lives", lambda reports: sum(report.lives for report in reports)))
    lines.append(row("deaths", lambda reports: sum(report.deaths for report in reports)))
    lines += [row(f"  at {boundary}", died_at(boundary)) for boundary in boundaries]
    lines.append(row("  at a random instant", died_at(OUTSIDE)))
    lines.append(row("messages acknowledged", lambda reports: sum(report.acknowledged for report in reports)))
    lines.append(row("  of them lost", lambda reports: sum(len(report.lost) for report in reports)))
    lines.append(row("sent twice", lambda reports: sum(len(report.sent_twice) for report in reports)))
    lines.append(row("given up: nobody knows whether it arrived", lambda reports: sum(one.doubtful for one in reports)))
    lines.append(row("  of it read by nobody", lambda reports: sum(report.unread for report in reports)))
    lines.append(row("breaks of the chain", lambda reports: sum(report.breaks for report in reports)))
    lines.append(
        row("rows unlike the undisturbed day", lambda reports: sum(sum(one.differences.values()) for one in reports))
    )
    lines.append(row("seconds", lambda reports: round(sum(report.seconds for report in reports))))
    return lines


def main() -> None:
    """Read the arguments, kill, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, help="on each engine")
    parser.add_argument("--engine", choices=(SQLITE, POSTGRES, BOTH), default=BOTH)
    parser.add_argument("--through", choices=PLATFORMS, help="through the real adapter, to a peer of its own")
    parser.add_argument("--messages", type=int, help="play only the first so many of the day")
    parser.add_argument("--until", type=datetime.fromisoformat, default=UNTIL, help="when the day ends")
    parser.add_argument("--seed", type=int, default=20260306)
    given = parser.parse_args()
    engines = (SQLITE, POSTGRES) if given.engine == BOTH else (given.engine,)
    columns = {}
    for engine in engines:
        with TemporaryDirectory(prefix="xiaowei-crash-") as folder:
            columns[NAMES[engine]] = measured(engine, given, Path(folder))
    boundaries = BOUNDARIES if given.through is None else (*BOUNDARIES, SHOWN, ANNOUNCED)
    print(*table(columns, boundaries), sep="\n")
    whole = all(report.whole for reports in columns.values() for report in reports)
    print("nothing lost, nothing twice" if whole else "FAULTS")
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    main()
