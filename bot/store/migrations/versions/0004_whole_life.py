"""What a ticket's whole life adds: its channel, the units that held it, granted days, colours, handover, effect.

A ticket of the first form came from a group or a private chat and has been held by one unit.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LIVE = sa.text("state NOT IN ('closed', 'withdrawn', 'merged')")
FORMER_LIVE = sa.text("state NOT IN ('closed', 'withdrawn')")
COUNTS = ("returns", "pushed_down", "extension_days", "paused_days", "pauses", "times_overdue", "reopenings")
TEXTS = ("registered_by", "offered_to", "merged_into", "effect", "contact")
TIMES = ("paused_at", "supervised_at")


def upgrade() -> None:
    """Add the columns, with what they mean for tickets that are there."""
    for name in COUNTS:
        op.add_column("tickets", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    for name in TEXTS:
        op.add_column("tickets", sa.Column(name, sa.Text(), nullable=True))
    for name in TIMES:
        op.add_column("tickets", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("channel", sa.Text(), nullable=False, server_default="group"))
    op.add_column("tickets", sa.Column("units", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("tickets", sa.Column("colour", sa.Text(), nullable=False, server_default="none"))
    op.add_column("tickets", sa.Column("publication", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE tickets SET channel = 'private' WHERE group_id IS NULL")
    op.drop_index("ix_tickets_live", table_name="tickets")
    op.create_index("ix_tickets_live", "tickets", ["village"], sqlite_where=LIVE, postgresql_where=LIVE)


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_tickets_live", table_name="tickets")
    op.create_index("ix_tickets_live", "tickets", ["village"], sqlite_where=FORMER_LIVE, postgresql_where=FORMER_LIVE)
    for name in ("publication", "colour", "units", "channel", *TIMES, *TEXTS, *COUNTS):
        op.drop_column("tickets", name)
