"""How a message to an officer is let out, which rows went out as one, and which tickets are handled with care (R8)."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BUNDLED = sa.text("bundle IS NOT NULL")


def upgrade() -> None:
    """Add the columns; what was written before has left or leaves as it did then."""
    op.add_column("outbox", sa.Column("pace", sa.Text(), nullable=False, server_default="free"))
    op.add_column("outbox", sa.Column("bundle", SERIAL, nullable=True))
    op.create_index("ix_outbox_bundle", "outbox", ["bundle"], sqlite_where=BUNDLED, postgresql_where=BUNDLED)
    op.add_column("tickets", sa.Column("careful", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("tickets", "careful")
    op.drop_index("ix_outbox_bundle", table_name="outbox")
    op.drop_column("outbox", "bundle")
    op.drop_column("outbox", "pace")
