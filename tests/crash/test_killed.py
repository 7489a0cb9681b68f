"""Killed at every named boundary and at random instants, the day ends as if nothing had happened (DESIGN section 11).

The long form, 200 deaths on each database, is ``python -m bench.crash`` (docs/performance.md).
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.settings.source import SHIPPED
from tests.store.conftest import OnPostgres

KILLS = 14
MESSAGES = 40
LONGEST = 300
"""Seconds after which the harness is taken to hang."""
KILLS_ON_LINE, MESSAGES_ON_LINE = 6, 26
SEEDS = {"dingtalk": 607, "wechat": 573}
"""With these the first death comes when the peer has shown a message and has not said so yet."""
DEMO = SHIPPED / "demo"


def reports(program: str, what: str, folder: Path, *more: str) -> list[dict[str, object]]:
    command = [
        *(sys.executable, "-W", "ignore", "-m", f"tests.crash.{program}", what),
        *("--config", str(DEMO), "--folder", str(folder), *more),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LONGEST)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def killed_in_the_morning(folder: Path, *more: str) -> list[dict[str, object]]:
    morning = ("--until", "2026-03-06T10:30:00+08:00", "--kills", str(KILLS), "--messages", str(MESSAGES))
    return reports("harness", str(DEMO / "day.jsonl"), folder, *morning, *more)


def deaths_of(found: list[dict[str, object]]) -> Counter[str]:
    return sum((Counter(one["killed_at"]) for one in found if isinstance(one["killed_at"], dict)), Counter())


def survived(found: list[dict[str, object]], *, messages: int) -> None:
    assert deaths_of(found).total() >= 5
    for one in found:
        assert one["acknowledged"] == messages
        assert (one["lost"], one["sent_twice"], one["breaks"], one["differences"]) == ([], [], 0, {})


def test_killed_again_and_again_on_sqlite_the_morning_ends_as_undisturbed(tmp_path: Path) -> None:
    survived(killed_in_the_morning(tmp_path), messages=MESSAGES)


async def test_killed_again_and_again_on_postgresql_the_morning_ends_as_undisturbed(
    tmp_path: Path, on_postgres: OnPostgres
) -> None:
    urls = [await on_postgres.own() for _ in range(3)]
    survived(killed_in_the_morning(tmp_path, "--urls", *urls), messages=MESSAGES)


@pytest.mark.parametrize("platform", ["dingtalk", "wechat"])
def test_killed_on_a_real_line_nothing_acknowledged_is_lost_and_nothing_shown_is_repeated(
    platform: str, tmp_path: Path
) -> None:
    few = ("--kills", str(KILLS_ON_LINE), "--messages", str(MESSAGES_ON_LINE), "--furthest", "2")
    found = reports("through", platform, tmp_path, *few, "--seed", str(SEEDS[platform]))
    survived(found, messages=MESSAGES_ON_LINE)
    assert deaths_of(found)["send.within"] == 1
