"""The only place that builds concrete parts and starts tasks: the bot as one running process."""

import asyncio
import gc
import os
import platform as machine
import secrets
import signal
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import Any

import segno
import structlog
from aiohttp import web

from bot.building import build_judge, build_office
from bot.census import Census, Counts
from bot.chatfile import read_chat
from bot.clock import ShiftedClock, SystemClock
from bot.connecting import has_real_platform, platforms_beside, real_adapters
from bot.domain.org import PRACTICE
from bot.domain.refusal import Refusal
from bot.engine import Engine
from bot.handlers.judge import Judge
from bot.lines import Board, Lines
from bot.live import CLOCK_FACT, Changes, LiveBot
from bot.media_building import build_fetcher, build_press, build_shelf, build_tray
from bot.operating import OVERSEER, build_operating
from bot.owning import Owner
from bot.ports import Store
from bot.ports.platform import Adapter, Knock
from bot.pulse import Pulse
from bot.remembering import Memory
from bot.replay import SETTLES_WITHIN, play_chat
from bot.roles import EVERY, Role, spoken
from bot.settings import Settings, read_hall
from bot.store import SqlStore, migrate, open_store
from bot.store.claims import Claims, Fenced
from bot.store.engine import is_sqlite
from bot.store.wire import Bell, Occupied, Wire
from bot.web.desk import HallDesk
from bot.web.hall import build_web
from bot.web.health import Vitals
from bot.web.hosts import names_of
from bot.web.keys import OperatorKeys
from bot.web.lines import LineDesk

RECORDED_DAY = "day.jsonl"
CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far the database may be ahead of the machine: its clock may have been put right since."""
GOODBYE = 1.0
"""Seconds that open pages get at the end; stopping is done within two."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_ONE_PROCESS_ONLY = (
    "SQLite 数据库只给一个进程用，不能单独运行 {roles}。要分几个进程，请用 PostgreSQL："
    "设环境变量 XIAOWEI_DATABASE_URL，写 postgresql:// 开头的地址；只用一个进程，去掉 --role。"
)
_TAKEN_BY_MANY = "这个数据库正由几个进程一起用着，练习厅要自己拨时间，不能同时用。请换一个数据库，或者先停下那些进程。"
_TAKEN_BY_ONE = "这个数据库正由一个练习厅用着，它的时间是自己拨的，别的进程不能同时用。请先停下它，或者换一个数据库。"
_Beside = Callable[[], Coroutine[Any, Any, None]]
"""What goes on beside a line, until it is cancelled."""
_NAMES = {"wechat": "微信", "dingtalk": "钉钉"}


class Unusable(Refusal):
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


async def serve(settings: Settings, roles: frozenset[Role] | None = None) -> None:
    """Run until a signal asks it to end; then it ends within two seconds. ``roles``: None for all that there is to do.

    Raises StoreUnavailable if the database cannot be used, Unusable if it cannot be used in this manner, if its time
    cannot go with a real platform, or if the address of the pages is taken.
    """
    running = asyncio.ensure_future(_serve(settings, roles))
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


async def _serve(settings: Settings, roles: frozenset[Role] | None) -> None:
    environment = settings.environment
    url = environment.database_url.get_secret_value()
    alone = _works_alone(settings, roles)
    make_folder(settings)
    keys = environment.clue_keys
    await migrate(url, keys=keys)
    silence = timedelta(seconds=environment.stall_seconds)
    store = await open_store(url, keys=keys, shared=None if alone else silence)
    try:
        store.vault.ready()
        judge = build_judge(settings)  # takes long: whoever holds a wire must not fall silent
        if is_sqlite(url):
            await _run(settings, store, judge, EVERY, None)
            return
        draw = partial(secrets.randbelow, 2**31)
        wire = Wire(url, silence=silence, alone=alone, draw=draw)
        try:
            async with wire.held():
                await _run(settings, store, judge, roles or EVERY, None if alone else wire)
        except Occupied as error:
            raise Unusable(_TAKEN_BY_MANY if alone else _TAKEN_BY_ONE) from error
    finally:
        await store.close()


def _works_alone(settings: Settings, roles: frozenset[Role] | None) -> bool:
    """Whether this process has its database to itself. Raises Unusable for a role that SQLite cannot give.

    The practice clock is one process's: without a real platform and without ``--role`` there is just that one.
    """
    if is_sqlite(settings.environment.database_url.get_secret_value()):
        if roles not in (None, EVERY):
            raise Unusable(_ONE_PROCESS_ONLY.format(roles=spoken(roles or ())))
        return True
    return roles is None and not has_real_platform(settings.environment)


