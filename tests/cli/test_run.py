"""``xiaowei run`` as a process: it ends quickly when asked, refuses what cannot work, and owns its accounts alone."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from bot.live import CLOCK_FACT
from bot.store import migrate, open_store
from tests.cli.conftest import Command

PATIENCE = 60.0
"""Seconds that a busy machine may take to start a process."""


def free_port() -> int:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        port: int = there.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, county: Path, **environ: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A bot that has said that it is started; it is killed at the end if it still runs."""
    port = free_port()
    log = folder / f"log-{port}"
    told = {"XIAOWEI_PORT": str(port), "XIAOWEI_DATABASE_URL": f"sqlite:///{folder}/run.db", "XIAOWEI_LOG": "json"}
    with log.open("w") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own programme with our own words
            [sys.executable, "-m", "bot", "run", "--config", str(county)],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | told | environ,
        )
    try:
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def said_until(process: subprocess.Popen[str], word: str) -> str:
    """What it printed up to the line with a word."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if word in line:
            return "".join(lines)
    pytest.fail(f"it ended without saying {word}: {lines}")


def ended_within(process: subprocess.Popen[str], number: signal.Signals, seconds: float) -> int:
    process.send_signal(number)
    return process.wait(timeout=seconds)


@pytest.fixture
def quiet_county(county: Path) -> Path:
    """A county without a recorded day: it starts at once."""
    (county / "day.jsonl").unlink()
    return county


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_within_two_seconds_when_asked(
    tmp_path: Path, quiet_county: Path, number: signal.Signals
) -> None:
    with running(tmp_path, quiet_county) as (process, port):
        assert "线路" not in said_until(process, "小微已启动"), "without a real platform nothing is said of lines"
        page = HTTPConnection("127.0.0.1", port, timeout=10)
        page.request("GET", "/events")  # an open page must not hold it up
        assert page.getresponse().status == 200
        assert ended_within(process, number, PATIENCE) == 0
        page.close()
    # By its own log: how long the machine takes to end a process is not ours.
    rows = [json.loads(line) for line in (tmp_path / f"log-{port}").read_text().splitlines()]
    at = {row["event"]: datetime.fromisoformat(row["timestamp"]) for row in rows}
    assert at["stopped"] - at["stopping"] < timedelta(seconds=2)


def test_with_a_real_platform_it_lives_by_the_real_time_and_keeps_its_line_to_itself(
    tmp_path: Path, quiet_county: Path, xiaowei: Command
) -> None:
    nobody_there = f"127.0.0.1:{free_port()}"
    wechat = {"XIAOWEI_WECHAT_ENDPOINT": nobody_there, "XIAOWEI_WECHAT_TOKEN": "s3cret-token"}
    with (
        running(tmp_path, quiet_county, **wechat) as (first, port),
        closing(HTTPConnection("127.0.0.1", port, timeout=10)) as browser,
    ):
        printed = said_until(first, "小微已启动")
        (link,) = re.findall(r"http://127\.0\.0\.1:\d+(/lines/enter/\S+)", printed)
        browser.request("GET", "/lines")
        assert browser.getresponse().read().decode().startswith("这一页只给管理员看")
        browser.request("GET", link)
        answer = browser.getresponse()
        answer.read()
        cookie = answer.getheader("Set-Cookie", "").split(";")[0]
        assert "连不上" in _page(browser, cookie)

        with running(tmp_path, quiet_county, **wechat) as (second, other_port):
            said_until(second, "小微已启动")
            log = tmp_path / f"log-{other_port}"
            _wait_for(lambda: "lease_held_elsewhere" in log.read_text())
            assert ended_within(second, signal.SIGTERM, PATIENCE) == 0

        checked = xiaowei(
            "check",
            "--config",
            str(quiet_county),
            environ=wechat | {"XIAOWEI_DATABASE_URL": f"sqlite:///{tmp_path}/run.db"},
        )
        assert checked.code == 1
        assert f"✗ 微信：{nobody_there} 拒绝连接：请看对方有没有在运行，端口对不对" in checked.out
        assert "腾讯不许用程序操作个人微信号" in checked.out
        assert "s3cret" not in checked.out + checked.err + (tmp_path / f"log-{port}").read_text()
        assert ended_within(first, signal.SIGTERM, PATIENCE) == 0


def _page(browser: HTTPConnection, cookie: str) -> str:
    """The page of the lines once it says anything of the gateway."""
    for _ in range(100):
        browser.request("GET", "/lines", headers={"Cookie": cookie})
        text = browser.getresponse().read().decode()
        if "连不上" in text:
            break
        time.sleep(0.1)
    return text


def _wait_for(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.1)


def test_a_database_from_a_practice_in_the_future_is_refused_with_what_to_do(
    tmp_path: Path, quiet_county: Path, xiaowei: Command
) -> None:
    url = f"sqlite:///{tmp_path}/future.db"
    asyncio.run(_practised_until(url, datetime.now(UTC) + timedelta(days=3)))  # noqa: TID251 - a real process compares
    refused = xiaowei(
        "run",
        "--config",
        str(quiet_county),
        environ={
            "XIAOWEI_DATABASE_URL": url,
            "XIAOWEI_PORT": str(free_port()),
            "XIAOWEI_DINGTALK_CLIENT_ID": "ding-x",
            "XIAOWEI_DINGTALK_CLIENT_SECRET": "s",
        },
    )
    assert refused.code == 1
    assert refused.err.endswith("先把机器的时间调准。\n")
    assert "XIAOWEI_DATABASE_URL" in refused.err


async def _practised_until(url: str, at: datetime) -> None:
    await migrate(url)
    store = await open_store(url)
    await store.remember(CLOCK_FACT, at.isoformat())
    await store.close()


def test_a_port_that_is_taken_is_named(quiet_county: Path, xiaowei: Command) -> None:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        there.listen()
        port = there.getsockname()[1]
        refused = xiaowei("run", "--config", str(quiet_county), environ={"XIAOWEI_PORT": str(port)})
    assert refused.code == 1
    assert f"网页用不了 127.0.0.1:{port}" in refused.err


def test_one_part_alone_needs_a_database_that_several_processes_can_share(quiet_county: Path, xiaowei: Command) -> None:
    refused = xiaowei("run", "--config", str(quiet_county), "--role", "worker,web")
    assert refused.code == 1
    assert refused.err == (
        "SQLite 数据库只给一个进程用，不能单独运行 worker,web。要分几个进程，请用 PostgreSQL："
        "设环境变量 XIAOWEI_DATABASE_URL，写 postgresql:// 开头的地址；只用一个进程，去掉 --role。\n"
    )


def test_a_role_that_there_is_not_is_named_with_those_that_there_are(quiet_county: Path, xiaowei: Command) -> None:
    refused = xiaowei("run", "--config", str(quiet_county), "--role", "gateway", "--role", "wroker")
    assert refused.code == 1
    assert refused.err == "没有 wroker 这个角色。可以写：gateway、worker、scheduler、web，几个之间用逗号隔开\n"
