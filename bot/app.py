"""The only place that builds concrete parts and starts tasks: the bot as one running process."""

from datetime import datetime
from pathlib import Path

import structlog
from aiohttp import web

from bot.building import build_judge, build_office, practice_platforms
from bot.chatfile import read_chat
from bot.clock import ShiftedClock, SystemClock
from bot.engine import Engine
from bot.live import CLOCK_FACT, Changes, LiveBot
from bot.ports import Store
from bot.replay import SETTLES_WITHIN, play_chat
from bot.settings import Settings, read_hall
from bot.store import migrate, open_store
from bot.web.desk import HallDesk
from bot.web.hall import build_web

RECORDED_DAY = "day.jsonl"


async def serve(settings: Settings) -> None:
    """Run everything in this process until cancelled. Raises StoreUnavailable if the database cannot be used."""
    url = settings.environment.database_url.get_secret_value()
    make_folder(settings)
    keys = settings.environment.clue_keys
    await migrate(url, keys=keys)
    store = await open_store(url, keys=keys)
    store.vault.ready()
    log = structlog.get_logger("app")
    try:
        office = build_office(settings)
        engine = Engine(
            store=store,
            office=office,
            judge=build_judge(settings),
            platforms=practice_platforms(settings),
        )
        clock = await _practice_clock(store, engine, settings)
        changes = Changes()
        bot = LiveBot(engine=engine, store=store, clock=clock, changes=changes)
        desk = HallDesk(
            store=store,
            receiver=bot,
            signal=changes,
            office=office,
            hall=read_hall(settings.folder),
            clock=bot,
        )
        runner = web.AppRunner(build_web(desk), access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, settings.environment.host, settings.environment.port)
            await site.start()
            address = f"http://{settings.environment.host}:{settings.environment.port}/"
            print(f"小微已启动，请用浏览器打开 {address} （按 Ctrl+C 停止）", flush=True)  # noqa: T201 - the address to open
            log.info("started", address=address)
            await bot.run()
        finally:
            await runner.cleanup()
    finally:
        await store.close()


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