async def _run(settings: Settings, store: SqlStore, judge: Judge, roles: frozenset[Role], wire: Wire | None) -> None:
    """Put the parts together, open the pages, and do everything that goes on beside everything else."""
    system = SystemClock()
    adapters = real_adapters(settings.environment, clock=system, random=SystemRandom())
    platforms = platforms_beside(settings, adapters)
    office = replace(build_office(settings), running=frozenset(platforms))
    board = Board(adapters if wire is None else platforms)
    shelf = build_shelf(settings.environment, store, settings.content)
    tray = build_tray(settings, store, PRACTICE)
    claims = None if wire is None else _claims(store, wire)
    engine = Engine(
        store=store,
        office=office,
        judge=judge,
        platforms=platforms,
        chance=SystemRandom().random,
        lines=board,
        attachments=shelf,
        press=build_press(settings.environment, store, office),
        turns=claims,
        at_work=None if claims is None else SqlStore(Fenced(store.database, claims)),
        told=(lambda: None) if wire is None else partial(wire.ring, Bell.OFFICE),
    )
    practising = not adapters and wire is None
    clock = await (
        _practice_clock(store, engine, settings) if practising else _real_clock(store, engine, alone=wire is None)
    )
    gc.freeze()  # the county and the lexicon stay: the collector need not go through them again and again
    changes = Changes()
    pulse = Pulse(asyncio.get_running_loop().time)
    bot = LiveBot(engine=engine, store=store, clock=clock, changes=changes, roles=roles, wire=wire, pulse=pulse)
    operating = build_operating(
        settings.environment,
        store,
        clock=system if adapters else clock,
        pulse=pulse,
        office=lambda: engine.office,
        platforms=tuple(adapters),
        said=bot.work_came,
    )
    lines = Lines(
        store=store,
        clock=system,
        receiver=bot,
        board=board,
        group_at=partial(_group_at, engine),
        admits=partial(_admits, engine, system),
        rules=office.rules.lines,
        changed=bot.seen,
        opened=bot.line_opened,
        show_code=_show_code,
        memory=Memory(store=store, office=lambda: engine.office, clock=system),
    )
    owner = Owner(store=store, clock=system, holder=f"{machine.node()}:{os.getpid()}:{secrets.token_hex(2)}")
    desk = HallDesk(
        store=store,
        receiver=bot,
        signal=changes,
        office=office,
        hall=read_hall(settings.folder),
        clock=bot,
        shelf=shelf,
        uploads=tray,
        real=bool(adapters),
        shared=wire is not None,
    )
    async with AsyncExitStack() as opened:
        opened.push_async_callback(operating.close_pages)
        await operating.open_pages()
        if Role.WEB in roles:
            pages = _pages(settings, desk, store, platforms=tuple(adapters), vitals=operating.vitals)
            address = await opened.enter_async_context(_open(pages, settings))
            _say(f"小微已启动，请用浏览器打开 {address} （按 Ctrl+C 停止）")
        else:
            address = ""
            _say(f"小微已启动：{spoken(roles)}（按 Ctrl+C 停止）")
        structlog.get_logger("app").info(
            "started", address=address, platforms=sorted(adapters), roles=spoken(roles), shared=wire is not None
        )
        # Everything that goes on beside everything else: one line a task.
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bot.run())
            if not practising:  # by the practice clock everything is late, and nobody waits for it
                tasks.create_task(owner.while_owned(OVERSEER, operating.overseer.watch))
            fetching = partial(build_fetcher, settings, store, settled=bot.work_came)
            if Role.WEB in roles:
                tasks.create_task(fetching({PRACTICE: tray}).run(clock, changes))
            if Role.GATEWAY in roles:
                if adapters:
                    tasks.create_task(lines.watch())
                for adapter in adapters.values():
                    beside: list[_Beside] = [partial(fetching({adapter.name: adapter}).run, clock, changes)]
                    if isinstance(adapter, Counts):
                        beside.append(Census(platform=adapter, store=store, org=lambda: engine.org, clock=clock).run)
                    tasks.create_task(_keep_line(adapter, lines, owner, bot, beside))
                if wire is not None:
                    tasks.create_task(owner.watch_others(board.seen_elsewhere))
                    for name in platforms.keys() - adapters.keys():
                        tasks.create_task(_keep_hall(name, board, owner, bot))


def _claims(store: SqlStore, wire: Wire) -> Claims:
    return Claims(store.database, holder=lambda: wire.number, woken=partial(wire.ring, Bell.HEARD))


