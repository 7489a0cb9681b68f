"""``/healthz``: this process is alive and its loops turn. ``/readyz``: it can do its work, and if not, what is amiss.

Both answer 200 or 503 with JSON whose words are for an operator. A loop that blocks the whole process answers nothing,
which every probe takes for a failure as well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from aiohttp import web

from bot.pulse import Loop, Stuck
from bot.web.hosts import our_host_only
from bot.web.metrics import MONITOR, Monitor, metrics


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part that must work. ``why`` says what is amiss and what to do, empty if it works."""

    part: str
    good: bool
    why: str = ""


class Readiness(Protocol):
    """Who looks at the parts."""

    async def parts(self) -> Sequence[Part]:
        """Every part, as it stands now; never raises."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Vitals:
    """What the two pages ask. ``stuck``: the loops of this process that do not turn."""

    stuck: Callable[[], Sequence[Stuck]]
    readiness: Readiness


_LOOPS: Mapping[Loop, str] = {Loop.WORK: "处理消息和定时工作的循环", Loop.MAIL: "发送的循环"}

VITALS = web.AppKey("vitals", Vitals)


def add_health(app: web.Application, vitals: Vitals) -> None:
    """Add both pages to an application."""
    app[VITALS] = vitals
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)


def build_operator_web(vitals: Vitals, monitor: Monitor, *, hosts: frozenset[str] = frozenset()) -> web.Application:
    """The operator's own pages, for an address of their own: metrics and health, nothing else."""
    app = web.Application(middlewares=[our_host_only(hosts)])
    app[MONITOR] = monitor
    add_health(app, vitals)
    app.router.add_get("/metrics", metrics)
    return app


async def healthz(request: web.Request) -> web.StreamResponse:
    """Whether every loop of this process turns."""
    stuck = request.app[VITALS].stuck()
    parts = [
        Part(part=_LOOPS[one.part], good=False, why=f"{int(one.seconds)} 秒没有动静，请重启这个进程，把日志发给开发者")
        for one in stuck
    ]
    return _answer("alive", parts)


async def readyz(request: web.Request) -> web.StreamResponse:
    """Whether this process can do its work now."""
    vitals = request.app[VITALS]
    parts = list(await vitals.readiness.parts())
    parts += [Part(part=_LOOPS[one.part], good=False, why=f"{int(one.seconds)} 秒没有动静") for one in vitals.stuck()]
    return _answer("ready", parts)


def _answer(word: str, parts: Sequence[Part]) -> web.StreamResponse:
    good = all(part.good for part in parts)
    return web.json_response({word: good, "parts": [asdict(part) for part in parts]}, status=200 if good else 503)
