"""What inspectors remark on a day, and what running for long and on more than one machine needs to remember."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what is new, each part in a function of its own."""
    _add_patrol_notes()
    _add_patrol_days()
    _add_tries()
    _add_claims()
    _add_retention()


def downgrade() -> None:
    """Take it away again."""
    _drop_retention()
    _drop_claims()
    _drop_tries()
    _drop_patrol_days()
    _drop_patrol_notes()


def _add_tries() -> None:
    """How often a run of the schedule failed: the operator is told from the third time on."""
    op.add_column("slots", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))


def _drop_tries() -> None:
    op.drop_column("slots", "tries")


def _add_claims() -> None:
    """Who handles which conversation, and which state of a ticket a decision was based on (decision 0018)."""
    op.create_table(
        "claims",
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("woken", sa.Boolean(), nullable=False),
        sa.Column("number", SERIAL, nullable=True),
        sa.Column("holder", SERIAL, nullable=True),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_claims")),
    )
    free, held = sa.text("holder IS NULL"), sa.text("holder IS NOT NULL")
    op.create_index("ix_claims_free", "claims", ["due_at"], sqlite_where=free, postgresql_where=free)
    op.create_index("ix_claims_held", "claims", ["number"], sqlite_where=held, postgresql_where=held)
    op.add_column("tickets", sa.Column("version", sa.Integer(), server_default="0", nullable=False))


def _drop_claims() -> None:
    op.drop_column("tickets", "version")
    op.drop_index("ix_claims_held", table_name="claims")
    op.drop_index("ix_claims_free", table_name="claims")
    op.drop_table("claims")


def _add_retention() -> None:
    """Who asked that what is stored about an account be deleted; indexes by which what is old is found."""
    op.create_table(
        "privacy_requests",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_requests")),
        sqlite_autoincrement=True,
    )
    waits = sa.text("done_at IS NULL")
    op.create_index("ix_privacy_requests_open", "privacy_requests", ["id"], sqlite_where=waits, postgresql_where=waits)
    of_ticket = sa.text("ticket IS NOT NULL")
    op.create_index("ix_outbox_ticket", "outbox", ["ticket"], sqlite_where=of_ticket, postgresql_where=of_ticket)
    over = sa.text("ended_at IS NOT NULL")
    op.create_index("ix_slots_ended_at", "slots", ["ended_at"], sqlite_where=over, postgresql_where=over)
    op.create_index("ix_tickets_active_at", "tickets", ["active_at"])
    op.create_index("ix_group_days_day", "group_days", ["day"])
    if op.get_bind().dialect.name == "postgresql":  # what is deleted every night is swept up the same night
        for table in ("inbox", "outbox", "slots", "group_days"):
            op.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.01)")


def _drop_retention() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in ("inbox", "outbox", "slots", "group_days"):
            op.execute(f"ALTER TABLE {table} RESET (autovacuum_vacuum_scale_factor)")
    op.drop_index("ix_group_days_day", table_name="group_days")
    op.drop_index("ix_tickets_active_at", table_name="tickets")
    op.drop_index("ix_slots_ended_at", table_name="slots")
    op.drop_index("ix_outbox_ticket", table_name="outbox")
    op.drop_index("ix_privacy_requests_open", table_name="privacy_requests")
    op.drop_table("privacy_requests")


def _add_patrol_notes() -> None:
    """What inspectors confirm, remark and remind of on a day (R39)."""
    op.create_table(
        "patrol_notes",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("township", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("village", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_notes")),
        sa.UniqueConstraint("note", name=op.f("uq_patrol_notes_note")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_patrol_notes_township_day", "patrol_notes", ["township", "day"])


def _drop_patrol_notes() -> None:
    op.drop_index("ix_patrol_notes_township_day", table_name="patrol_notes")
    op.drop_table("patrol_notes")


def _add_patrol_days() -> None:
    """On which days a group was heard, and what cadres published there (R36); of the past the messages prove it."""
    for name in ("heard", "published"):
        op.add_column("group_days", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE group_days SET heard = villager_messages + cadre_messages")


def _drop_patrol_days() -> None:
    for name in ("published", "heard"):
        op.drop_column("group_days", name)
