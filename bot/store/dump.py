"""Everything in the database as plain values, to compare two runs or two databases."""

from sqlalchemy import Connection, select

from bot.store.store import SqlStore
from bot.store.tables import Row


async def dump(store: SqlStore) -> dict[str, list[tuple[object, ...]]]:
    """All tables by name, each with its rows in a fixed order; times in UTC."""
    return await store.database.read(_dump)


def _dump(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = Row.metadata.tables
    return {
        name: sorted((tuple(row) for row in connection.execute(select(tables[name]))), key=repr)
        for name in sorted(tables)
    }
