"""The operator's pages tell the truth: each part is broken in turn, and the page says which."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from bot.domain.outcome import Outcome
from bot.monitoring import ASKED_EVERY, Watchman
from bot.office import Office
from bot.patrol.operator_signs import MIB, Disk, Machine
from bot.ports import SendState
from bot.ports.lines import LineRecord
from bot.ports.platform import Gap, LineState
from bot.pulse import STUCK_AFTER, Loop, Pulse
from bot.store import SqlStore, open_store
from bot.store.migrate import missing_in
from bot.web.health import Vitals, build_operator_web
from tests.store.world import clue, hear, lamp, minutes, opened, post, said, slot

Samples = dict[tuple[str, tuple[str, ...]], float]


class Eye:
    """A machine with room on its disk."""

    def __init__(self) -> None:
        self.machine = Machine(disks=(Disk(folder="var", free=9_000 * MIB, total=20_000 * MIB),))

    async def look(self) -> Machine:
        return self.machine


class Bot:
    """A running bot as its operator meets it: a store, a clock, loops that turn, and the pages."""

    def __init__(self, store: SqlStore, file: Path, office: Office) -> None:
        self.store = store
        self.file = file
        self.at = minutes(1)
        self.seconds = 0.0
        self.asked = 0
        self.eye = Eye()
        self.pulse = Pulse(lambda: self.seconds)
        self.watchman = Watchman(
            store=store,
            missing=self._missing,
            clock=self,
            seconds=lambda: self.seconds,
            eye=self.eye,
            pulse=self.pulse,
            office=lambda: office,
            platforms=("wechat",),
        )
        app = build_operator_web(Vitals(stuck=self.pulse.stuck, readiness=self.watchman), self.watchman)
        self.client: TestClient[Any, Any] = TestClient(TestServer(app))

    def now(self) -> datetime:
        """``ports.Clock``."""
        return self.at

    async def _missing(self) -> list[str]:
        self.asked += 1
        return await missing_in(self.store.database)

    def goes(self, seconds: float) -> None:
        """Time goes by and the loops turn."""
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds
        self.pulse.beat(Loop.WORK)
        self.pulse.beat(Loop.MAIL)

    async def line(self, state: LineState = LineState.ONLINE, *, why: str = "") -> None:
        """The line to WeChat stands so, and this process owns it."""
        record = LineRecord(platform="wechat", state=state, at=self.at, account="a", why=why, whole_at=self.at)
        await self.store.save_line(record)
        await self.store.take_lease("wechat", "here", now=self.at, until=self.at + timedelta(hours=1))

    async def page(self, path: str) -> tuple[int, dict[str, str]]:
        """The status, and what is amiss with which part."""
        async with self.client.get(path) as answer:
            told = await answer.json()
            return answer.status, {part["part"]: part["why"] for part in told["parts"] if not part["good"]}

    async def measured(self) -> Samples:
        """Every sample by its name and the values of its labels."""
        async with self.client.get("/metrics") as answer:
            assert answer.status == 200
            text = await answer.text()
        return {
            (sample.name.removeprefix("xiaowei_"), tuple(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


@pytest_asyncio.fixture
async def bot(empty_database: Path, tmp_path: Path, office: Office) -> AsyncIterator[Bot]:
    """A bot with which all is well."""
    file = tmp_path / "village.db"
    shutil.copy(empty_database, file)
    shutil.copy(empty_database.with_name("clue.keys"), tmp_path / "clue.keys")
    store = await open_store(f"sqlite:///{file}", durable=False)
    made = Bot(store, file, office)
    made.goes(0)
    await made.line()
    async with made.client:
        yield made
    await store.close()


async def test_a_bot_that_is_well_is_alive_and_ready(bot: Bot) -> None:
    assert await bot.page("/healthz") == (200, {})
    assert await bot.page("/readyz") == (200, {})


async def test_a_loop_that_does_not_turn_is_named_on_both_pages(bot: Bot) -> None:
    bot.seconds += STUCK_AFTER + 7
    bot.pulse.beat(Loop.MAIL)
    why = "187 秒没有动静"
    assert await bot.page("/healthz") == (
        503,
        {"处理消息和定时工作的循环": f"{why}，请重启这个进程，把日志发给开发者"},
    )
    assert await bot.page("/readyz") == (503, {"处理消息和定时工作的循环": why})
    bot.goes(1)
    assert await bot.page("/healthz") == (200, {})


async def test_a_process_that_is_blocked_answers_nothing(bot: Bot) -> None:
    asking = asyncio.ensure_future(bot.page("/healthz"))
    await asyncio.sleep(0)
    time.sleep(0.3)  # noqa: ASYNC251 - the fault: everything stands still
    assert not asking.done()
    assert (await asking)[0] == 200


async def test_a_database_that_vanished_is_named_with_what_to_do(bot: Bot) -> None:
    away = bot.file.with_suffix(".away")
    bot.file.rename(away)
    status, amiss = await bot.page("/readyz")
    assert status == 503
    assert amiss["数据库"].startswith("数据库文件不见了")
    assert (await bot.page("/healthz"))[0] == 200, "to start it again would not help"
    away.rename(bot.file)
    bot.goes(ASKED_EVERY)
    assert await bot.page("/readyz") == (200, {})


async def test_a_database_that_somebody_else_holds_is_not_ready(bot: Bot) -> None:
    with closing(sqlite3.connect(bot.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        status, amiss = await bot.page("/readyz")
        other.execute("ROLLBACK")
    assert status == 503
    assert "正被别的程序占用" in amiss["数据库"]


async def test_a_database_of_an_older_version_is_not_ready(bot: Bot) -> None:
    with closing(sqlite3.connect(bot.file, isolation_level=None)) as other:
        other.execute("UPDATE alembic_version SET version_num = '0011'")
    status, amiss = await bot.page("/readyz")
    assert status == 503
    assert amiss == {"数据库版本": "还差 1 步升级，请运行 xiaowei migrate"}


async def test_a_schedule_that_nobody_runs_is_not_ready(bot: Bot) -> None:
    await bot.store.add_slots([slot(bot.at)])
    bot.goes(60)
    assert await bot.page("/readyz") == (200, {})
    bot.goes(180)
    await bot.line()
    status, amiss = await bot.page("/readyz")
    assert status == 503
    assert amiss == {"定时": "到点的事晚了 4 分钟还没有做，请看运行定时工作的进程在不在"}


@pytest.mark.parametrize(
    ("state", "why", "said"),
    [
        (LineState.OFFLINE, "网关没开", "连不上，小微在自动重连；请运行 xiaowei check 看卡在哪一步（网关没开）"),
        (LineState.SCAN, "", "等着扫码登录，码在线路页和运行小微的窗口里"),
    ],
)
async def test_a_line_that_is_down_is_named(bot: Bot, state: LineState, why: str, said: str) -> None:
    await bot.line(state, why=why)
    assert await bot.page("/readyz") == (503, {"微信线路": said})


async def test_a_line_that_nobody_owns_is_down_whatever_its_record_says(bot: Bot) -> None:
    await bot.store.give_up_lease("wechat", "here")
    assert await bot.page("/readyz") == (503, {"微信线路": "现在没有小微在收消息"})


async def test_a_line_whose_process_says_nothing_any_more_is_named(bot: Bot) -> None:
    bot.goes(150)
    assert await bot.page("/readyz") == (503, {"微信线路": "有一阵没有动静了，请看管着它的进程"})


async def test_the_database_is_asked_every_few_seconds_however_often_the_pages_are(bot: Bot) -> None:
    await asyncio.gather(*(bot.page("/readyz") for _ in range(5)), *(bot.measured() for _ in range(5)))
    assert bot.asked == 1
    bot.goes(ASKED_EVERY)
    await bot.measured()
    assert bot.asked == 2


async def test_what_waits_and_since_when_is_measured(bot: Bot) -> None:
    await hear(bot.store, said("m1"), at=minutes(0))
    await hear(bot.store, said("m2", "有人落水"), at=minutes(0.25), urgent=True)
    await bot.store.commit(Outcome(sends=(post("now"), post("later", not_before=minutes(30)))), now=minutes(0))
    await bot.store.add_slots([slot(minutes(0.5))])
    gap = Gap(platform="wechat", account="a", since=minutes(-30), until=minutes(-20), why="小微没有运行")
    await bot.store.add_gap(gap)
    found = await bot.measured()
    assert found["database_up", ()] == 1
    assert found["inbox_waiting", ()] == 2
    assert found["inbox_age_seconds", ()] == 60
    assert found["inbox_urgent_age_seconds", ()] == 45
    assert found["outbox_due", ()] == 1
    assert found["outbox_age_seconds", ()] == 60
    assert found["schedule_lag_seconds", ()] == 30
    assert found["deaf_seconds_day", ("wechat",)] == 600
    assert found["line_state", ("wechat", "online")] == 1
    assert found["line_state", ("wechat", "offline")] == 0
    assert found["disk_free_bytes", ("var",)] == 9_000 * MIB
    assert found["alarms", ("gap",)] == 1
    assert found["alarms", ("waiting",)] == 0


async def test_what_came_to_an_end_is_counted_once_even_if_it_was_open_at_the_first_look(bot: Bot) -> None:
    await hear(bot.store, said("m1"), at=minutes(0))
    await bot.store.commit(Outcome(sends=(post("p1"),)), now=minutes(0))
    assert (await bot.measured())["messages_total", ("handled",)] == 0
    await hear(bot.store, said("m2"), at=minutes(1))
    await bot.store.commit(opened(lamp()), now=minutes(1), handled=[1])
    await bot.store.commit(Outcome(), now=minutes(1), handled=[2])
    for sent in await bot.store.claim_sends(minutes(1), limit=9):
        await bot.store.settle(sent.id, SendState.SENT, now=minutes(1), platform="practice", platform_id="x")
    for _ in range(3):
        bot.goes(60)
        await bot.line()
        found = await bot.measured()
    assert found["messages_total", ("handled",)] == 2
    assert found["messages_total", ("failed",)] == 0
    assert found["sends_total", ("sent",)] == 1
    assert found["tickets_total", ("help",)] == 1
    assert found["tickets_total", ("suggestion",)] == 0


async def test_a_failing_job_is_measured_by_its_name_and_tries(bot: Bot) -> None:
    one = slot(minutes(0), scope="g-lw1")
    await bot.store.add_slots([one])
    for _ in range(3):
        await bot.store.postpone(one, "KeyError at x.py:1", until=minutes(6))
    found = await bot.measured()
    assert found["job_tries", ("duty_notice",)] == 3
    assert found["alarms", ("job",)] == 1


async def test_without_a_database_what_can_be_measured_still_is(bot: Bot) -> None:
    bot.file.rename(bot.file.with_suffix(".away"))
    found = await bot.measured()
    assert found["database_up", ()] == 0
    assert ("inbox_waiting", ()) not in found, "an old number would be a lie"
    assert found["disk_free_bytes", ("var",)] == 9_000 * MIB
    assert found["loop_age_seconds", ("work",)] == 0


async def test_no_text_name_account_group_or_clue_stands_in_any_metric(bot: Bot) -> None:
    await hear(bot.store, said("m1", "二组路灯又不亮了"), at=minutes(0))
    await bot.store.commit(replace(opened(lamp()), clues=(clue("m1"),)), now=minutes(0), handled=[1])
    await bot.store.add_slots([slot(minutes(0), scope="person:p-lqs")])
    async with bot.client.get("/metrics") as answer:
        text = await answer.text()
    for secret in ("路灯", "阿珍", "u-12", "g-lw1", "v-lw", "p-lqs", "clue"):
        assert secret not in text


async def test_another_host_name_is_refused(bot: Bot) -> None:
    async with bot.client.get("/metrics", headers={"Host": "evil.example"}) as answer:
        assert answer.status == 421
