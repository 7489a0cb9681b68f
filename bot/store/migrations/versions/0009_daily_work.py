"""What the daily work of inspectors needs: notices and letters with their replies (R63, R64)."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables, each part in a function of its own."""
    _add_slips()
    _add_content()


def downgrade() -> None:
    """Take them away again."""
    _drop_content()
    _drop_slips()


def _add_slips() -> None:
    op.create_table(
        "slips",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("slip", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slips")),
        sa.UniqueConstraint("slip", "step", name=op.f("uq_slips_slip_step")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_slips_office_month", "slips", ["office", "month"])
    op.create_index("ix_slips_unit_month", "slips", ["unit", "month"])


def _drop_slips() -> None:
    op.drop_index("ix_slips_unit_month", table_name="slips")
    op.drop_index("ix_slips_office_month", table_name="slips")
    op.drop_table("slips")


def _add_content() -> None:
    """Villages' own daily items, what is chosen for a day (R37, R38), and who wants to be left alone."""
    op.create_table(
        "own_items",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_items")),
        sa.UniqueConstraint("unit", "number", "step", name=op.f("uq_own_items_unit_number_step")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "content_choices",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("village", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_choices")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_content_choices_village_day", "content_choices", ["village", "day"])
    op.create_table(
        "left_alone",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_left_alone")),
    )


def _drop_content() -> None:
    op.drop_table("left_alone")
    op.drop_index("ix_content_choices_village_day", table_name="content_choices")
    op.drop_table("content_choices")
    op.drop_table("own_items")
