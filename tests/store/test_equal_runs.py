"""Equal stories leave equal tables, on either database: replays can be compared, and moving over changes nothing."""

from pathlib import Path

from bot.domain.outcome import Outcome
from bot.ports import SendState
from bot.store import dump, open_store, verify
from tests.store.conftest import OnPostgres, OnSqlite
from tests.store.world import clue, hear, lamp, minutes, opened, post, said, slot


async def tell(url: str, keys: Path) -> dict[str, list[tuple[object, ...]]]:
    """The same small story, and the tables that it leaves."""
    store = await open_store(url, durable=False, keys=keys)
    try:
        await hear(store, said("m1"))
        await hear(store, said("m1"))
        await hear(store, said("m2"), cadre=True)
        outcome = opened(lamp()) + Outcome(sends=(post("a"), post("a"), post("b")), clues=(clue("m9"),))
        await store.commit(outcome + Outcome(slots=(slot(minutes(9)),)), now=minutes(1), handled=[1])
        await store.claim_sends(minutes(1), limit=5)
        await store.settle("b1", SendState.SENT, now=minutes(2), platform="practice", platform_id="w-1")
        await store.remember("where", "here")
        assert await verify(store) == ()
        return await dump(store)
    finally:
        await store.close()


async def test_two_runs_and_two_databases_come_to_the_same(
    on_sqlite: OnSqlite, on_postgres: OnPostgres, tmp_path: Path
) -> None:
    keys = tmp_path / "clue.keys"  # names that stand for clues depend on the keys
    first = await tell(await on_sqlite.fresh(tmp_path), keys)
    (tmp_path / "again").mkdir()
    assert await tell(await on_sqlite.fresh(tmp_path / "again"), keys) == first
    on_the_server = await tell(await on_postgres.fresh(tmp_path), keys)
    assert {name: len(rows) for name, rows in first.items() if rows} == {
        "chain_heads": 1,
        "clue_chain": 1,
        "clue_events": 1,
        "clues": 1,
        "facts": 1,
        "group_days": 1,
        "hearing": 1,
        "inbox": 2,
        "outbox": 2,
        "slots": 1,
        "ticket_events": 1,
        "ticket_links": 1,
        "tickets": 1,
    }
    assert first["chain_heads"] == [
        ("v-lw", 1, "cb29f3af4b668395c0f3c30ccf9eef1f3897db4d1c30de6d162943e6e7f2e86a"),
    ]
    # order numbers may have gaps on PostgreSQL, where a refused duplicate uses one up
    assert without_numbers(on_the_server) == without_numbers(first)


def without_numbers(tables: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """The tables without the leading order number of inbox and outbox."""
    numbered = ("inbox", "outbox")
    return {name: [row[1:] for row in rows] if name in numbered else rows for name, rows in tables.items()}
