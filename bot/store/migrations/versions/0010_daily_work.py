"""What duty, content and looking after groups need to remember: rosters read from tables, by group (R28)."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what is new, each part in a function of its own."""
    _add_roster()
    _add_mailings()


def downgrade() -> None:
    """Take it away again."""
    _drop_mailings()
    _drop_roster()


def _add_roster() -> None:
    op.add_column("duty_changes", sa.Column("chat", sa.Text(), nullable=True))


def _drop_roster() -> None:
    op.drop_column("duty_changes", "chat")


def _add_mailings() -> None:
    """One message to many groups, and what is taken back (R43)."""
    op.create_table(
        "mailings",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailings")),
        sa.UniqueConstraint("unit", "number", "step", name=op.f("uq_mailings_unit_number_step")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mailings_picture", "mailings", ["picture"])
    op.create_table(
        "recalls",
        sa.Column("send", SERIAL, autoincrement=False, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("send", name=op.f("pk_recalls")),
    )
    is_open = sa.text("settled_at IS NULL")
    op.create_index("ix_recalls_open", "recalls", ["send"], sqlite_where=is_open, postgresql_where=is_open)


def _drop_mailings() -> None:
    op.drop_index("ix_recalls_open", table_name="recalls")
    op.drop_table("recalls")
    op.drop_index("ix_mailings_picture", table_name="mailings")
    op.drop_table("mailings")
