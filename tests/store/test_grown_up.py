"""A county that has used the bot since any released version brings its database up to date, with what is in it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Boolean, Column, Connection, Date, DateTime, Integer, MetaData, Table, inspect, select

from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind
from bot.store import migrate, open_store, verify
from bot.store.chain import GENESIS, Content, entry_hash
from bot.store.engine import connect
from bot.store.migrate import _config
from tests.store.conftest import Place
from tests.store.test_migrations import EVERY_STEP
from tests.store.world import GROUP, MORNING, VILLAGE, changed, closed, hear, lamp, minutes, opened, said

AT = datetime(2026, 3, 6, 1, 12, 3, tzinfo=UTC)
TICKET = f"{VILLAGE}-2026-1"
ROWS: Mapping[str, Mapping[str, object]] = {
    "inbox": {
        "platform": "practice",
        "message": "m1",
        "conversation": GROUP,
        "group_id": GROUP,
        "sender": "u-12",
        "name": "阿珍",
        "kind": "text",
        "text": "二组路灯又不亮了",
        "mentions": "[]",
        "media": "[]",
        "state": "new",
    },
    "group_days": {"group_id": GROUP, "villager_messages": 1},
    "hearing": {"group_id": GROUP},
    "tickets": {
        "id": TICKET,
        "village": VILLAGE,
        "year": 2026,
        "number": 1,
        "category": "help",
        "state": "open",
        "level": 1,
        "unit": VILLAGE,
        "owner": "p-3",
        "platform": "practice",
        "group_id": GROUP,
        "requester": "u-12",
        "text": "二组路灯又不亮了",
        "topic": "路灯",
        "place": "二组",
        "channel": "group",
        "units": "[]",
        "colour": "none",
        "publication": "",
    },
    "ticket_links": {
        "ticket": TICKET,
        "platform": "practice",
        "message": "m1",
        "relation": "piece",
        "sender": "u-12",
    },
    "outbox": {
        "recipient": f"group:{GROUP}",
        "kind": "receipt",
        "text": "收到,1号",
        "dedupe_key": "receipt:1",
        "ticket": TICKET,
        "choices": "[]",
        "state": "pending",
        "pace": "free",
        "rank": 1,
    },
    "slots": {"job": "overdue", "scope": TICKET, "state": "pending"},
    "facts": {"key": "where", "value": "here"},
    "bindings": {"whose": "person", "subject": "p-3", "act": "bound", "platform": "wechat", "address": "wx-3"},
    "rooms": {"platform": "wechat", "conversation": "r-1", "name": "柳湾村村民群"},
    "gaps": {"platform": "wechat", "account": "bot", "why": "断网"},
    "duty_changes": {"kind": "absence", "person": "p-3", "first": date(2026, 3, 9), "last": date(2026, 3, 10)},
    "kept_answers": {"unit": VILLAGE, "name": "路灯", "topic": "路灯", "asked": "路灯", "text": "三天内修"},
}
"""What was in each table, as its own version wrote it; columns that a version did not have yet are left out."""
SEALED_SINCE = "0003"


def was(connection: Connection, revision: str) -> None:
    """A database of that version with a small village in it, written by plain statements."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    catalogue = MetaData()
    there = inspect(connection).get_table_names()
    for name, row in ROWS.items():
        if name in there:
            table = Table(name, catalogue, autoload_with=connection)
            connection.execute(table.insert().values(**complete(table, row)))
    content = Content(ticket=TICKET, at=AT, kind="opened", actor="bot", data="{}", rule="R1")
    here = entry_hash(GENESIS, content)
    events = Table("ticket_events", catalogue, autoload_with=connection)
    heads = Table("chain_heads", catalogue, autoload_with=connection)
    chained = {"village": VILLAGE, "position": 1, "prev_hash": GENESIS, "hash": here}
    connection.execute(events.insert().values(**complete(events, vars_of(content) | chained)))
    connection.execute(heads.insert().values(village=VILLAGE, position=1, hash=here))


def vars_of(content: Content) -> dict[str, object]:
    """The columns of an event."""
    return {name: getattr(content, name) for name in ("ticket", "at", "kind", "actor", "data", "rule")}


def complete(table: Table, row: Mapping[str, object]) -> dict[str, object]:
    """What the row says for the columns there are, and something harmless where one must not be empty."""
    known = {name: value for name, value in row.items() if name in table.c}
    must = [column for column in table.c if not column.nullable and column.name not in known]
    numbered = {column.name for column in table.primary_key if isinstance(column.type, Integer)}
    return known | {column.name: _harmless(column) for column in must if column.name not in numbered}


def _harmless(column: Column[Any]) -> object:
    kind = column.type
    if isinstance(kind, DateTime):
        return AT
    if isinstance(kind, Date):
        return AT.date()
    if isinstance(kind, Boolean):
        return False
    return 0 if isinstance(kind, Integer) else ""


@pytest.mark.parametrize("revision", EVERY_STEP)
async def test_what_was_stored_is_read_and_worked_on(place: Place, tmp_path: Path, revision: str) -> None:
    url = await place.bare(tmp_path)
    keys = tmp_path / "clue.keys"
    database = connect(url, create=True, keys=keys)
    await database.write(lambda connection: was(connection, revision))
    if revision >= SEALED_SINCE:  # from then on the words lie sealed
        await database.write(seal)
    await database.close()
    assert await migrate(url, keys=keys) == EVERY_STEP[EVERY_STEP.index(revision) + 1 :]
    store = await open_store(url, durable=False, keys=keys)
    try:
        (message,) = await store.pending(GROUP)
        assert (message.text, message.name, message.at) == ("二组路灯又不亮了", "阿珍", MORNING)
        (thread,) = await store.all_threads()
        assert (thread.ticket.requester, [link.message for link in thread.links]) == ("u-12", ["m1"])
        assert [event.kind for event in await store.history(TICKET)] == [EventKind.OPENED]
        assert await verify(store) == ()
        (send,) = await store.claim_sends(minutes(1), limit=5)
        assert send.outgoing.text == "收到,1号"
        assert [one.scope for one in await store.due_slots(minutes(1))] == [TICKET]
        assert await store.recall("where") == "here"
        assert (await store.days([GROUP], since=MORNING.date()))[0].villager_messages == 1
        done = closed(thread.ticket, minutes(2))
        await store.commit(changed(done, EventKind.CLOSED, at=minutes(2)), now=minutes(2), handled=[message.seq])
        assert await hear(store, said("m2"))
        assert await store.commit(opened(lamp(2), "m2") + Outcome(), now=minutes(3))
        assert await verify(store) == ()
        assert (await store.stored_about("practice", "u-12")).messages == 1
    finally:
        await store.close()


def seal(connection: Connection) -> None:
    """Seal the words as the versions since the ledger did."""
    vault = connection.dialect.xiaowei_vault  # type: ignore[attr-defined]  # given by store.columns
    for name, columns in (("inbox", ("text",)), ("outbox", ("text", "choices"))):
        table = Table(name, MetaData(), autoload_with=connection)
        row = connection.execute(select(table)).mappings().one()
        sealed = {
            column: vault.seal(f"={row[column]}" if column == "text" else row[column], f"{name}.{column}")
            for column in columns
        }
        connection.execute(table.update().values(**sealed))
