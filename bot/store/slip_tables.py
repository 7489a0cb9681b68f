"""The table of notices and letters: one row for every step of each, only ever added."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from bot.store.columns import SERIAL, CleanText, SealedText
from bot.store.tables import Row


class SlipRow(Row, table=True):
    """A slip as it was after one step. What was found and answered lies sealed, as JSON."""

    __tablename__ = "slips"
    __table_args__ = (
        UniqueConstraint("slip", "step"),
        Index("ix_slips_office_month", "office", "month"),
        Index("ix_slips_unit_month", "unit", "month"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    slip: str = Field(sa_type=CleanText)
    step: int
    month: str = Field(sa_type=CleanText)
    kind: str = Field(sa_type=CleanText)
    unit: str = Field(sa_type=CleanText)
    office: str = Field(sa_type=CleanText)
    state: str = Field(sa_type=CleanText)
    made_by: str = Field(sa_type=CleanText)
    made_at: datetime
    body: str = Field(sa_type=SealedText("slips.body"))


SLIPS = SlipRow.metadata.tables["slips"]
