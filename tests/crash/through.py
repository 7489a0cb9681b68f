"""The recorded day through a real adapter and its peer, killed like ``harness``: the peer outlives every life.

DingTalk brings again what was not acknowledged; WeChat asks nobody, so a phone says again what was not stored. Neither
can tell a new process what the old one had sent: what was under way at a death is given up after two minutes and not
repeated, and what is meant for the same recipient waits as long. Everything else must be as in the undisturbed day.
"""

import argparse
import asyncio
import json
import logging
import random
import sys
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, cast

import structlog

from bot.building import build_judge, build_office
from bot.domain.messages import Incoming
from bot.domain.verdicts import NO_CONTEXT
from bot.engine import Engine, play
from bot.handlers.judge import Judge
from bot.ports.hearing import HearingStore
from bot.ports.operator import GIVEN_UP_IN_DOUBT
from bot.ports.platform import Adapter, Parcel, SaidBefore
from bot.remembering import Memory
from bot.settings import read_settings
from bot.store import SqlStore, dump, migrate, open_store, verify
from bot.store.columns import Words
from bot.store.tables import Row
from bot.store.vault import Vault
from tests.crash.dying import (
    FURTHEST,
    Death,
    Fate,
    Fateful,
    Notebook,
    RememberedClock,
    Report,
    deaths,
    many_lives,
    one_life,
)
from tests.crash.harness import in_a_file
from tests.crash.peers import PLATFORMS, Here, Shown, World, world_of
from tests.platforms.days import AFTERWARDS, Door, on_line
from tests.platforms.dingtalk.peer import until

Fields = Mapping[str, object]
NOT_COMPARED: Final = {
    "inbox": {"seq"},
    "hearing": {"posted_at", "echoed_at"},
    "outbox": {
        *("state", "attempts", "not_before", "next_attempt_at", "settled_at", "sent_at"),
        *("platform", "platform_id", "error", "bundle"),
    },
}
"""The columns that depend on how often something came, and on when and how a message went out."""
_MARKDOWN: Final = {ord("*"): "＊", ord("`"): "｀", 0x200B: None}
BY_AND_BY: Final = {"rooms"}
"""Names that the platform tells beside the messages, sooner or later."""
OF_GROUPS: Final = {"group_days", "hearing"}
"""Tables that also count what was posted in a group."""
LONGEST_LIFE: Final = 3.0
"""Seconds after which the killer from outside strikes at the latest."""


class Mortal:
    """An adapter that may die before it is given a message, and after it has brought it."""

    def __init__(self, adapter: Adapter, fate: Fate) -> None:
        self._adapter = adapter
        self._fate = fate

    def __getattr__(self, name: str) -> object:
        return getattr(self._adapter, name)

    async def send(self, parcel: Parcel) -> str:
        self._fate.pass_by("send.before")
        sent = await self._adapter.send(parcel)
        self._fate.pass_by("send.after")
        return sent


class OneByOne(Engine):
    """Claims one message at a time, as the running bot does on a line that wants pauses."""

    async def step(self, *, now: datetime) -> None:
        while await self.work(now=now) or await self.delivery.drain(now=now, at_once=1):
            pass


