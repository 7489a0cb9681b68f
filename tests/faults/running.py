"""``xiaowei run`` as a process in the practice hall, to which villagers talk while things break under it."""

import json
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from bot.settings.source import SHIPPED
from tests.nursery import Child, Nursery

PATIENCE = 90.0
"""Seconds that a busy machine may take for anything that is to happen."""
STORED, NOT_STORED = 204, 503
GROUP = "g-lw1"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        port: int = there.getsockname()[1]
        return port


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something that the bot does by itself."""
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, what
        time.sleep(0.2)


@dataclass
class Running:
    """A bot that runs, with what it was told and acknowledged."""

    process: Child
    port: int
    metrics: int
    log: Path
    acknowledged: int = 0
    refusals: list[str] = field(default_factory=list)

    def says(self, text: str) -> int:
        """Somebody speaks in the group of 柳湾村; the status that the hall answers with."""
        form = {"pane": "village", "group": GROUP, "as": "u-az", "where": "", "text": text}
        status, words = self._ask("POST", self.port, "/say", urlencode(form))
        if status == STORED:
            self.acknowledged += 1
        else:
            self.refusals.append(words)
        return status

    def ready(self) -> dict[str, str]:
        """What is amiss with which part; empty if the bot is ready."""
        status, words = self._ask("GET", self.metrics, "/readyz")
        amiss = {part["part"]: part["why"] for part in json.loads(words)["parts"] if not part["good"]}
        assert (status == 200) == (not amiss)
        return amiss

    def is_alive(self) -> bool:
        """Whether its loops turn."""
        return self._ask("GET", self.metrics, "/healthz")[0] == 200

    def _ask(self, how: str, port: int, path: str, form: str | None = None) -> tuple[int, str]:
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
            connection.request(how, path, form, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def lines(self, event: str) -> list[dict[str, object]]:
        """Its log's lines of one kind."""
        rows = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [row for row in rows if row["event"] == event]

    def ends(self) -> int:
        """Ask it to end, and how it did."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def running(nursery: Nursery, folder: Path, url: str, **environ: str) -> Iterator[Running]:
    """A bot that has said that it is started; it is killed at the end if it still runs."""
    county = folder / "county"
    if not county.exists():
        county.mkdir()
        for file in (SHIPPED / "demo").iterdir():
            if file.name != "day.jsonl":  # without a recorded day it starts at once
                (county / file.name).write_bytes(file.read_bytes())
    port, metrics = free_port(), free_port()
    log = folder / f"log-{port}"
    told = {
        "XIAOWEI_PORT": str(port),
        "XIAOWEI_METRICS": f"127.0.0.1:{metrics}",
        "XIAOWEI_DATABASE_URL": url,
        "XIAOWEI_CLUE_KEYS": str(folder / "clue.keys"),
        "XIAOWEI_MEDIA": str(folder / "media"),
        "XIAOWEI_LOG": "json",
    }
    with log.open("wb") as errors:
        words = ("-m", "bot", "run", "--config", str(county))
        process = nursery.start(*words, environ=os.environ | told | environ, stderr=errors)
    bot = Running(process=process, port=port, metrics=metrics, log=log)
    try:
        until(lambda: bool(bot.lines("started")) or process.poll() is not None, f"it does not start: {log.read_text()}")
        assert process.poll() is None, log.read_text()
        yield bot
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def stored(database: Path) -> dict[str, int]:
    """How many messages stand in the inbox of an SQLite file, by state."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
        return dict(connection.execute("SELECT state, count(*) FROM inbox GROUP BY state").fetchall())


def refused_for(bot: Running, text: str, *, why: str, times: int) -> None:
    """So many messages are refused, each with the reason."""
    for number in range(times):
        assert bot.says(f"{text}{number}") == NOT_STORED
        assert why in bot.refusals[-1]
