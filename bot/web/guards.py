"""What stands before every page: the headers that bind the browser, and the refusal of posts from other sites."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.domain.whereabouts import whereabouts
from bot.ports import StoreUnavailable
from bot.ports.platform import NotAccepted

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def from_same_site(headers: Mapping[str, str]) -> bool:
    """Whether a browser sent this from a page of ours: by ``Sec-Fetch-Site``, else by ``Origin``.

    A request with neither comes from no browser that could be misled, but from no page of ours either: refused.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("Host", "")


@web.middleware
async def same_site_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what would change something if it does not come from a page of ours."""
    if request.method not in _SAFE and not from_same_site(request.headers):
        return web.Response(status=403, text="这个请求不是从本页面发出的，没有执行。")
    return await handler(request)


@web.middleware
async def say_why_not(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say in Chinese why a request was not served: 503 with the store's words, 413 for too much, 500 for a fault."""
    try:
        return await handler(request)
    except (NotAccepted, StoreUnavailable) as error:
        return web.Response(status=503, text=str(error))
    except web.HTTPRequestEntityTooLarge:
        return web.Response(status=413, text="太长了，发不出去。请分几次发。")
    except web.HTTPException:
        raise
    except Exception as error:  # the last door before the visitor, who is told in plain words  # noqa: BLE001
        structlog.get_logger("web").error("page_failed", path=request.path, cause=whereabouts(error))
        return web.Response(status=500, text="小微这边出了点问题，请刷新页面再试。")


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Put the binding headers on every response."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
