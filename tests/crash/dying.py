"""Lives that end by SIGKILL: at the n-th passing of a named boundary, or at an instant that somebody outside chooses.

A life is a process of its own. What it wrote into a ``Notebook`` outlives it, and so does the time.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.clock import SetClock
from bot.ports import Store

STORE = (
    "accept.before",
    "accept.after",
    "pending.after",
    "commit.before",
    "commit.after",
    "claim_sends.after",
    "join_sends.after",
    "settle.before",
    "settle.after",
)
"""Before and after a message is in the inbox, a decision, its commit; a claimed send, a bundle, a result of a send."""
SENDING = ("send.before", "send.after")
BOUNDARIES = (*STORE, *SENDING)
OUTSIDE = "outside"
FURTHEST = 12
"""How many times a boundary is passed at most before it kills."""
SOONEST = 0.05
WHOLE_TIME = 900.0
"""Seconds after which a day that does not end is taken to hang."""


@dataclass(frozen=True)
class Death:
    """Where a life ends: at the ``count``-th passing of a boundary."""

    boundary: str
    count: int


@dataclass
class Report:
    """What came of a day. ``differences`` names the tables whose rows are not those of the undisturbed run, or says
    what else is not as there; ``doubtful`` counts what was given up because nobody knows whether it arrived, ``unread``
    what of it did not.
    """

    lives: int = 0
    killed_at: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    sent_twice: list[str] = field(default_factory=list)
    doubtful: int = 0
    unread: int = 0
    breaks: int = 0
    differences: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether nothing was lost, doubled or different."""
        return not (self.lost or self.sent_twice or self.breaks or self.differences)

    @property
    def deaths(self) -> int:
        return sum(self.killed_at.values())


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
        known = {boundary for boundary in STORE if boundary.startswith(f"{name}.")}
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


def deaths(
    chance: random.Random, boundaries: Sequence[str], *, longest: float, furthest: int = FURTHEST
) -> Iterator[Death | float]:
    """Without end: all boundaries in some order, and between them an instant from outside, as seconds of life."""
    while True:
        for boundary in chance.sample(boundaries, len(boundaries)):
            yield Death(boundary, chance.randint(1, furthest))
            yield chance.uniform(SOONEST, longest)


def one_life(live: Callable[[Death | None], Coroutine[object, object, None]], death: Death | float | None) -> bool:
    """Live in a process of its own; whether the day was played to its end."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(live(death if isinstance(death, Death) else None))
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


def many_lives(
    live: Callable[[Death | None], Coroutine[object, object, None]], plan: Iterator[Death | float], *, kills: int
) -> Report:
    """Play a day to its end through at most so many deaths; the report of them."""
    began = time.monotonic()
    report, killed = Report(), Counter[str]()
    while True:
        death = next(plan) if killed.total() < kills else None
        report.lives += 1
        if one_life(live, death):
            break
        killed[death.boundary if isinstance(death, Death) else OUTSIDE] += 1
        if time.monotonic() - began > WHOLE_TIME:
            message = "the day does not end"
            raise RuntimeError(message)
    report.killed_at = dict(sorted(killed.items()))
    report.seconds = round(time.monotonic() - began, 1)
    return report
