"""A database of before the ledger is sealed when it is brought up to date: nothing is lost, nothing lies open."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from bot.domain.outcome import Mark
from bot.store import migrate, open_store
from bot.store.clues import verify
from bot.store.engine import connect
from bot.store.migrate import _config
from tests.store.world import GROUP, MORNING, VILLAGE, minutes

PLAIN = ("会计拿走了修路款", "保密线索里有新内容", "二组路灯又不亮了", "clue-guide:practice/u-12")


def former(connection: Connection) -> None:
    """The tables as they were before."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0002")


async def of_before(file: Path) -> None:
    """A database with a lamp, a clue, and what was said about it."""
    database = connect(f"sqlite:///{file}", create=True)
    await database.write(former)
    await database.close()
    with closing(sqlite3.connect(file)) as old:
        for seq, (text, mark) in enumerate(((PLAIN[2], None), (PLAIN[0], "clue"), (PLAIN[2] + "吗", "maybe")), 1):
            old.execute(
                "INSERT INTO inbox VALUES (?, 'practice', ?, ?, ?, 'u-12', '阿珍', 'text', ?, ?, ?,"
                " '[]', NULL, 0, 'handled', ?, NULL, '')",
                (seq, f"m{seq}", GROUP, GROUP, text, "2026-03-06 01:12:03.000000", "2026-03-06 01:12:03.000000", mark),
            )
        old.execute(
            "INSERT INTO outbox (recipient, kind, text, dedupe_key, confidential, choices, state, created_at, attempts,"
            " error) VALUES ('person:p-1', 'notice', ?, ?, 1, '[]', 'sent', '2026-03-06 01:13:00.000000', 1, '')",
            (PLAIN[1], PLAIN[3]),
        )
        old.execute(
            "INSERT INTO clues VALUES (1, 'practice', 'm2', '[\"m2\"]', ?, 0, ?, '2026-03-06 01:12:03.000000',"
            " '[\"p-9\"]')",
            (VILLAGE, PLAIN[0]),
        )
        old.commit()


def all_bytes(file: Path) -> bytes:
    """The file with its log."""
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


async def test_what_lay_open_is_sealed_and_stays_what_it_was(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    await of_before(file)
    assert all(word.encode() in all_bytes(file) for word in PLAIN)
    assert (await migrate(f"sqlite:///{file}"))[0] == "0003"

    raw = all_bytes(file)
    assert [word for word in PLAIN if word.encode() in raw] == []

    store = await open_store(f"sqlite:///{file}", durable=False)
    heard = await store.recent(GROUP, since=MORNING, before_seq=9)
    assert [(one.text, one.set_aside) for one in heard] == [
        (PLAIN[2], False),
        (PLAIN[0], True),
        (PLAIN[2] + "吗", False),
    ]
    assert [one.text for one in await store.marked(GROUP, [Mark.MAYBE], since=MORNING)] == [PLAIN[2] + "吗"]
    (sent,) = await store.all_sent()
    assert (sent.outgoing.text, sent.outgoing.confidential) == (PLAIN[1], True)
    (case,) = await store.cases([VILLAGE], since=minutes(-1))
    assert (case.clue.text, case.clue.about, case.clue.messages) == (PLAIN[0], ("p-9",), ("m2",))
    assert await store.database.read(verify) == ()
    await store.close()
