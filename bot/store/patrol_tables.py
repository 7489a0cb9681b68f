"""The table of what inspectors write down about a day's patrol, only ever added to."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from bot.store.columns import SERIAL, CleanText, SealedText
from bot.store.tables import Row


class PatrolNoteRow(Row, table=True):
    """A confirmation, a remark or a reminder. The words lie sealed: they may name somebody."""

    __tablename__ = "patrol_notes"
    __table_args__ = (
        UniqueConstraint("note"),
        Index("ix_patrol_notes_township_day", "township", "day"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    note: str = Field(sa_type=CleanText)
    township: str = Field(sa_type=CleanText)
    day: date
    kind: str = Field(sa_type=CleanText)
    village: str = Field(sa_type=CleanText)
    made_by: str = Field(sa_type=CleanText)
    made_at: datetime
    text: str = Field(sa_type=SealedText("patrol_notes.text"))


PATROL_NOTES = PatrolNoteRow.metadata.tables["patrol_notes"]
