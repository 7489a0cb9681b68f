"""The practice hall: its routes. ``build_web`` makes the application that ``bot.app`` serves (DESIGN section 5)."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.domain.org import Group
from bot.domain.workdays import SHANGHAI, WorkCalendar, local
from bot.ports.media import NotTaken
from bot.ports.platform import NotAccepted
from bot.web.choices import Choice, choose, practice_groups
from bot.web.desk import DESK, HallClock, HallDesk
from bot.web.events import OPEN_PAGES, OpenPages, events, hang_up
from bot.web.guards import add_headers, same_site_only, say_why_not
from bot.web.health import Vitals, add_health
from bot.web.hosts import our_host_only
from bot.web.lines import LineDesk, add_lines
from bot.web.looking import HallView, line_asked_for, look
from bot.web.month import add_month
from bot.web.pictures import MULTIPART, Form, media, read_upload
from bot.web.pieces import pieces_of
from bot.web.saying import LONGEST, Refused, read_message
from bot.web.words import clock_face

__all__ = ["HallClock", "HallDesk", "build_web"]

HERE = Path(__file__).parent
VENDOR = HERE.parents[1] / "node_modules" / "htmx.org" / "dist"
VENDORED = {
    "htmx.js": VENDOR / "htmx.min.js",
    "hx-sse.js": VENDOR / "ext" / "hx-sse.min.js",
}

MORNING = time(8, 0)
CLOSE = time(17, 0)
FARTHEST = timedelta(days=4)
"""How far a held message may be ahead: the bot keeps nothing back for longer than until the next day."""

# A character takes up to 12 bytes in a form.
_LARGEST_FORM = 12 * LONGEST + 10_000


def build_web(
    desk: HallDesk,
    *,
    hosts: frozenset[str] = frozenset(),
    lines: LineDesk | None = None,
    vitals: Vitals | None = None,
) -> web.Application:
    """Build the application of the practice hall, and with ``lines`` the operator's page of the lines.

    With ``vitals`` it says whether this process is alive and ready; without, only that the pages answer.

    ``hosts`` are the names under which it may be reached, besides plain addresses and this machine's own. Raises
    FileNotFoundError if the vendored scripts are not installed (``npm ci``).
    """
    for path in VENDORED.values():
        if not path.is_file():
            message = f"缺少网页脚本 {path.name}：请先运行 make setup"
            raise FileNotFoundError(message)
    guards = [our_host_only(hosts), same_site_only, say_why_not]
    app = web.Application(middlewares=guards, client_max_size=_LARGEST_FORM)
    app[DESK] = desk
    app[OPEN_PAGES] = OpenPages()
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(hang_up)
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    app.router.add_get("/", page)
    app.router.add_get("/panes/hall", panes)
    app.router.add_get("/panes/clock", clock)
    app.router.add_get("/panes/whole", whole)
    add_month(app)
    app.router.add_get("/media/{key}", media)
    app.router.add_post("/say", say)
    app.router.add_post("/clock", move_clock)
    app.router.add_get("/events", events)
    if vitals is None:
        app.router.add_get("/healthz", health)
    else:
        add_health(app, vitals)
    app.router.add_get("/static/vendor/{name}", vendored)
    app.router.add_static("/static/", HERE / "static")
    if lines is not None:
        add_lines(app, lines)
    return app


async def page(request: web.Request) -> web.StreamResponse:
    """Show the whole hall."""
    view = await _view(request)
    if view is None:
        return aiohttp_jinja2.render_template("empty.html", request, {})
    return aiohttp_jinja2.render_template("hall.html", request, _context(request, view))


async def panes(request: web.Request) -> web.StreamResponse:
    """Show what changes: the three panes and the tickets, and the clock beside them."""
    view = await _view(request)
    if view is None:
        return web.Response(status=404, text="还没有练习用的群。")
    response = aiohttp_jinja2.render_template("refresh.html", request, _context(request, view))
    if "picked" in request.query:
        response.headers["HX-Replace-Url"] = f"/?{urlencode(view.choice.as_query)}"
    return response


async def clock(request: web.Request) -> web.StreamResponse:
    """Show the practice clock alone."""
    desk = request.app[DESK]
    face = clock_face(desk.clock.now(), desk.office.calendar)
    return aiohttp_jinja2.render_template("clock.html", request, {"clock": face})


async def whole(request: web.Request) -> web.StreamResponse:
    """Show the whole text of a line that the pane shows folded."""
    desk = await request.app[DESK].of_today()
    asked = await line_asked_for(desk, request.query)
    if asked is None:
        return web.Response(status=404, text="这条消息已经不在最近的记录里了。")
    pieces = await pieces_of(desk, asked.choice, asked.slot, (asked.line,))
    return aiohttp_jinja2.render_template(
        "whole.html", request, {"line": asked.line, "pieces": pieces.get(asked.line.id, ())}
    )


async def say(request: web.Request) -> web.StreamResponse:
    """Take a message. 204 if it is stored; 400 with the reason if it cannot be sent; 503 if it could not be stored."""
    desk = await request.app[DESK].of_today()
    try:
        if request.content_type == MULTIPART:
            form = await read_upload(request, desk)
        else:
            form = Form(await _form(request), None)
        await _take(form, desk)
    except (Refused, NotTaken) as error:
        return web.Response(status=400, text=str(error))
    return web.Response(status=204)


async def _take(form: Form, desk: HallDesk) -> None:
    """Store a message, after the picture that comes with it.

    Raises Refused, NotTaken, NotAccepted, StoreUnavailable.
    """
    if form.picture is None:
        await desk.receiver.receive(read_message(form.fields, desk))
        return
    try:
        async with desk.uploads.taking(form.picture) as ref:
            await desk.receiver.receive(read_message(form.fields, desk, ref))
    except OSError as error:
        message = "图片没有存下来：磁盘写不进去，请联系运维。"
        raise NotAccepted(message) from error


async def move_clock(request: web.Request) -> web.StreamResponse:
    """Move the practice clock: ``hour``, ``workday``, ``close``, ``listen`` (the join window), ``until`` (``at``)."""
    desk = request.app[DESK]
    if not desk.clock_moves:
        why = "接了微信或钉钉" if desk.real else "分了几个进程"
        return web.Response(status=409, text=f"{why}，时间跟真的走，不能拨。")
    form = await _form(request)
    target = clock_target(
        form.get("to", ""),
        desk.clock.now(),
        desk.office.calendar,
        silence=desk.office.rules.join_window.silence,
        at=form.get("at", ""),
    )
    if target is None:
        return web.Response(status=400, text="不认识这个时间按钮，请刷新页面再试。")
    await desk.clock.move_to(target)
    return web.Response(status=204)


def clock_target(step: str, now: datetime, calendar: WorkCalendar, *, silence: int, at: str = "") -> datetime | None:
    """Return where a button moves the clock to, aware; None for a button that there is not.

    ``silence`` is the join window in seconds; ``at`` the instant of ``until`` (ISO), which must be near and to come.
    """
    here = local(now)
    match step:
        case "hour":
            return here + timedelta(hours=1)
        case "workday":
            return datetime.combine(calendar.next_workday(here.date()), MORNING, SHANGHAI)
        case "close":
            today = datetime.combine(here.date(), CLOSE, SHANGHAI)
            return today if here < today else today + timedelta(days=1)
        case "listen":
            return here + timedelta(seconds=silence)
        case "until":
            return _soon(at, here)
    return None


def _soon(at: str, now: datetime) -> datetime | None:
    """Return the instant of a button that was drawn a while ago: None if it is no time or too far off."""
    try:
        target = datetime.fromisoformat(at)
    except ValueError:
        return None
    if target.tzinfo is None or target > now + FARTHEST:
        return None
    return max(target, now)


async def health(_request: web.Request) -> web.StreamResponse:
    """Answer that the web part is alive."""
    return web.Response(text="ok")


async def vendored(request: web.Request) -> web.StreamResponse:
    """Serve a vendored script."""
    path = VENDORED.get(request.match_info["name"])
    if path is None:
        raise web.HTTPNotFound
    return web.FileResponse(path)


async def _view(request: web.Request) -> HallView | None:
    desk = await request.app[DESK].of_today()
    choice = _choice(desk, request.query)
    return None if choice is None else await look(desk, choice)


def _choice(desk: HallDesk, wanted: Mapping[str, str]) -> Choice | None:
    return choose(wanted, office=desk.office, hall=desk.hall, now=desk.clock.now())


async def _form(request: web.Request) -> dict[str, str]:
    """Return the text fields of a form, the last of each name."""
    return {key: value for key, value in (await request.post()).items() if isinstance(value, str)}


def _context(request: web.Request, view: HallView) -> dict[str, object]:
    office = request.app[DESK].office
    groups: dict[str, list[Group]] = {}
    for group in practice_groups(office):
        groups.setdefault(group.village, []).append(group)
    return {
        "view": view,
        "clock": view.clock,
        "choice": view.choice,
        "county": office.org.county.name,
        "groups": groups,
        "units": office.org.units,
        "silence": office.rules.join_window.silence,
        "clock_moves": request.app[DESK].clock_moves,
        "real": request.app[DESK].real,
        "most_mib": office.rules.media.most_mib,
    }
