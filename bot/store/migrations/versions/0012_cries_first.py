"""Which waiting messages may be cries for help: they are decided first (decision 0021)."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What waits already, and what of it is claimed, waits in turn."""
    op.add_column("inbox", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    waits = sa.text("state = 'new' AND urgent")
    op.create_index(
        "ix_inbox_crying", "inbox", ["conversation", "received_at"], sqlite_where=waits, postgresql_where=waits
    )
    op.add_column("claims", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    free = sa.text("holder IS NULL AND urgent")
    op.create_index("ix_claims_crying", "claims", ["due_at"], sqlite_where=free, postgresql_where=free)


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_claims_crying", table_name="claims")
    op.drop_column("claims", "urgent")
    op.drop_index("ix_inbox_crying", table_name="inbox")
    op.drop_column("inbox", "urgent")
