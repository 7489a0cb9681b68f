"""``xiaowei run`` and ``xiaowei check`` against real peers, as an operator has them."""

import asyncio
import json
import os
import re
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from tests.cli.conftest import Command
from tests.nursery import Child, Nursery
from tests.platforms.dingtalk.peer import CLIENT_ID, CLIENT_SECRET, Peer
from tests.platforms.stories import DONE, LIGHT
from tests.platforms.streets import GROUP, DingtalkStreet, Street, WechatStreet
from tests.platforms.wechat.gateway import Gateway, free_port

PATIENCE = 60.0
RULES = "join_window: {silence: 1}\nquiet_hours: {begin: 00:00, end: 00:00}\n"
"""A short join window, and no quiet hours: the test may run at night."""
RUN_AT = """
import sys
from functools import partial
import bot.platforms.dingtalk as dingtalk
from bot.cli import main
dingtalk.DingtalkPlatform = partial(dingtalk.DingtalkPlatform, api_base=sys.argv[1], oapi_base=sys.argv[1])
sys.argv[1:2] = []
sys.exit(main())
"""
"""DingTalk's address is no setting: this is ``python -m bot`` with another one."""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    started = Gateway(tmp_path_factory.mktemp("gateway"))
    started.start()
    yield started
    started.stop()


def settled_on(county: Path, platform: str, conversation: str) -> Path:
    """The demo county on another platform, without a recorded day."""
    (county / "day.jsonl").unlink()
    (county / "rules.yaml").write_text(RULES, encoding="utf-8")
    text = (county / "county.yaml").read_text(encoding="utf-8")
    text = re.sub(
        r"platform: practice, conversation: ([\w-]+)", rf"platform: {platform}, conversation: {conversation}", text
    )
    text = text.replace("accounts: {practice: ", f"accounts: {{{platform}: ")
    assert "practice" not in text
    (county / "county.yaml").write_text(text, encoding="utf-8")
    return county


class Machine:
    """Where the bot is run, again and again, over one database."""

    def __init__(
        self, nursery: Nursery, folder: Path, county: Path, environ: dict[str, str], programme: list[str]
    ) -> None:
        self._nursery = nursery
        self._folder, self._county, self._environ, self._programme = folder, county, environ, programme
        self._runs = 0
        self.process: Child | None = None

    @property
    def log(self) -> list[dict[str, str]]:
        return [json.loads(row) for row in self._words.splitlines() if row.endswith("}")]

    @property
    def _words(self) -> str:
        return (self._folder / f"log-{self._runs}").read_text()

    async def start(self) -> None:
        """Run it until its line stands."""
        self._runs += 1
        told = {
            "XIAOWEI_PORT": str(free_port()),
            "XIAOWEI_DATABASE_URL": f"sqlite:///{self._folder}/run.db",
            "XIAOWEI_LOG": "json",
        }
        with (self._folder / f"log-{self._runs}").open("w") as errors:
            words = (*self._programme, "run", "--config", str(self._county))
            self.process = self._nursery.start(*words, environ=os.environ | told | self._environ, stderr=errors)
        await until(self._online)

    async def _online(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self._words
        return any(row["event"] == "line_changed" and row.get("state") == "online" for row in self.log)

    async def stored(self, message: str) -> None:
        """Wait until a message is in the database."""

        async def there() -> bool:
            with closing(sqlite3.connect(self._folder / "run.db")) as database:
                return bool(database.execute("SELECT 1 FROM inbox WHERE message = ?", (message,)).fetchone())

        await until(there)

    def kill(self) -> None:
        """As a power cut does; and half a minute goes by, in which its lease runs out."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        with closing(sqlite3.connect(self._folder / "run.db")) as database, database:
            assert database.execute("DELETE FROM leases").rowcount == 2, "of the account, and of who tells the operator"

    def end(self) -> None:
        """Politely; it takes less than two seconds by its own log."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0
        at = {row["event"]: datetime.fromisoformat(row["timestamp"]) for row in self.log}
        assert at["stopped"] - at["stopping"] < timedelta(seconds=2)


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    ends = time.monotonic() + PATIENCE
    while not await happened():
        assert time.monotonic() < ends, "it did not happen in time"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def village(
    platform: str, gateway: Gateway, nursery: Nursery, folder: Path, county: Path
) -> AsyncIterator[tuple[Street, Machine]]:
    if platform == "wechat":
        on_wechat = WechatStreet(SystemClock(), gateway)
        await on_wechat.move_in()
        county = settled_on(county, "wechat", r"\1@chatroom")
        environ = {"XIAOWEI_WECHAT_ENDPOINT": gateway.endpoint, "XIAOWEI_WECHAT_TOKEN": gateway.token}
        yield on_wechat, Machine(nursery, folder, county, environ, ["-m", "bot"])
        return
    async with Peer() as peer:
        county = settled_on(county, "dingtalk", r"cid-\1")
        environ = {"XIAOWEI_DINGTALK_CLIENT_ID": CLIENT_ID, "XIAOWEI_DINGTALK_CLIENT_SECRET": CLIENT_SECRET}
        yield DingtalkStreet(SystemClock(), peer), Machine(nursery, folder, county, environ, ["-c", RUN_AT, peer.base])


@pytest.mark.parametrize("platform", ["wechat", "dingtalk"])
async def test_killed_between_question_and_answer_it_goes_on_where_it_was(
    platform: str, gateway: Gateway, nursery: Nursery, tmp_path: Path, county: Path
) -> None:
    async with village(platform, gateway, nursery, tmp_path, county) as (street, machine):
        try:
            await machine.start()
            await machine.stored(await street.ask(LIGHT))
            machine.kill()
            await machine.start()
            asked: list[str] = []

            async def prompted() -> bool:
                asked[:] = [one.to for one in await street.seen() if "【1号 " in one.text]
                return bool(asked) and await street.has_shown(GROUP, "收到：", "（1号）")

            await until(prompted)
            await machine.stored(await street.tell(f"1 办结 {DONE[1]}", by=asked[0]))
            machine.kill()
            await machine.start()

            async def read() -> bool:
                return await street.has_shown(GROUP, "1号（", DONE[1])

            await until(read)
            for message in await street.acknowledged():
                await machine.stored(message)
            machine.end()
            assert await street.shown_twice() == []
            in_group = [one.text for one in await street.seen() if one.to == GROUP]
            assert sum("收到：" in text for text in in_group) == 1
            assert sum(DONE[1] in text for text in in_group) == 1
        finally:
            if machine.process is not None and machine.process.poll() is None:
                machine.process.kill()
                machine.process.wait()


async def test_check_says_what_is_wrong_on_the_way_to_wechat(gateway: Gateway, county: Path, xiaowei: Command) -> None:
    settled_on(county, "wechat", r"\1@chatroom")
    await gateway.village(login=False)

    async def said(endpoint: str, token: str) -> str:
        environ = {"XIAOWEI_WECHAT_ENDPOINT": endpoint, "XIAOWEI_WECHAT_TOKEN": token}
        told = await asyncio.to_thread(xiaowei, "check", "--config", str(county), environ=environ)
        assert token not in told.out + told.err
        return next(line for line in told.out.splitlines() if line.startswith(("✗ 微信：", "✓ 微信网关：")))

    assert "令牌" in await said(gateway.endpoint, "not-the-token")
    nobody = f"127.0.0.1:{free_port()}"
    assert await said(nobody, gateway.token) == f"✗ 微信：{nobody} 拒绝连接：请看对方有没有在运行，端口对不对"
    assert "账号登录没有，要等小微运行才知道" in await said(gateway.endpoint, gateway.token)
