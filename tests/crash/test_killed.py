"""Killed at every named boundary and at random instants, the day ends as if nothing had happened (DESIGN section 11).

The long form, 200 deaths on each database, is ``python -m tests.crash.harness`` (docs/performance.md).
"""

import json
import subprocess
import sys
from pathlib import Path

from bot.settings.source import SHIPPED
from tests.store.conftest import OnPostgres

KILLS = 14
MESSAGES = 40
LONGEST = 300
"""Seconds after which the harness is taken to hang."""


def reports(folder: Path, *more: str) -> list[dict[str, object]]:
    command = [
        *(sys.executable, "-W", "ignore", "-m", "tests.crash.harness", str(SHIPPED / "demo" / "day.jsonl")),
        *("--config", str(SHIPPED / "demo"), "--folder", str(folder), "--until", "2026-03-06T10:30:00+08:00"),
        *("--kills", str(KILLS), "--messages", str(MESSAGES), *more),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LONGEST)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def survived(found: list[dict[str, object]]) -> None:
    assert sum(sum(deaths.values()) for deaths in (one["killed_at"] for one in found) if isinstance(deaths, dict)) >= 5
    for one in found:
        assert one["acknowledged"] == MESSAGES
        assert (one["lost"], one["sent_twice"], one["breaks"], one["differences"]) == ([], [], 0, {})


def test_killed_again_and_again_on_sqlite_the_morning_ends_as_undisturbed(tmp_path: Path) -> None:
    survived(reports(tmp_path))


async def test_killed_again_and_again_on_postgresql_the_morning_ends_as_undisturbed(
    tmp_path: Path, on_postgres: OnPostgres
) -> None:
    survived(reports(tmp_path, "--urls", *[await on_postgres.own() for _ in range(3)]))
