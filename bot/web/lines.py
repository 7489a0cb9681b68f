"""The operator's page 线路: how every line stands, the code to scan, and when nothing could be heard lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Protocol

import aiohttp_jinja2
import segno
from aiohttp import web

from bot.domain.gaps import Stretch
from bot.domain.workdays import local
from bot.ports import Clock
from bot.ports.lines import Lease, LineRecord
from bot.ports.platform import Gap, LineState
from bot.web.keys import COOKIE, OperatorKeys

LOOKS_BACK = timedelta(days=7)
_MOST_GAPS = 100
_NAMES = {"wechat": "微信", "dingtalk": "钉钉"}
_STATES = {
    LineState.CONNECTING: "正在连",
    LineState.SCAN: "等着扫码",
    LineState.ONLINE: "通着",
    LineState.LOGGED_OUT: "被退出登录",
    LineState.REFUSED: "那边不认",
    LineState.OFFLINE: "连不上",
}
_TO_DO = {
    LineState.CONNECTING: "稍等。一直这样，就运行 xiaowei check 看卡在哪一步。",
    LineState.SCAN: "请用登录小微的那部手机扫下面的码。",
    LineState.ONLINE: "",
    LineState.LOGGED_OUT: "请用登录小微的那部手机重新登录，要扫的码会出现在这里。",
    LineState.REFUSED: "光等没有用。请运行 xiaowei check，照它说的改。",
    LineState.OFFLINE: "小微会一直重连。请看网络和网关在不在运行，或运行 xiaowei check。",
}


class LineRecords(Protocol):
    """The part of the store that the page reads. Every method may raise StoreUnavailable."""

    async def line_states(self) -> tuple[LineRecord, ...]:
        """Return every line known, by platform."""
        ...

    async def gaps(self, *, since: datetime) -> tuple[Gap, ...]:
        """Return the gaps that ended after an instant, by their beginning."""
        ...

    async def leases(self) -> tuple[Lease, ...]:
        """Return who owns what, over or not."""
        ...


@dataclass(frozen=True, kw_only=True)
class LineDesk:
    """What the page stands on. ``platforms`` are those that this installation runs, ``clock`` is the system's."""

    store: LineRecords
    keys: OperatorKeys
    clock: Clock
    platforms: tuple[str, ...]


LINE_DESK = web.AppKey("line_desk", LineDesk)


@dataclass(frozen=True, kw_only=True, slots=True)
class LineView:
    """A line as the page shows it. ``code`` names the picture of the code to scan, empty if there is none."""

    platform: str
    name: str
    state: str
    good: bool
    since: str
    why: str
    todo: str
    holder: str
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GapView:
    """A gap as the page shows it."""

    name: str
    since: str
    until: str
    minutes: int
    why: str


def add_lines(app: web.Application, desk: LineDesk) -> None:
    """Add the page's routes to an application that has templates and the practice hall's scripts."""
    app[LINE_DESK] = desk
    app.router.add_get("/lines", page)
    app.router.add_get("/lines/enter/{key}", enter)
    app.router.add_get("/lines/{platform}/code.svg", code)
    app.router.add_get("/panes/lines", pane)


async def enter(request: web.Request) -> web.StreamResponse:
    """Open a link that works once: the browser is the operator's from then on, until the bot ends."""
    cookie = request.app[LINE_DESK].keys.redeem(request.match_info["key"])
    if cookie is None:
        return _shut("这个链接已经用过，或者不对。新的链接在运行小微的窗口里。")
    response = web.Response(status=303, headers={"Location": "/lines"})
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="Lax", secure=request.secure, path="/")
    return response


async def page(request: web.Request) -> web.StreamResponse:
    """Show the whole page."""
    if not _may(request):
        return _shut("这一页只给管理员看。请打开运行小微的窗口里那个带“线路”字样的链接。")
    return aiohttp_jinja2.render_template("lines.html", request, await _view(request))


async def pane(request: web.Request) -> web.StreamResponse:
    """Show what changes of it."""
    if not _may(request):
        return _shut("请重新打开运行小微的窗口里的链接。")
    return aiohttp_jinja2.render_template("lines_pane.html", request, await _view(request))


async def code(request: web.Request) -> web.StreamResponse:
    """Draw the code to scan, as SVG. 404 if there is nothing to scan now."""
    if not _may(request):
        return _shut("请重新打开运行小微的窗口里的链接。")
    lines = await request.app[LINE_DESK].store.line_states()
    line = next((line for line in lines if line.platform == request.match_info["platform"]), None)
    if line is None or line.qr is None:
        return web.Response(status=404, text="现在没有要扫的码。")
    drawn = BytesIO()
    segno.make(line.qr, micro=False).save(drawn, kind="svg", scale=8, border=4, light="white", xmldecl=False)
    return web.Response(body=drawn.getvalue(), content_type="image/svg+xml")


def _may(request: web.Request) -> bool:
    return request.app[LINE_DESK].keys.admits(request.cookies.get(COOKIE))


def _shut(text: str) -> web.Response:
    return web.Response(status=403, text=text)


async def _view(request: web.Request) -> dict[str, object]:
    desk = request.app[LINE_DESK]
    now = desk.clock.now()
    known = {line.platform: line for line in await desk.store.line_states()}
    holders = {lease.name: lease.holder for lease in await desk.store.leases() if lease.until > now}
    gaps = await desk.store.gaps(since=now - LOOKS_BACK)
    return {
        "lines": [_line(platform, known.get(platform), holders.get(platform, ""), now) for platform in desk.platforms],
        "gaps": [_gap(gap) for gap in gaps[-_MOST_GAPS:][::-1]],
        "days": LOOKS_BACK.days,
    }


def _line(platform: str, line: LineRecord | None, holder: str, now: datetime) -> LineView:
    state = LineState.CONNECTING if line is None else line.state
    qr = None if line is None else line.qr
    return LineView(
        platform=platform,
        name=_NAMES.get(platform, platform),
        state=_STATES[state],
        good=state is LineState.ONLINE,
        since="" if line is None else _time(line.at, now),
        why="" if line is None else line.why,
        todo=_TO_DO[state],
        holder=holder,
        code="" if qr is None else sha256(qr.encode()).hexdigest()[:12],
    )


def _gap(gap: Gap) -> GapView:
    stretch = Stretch(since=gap.since, until=gap.until)
    same_day = local(gap.since).date() == local(gap.until).date()
    return GapView(
        name=_NAMES.get(gap.platform, gap.platform),
        since=f"{local(gap.since):%m-%d %H:%M}",
        until=f"{local(gap.until):%H:%M}" if same_day else f"{local(gap.until):%m-%d %H:%M}",
        minutes=stretch.minutes,
        why=gap.why,
    )


def _time(at: datetime, now: datetime) -> str:
    here = local(at)
    return f"{here:%H:%M}" if here.date() == local(now).date() else f"{here:%m-%d %H:%M}"