class NotingDoor(Door):
    """A door that outlives nobody: what was stored stands in a notebook."""

    def __init__(self, engine: Engine, clock: RememberedClock, notebook: Notebook, memory: Memory) -> None:
        super().__init__(engine, clock)
        self._memory = memory
        self._notebook = notebook
        self.stored = set(notebook.lines())

    async def receive(self, incoming: Incoming) -> bool:
        new = await super().receive(incoming)
        if incoming.id not in self.stored:
            self._notebook.write(incoming.id)
            self.stored.add(incoming.id)
        return new

    async def said_before(self, platform: str, conversation: str, *, private: bool) -> Sequence[SaidBefore]:
        return await self._memory.said_before(platform, conversation, private=private)


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day on its own database; ``notes`` is a folder of its own."""

    world: World
    judge: Judge
    url: str
    keys: Path
    notes: Path

    @property
    def stored(self) -> Notebook:
        """The messages for which the door said that they are stored."""
        return Notebook(self.notes / "stored")

    async def begins(self) -> None:
        """Nobody has said anything, and nobody has heard anything."""
        Vault(self.keys, random=bytes).ready()
        await migrate(self.url, keys=self.keys)
        await self.world.begins()

    async def live(self, death: Death | None) -> None:
        """Play the day from where it stands to its end, or to the given death."""
        store = await open_store(self.url, durable=True, keys=self.keys)
        try:
            async with self.world.from_here() as here:
                if death is not None:
                    await here.kills(death)
                await self._live(store, here, Fate(death))
        finally:
            await store.close()

    async def _live(self, store: SqlStore, here: Here, fate: Fate) -> None:
        said = self.world.day
        clock = RememberedClock(self.notes / "clock", begins=said[0].sent_at)
        adapter = cast("Adapter", Mortal(here.adapter(clock), fate))
        engine = OneByOne(
            store=cast("HearingStore", Fateful(store, fate)),
            office=build_office(self.world.settings),
            judge=self.judge,
            platforms={adapter.name: adapter},
            chance=lambda: 0.5,
        )
        memory = Memory(store=store, office=lambda: engine.office, clock=clock)
        door = NotingDoor(engine, clock, self.stored, memory)
        await engine.start(now=clock.now())
        async with on_line(adapter, door):
            for message in said:
                if message.id in door.stored:
                    continue
                await play(engine, clock, until=max(clock.now(), message.sent_at))
                await here.bring(message)
                await door.until(lambda id_=message.id: id_ in door.stored)  # type: ignore[misc]
            await play(engine, clock, until=max(clock.now(), said[-1].sent_at + AFTERWARDS))

            async def all_acknowledged() -> bool:
                return not await here.waits_for()

            await until(all_acknowledged)

    async def comes_to(self) -> "Outcome":
        """What it came to in the end."""
        store = await open_store(self.url, keys=self.keys)
        try:
            tables = await dump(store)
            rows = {name: [_named(name, row) for row in found] for name, found in tables.items()}
            breaks = len(await verify(store))
        finally:
            await store.close()
        shown = await self.world.shown()
        acknowledged = await self.world.acknowledged()
        return Outcome(
            rows=rows,
            breaks=breaks,
            shown=shown,
            acknowledged=self.stored.lines() if acknowledged is None else acknowledged,
        )


def words_of(row: Fields) -> str:
    """What a message says."""
    return cast("Words", row["text"]).text


def _plain(words: str) -> str:
    """As it can be found again in what a platform made of it."""
    return "".join(words.split()).translate(_MARKDOWN)


def _named(table: str, row: Sequence[object]) -> Fields:
    return dict(zip(Row.metadata.tables[table].columns.keys(), row, strict=True))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The rows of all tables, what people saw, and which messages were acknowledged."""

    rows: Mapping[str, Sequence[Fields]]
    breaks: int
    shown: Sequence[Shown]
    acknowledged: Sequence[str]

    def read(self) -> Counter[Shown]:
        """How often each of the bot's sentences was read by whom, alone or in a bundle."""
        sentences = {_plain(words_of(row)) for row in self.rows["outbox"]}
        said = [(to, _plain(words)) for to, words in self.shown]
        return Counter((to, one) for to, words in said for one in sentences if one in words)

    @property
    def doubtful(self) -> list[Fields]:
        """What was given up because nobody knows whether it arrived."""
        return [row for row in self.rows["outbox"] if str(row["error"]).startswith(GIVEN_UP_IN_DOUBT)]

    def comparable(self, *, without: Container[str]) -> dict[str, Counter[str]]:
        """The rows without what a repeated message uses up, and without how and when a message went out.

        ``without``: the recipients who may have missed something.
        """
        found = {}
        for name, rows in self.rows.items():
            if name in BY_AND_BY:
                continue
            kept = [row for row in rows if name not in OF_GROUPS or f"group:{row['group_id']}" not in without]
            found[name] = Counter(
                repr({key: value for key, value in row.items() if key not in NOT_COMPARED.get(name, ())})
                for row in kept
            )
        return found


