"""How the cost of a message grows with the open tickets of a village, and whether the shortlist finds the right one.

    python -m bench.same_matter [--messages N]

Everything is measured in one run, in throw-away SQLite files: each message is stored, joined, decided and committed,
once with the shortlist and once with all open tickets loaded for every message. Only ratios are printed.
"""

import argparse
import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.building import build_judge, build_office
from bot.classify.shortlist import alike
from bot.domain.categories import APPEALS, Category, Level
from bot.domain.messages import Incoming, Kind
from bot.domain.outcome import Change, Outcome
from bot.domain.tickets import EventKind, Link, Relation, Sketch, State, Ticket, TicketEvent, ticket_id
from bot.domain.workdays import SHANGHAI
from bot.handlers.intake import Intake
from bot.handlers.judge import Judge
from bot.handlers.loading import REMEMBERS
from bot.handlers.reading.sight import MOST_ALIKE
from bot.office import Office
from bot.ports.hearing import Look, Most, Seen
from bot.settings import read_settings
from bot.settings.source import SHIPPED
from bot.store import SqlStore, migrate, open_store

SPOKEN = Path(__file__).parents[1] / "tests" / "data" / "classify_messages.jsonl"
VILLAGE, GROUP, OFFICER = "liuwan", "g-lw1", "p-lqs"
FRIDAY = datetime(2026, 3, 6, 9, tzinfo=SHANGHAI)
OPEN_TICKETS = (10, 100, 1000)
AGAIN = ("怎么还没人管", "咋办", "到底有没有人来看看", "我家也是这样", "麻烦催一下")
JOINED = timedelta(seconds=30)
APART = timedelta(minutes=4)


class Everything(SqlStore):
    """The store as it was asked before there was a shortlist: every open ticket of the village, for every message."""

    async def surroundings(self, looks: Sequence[Look], *, year: int, most: Most) -> tuple[Seen, ...]:
        """What there is, and every ticket of the village as if the sender had spoken of it."""
        seen = await super().surroundings(looks, year=year, most=most)
        return tuple([replace(one, own=await self._all_of(look)) for one, look in zip(seen, looks, strict=True)])

    async def _all_of(self, look: Look) -> frozenset[str]:
        if look.village is None:
            return frozenset()
        threads = await self.threads([look.village], since=look.active_since - REMEMBERS)
        return frozenset(thread.ticket.id for thread in threads)


@dataclass(frozen=True, kw_only=True)
class Said:
    """A matter as somebody put it, and its category."""

    text: str
    category: Category


def matters(number: int, rng: random.Random) -> list[Said]:
    """So many different matters: what is really said, at different places of the village."""
    rows = [json.loads(line) for line in SPOKEN.read_text(encoding="utf-8").splitlines()]
    spoken = [row for row in rows if row["label"] in APPEALS]
    places = [f"{group}组{house}" for group in "一二三四五六七八九" for house in ("老井旁", "桥头", "晒场边", "水塔下")]
    every = [Said(text=f"{place} {row['text']}", category=Category(row["label"])) for row in spoken for place in places]
    return rng.sample(every, number)


def said_again(text: str, rng: random.Random) -> str:
    """The same matter in another's words: some characters gone, the clauses in another order, an exclamation."""
    kept = "".join(character for character in text if rng.random() > 1 / 8)
    clauses = kept.replace("，", " ").replace(",", " ").split()
    rng.shuffle(clauses)
    return " ".join((*clauses, rng.choice(AGAIN)))


def ticket(number: int, said: Said) -> Ticket:
    """An open ticket of the days before, from a villager of its own."""
    opened = FRIDAY - timedelta(minutes=31 * number)
    return Ticket(
        id=ticket_id(VILLAGE, 2026, number),
        village=VILLAGE,
        year=2026,
        number=number,
        category=said.category,
        urgent=False,
        state=State.PROMPTED,
        level=Level.VILLAGE,
        unit=VILLAGE,
        owner=OFFICER,
        platform="practice",
        group=GROUP,
        requester=f"u-{number}",
        text=said.text,
        topic="",
        place="",
        said_at=opened,
        opened_at=opened,
        due_at=opened + timedelta(days=30),
    )


