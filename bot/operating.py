"""The operator's side of a running process: metrics, health, and alarms in chat, put together (DESIGN section 8)."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.domain.refusal import Refusal
from bot.machine import MachineEye
from bot.media_building import media_folder
from bot.monitoring import Watchman
from bot.office import Office
from bot.overseeing import Overseer
from bot.ports import Clock
from bot.pulse import Pulse
from bot.settings import Environment
from bot.store import SqlStore
from bot.store.engine import is_sqlite, sqlite_file
from bot.store.migrate import missing_in
from bot.web.health import Vitals, build_operator_web
from bot.web.hosts import names_of

GOODBYE: Final = 0.5
"""Seconds that an open request gets at the end."""
OVERSEER: Final = "operator"
"""Under which name the one process that speaks to the operator owns that."""


class NoPages(Refusal):
    """The operator's pages cannot be opened. The text says why and what to do, in Chinese."""


class Operating:
    """``vitals`` for every web application, ``overseer`` to be run by one process, own pages in each that has some."""

    def __init__(self, *, vitals: Vitals, watchman: Watchman, overseer: Overseer, address: str | None) -> None:
        """``address`` is ``host:port`` of the pages, None for none."""
        self.vitals = vitals
        self.overseer = overseer
        self._address = address
        app = build_operator_web(vitals, watchman, hosts=names_of(address))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=GOODBYE)

    async def open_pages(self) -> None:
        """Open the operator's own pages, if an address is set for them. Raises NoPages."""
        if self._address is None:
            return
        host, _, port = self._address.rpartition(":")
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host.strip("[]"), int(port)).start()
        except (OSError, OverflowError) as error:
            message = (
                f"监控页用不了 {self._address}：别的程序占着，或者没有这个地址。"
                "换一个：设环境变量 XIAOWEI_METRICS，几个进程各用各的端口。"
            )
            raise NoPages(message) from error

    async def close_pages(self) -> None:
        """Close them again; nothing to do if they are not open."""
        await self._runner.cleanup()


def build_operating(
    environment: Environment,
    store: SqlStore,
    *,
    clock: Clock,
    pulse: Pulse,
    office: Callable[[], Office],
    platforms: Iterable[str],
    said: Callable[[], None],
) -> Operating:
    """Put it together, in a running loop. ``platforms`` have a line each; ``said`` wakes who carries the mail."""
    seconds = asyncio.get_running_loop().time
    eye = MachineEye(clock=clock, seconds=seconds, folders=folders_of(environment), backups=environment.backups)
    watchman = Watchman(
        store=store,
        missing=partial(missing_in, store.database),
        clock=clock,
        seconds=seconds,
        eye=eye,
        pulse=pulse,
        office=office,
        platforms=platforms,
    )
    return Operating(
        vitals=Vitals(stuck=pulse.stuck, readiness=watchman),
        watchman=watchman,
        overseer=Overseer(store=store, clock=clock, eye=eye, office=office, said=said),
        address=environment.metrics,
    )


def folders_of(environment: Environment) -> tuple[Path, ...]:
    """Where the bot writes: without room there it cannot go on."""
    url = environment.database_url.get_secret_value()
    database = (sqlite_file(url).parent,) if is_sqlite(url) else ()
    backups = () if environment.backups is None else (environment.backups,)
    return (*database, media_folder(environment), *backups)