def judged(report: Report, steady: Outcome, shaken: Outcome) -> Report:
    """Write into a report what the shaken day came to beside the steady one."""
    times = Counter(str(row["message"]) for row in shaken.rows["inbox"])
    report.acknowledged = len(shaken.acknowledged)
    report.lost = sorted(one for one in shaken.acknowledged if times[one] != 1)
    report.breaks = shaken.breaks
    report.doubtful = len(shaken.doubtful)
    before, after = steady.read(), shaken.read()
    report.sent_twice = [f"{to}: {words}" for to, words in (after - before).elements()]
    in_doubt = Counter(_plain(words_of(row)) for row in shaken.doubtful)
    unread = Counter(words for _, words in (before - after).elements())
    doubted = {str(row["recipient"]) for row in shaken.doubtful}
    one, other = steady.comparable(without=doubted), shaken.comparable(without=doubted)
    unlike = {name: sorted(((one[name] - other[name]) + (other[name] - one[name])).elements()) for name in one}
    report.differences = {name: len(rows) for name, rows in unlike.items() if rows}
    report.unread = (unread & in_doubt).total()
    if never := (unread - in_doubt).total():
        report.differences["read by nobody"] = never
    for name, rows in unlike.items():
        for row in rows:
            sys.stderr.write(f"{name}: {row}\n")
    return report


@dataclass(frozen=True, kw_only=True)
class Trials:
    """Days through a real adapter one after the other, until enough deaths were died.

    ``platform``: its name. ``url``: an empty database for the day of this number, in its folder.
    """

    platform: str
    config: Path
    folder: Path
    kills: int
    messages: int | None
    seed: int
    furthest: int = FURTHEST
    url: Callable[[int, Path], str]

    def run(self) -> Iterator[Report]:
        """The report of each day as soon as it is over."""
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        settings = read_settings(self.config, {})
        judge = build_judge(settings)
        judge.classify("路灯不亮了", NO_CONTEXT)  # whatever is loaded late is loaded before the forks
        world = world_of(self.platform, settings, messages=self.messages, folder=self.folder)
        with asyncio.Runner() as runner:
            try:
                yield from self._days(world, judge, runner)
            finally:
                runner.run(world.ends())

    def _days(self, world: World, judge: Judge, runner: asyncio.Runner) -> Iterator[Report]:
        def day(number: int) -> Day:
            notes = self.folder / f"day-{number}"
            notes.mkdir()
            url = self.url(number, notes)
            begun = Day(world=world, judge=judge, url=url, keys=self.folder / "clue.keys", notes=notes)
            runner.run(begun.begins())
            return begun

        undisturbed = day(0)
        one_life(undisturbed.live, None)
        steady = runner.run(undisturbed.comes_to())
        chance = random.Random(self.seed)  # noqa: S311 - no secret
        plan = deaths(chance, world.boundaries, longest=LONGEST_LIFE, furthest=self.furthest)
        left, number = self.kills, 1
        while left > 0:
            shaken = day(number)
            report = many_lives(shaken.live, plan, kills=left)
            yield judged(report, steady, runner.run(shaken.comes_to()))
            left -= report.deaths
            number += 1


def main() -> None:
    """Try, print the reports as JSON; exit code 1 if anything was lost, doubled or different."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("platform", choices=PLATFORMS)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder for databases and notes")
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--messages", type=int, default=None, help="play only so many")
    parser.add_argument("--seed", type=int, default=20260306)
    parser.add_argument("--furthest", type=int, default=FURTHEST, help="passings of a boundary at most")
    given = parser.parse_args()
    trials = Trials(**vars(given), url=in_a_file)
    reports = []
    for report in trials.run():
        print(json.dumps(asdict(report), ensure_ascii=False), flush=True)  # noqa: T201 - its result
        reports.append(report)
    raise SystemExit(0 if all(report.whole for report in reports) else 1)


if __name__ == "__main__":
    main()
