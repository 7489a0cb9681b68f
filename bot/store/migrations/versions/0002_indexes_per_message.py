"""Indexes for what is asked for every message: whose messages belong to which tickets, and the live tickets.

The index of live tickets is made anew because of SQLite: between indexes that look equally good to it, it takes the
one that was made last, and took another that leads through all of a village's past. Nobody looks for a ticket's number
across years any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LIVE = sa.text("state NOT IN ('closed', 'withdrawn')")


def upgrade() -> None:
    """Exchange the indexes."""
    op.create_index("ix_ticket_links_platform_sender_ticket", "ticket_links", ["platform", "sender", "ticket"])
    op.drop_index("ix_tickets_village_number", table_name="tickets")
    op.drop_index("ix_tickets_live", table_name="tickets")
    op.create_index("ix_tickets_live", "tickets", ["village"], sqlite_where=LIVE, postgresql_where=LIVE)


def downgrade() -> None:
    """Exchange them back."""
    op.create_index("ix_tickets_village_number", "tickets", ["village", "number"])
    op.drop_index("ix_ticket_links_platform_sender_ticket", table_name="ticket_links")
