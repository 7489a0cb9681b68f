"""A process that accepts messages and commits tickets until it is killed; it prints what was acknowledged.

Usage: writer.py URL. Lines: ``accepted mN``, ``committed N``.
"""

import asyncio
import sys

from bot.domain.outcome import Outcome
from bot.store import SqlStore, open_store
from tests.store.world import GROUP, VILLAGE, hear, lamp, minutes, opened, post, said


async def write(url: str) -> None:
    """Work until killed, several things at a time."""
    store = await open_store(url)
    number = (await store.next_numbers([VILLAGE], 2026))[VILLAGE]
    while True:
        batch = [f"m{number}-{part}" for part in range(3)]
        await asyncio.gather(*(accept(store, name) for name in batch))
        pending = [message.seq for message in await store.pending(GROUP)]
        outcome = opened(lamp(number), batch[0]) + Outcome(sends=(post(f"receipt/{number}"),))
        if await store.commit(outcome, now=minutes(number), handled=pending):
            tell(f"committed {number}")
        number += 1


async def accept(store: SqlStore, name: str) -> None:
    """One message, told only when the store has it."""
    await hear(store, said(name))
    tell(f"accepted {name}")


def tell(line: str) -> None:
    """Acknowledge, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1]))
