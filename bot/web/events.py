"""Tells open pages that something changed, as server-sent events: ``changed``; and ``tick``, to look in any case."""

import asyncio

from aiohttp import web

from bot.web.desk import DESK

TICK_SECONDS = 15.0
"""How often an idle page hears from us; it also finds connections that have gone."""


class OpenPages:
    """The connections that are open, so that they can be ended."""

    def __init__(self) -> None:
        self.closing = asyncio.Event()

    def close(self) -> None:
        """End all of them."""
        self.closing.set()


OPEN_PAGES = web.AppKey("open_pages", OpenPages)


class _Gone(Exception):  # noqa: N818 - reads as what happened
    """We are stopping, so every open page is let go."""


async def events(request: web.Request) -> web.StreamResponse:
    """Keep the connection open and report every change until either side goes."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_report(request, response))
            group.create_task(_tick(response))
            group.create_task(_until_closing(request.app[OPEN_PAGES]))
    except* (ConnectionResetError, _Gone):
        pass  # the page was closed, or we are stopping: an ordinary end
    return response


async def _report(request: web.Request, response: web.StreamResponse) -> None:
    async with request.app[DESK].signal.listen() as changes:
        await _write(response, "changed")  # what happened while nobody listened
        async for _ in changes:
            await _write(response, "changed")


async def _tick(response: web.StreamResponse) -> None:
    while True:
        await asyncio.sleep(TICK_SECONDS)
        await _write(response, "tick")


async def _until_closing(pages: OpenPages) -> None:
    await pages.closing.wait()
    raise _Gone


async def _write(response: web.StreamResponse, event: str) -> None:
    await response.write(f"event: {event}\ndata: -\n\n".encode())


async def hang_up(app: web.Application) -> None:
    """Let all open pages go, so that stopping does not wait for them."""
    app[OPEN_PAGES].close()
