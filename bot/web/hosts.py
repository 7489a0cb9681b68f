"""Refuses requests that name a host that is not ours: a page of another site could otherwise reach us by its own name.

A name can be made to point anywhere (DNS rebinding); a plain address cannot, so those are let in.
"""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_ALWAYS = frozenset({"localhost"})


def names_of(*written: str | None) -> frozenset[str]:
    """Host names as settings write them (several with commas, perhaps with ports), ready to be compared."""
    parts = (part for words in written if words for part in words.split(","))
    return frozenset(host for host in map(host_of, parts) if host)


def host_of(header: str) -> str:
    """The name in a Host header, without the port, in small letters; empty if there is none to be read."""
    try:
        return (urlsplit(f"//{header.strip()}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def is_ours(header: str, names: Iterable[str]) -> bool:
    """Whether a Host header names us: by plain address, as this very machine, or by one of our names."""
    host = host_of(header)
    return bool(host) and (host in _ALWAYS or host in names or _is_address(host))


def our_host_only(names: frozenset[str]) -> Middleware:
    """The middleware that answers 421 to everything else."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if is_ours(request.headers.get("Host", ""), names):
            return await handler(request)
        return web.Response(
            status=421,
            text="小微不认识这个网址。请用机器的 IP 地址打开；要用域名，请运维把它写进环境变量 XIAOWEI_PUBLIC_HOST。",
        )

    return check


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
