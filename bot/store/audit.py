"""Checks the chains of ticket events in the database: ``xiaowei audit verify``."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy import Connection, select

from bot.store.chain import Break, Content, Entry, Head, breaks
from bot.store.store import SqlStore
from bot.store.tables import CHAIN_HEADS, EVENTS

_PAGE: Final = 2000


async def verify(store: SqlStore) -> tuple[Break, ...]:
    """Every place where a village's history was edited, cut, extended or put in another order; empty if it is whole.

    Reads one unchanging state while the bot goes on writing. Raises StoreUnavailable.
    """
    return await store.database.read(_verify)


async def heads(store: SqlStore) -> dict[str, tuple[int, str]]:
    """How long each village's chain is and the hash that it ends in, to be kept elsewhere as proof."""
    return await store.database.read(_heads)


def _heads(connection: Connection) -> dict[str, tuple[int, str]]:
    rows = connection.execute(select(CHAIN_HEADS)).all()
    return {row.village: (row.position, row.hash) for row in sorted(rows, key=lambda row: str(row.village))}


def _verify(connection: Connection) -> tuple[Break, ...]:
    ends = {village: Head(position=position, hash=hash_) for village, (position, hash_) in _heads(connection).items()}
    with_events = {row.village for row in connection.execute(select(EVENTS.c.village).distinct())}
    found = (
        breaks(village, _entries(connection, village), ends.get(village)) for village in sorted(with_events | set(ends))
    )
    return tuple(one for of_village in found for one in of_village)


def _entries(connection: Connection, village: str) -> Iterator[Entry]:
    """The events of a village by position, read in pages: a county's history need not fit into memory."""
    ask = partial(_page, connection, village)
    page = ask(None)
    while page:
        yield from page
        page = ask(page[-1].position)


def _page(connection: Connection, village: str, after: int | None) -> list[Entry]:
    query = select(EVENTS).where(EVENTS.c.village == village).order_by(EVENTS.c.position).limit(_PAGE)
    if after is not None:
        query = query.where(EVENTS.c.position > after)
    return [
        Entry(
            position=row.position,
            content=Content(ticket=row.ticket, at=row.at, kind=row.kind, actor=row.actor, data=row.data, rule=row.rule),
            prev_hash=row.prev_hash,
            hash=row.hash,
        )
        for row in connection.execute(query)
    ]