async def seed(store: SqlStore, tickets: Sequence[Ticket]) -> None:
    """Open them, each with three messages."""
    for one in tickets:
        event = TicketEvent(ticket=one.id, at=one.opened_at, kind=EventKind.OPENED, actor="bot", rule="R1")
        links = tuple(
            Link(
                ticket=one.id,
                platform="practice",
                message=f"old-{one.number}-{piece}",
                relation=Relation.PIECE,
                sender=one.requester,
                at=one.said_at,
            )
            for piece in range(3)
        )
        await store.commit(Outcome(changes=(Change(ticket=one, events=(event,)),), links=links), now=one.opened_at)


async def seconds_per_message(
    kind: type[SqlStore], tickets: Sequence[Ticket], words: Sequence[str], office: Office, judge: Judge
) -> float:
    """The whole way of a message through door 1, on average."""
    with TemporaryDirectory(prefix="xiaowei-") as folder:
        url = f"sqlite:///{folder}/bench.db"
        await migrate(url)
        opened = await open_store(url, durable=False)
        store = kind(opened.database)
        try:
            await seed(store, tickets)
            intake = Intake(store=store, office=office, judge=judge)
            begun = time.perf_counter()
            for number, text in enumerate(words):
                await hear(intake, f"new-{number}", f"u-new-{number}", text, at=FRIDAY + APART * number)
            return (time.perf_counter() - begun) / len(words)
        finally:
            await opened.close()


async def hear(intake: Intake, message: str, sender: str, text: str, *, at: datetime) -> None:
    """One message of a villager in the group, from its arrival to what is committed."""
    incoming = Incoming(
        platform="practice",
        id=message,
        group=GROUP,
        sender=sender,
        name=sender,
        kind=Kind.TEXT,
        text=text,
        sent_at=at,
    )
    conversation = await intake.receive(incoming, now=at)
    assert conversation is not None, "every message is new"
    await intake.work_all([conversation], now=at + JOINED)


def recall(tickets: Sequence[Ticket], rng: random.Random) -> float:
    """How often the ticket whose matter is said again is on the shortlist."""
    sketches = [
        Sketch(
            id=one.id,
            live=one.state.is_live,
            urgent=one.urgent,
            group=one.group,
            requester=one.requester,
            text=one.text,
            active_at=one.opened_at,
        )
        for one in tickets
    ]
    asked = rng.sample(tickets, min(500, len(tickets)))
    found = [one.id in alike(said_again(one.text, rng), sketches, most=MOST_ALIKE) for one in asked]
    return sum(found) / len(found)


async def main(messages: int) -> None:
    """Measure and print."""
    settings = read_settings(SHIPPED / "demo", {})
    office, judge = build_office(settings), build_judge(settings)
    rng = random.Random(90)  # noqa: S311 - equal runs, no secrets
    known = matters(max(OPEN_TICKETS), rng)
    every = [ticket(number, said) for number, said in enumerate(known, 1)]
    words = [said_again(said.text, rng) for said in rng.choices(known, k=messages)]
    await seconds_per_message(SqlStore, every[:1], words[:5], office, judge)  # first calls fill caches
    cost = {
        (kind, size): await seconds_per_message(kind, every[:size], words, office, judge)
        for size in OPEN_TICKETS
        for kind in (SqlStore, Everything)
    }
    unit = cost[SqlStore, OPEN_TICKETS[0]]
    print(f"time per message, 1 = with {OPEN_TICKETS[0]} open tickets and the shortlist ({messages} messages)")
    print("open tickets   shortlist   all tickets   all / shortlist")
    for size in OPEN_TICKETS:
        short, whole = cost[SqlStore, size], cost[Everything, size]
        print(f"{size:12}   {short / unit:9.2f}   {whole / unit:11.2f}   {whole / short:15.1f}")
    print(f"recall@{MOST_ALIKE} among {len(every)} open tickets: {recall(every, rng):.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=60)
    asyncio.run(main(parser.parse_args().messages))
