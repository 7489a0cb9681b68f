"""Processes with roles, started as an operator starts them, and what they say and leave behind."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import SystemClock
from bot.domain.messages import Incoming, Kind
from bot.settings.source import SHIPPED
from bot.store import SqlStore
from tests.nursery import Child, Nursery
from tests.platforms.wechat.gateway import free_port

PATIENCE = 180.0
"""Seconds that a busy machine may take."""
STALL_SECONDS = 4
"""After so long a process that says nothing is taken for dead."""


def settled(copy: Path, rules: str) -> Path:
    """The demo county with other rules, without a recorded day."""
    copy.mkdir()
    for file in (SHIPPED / "demo").iterdir():
        if file.name != "day.jsonl":
            (copy / file.name).write_bytes(file.read_bytes())
    (copy / "rules.yaml").write_text(rules, encoding="utf-8")
    return copy


class Process:
    """One of them."""

    def __init__(self, log: Path, port: int, running: Child) -> None:
        self.log = log
        self.port = port
        self.running = running

    @property
    def rows(self) -> list[dict[str, str]]:
        """Its log."""
        return [json.loads(row) for row in self.log.read_text().splitlines() if row.endswith("}")]

    def has_logged(self, event: str) -> bool:
        assert self.running.poll() is None, self.log.read_text()
        return any(row["event"] == event for row in self.rows)

    def stall(self) -> None:
        """It does nothing any more, and its connections stay open."""
        self.running.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self.running.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.running.kill()
        self.running.wait()

    def end(self) -> None:
        """Politely; it takes less than two seconds by its own log."""
        self.running.send_signal(signal.SIGTERM)
        assert self.running.wait(PATIENCE) == 0, self.log.read_text()
        at = {row["event"]: datetime.fromisoformat(row["timestamp"]) for row in self.rows}
        assert at["stopped"] - at["stopping"] < timedelta(seconds=2)


class Machine:
    """Where they run, over one database and with one county."""

    def __init__(self, nursery: Nursery, folder: Path, county: Path, url: str) -> None:
        self._nursery = nursery
        self._folder, self._county, self._url = folder, county, url
        self._started: list[Process] = []

    def start(self, *roles: str) -> Process:
        """Begin one with these roles; without any, as a single process."""
        port = free_port()
        log = self._folder / f"log-{len(self._started)}"
        told = {
            "XIAOWEI_PORT": str(port),
            "XIAOWEI_DATABASE_URL": self._url,
            "XIAOWEI_CLUE_KEYS": str(self._folder / "clue.keys"),
            "XIAOWEI_MEDIA": str(self._folder / "media"),
            "XIAOWEI_STALL_SECONDS": str(STALL_SECONDS),
            "XIAOWEI_LOG": "json",
        }
        words = ["-m", "bot", "run", "--config", str(self._county)]
        words += [word for role in roles for word in ("--role", role)]
        with log.open("w") as errors:
            running = self._nursery.start(*words, environ=os.environ | told, stderr=errors)
        self._started.append(Process(log, port, running))
        return self._started[-1]

    async def started(self, *roles: str) -> Process:
        """Begin one and wait until it says that it is started."""
        process = self.start(*roles)
        await until(lambda: process.has_logged("started"))
        return process

    def clear(self) -> None:
        """None of them is left."""
        for process in self._started:
            if process.running.poll() is None:
                process.wake()
                process.kill()


async def until(happened: Callable[[], bool | Awaitable[bool]], *, every: float = 0.05) -> None:
    """Wait for it, patiently."""
    ends = time.monotonic() + PATIENCE
    while True:
        holds = happened()
        if holds if isinstance(holds, bool) else await holds:
            return
        assert time.monotonic() < ends, "it did not happen in time"
        await asyncio.sleep(every)


async def say(store: SqlStore, message: str, text: str, *, group: str = "g-lw1", sender: str = "u-az") -> None:
    """Somebody says something in a group, and a gateway hears it."""
    now = SystemClock().now()
    incoming = Incoming(
        platform="practice",
        id=message,
        group=group,
        sender=sender,
        name="阿珍",
        kind=Kind.TEXT,
        text=text,
        sent_at=now,
    )
    assert await store.accept(incoming, conversation=f"group:{group}", group=group, by_cadre=False, received_at=now)
