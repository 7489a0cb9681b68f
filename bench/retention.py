"""What a night of throwing away costs: a million messages, in portions, beside the inserts that brought them in.

``python -m bench.retention [MESSAGES] [--url postgresql://…]``: fills a fresh database (SQLite in a temporary folder by
default) with days of small talk and tickets, lets the nights pass, and prints ratios of one run: the longest portion
beside a plain insert of one message, what deleting costs beside storing, and how much of the file is left.
"""

import argparse
import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from sqlalchemy import Connection, insert, select

from bot.domain.outcome import Outcome
from bot.domain.retention import Expiry, Step
from bot.domain.rules import Rules
from bot.patrol.words_away import PORTION
from bot.store import SqlStore, migrate, open_store
from bot.store.columns import Words
from bot.store.tables import INBOX, LINKS, TICKETS

BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
GROUPS, SENDERS, BATCH = 540, 40_000, 5_000
A_TICKET_IN = 400
LATER = timedelta(days=Rules().privacy.words_days + 1)


@dataclass(kw_only=True)
class Clocked:
    """Seconds of every transaction of one kind."""

    name: str
    seconds: list[float] = field(default_factory=list)
    working: float = 0.0
    """Of the processor, all in all: on a machine that does other things as well it is the better figure."""

    def line(self, unit: float) -> str:
        """Its figures beside one plain insert."""
        ordered = sorted(self.seconds)
        worst, late = ordered[-1], ordered[int(len(ordered) * 0.99)]
        figures = f"longest {worst * 1000:.1f} ms, 99 % within {late * 1000:.1f}, median {median(ordered) * 1000:.1f}"
        figures += f", working {self.working / len(ordered) * 1000:.1f} each"
        return f"{self.name:24} {len(ordered):6} portions, {figures}; longest = {worst / unit:5.1f} x one insert"


def row(number: int, at: datetime) -> dict[str, object]:
    """One message of a county's day."""
    group = f"g-{number % GROUPS}"
    return {
        "platform": "wechat",
        "message": f"m{number}",
        "conversation": f"group:{group}",
        "group_id": group,
        "sender": f"u-{number * 7919 % SENDERS}",
        "name": "阿珍",
        "kind": "text",
        "text": Words("今天的菜新鲜得很，五块钱三斤，要的到村口来拿" * (1 + number % 3)),
        "at": at,
        "received_at": at,
        "mentions": "[]",
        "media": "[]",
        "quote": None,
        "by_cadre": False,
        "state": "handled",
        "mark": None,
        "ended_at": at,
        "cause": "",
    }


def fill(connection: Connection, *, first: int, rows: Sequence[dict[str, object]]) -> None:
    """A batch of messages, some of which belong to tickets."""
    connection.execute(insert(INBOX), rows)
    raised = [one for number, one in enumerate(rows, first) if number % A_TICKET_IN == 0]
    if not connection.execute(select(TICKETS.c.id).limit(1)).first():
        connection.execute(insert(TICKETS).values(**ticket()))
    links = [
        {
            "ticket": "v-1",
            "platform": "wechat",
            "message": one["message"],
            "relation": "piece",
            "sender": one["sender"],
            "at": one["at"],
        }
        for one in raised
    ]
    if links:
        connection.execute(insert(LINKS), links)


def ticket() -> dict[str, object]:
    """A ticket that goes on."""
    texts = ("id", "village", "unit", "owner", "platform", "requester", "text", "topic", "place", "answer_text")
    times = ("said_at", "opened_at", "due_at", "active_at")
    numbers = {"year": 2026, "number": 1, "level": 1}
    fixed = {"category": "help", "state": "open", "urgent": False, "due_provisional": False}
    return dict.fromkeys(texts, "v-1") | dict.fromkeys(times, BEGINS) | numbers | fixed


async def night(store: SqlStore, step: Step, before: datetime) -> Clocked:
    """One step until nothing is left, as the job does it; what is measured is the whole transaction."""
    clocked = Clocked(name=step)
    while await store.expired(step, before=before, most=PORTION):
        began, worked = perf_counter(), process_time()
        await store.commit(Outcome(expiries=(Expiry(step=step, before=before, most=PORTION),)), now=before)
        clocked.seconds.append(perf_counter() - began)
        clocked.working += process_time() - worked
    return clocked


async def tidied(store: SqlStore) -> Clocked:
    """Giving the room back."""
    clocked = Clocked(name="room given back")
    more = True
    while more:
        began, worked = perf_counter(), process_time()
        more = await store.tidy()
        clocked.seconds.append(perf_counter() - began)
        clocked.working += process_time() - worked
    return clocked


async def one_by_one(store: SqlStore) -> float:
    """Seconds that storing one message durably takes at the median, on the same full database."""
    seconds = []
    for number in range(200):
        one = row(10_000_000 + number, BEGINS + LATER)
        began = perf_counter()
        await store.database.write(lambda connection, one=one: connection.execute(insert(INBOX), [one]))  # type: ignore[misc]
        seconds.append(perf_counter() - began)
    return median(seconds)


async def measure(url: str, keys: Path, messages: int, file: Path | None) -> None:
    """Fill, wait, throw away, print."""
    await migrate(url, keys=keys)
    store = await open_store(url, keys=keys)
    began = perf_counter()
    step = timedelta(days=20) / messages
    for first in range(0, messages, BATCH):
        rows = [row(number, BEGINS + step * number) for number in range(first, min(first + BATCH, messages))]
        await store.database.write(lambda connection, first=first, rows=rows: fill(connection, first=first, rows=rows))  # type: ignore[misc]
    storing = perf_counter() - began
    unit = await one_by_one(store)
    full = size(file)
    began = perf_counter()
    days = Rules().privacy.chat_days
    parts = [await night(store, Step.CHAT, BEGINS + timedelta(days=20 + days)), await tidied(store)]
    after_chat = size(file)
    parts += [await night(store, Step.MESSAGES, BEGINS + LATER + timedelta(days=20)), await tidied(store)]
    removing = perf_counter() - began
    print(f"{messages} messages; portions of {PORTION}; one durable insert {unit * 1000:.2f} ms")
    for part in parts:
        if part.seconds:
            print(part.line(unit))
    print(f"throwing away costs {removing / storing:.2f} of storing in batches")
    if file is not None:
        without_chat, without_words = full / after_chat, after_chat / size(file)
        print(f"file: {without_chat:.1f} x smaller without chit-chat, {without_words:.1f} x again without words")
        with closing(sqlite3.connect(file)) as raw:
            print(f"integrity: {raw.execute('PRAGMA quick_check').fetchone()[0]}")
    await store.close()


def size(file: Path | None) -> int:
    """Bytes of the file with its log."""
    return 0 if file is None else sum(path.stat().st_size for path in file.parent.glob(f"{file.name}*"))


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--url")
    told = parser.parse_args()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "county.db"
        url = told.url or f"sqlite:///{file}"
        asyncio.run(measure(url, Path(folder) / "clue.keys", told.messages, None if told.url else file))


if __name__ == "__main__":
    main()
