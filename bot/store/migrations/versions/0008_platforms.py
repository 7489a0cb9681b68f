"""What real platforms need: bindings of conversations and accounts, lines with their gaps and leases, media."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TO_DO = sa.text("state = 'pending'")


def upgrade() -> None:
    """Add the tables, each part in a function of its own."""
    _add_lines()
    _add_delivery()
    _add_bindings()
    _add_media()


def downgrade() -> None:
    """Take them away again."""
    _drop_media()
    _drop_bindings()
    _drop_delivery()
    _drop_lines()


def _add_delivery() -> None:
    """What goes first, and what goes with a text; the index by which the outbox is gone through follows the rank."""
    op.add_column("outbox", sa.Column("rank", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE outbox SET rank = 0 WHERE kind = 'emergency'")
    op.execute("UPDATE outbox SET rank = 2 WHERE kind IN ('duty', 'content')")
    op.add_column("outbox", sa.Column("attachment", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("card", sa.Text(), nullable=True))
    op.drop_index("ix_outbox_to_do", table_name="outbox")
    op.create_index("ix_outbox_to_do", "outbox", ["rank", "id"], sqlite_where=TO_DO, postgresql_where=TO_DO)


def _drop_delivery() -> None:
    op.drop_index("ix_outbox_to_do", table_name="outbox")
    op.create_index("ix_outbox_to_do", "outbox", ["id"], sqlite_where=TO_DO, postgresql_where=TO_DO)
    op.drop_column("outbox", "card")
    op.drop_column("outbox", "attachment")
    op.drop_column("outbox", "rank")


def _add_lines() -> None:
    """How the lines stand, when nothing was heard, who owns an account, and the echoes of our own posts (R36)."""
    op.create_table(
        "lines",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("qr", sa.Text(), nullable=True),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("down_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("platform", name=op.f("pk_lines")),
    )
    op.create_table(
        "gaps",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
        sa.UniqueConstraint("platform", "account", "since", name=op.f("uq_gaps_platform_account_since")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_gaps_until", "gaps", ["until"])
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.add_column("hearing", sa.Column("echoed_at", sa.DateTime(timezone=True), nullable=True))


def _drop_lines() -> None:
    op.drop_column("hearing", "echoed_at")
    op.drop_table("leases")
    op.drop_index("ix_gaps_until", table_name="gaps")
    op.drop_table("gaps")
    op.drop_table("lines")


def _add_bindings() -> None:
    """Which conversation and account is whose, how conversations are called, and what happened at the door."""
    op.create_table(
        "bindings",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bindings")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "rooms",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("platform", "conversation", name=op.f("pk_rooms")),
    )
    op.create_table(
        "door_notes",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("once", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_notes")),
        sa.UniqueConstraint("once", name=op.f("uq_door_notes_once")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_door_notes_at", "door_notes", ["at"])


def _drop_bindings() -> None:
    op.drop_index("ix_door_notes_at", table_name="door_notes")
    op.drop_table("door_notes")
    op.drop_table("rooms")
    op.drop_table("bindings")


def _add_media() -> None:
    """What came with messages besides words, and which content goes out with a message (R25)."""
    op.create_table(
        "media",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hold", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("by_cadre", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", SERIAL, nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("platform", "message", "position", name=op.f("uq_media_platform_message_position")),
        sqlite_autoincrement=True,
    )
    for name, (column, where) in _MEDIA_INDEXES.items():
        op.create_index(name, "media", [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.add_column("inbox", sa.Column("media", sa.Text(), nullable=False, server_default="[]"))


_MEDIA_INDEXES = {
    "ix_media_to_fetch": ("next_attempt_at", "state = 'waiting'"),
    "ix_media_unlinked": ("arrived_at", "linked = false"),
    "ix_media_lost": ("settled_at", "state = 'lost'"),
    "ix_media_dropped": ("id", "state = 'dropped'"),
    "ix_media_digest": ("digest", "digest IS NOT NULL"),
}


def _drop_media() -> None:
    op.drop_column("inbox", "media")
    for name in _MEDIA_INDEXES:
        op.drop_index(name, table_name="media")
    op.drop_table("media")
