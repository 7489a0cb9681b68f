"""Pictures on their way into the hall and out of it: reading an upload, and serving what a line shows."""

import asyncio
from collections.abc import Mapping
from io import BytesIO
from typing import Final, NamedTuple
from urllib.parse import quote

from aiohttp import web

from bot.ports.media import TooLarge
from bot.web.desk import DESK, HallDesk
from bot.web.looking import line_asked_for
from bot.web.pieces import SHOWN_BY_BROWSERS, digest_of, fits
from bot.web.saying import Refused

MULTIPART: Final = "multipart/form-data"
_NUMBERS: Final = frozenset(str(number) for number in range(100))
"""How pieces of one message are counted in an address; no platform lets anybody send more at once."""
_MIB: Final = 1024 * 1024
_BESIDE: Final = _MIB // 4
"""What a form with a picture may hold besides it, in bytes."""


class Form(NamedTuple):
    """The text fields of a form, the last of each name, and the bytes of the picture, if one came with it."""

    fields: Mapping[str, str]
    picture: bytes | None


async def read_upload(request: web.Request, desk: HallDesk) -> Form:
    """Read a form with a picture, without ever holding up the loop.

    Raises TooLarge, and Refused for what no page of ours sends.
    """
    most = desk.office.rules.media.most_mib
    roomy = request.clone(client_max_size=most * _MIB + _BESIDE)
    try:
        form = await roomy.post()
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLarge(most) from error
    except ValueError as error:
        message = "图片没传完整，请再发一次。"
        raise Refused(message) from error
    fields = {key: value for key, value in form.items() if isinstance(value, str)}
    picture = form.get("picture")
    if not isinstance(picture, web.FileField):
        return Form(fields, None)
    try:
        return Form(fields, await asyncio.to_thread(picture.file.read))
    finally:
        await asyncio.to_thread(picture.file.close)


async def media(request: web.Request) -> web.StreamResponse:
    """Serve one picture or file of a line that the talk shows; 404 for anything else.

    What browsers show by themselves is shown, the rest can only be kept: nothing is ever run on our pages.
    """
    desk = await request.app[DESK].of_today()
    asked = await line_asked_for(desk, request.query)
    nth = request.query.get("nth", "")
    if (
        asked is None
        or nth not in _NUMBERS
        or not fits(desk, request.match_info["key"], asked.talk, asked.line.id, nth)
    ):
        return _missing()
    digest = await digest_of(desk, asked.line, int(nth))
    if digest is None:
        return _missing()
    try:
        found = await desk.shelf.load(digest)
    except OSError:
        return web.Response(status=503, text="图片文件夹读不了，请联系运维。")
    if found is None:
        return _missing()
    shown = found.media_type in SHOWN_BY_BROWSERS
    how = "inline" if shown else "attachment"
    return web.Response(
        body=BytesIO(found.data),  # written in pieces, so that a large one holds up nobody
        content_type=found.media_type if shown else "application/octet-stream",
        headers={
            "Content-Disposition": f"{how}; filename*=UTF-8''{quote(found.name, safe='')}",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        },
    )


def _missing() -> web.Response:
    return web.Response(status=404, text="这张图片或这个文件已经不在最近的记录里了，请刷新页面。")
