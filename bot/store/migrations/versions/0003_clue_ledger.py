"""What people write lies sealed: inbox and outbox texts, and the ledger of clues with a history of its own.

This step needs the keys, so it is done in Python by ``bot.store.migrate``, which brings the vault. A message was marked
as a clue, and a note as confidential, in the open: both are sealed with the text now.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from bot.domain.clues import Clue
from bot.store import clues
from bot.store.columns import SealedText, SealedWords, Words, vault_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PAGE = 1000

Former = sa.table(
    "clues",
    *(sa.column(name) for name in ("id", "platform", "messages", "village", "text", "about")),
    sa.column("private", sa.Boolean()),
    sa.column("said_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Seal what is there, then take away what told of it in the open."""
    connection = op.get_bind()
    _seal(connection, "inbox", "seq", "mark", lambda row: Words(str(row["text"]), apart=row["mark"] == "clue"))
    connection.execute(sa.text("UPDATE inbox SET mark = NULL WHERE mark = 'clue'"))
    _seal(
        connection, "outbox", "id", "confidential", lambda row: Words(str(row["text"]), apart=bool(row["confidential"]))
    )
    _seal_choices(connection)
    _hide_keys(connection)
    op.drop_column("outbox", "confidential")
    _ledger(connection)


def _ledger(connection: sa.Connection) -> None:
    former = connection.execute(sa.select(Former).order_by(Former.c.id)).all()
    op.drop_table("clues")
    op.create_table(
        "clues",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("shelf", sa.Text(), nullable=False),
        sa.Column("other_shelf", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_clues")),
        sa.UniqueConstraint("tag", name=op.f("uq_clues_tag")),
    )
    op.create_index("ix_clues_shelf", "clues", ["shelf"])
    op.create_index("ix_clues_other_shelf", "clues", ["other_shelf"])
    op.create_table(
        "clue_events",
        sa.Column("position", SERIAL, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_clue_events")),
    )
    op.create_table(
        "clue_chain",
        sa.Column("id", SERIAL, autoincrement=False, nullable=False),
        sa.Column("position", SERIAL, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clue_chain")),
    )
    for row in former:
        clue = Clue(
            platform=row.platform,
            messages=tuple(json.loads(row.messages)),
            village=row.village,
            private=row.private,
            text=row.text,
            said_at=_aware(row.said_at),
            about=tuple(json.loads(row.about)),
        )
        clues.add(connection, [clue], clue.said_at)


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _seal(connection: sa.Connection, table: str, key: str, more: str, words: Callable[[sa.RowMapping], Words]) -> None:
    """Seal the texts of a table in place, page by page."""
    before = sa.table(table, *(sa.column(name) for name in (key, "text", more)))
    after = sa.table(table, sa.column(key), sa.column("text", SealedWords(f"{table}.text")))
    change = sa.update(after).where(after.c[key] == sa.bindparam("the_key")).values(text=sa.bindparam("sealed"))
    last = 0
    while True:
        page = sa.select(before).where(before.c[key] > last).order_by(before.c[key]).limit(PAGE)
        rows = connection.execute(page).mappings().all()
        if not rows:
            return
        last = rows[-1][key]
        connection.execute(change, [{"the_key": row[key], "sealed": words(row)} for row in rows])


def _seal_choices(connection: sa.Connection) -> None:
    before = sa.table("outbox", sa.column("id"), sa.column("choices"))
    after = sa.table("outbox", sa.column("id"), sa.column("choices", SealedText("outbox.choices")))
    change = sa.update(after).where(after.c.id == sa.bindparam("the_key")).values(choices=sa.bindparam("sealed"))
    rows = connection.execute(sa.select(before)).all()
    if rows:
        connection.execute(change, [{"the_key": row.id, "sealed": row.choices} for row in rows])


def _hide_keys(connection: sa.Connection) -> None:
    """The keys of confidential notes named accounts and matters."""
    vault = vault_of(connection)
    rows = connection.execute(sa.text("SELECT id, dedupe_key FROM outbox WHERE confidential")).all()
    for row in rows:
        connection.execute(
            sa.text("UPDATE outbox SET dedupe_key = :name WHERE id = :id"),
            {"name": vault.name(row.dedupe_key), "id": row.id},
        )


def downgrade() -> None:
    """There is no way back: what was sealed is not to lie open again."""
    message = "sealed texts are not opened again; restore a backup instead"
    raise NotImplementedError(message)
