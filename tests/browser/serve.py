"""Serves the practice hall of the small village on a free port, for browser tests; prints the port."""

import asyncio

from aiohttp import web

from bot.web.hall import build_web
from tests.web.fakes import lively


async def main() -> None:
    """Serve until the process is ended. A message that says 存不下 is refused, as by a full disk."""
    made = lively()
    runner = web.AppRunner(build_web(made.desk))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.receiver.refuses = "存不下"
    print(runner.addresses[0][1], flush=True)  # noqa: T201 - the test reads the port
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
