"""The only place that builds concrete parts and starts tasks: the bot as one running process."""

import asyncio
import os
import platform as machine
import secrets
import signal
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import SystemRandom

import segno
import structlog
from aiohttp import web

from bot.building import build_judge, build_office, platforms_beside, real_adapters
from bot.chatfile import read_chat
from bot.clock import ShiftedClock, SystemClock
from bot.domain.org import PRACTICE
from bot.engine import Engine
from bot.lines import Board, Lines
from bot.live import CLOCK_FACT, Changes, LiveBot
from bot.media_building import build_fetcher, build_shelf, build_tray
from bot.owning import Owner
from bot.platform_port import Adapter, Knock
from bot.ports import Store
from bot.replay import SETTLES_WITHIN, play_chat
from bot.settings import Settings, read_hall
from bot.store import SqlStore, migrate, open_store
from bot.web.desk import HallDesk
from bot.web.hall import build_web
from bot.web.hosts import names_of
from bot.web.keys import OperatorKeys
from bot.web.lines import LineDesk

RECORDED_DAY = "day.jsonl"
CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far the database may be ahead of the machine: its clock may have been put right since."""
GOODBYE = 1.0
"""Seconds that open pages get at the end; stopping is done within two."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_NAMES = {"wechat": "微信", "dingtalk": "钉钉"}


class Unusable(Exception):  # noqa: N818 - reads as what is the case
    """What is configured cannot be run as it is. The text says why and what to do, in Chinese."""


class _Stop:
    """What a signal does: it cancels the one task that everything runs in, once."""

    def __init__(self, task: asyncio.Task[None]) -> None:
        self._task = task
        self.asked = False

    def __call__(self) -> None:
        if not self.asked:
            self.asked = True
            structlog.get_logger("app").info("stopping")
            self._task.cancel()


async def serve(settings: Settings) -> None:
    """Run everything in this process until a signal asks it to end; then it ends within two seconds.

    Raises StoreUnavailable if the database cannot be used, Unusable if its time cannot go with a real platform or
    the address of the pages is taken.
    """
    running = asyncio.ensure_future(_serve(settings))
    stop = _Stop(running)
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await running
    except asyncio.CancelledError:
        if not stop.asked:
            raise
        structlog.get_logger("app").info("stopped")
    finally:
        running.cancel()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


async def _serve(settings: Settings) -> None:
    url = settings.environment.database_url.get_secret_value()
    make_folder(settings)
    keys = settings.environment.clue_keys
    await migrate(url, keys=keys)
    store = await open_store(url, keys=keys)
    try:
        store.vault.ready()
        await _run(settings, store)
    finally:
        await store.close()


async def _run(settings: Settings, store: SqlStore) -> None:
    """Put the parts together, open the pages, and do everything that goes on beside everything else."""
    system = SystemClock()
    adapters = real_adapters(settings.environment, clock=system, random=SystemRandom())
    platforms = platforms_beside(settings, adapters)
    office = replace(build_office(settings), running=frozenset(platforms))
    board = Board(adapters)
    shelf = build_shelf(settings.environment, store, settings.content)
    tray = build_tray(settings, store, PRACTICE)
    engine = Engine(
        store=store,
        office=office,
        judge=build_judge(settings),
        platforms=platforms,
        chance=SystemRandom().random,
        lines=board,
        attachments=shelf,
    )
    clock = await (_real_clock(store, engine) if adapters else _practice_clock(store, engine, settings))
    changes = Changes()
    bot = LiveBot(engine=engine, store=store, clock=clock, changes=changes)
    fetcher = build_fetcher(settings, store, {**adapters, PRACTICE: tray}, bot.work_came)
    lines = Lines(
        store=store,
        clock=system,
        receiver=bot,
        board=board,
        group_at=partial(_group_at, engine),
        admits=partial(_admits, engine, system),
        rules=office.rules.lines,
        changed=changes.notify,
        opened=bot.line_opened,
        show_code=_show_code,
    )
    owner = Owner(store=store, clock=system, holder=f"{machine.node()}:{os.getpid()}:{secrets.token_hex(2)}")
    runner = web.AppRunner(
        _pages(
            settings,
            HallDesk(
                store=store,
                receiver=bot,
                signal=changes,
                office=office,
                hall=read_hall(settings.folder),
                clock=bot,
                shelf=shelf,
                uploads=tray,
                real=bool(adapters),
            ),
            store,
            platforms=tuple(adapters),
        ),
        access_log=None,
        shutdown_timeout=GOODBYE,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.environment.host, settings.environment.port)
        try:
            await site.start()
        except OSError as error:
            where = f"{settings.environment.host}:{settings.environment.port}"
            message = f"网页用不了 {where}：别的程序占着，或者没有这个地址。换一个端口：设环境变量 XIAOWEI_PORT。"
            raise Unusable(message) from error
        address = f"http://{settings.environment.host}:{settings.environment.port}/"
        _say(f"小微已启动，请用浏览器打开 {address} （按 Ctrl+C 停止）")
        structlog.get_logger("app").info("started", address=address, platforms=sorted(adapters))
        # Everything that goes on beside everything else: one line a task.
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bot.run())
            tasks.create_task(fetcher.run(clock, changes))
            if adapters:
                tasks.create_task(lines.watch())
            for adapter in adapters.values():
                tasks.create_task(_keep_line(adapter, lines, owner))
    finally:
        await runner.cleanup()


