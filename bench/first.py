"""What a new process does until its first message is decided, for ``bench.durable --start``.

It comes in by the door of ``xiaowei run`` and so loads what that loads, the pages included; only it opens none.
"""

import asyncio
import secrets
import sys
from datetime import datetime
from pathlib import Path

from bot.cli import imported

imported("bot.cli.running")  # before anything else, as the command does

from bot.building import build_judge, build_office  # noqa: E402
from bot.connecting import practice_platforms  # noqa: E402
from bot.domain.messages import Incoming, Kind  # noqa: E402
from bot.engine import Engine  # noqa: E402
from bot.settings import read_settings  # noqa: E402
from bot.settings.source import SHIPPED  # noqa: E402
from bot.store import migrate, open_store  # noqa: E402

BEGINS = datetime.fromisoformat("2026-03-06T19:00:00+08:00")


async def first_decision(url: str, folder: Path) -> None:
    """What a new process does until its first message is decided."""
    settings = read_settings(SHIPPED / "demo", {})
    await migrate(url, keys=folder / "clue.keys")
    store = await open_store(url, keys=folder / "clue.keys")
    engine = Engine(
        store=store,
        office=build_office(settings),
        judge=build_judge(settings),
        platforms=practice_platforms(settings),
    )
    await engine.start(now=BEGINS)
    group = next(group for group in settings.county.groups.values() if group.conversation)
    message = Incoming(
        platform=group.platform,
        id=secrets.token_hex(4),
        group=group.conversation,
        sender="somebody",
        name="",
        kind=Kind.TEXT,
        text="着火了，快救命",
        sent_at=BEGINS,
    )
    await engine.receive(message, now=BEGINS)
    await engine.hear(now=BEGINS)
    assert await store.all_threads(), "the first message was decided"
    assert not await store.waiting(), "and so was every one of a later process"
    await store.close()


if __name__ == "__main__":
    asyncio.run(first_decision(sys.argv[1], Path(sys.argv[2])))
