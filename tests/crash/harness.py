"""Plays a recorded day again and again while it is killed with SIGKILL, until it is through (DESIGN section 11).

Half of the deaths come at named boundaries (before and after inbox commit, decision, commit, claim, send, send result),
half at random instants from outside. The platform is a file that remembers what it was given and never forgets, as a
real one would; an acknowledged message is one that stands in a second file. At the end the state is compared with that
of an undisturbed run. Run it as ``python -m tests.crash.harness CHAT …``; it prints its reports as JSON,
one for each day. The long form is ``python -m bench.crash``; ``through`` does the same through the real adapters.
"""

import argparse
import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import cast

from bot.building import build_judge, build_office
from bot.chatfile import read_chat
from bot.domain.messages import Incoming
from bot.domain.verdicts import NO_CONTEXT
from bot.engine import Engine
from bot.handlers.judge import Judge
from bot.ports.hearing import HearingStore
from bot.ports.platform import Capabilities, Parcel, Platform
from bot.replay import play_chat
from bot.settings import Settings, read_settings
from bot.store import dump, migrate, open_store, verify
from bot.store.vault import Vault
from tests.crash.dying import (
    BOUNDARIES,
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

LONGEST_LIFE = 1.5
"""Seconds after which the killer from outside strikes at the latest."""


class RememberingPlatform:
    """Delivers at once whatever it is given, twice as well, and knows afterwards what it delivered."""

    def __init__(self, name: str, notebook: Notebook, fate: Fate) -> None:
        self._name = name
        self._notebook = notebook
        self._fate = fate

    @property
    def name(self) -> str:
        """The word in messages and configuration."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """Everything, with the echo by which a send of unknown result is found out."""
        return Capabilities(hears_all=True, echoes_own=True, voice_text=True)

    async def send(self, parcel: Parcel) -> str:
        """Delivered when it is in the notebook."""
        self._fate.pass_by("send.before")
        self._notebook.write(parcel.id)
        self._fate.pass_by("send.after")
        return parcel.id

    async def was_sent(self, parcel: Parcel) -> bool | None:
        """It knows."""
        return parcel.id in self._notebook.lines()


@dataclass(frozen=True)
class Day:
    """What is played: the messages, the county, and where the state lies."""

    messages: Sequence[Incoming]
    until: datetime
    settings: Settings
    judge: Judge
    url: str
    keys: Path
    notes: Path

    @property
    def delivered(self) -> Notebook:
        """What the platform was given."""
        return Notebook(self.notes / "delivered")

    @property
    def acknowledged(self) -> Notebook:
        """The messages that the platform needs not repeat."""
        return Notebook(self.notes / "acknowledged")


class Acknowledging(Engine):
    """An engine whose sender writes down what was accepted."""

    notebook: Notebook

    async def receive(self, incoming: Incoming, *, now: datetime) -> bool:
        """The sender hears of it only when it is stored."""
        new = await super().receive(incoming, now=now)
        self.notebook.write(incoming.id)
        return new


async def live(day: Day, death: Death | None) -> None:
    """Play the day from where it stands to its end, or to the given death."""
    Vault(day.keys, random=bytes).ready()
    await migrate(day.url, keys=day.keys)
    store = await open_store(day.url, durable=True, keys=day.keys)
    fate = Fate(death)
    try:
        names = {message.platform for message in day.messages}
        names |= {group.platform for group in day.settings.county.groups.values()}
        platforms: dict[str, Platform] = {
            name: RememberingPlatform(name, day.delivered, fate) for name in sorted(names)
        }
        engine = Acknowledging(
            store=cast("HearingStore", Fateful(store, fate)),
            office=build_office(day.settings),
            judge=day.judge,
            platforms=platforms,
        )
        engine.notebook = day.acknowledged
        clock = RememberedClock(day.notes / "clock", begins=day.messages[0].sent_at)
        await play_chat(engine, day.messages, until=day.until, clock=clock)
    finally:
        await store.close()


async def state(day: Day) -> tuple[dict[str, list[tuple[object, ...]]], int]:
    """All tables without what a repeated message uses up, and the number of breaks of the chain."""
    store = await open_store(day.url, keys=day.keys)
    try:
        tables = await dump(store)
        breaks = len(await verify(store))
    finally:
        await store.close()
    inbox = sorted(tables["inbox"], key=lambda row: int(str(row[0])))
    return tables | {"inbox": [row[1:] for row in inbox]}, breaks


def trial(steady: Day, shaken: Day, plan: Iterator[Death | float], *, kills: int) -> Report:
    """Play the shaken day through at most so many deaths; compare it with the steady one, which was played before."""
    report = many_lives(partial(live, shaken), plan, kills=kills)
    delivered = Counter(shaken.delivered.lines())
    report.sent_twice = sorted(one for one, times in delivered.items() if times > 1)
    before, _ = asyncio.run(state(steady))
    after, report.breaks = asyncio.run(state(shaken))
    heard = {str(value) for row in after["inbox"] for value in row}
    acknowledged = dict.fromkeys(shaken.acknowledged.lines())
    report.acknowledged = len(acknowledged)
    report.lost = [message for message in acknowledged if message not in heard]
    report.differences = {
        name: len(set(map(repr, before[name])) ^ set(map(repr, after[name])))
        for name in before
        if before[name] != after[name]
    }
    if unlike := set(steady.delivered.lines()) ^ set(delivered):
        report.differences["delivered"] = len(unlike)
    return report


@dataclass(frozen=True, kw_only=True)
class Trials:
    """Days of a recorded chat one after the other, until enough deaths were died. ``url``: an empty database for the
    day of this number, in its folder.
    """

    chat: Path
    config: Path
    folder: Path
    until: datetime
    kills: int
    messages: int | None
    seed: int
    url: Callable[[int, Path], str]

    def run(self) -> Iterator[Report]:
        """The report of each day as soon as it is over."""
        settings = read_settings(self.config, {})
        judge = build_judge(settings)
        judge.classify("路灯不亮了", NO_CONTEXT)  # whatever is loaded late is loaded before the forks
        messages = read_chat(self.chat, skip_bad=False).messages[: self.messages]

        def day(number: int) -> Day:
            notes = self.folder / f"day-{number}"
            notes.mkdir(parents=True)
            url = self.url(number, notes)
            return Day(messages, self.until, settings, judge, url, self.folder / "clue.keys", notes)

        steady = day(0)
        one_life(partial(live, steady), None)
        plan = deaths(random.Random(self.seed), BOUNDARIES, longest=LONGEST_LIFE)  # noqa: S311 - no secret
        left, number = self.kills, 1
        while left > 0:
            report = trial(steady, day(number), plan, kills=left)
            yield report
            left -= report.deaths
            number += 1


def in_a_file(number: int, notes: Path) -> str:
    """A file of SQLite beside the notes."""
    del number
    return f"sqlite:///{notes / 'village.db'}"


def main() -> None:
    """Read the arguments, try, print the reports; exit code 1 if anything was lost, doubled or different."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chat", type=Path)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder for databases and notes")
    parser.add_argument("--until", type=datetime.fromisoformat, required=True)
    parser.add_argument("--kills", type=int, default=14)
    parser.add_argument("--messages", type=int, default=None, help="play only so many")
    parser.add_argument("--seed", type=int, default=20260306)
    parser.add_argument("--urls", nargs="+", help="empty databases: one for the steady day, one for every other")
    given = parser.parse_args()
    days = None if given.urls is None else len(given.urls) - 1
    trials = Trials(
        chat=given.chat,
        config=given.config,
        folder=given.folder,
        until=given.until,
        kills=given.kills,
        messages=given.messages,
        seed=given.seed,
        url=in_a_file if given.urls is None else lambda number, _: str(given.urls[number]),
    )
    reports = []
    for report in islice(trials.run(), days):
        print(json.dumps(asdict(report), ensure_ascii=False), flush=True)  # noqa: T201 - its result
        reports.append(report)
    raise SystemExit(0 if all(report.whole for report in reports) else 1)


if __name__ == "__main__":
    main()