@asynccontextmanager
async def _open(pages: web.Application, settings: Settings) -> AsyncGenerator[str, None]:
    """Serve the pages, at the address that is given. Raises Unusable if it is taken."""
    environment = settings.environment
    runner = web.AppRunner(pages, access_log=None, shutdown_timeout=GOODBYE)
    await runner.setup()
    try:
        site = web.TCPSite(runner, environment.host, environment.port)
        try:
            await site.start()
        except OSError as error:
            where = f"{environment.host}:{environment.port}"
            message = f"网页用不了 {where}：别的程序占着，或者没有这个地址。换一个端口：设环境变量 XIAOWEI_PORT。"
            raise Unusable(message) from error
        yield f"http://{environment.host}:{environment.port}/"
    finally:
        await runner.cleanup()


async def _keep_line(
    adapter: Adapter,
    lines: Lines,
    owner: Owner,
    bot: LiveBot,
    beside: Sequence[_Beside],
) -> None:
    """Run an adapter, and ``beside`` it what fetches and counts, whenever this process owns its account."""

    async def work() -> None:
        await lines.begin(adapter.name)
        await bot.account_taken(adapter.name)
        try:
            async with asyncio.TaskGroup() as together:
                others = [together.create_task(one()) for one in beside]
                await adapter.run(lines)
                for other in others:
                    other.cancel()
        finally:
            bot.account_let_go(adapter.name)
            await lines.end(adapter.name)

    await owner.while_owned(adapter.name, work)


async def _keep_hall(name: str, board: Board, owner: Owner, bot: LiveBot) -> None:
    """Carry what goes to a practised platform whenever that is this process's: of several one does it."""

    async def work() -> None:
        await bot.account_taken(name, None)
        board.open(name)
        bot.line_opened()
        try:
            await asyncio.Event().wait()
        finally:
            board.close(name)
            bot.account_let_go(name)

    await owner.while_owned(name, work)


def _group_at(engine: Engine, platform: str, conversation: str) -> str | None:
    group = engine.org.group_at(platform, conversation)
    return None if group is None else group.id


async def _admits(engine: Engine, clock: SystemClock, knock: Knock) -> bool:
    return await engine.admits(knock, now=clock.now())


def _pages(
    settings: Settings, desk: HallDesk, store: SqlStore, *, platforms: tuple[str, ...], vitals: Vitals
) -> web.Application:
    """The practice hall, and with a real platform the operator's page, whose link is printed."""
    environment = settings.environment
    hosts = names_of(environment.host, environment.public_host)
    if not platforms:
        return build_web(desk, hosts=hosts, vitals=vitals)
    base = f"http://{environment.host}:{environment.port}/lines/enter/"
    keys = OperatorKeys(announce=lambda key: _say(f"线路页面（只给管理员，这个链接只能用一次）：{base}{key}"))
    keys.renew()
    line_desk = LineDesk(store=store, keys=keys, clock=desk.clock, platforms=platforms)
    return build_web(desk, hosts=hosts, lines=line_desk, vitals=vitals)


def _show_code(platform: str, content: str) -> None:
    """Draw a code to scan in the terminal, where the operator is when the bot is started for the first time."""
    _say(f"请用登录小微的那部手机扫码，登录{_NAMES.get(platform, platform)}：")
    segno.make(content, micro=False).terminal(compact=True)


def _say(text: str) -> None:
    """What an operator reads in the terminal, apart from the log."""
    print(text, flush=True)  # noqa: T201 - meant for the terminal


async def _real_clock(store: Store, engine: Engine, *, alone: bool) -> ShiftedClock:
    """Start the engine at the machine's own time: people outside live by it. Raises Unusable.

    A database whose practice clock was moved ahead holds matters of days that have not come; among real people they
    would be due, late and answered before they were asked.
    """
    system = SystemClock()
    stood_at = await store.recall(CLOCK_FACT)
    now = system.now()
    if stood_at is not None and datetime.fromisoformat(stood_at) > now + CLOCKS_DIFFER_BY:
        message = (
            "这个数据库练习时把时间拨到了将来，不能用来接微信或钉钉，也不能分几个进程运行。"
            "请换一个新的数据库：设环境变量 XIAOWEI_DATABASE_URL，例如 sqlite:///var/county.db；"
            "如果是机器的时间不对，请先把机器的时间调准。"
        )
        raise Unusable(message)
    await (engine.start(now=now) if alone else engine.begin(now=now))
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
