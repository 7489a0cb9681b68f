"""Plays a recorded day again and again while it is killed with SIGKILL, until it is through (DESIGN section 11).

Half of the deaths come at named boundaries (before and after inbox commit, decision, commit, claim, send, send result),
half at random instants from outside. The platform is a file that remembers what it was given and never forgets, as a
real one would; an acknowledged message is one that stands in a second file. At the end the state is compared with that
of an undisturbed run. Run it as ``python -m tests.crash.harness CHAT …``; it prints its report as JSON.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from bot.building import build_judge, build_office
from bot.chatfile import read_chat
from bot.clock import SetClock
from bot.domain.messages import Incoming
from bot.domain.verdicts import NO_CONTEXT
from bot.engine import Engine
from bot.handlers.judge import Judge
from bot.ports import Store
from bot.ports.hearing import HearingStore
from bot.ports.platform import Capabilities, Parcel, Platform
from bot.replay import play_chat
from bot.settings import Settings, read_settings
from bot.store import dump, migrate, open_store, verify
from bot.store.vault import Vault

BOUNDARIES = (
    "accept.before",
    "accept.after",
    "commit.before",
    "commit.after",
    "claim_sends.after",
    "send.before",
    "send.after",
    "settle.before",
    "settle.after",
)
FURTHEST = 12
"""How many times a boundary is passed at most before it kills."""
LONGEST_LIFE = 0.7
"""Seconds after which the killer from outside strikes at the latest."""
WHOLE_TIME = 900.0
"""Seconds after which a day that does not end is taken to hang."""


@dataclass(frozen=True)
class Death:
    """Where a life ends: at the ``count``-th passing of a boundary."""

    boundary: str
    count: int


@dataclass
class Report:
    """What came of it. ``differences`` names the tables whose rows are not those of the undisturbed run."""

    lives: int = 0
    killed_at: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    sent_twice: list[str] = field(default_factory=list)
    breaks: int = 0
    differences: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether nothing was lost, doubled or different."""
        return not (self.lost or self.sent_twice or self.breaks or self.differences)


class Fate:
    """Counts passings and ends the process where it is meant to end."""

    def __init__(self, death: Death | None) -> None:
        self._death = death
        self._passed = Counter[str]()

    def pass_by(self, boundary: str) -> None:
        """Go on, or die here and now."""
        self._passed[boundary] += 1
        if self._death == Death(boundary, self._passed[boundary]):
            os.kill(os.getpid(), signal.SIGKILL)


class Fateful:
    """A store that may die before and after what it does."""

    def __init__(self, store: Store, fate: Fate) -> None:
        self._store = store
        self._fate = fate

    def __getattr__(self, name: str) -> object:
        method = getattr(self._store, name)
        known = {boundary for boundary in BOUNDARIES if boundary.startswith(f"{name}.")}
        return self._deadly(name, method) if known else method

    def _deadly(self, name: str, method: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def call(*args: object, **values: object) -> object:
            self._fate.pass_by(f"{name}.before")
            result = await method(*args, **values)
            self._fate.pass_by(f"{name}.after")
            return result

        return call


class Notebook:
    """Lines in a file, each safely on the disk before anybody hears of it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, line: str) -> None:
        """One line, as a platform or a sender would remember it."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> list[str]:
        """All of them, without one that a death cut short."""
        if not self._path.is_file():
            return []
        return [line.removesuffix("\n") for line in self._path.open(encoding="utf-8") if line.endswith("\n")]


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


class RememberedClock(SetClock):
    """A clock of the world: it does not stand still, nor go back, because a process died."""

    def __init__(self, path: Path, *, begins: datetime) -> None:
        self._path = path
        stood_at = datetime.fromisoformat(path.read_text(encoding="ascii")) if path.is_file() else begins
        super().__init__(max(begins, stood_at))

    def set(self, at: datetime) -> None:
        """Move forward, and on the disk as well."""
        super().set(at)
        behind = self._path.with_suffix(".next")
        behind.write_text(at.isoformat(), encoding="ascii")
        behind.replace(self._path)


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


def deaths(kills: int, chance: random.Random) -> Iterator[Death | float]:
    """Every boundary in turn, and between them an instant from outside, as seconds of life."""
    for number in range(kills):
        if number % 2:
            yield chance.uniform(0.05, LONGEST_LIFE)
        else:
            yield Death(BOUNDARIES[number // 2 % len(BOUNDARIES)], chance.randint(1, FURTHEST))


def one_life(day: Day, death: Death | float | None) -> bool:
    """Live in a process of its own; whether the day was played to its end."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(live(day, death if isinstance(death, Death) else None))
        except BaseException as error:  # noqa: BLE001 - the child must not go on as the parent
            sys.stderr.write(f"{error!r}\n")
            os._exit(3)
        os._exit(0)
    if isinstance(death, float):
        time.sleep(death)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    code = os.waitstatus_to_exitcode(status)
    if code:
        message = f"a life ended with {code}"
        raise RuntimeError(message)
    return True


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


def trial(steady: Day, shaken: Day, *, kills: int, seed: int) -> Report:
    """Play the shaken day through at most so many deaths; compare it with the steady one, which was played before."""
    began = time.monotonic()
    report = Report()
    killed = Counter[str]()
    for death in (*deaths(kills, random.Random(seed)), None):  # noqa: S311 - no secret
        report.lives += 1
        if one_life(shaken, death):
            break
        killed[death.boundary if isinstance(death, Death) else "outside"] += 1
        if time.monotonic() - began > WHOLE_TIME:
            message = "the day does not end"
            raise RuntimeError(message)
    report.killed_at = dict(sorted(killed.items()))
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
    report.seconds = round(time.monotonic() - began, 1)
    return report


def main() -> None:
    """Read the arguments, try, print the report; exit code 1 if anything was lost, doubled or different."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chat", type=Path)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder for databases and notes")
    parser.add_argument("--until", type=datetime.fromisoformat, required=True)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--messages", type=int, default=None, help="play only so many")
    parser.add_argument("--seed", type=int, default=20260306)
    parser.add_argument("--urls", nargs="+", help="empty databases: one for the steady day, one for every other")
    given = parser.parse_args()
    settings = read_settings(given.config, {})
    judge = build_judge(settings)
    judge.classify("路灯不亮了", NO_CONTEXT)  # whatever is loaded late is loaded before the forks
    messages = read_chat(given.chat, skip_bad=False).messages[: given.messages]

    def day(number: int) -> Day:
        notes = given.folder / f"day-{number}"
        notes.mkdir(parents=True)
        url = given.urls[number] if given.urls else f"sqlite:///{notes / 'village.db'}"
        return Day(messages, given.until, settings, judge, url, given.folder / "clue.keys", notes)

    steady = day(0)
    one_life(steady, None)
    left, number, whole = given.kills, 1, True
    while left > 0 and (not given.urls or number < len(given.urls)):
        report = trial(steady, day(number), kills=left, seed=given.seed + number)
        print(json.dumps(asdict(report), ensure_ascii=False), flush=True)  # noqa: T201 - its result
        left -= sum(report.killed_at.values())
        number += 1
        whole = whole and report.whole
    raise SystemExit(0 if whole else 1)


if __name__ == "__main__":
    main()
