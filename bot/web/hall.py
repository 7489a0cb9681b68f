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
from bot.web.choices import SLOTS, Choice, Slot, choose, practice_groups
from bot.web.desk import DESK, HallClock, HallDesk
from bot.web.events import OPEN_PAGES, OpenPages, events, hang_up
from bot.web.guards import add_headers, same_site_only, say_why_not
from bot.web.looking import HallView, look, whole_line
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

# A character takes up to 12 bytes in a form.
_LARGEST_FORM = 12 * LONGEST + 10_000


def build_web(desk: HallDesk) -> web.Application:
    """Build the application of the practice hall.

    Raises FileNotFoundError if the vendored scripts are not installed (``npm ci``).
    """
    for path in VENDORED.values():
        if not path.is_file():
            message = f"缺少网页脚本 {path.name}：请先运行 make setup"
            raise FileNotFoundError(message)
    app = web.Application(middlewares=[same_site_only, say_why_not], client_max_size=_LARGEST_FORM)
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
    app.router.add_post("/say", say)
    app.router.add_post("/clock", move_clock)
    app.router.add_get("/events", events)
    app.router.add_get("/healthz", health)
    app.router.add_get("/static/vendor/{name}", vendored)
    app.router.add_static("/static/", HERE / "static")
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
    choice = _choice(request, request.query)
    slot = request.query.get("pane", "")
    talk = choice.talk(Slot(slot)) if choice is not None and slot in SLOTS else None
    line = await whole_line(request.app[DESK], talk, request.query.get("line", "")) if talk else None
    if line is None:
        return web.Response(status=404, text="这条消息已经不在最近的记录里了。")
    return aiohttp_jinja2.render_template("whole.html", request, {"line": line})


async def say(request: web.Request) -> web.StreamResponse:
    """Take a message. 204 if it is stored; 400 with the reason if it cannot be sent; 503 if it could not be stored."""
    desk = request.app[DESK]
    try:
        incoming = read_message(await _form(request), desk)
    except Refused as error:
        return web.Response(status=400, text=str(error))
    await desk.receiver.receive(incoming)
    return web.Response(status=204)


async def move_clock(request: web.Request) -> web.StreamResponse:
    """Move the practice clock: ``hour``, ``workday``, ``close``, or ``listen`` (past the join window)."""
    desk = request.app[DESK]
    step = (await _form(request)).get("to", "")
    target = clock_target(
        step,
        desk.clock.now(),
        desk.office.calendar,
        silence=desk.office.rules.join_window.silence,
    )
    if target is None:
        return web.Response(status=400, text="不认识这个时间按钮，请刷新页面再试。")
    await desk.clock.move_to(target)
    return web.Response(status=204)


def clock_target(step: str, now: datetime, calendar: WorkCalendar, *, silence: int) -> datetime | None:
    """Return where a button moves the clock to, aware; None for a button that there is not.

    ``silence`` is the join window in seconds.
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
    return None


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
    choice = _choice(request, request.query)
    return None if choice is None else await look(request.app[DESK], choice)


def _choice(request: web.Request, wanted: Mapping[str, str]) -> Choice | None:
    desk = request.app[DESK]
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
    }