async def _keep_line(adapter: Adapter, lines: Lines, owner: Owner) -> None:
    """Run an adapter whenever this process owns its account."""

    async def work() -> None:
        await lines.begin(adapter.name)
        try:
            await adapter.run(lines)
        finally:
            await lines.end(adapter.name)

    await owner.while_owned(adapter.name, work)


def _group_at(engine: Engine, platform: str, conversation: str) -> str | None:
    group = engine.org.group_at(platform, conversation)
    return None if group is None else group.id


async def _admits(engine: Engine, clock: SystemClock, knock: Knock) -> bool:
    return await engine.admits(knock, now=clock.now())


def _pages(settings: Settings, desk: HallDesk, store: SqlStore, *, platforms: tuple[str, ...]) -> web.Application:
    """The practice hall, and with a real platform the operator's page, whose link is printed."""
    environment = settings.environment
    hosts = names_of(environment.host, environment.public_host)
    if not platforms:
        return build_web(desk, hosts=hosts)
    base = f"http://{environment.host}:{environment.port}/lines/enter/"
    keys = OperatorKeys(announce=lambda key: _say(f"线路页面（只给管理员，这个链接只能用一次）：{base}{key}"))
    keys.renew()
    return build_web(desk, hosts=hosts, lines=LineDesk(store=store, keys=keys, clock=desk.clock, platforms=platforms))


def _show_code(platform: str, content: str) -> None:
    """Draw a code to scan in the terminal, where the operator is when the bot is started for the first time."""
    _say(f"请用登录小微的那部手机扫码，登录{_NAMES.get(platform, platform)}：")
    segno.make(content, micro=False).terminal(compact=True)


def _say(text: str) -> None:
    """What an operator reads in the terminal, apart from the log."""
    print(text, flush=True)  # noqa: T201 - meant for the terminal


async def _real_clock(store: Store, engine: Engine) -> ShiftedClock:
    """Start the engine at the machine's own time: people outside live by it. Raises Unusable.

    A database whose practice clock was moved ahead holds matters of days that have not come; among real people they
    would be due, late and answered before they were asked.
    """
    system = SystemClock()
    stood_at = await store.recall(CLOCK_FACT)
    now = system.now()
    if stood_at is not None and datetime.fromisoformat(stood_at) > now + CLOCKS_DIFFER_BY:
        message = (
            "这个数据库练习时把时间拨到了将来，不能用来接微信或钉钉。"
            "请换一个新的数据库：设环境变量 XIAOWEI_DATABASE_URL，例如 sqlite:///var/county.db；"
            "如果是机器的时间不对，请先把机器的时间调准。"
        )
        raise Unusable(message)
    await engine.start(now=now)
    return ShiftedClock(at=now, running_on=system)


async def _practice_clock(store: Store, engine: Engine, settings: Settings) -> ShiftedClock:
    """Start the engine where the last run stood; a first run begins with the recorded day, if the county has one."""
    system = SystemClock()
    stood_at = await store.recall(CLOCK_FACT)
    if stood_at is not None:
        clock = ShiftedClock(at=datetime.fromisoformat(stood_at), running_on=system)
        await engine.start(now=clock.now())
        return clock
    recorded = settings.folder / RECORDED_DAY
    if recorded.is_file():
        day = read_chat(recorded, skip_bad=False)
        stopped = await play_chat(engine, day.messages, until=day.messages[-1].sent_at + SETTLES_WITHIN)
        return ShiftedClock(at=stopped.now(), running_on=system)
    clock = ShiftedClock(at=system.now(), running_on=system)
    await engine.start(now=clock.now())
    return clock


def make_folder(settings: Settings) -> None:
    """Make the folder of an SQLite database if it is not there."""
    url = settings.environment.database_url.get_secret_value()
    _, _, path = url.partition(":///")
    if url.startswith("sqlite") and path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
