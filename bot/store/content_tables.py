"""The tables of villages' own daily items, of what was chosen for a day, and of accounts that are left alone."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from bot.store.columns import SERIAL, CleanText
from bot.store.tables import Row


class OwnItemRow(Row, table=True):
    """One step of an item; the last step counts. Only ever added to."""

    __tablename__ = "own_items"
    __table_args__ = (UniqueConstraint("unit", "number", "step"), {"sqlite_autoincrement": True})

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    unit: str = Field(sa_type=CleanText)
    number: int
    step: int
    state: str = Field(sa_type=CleanText)
    title: str = Field(sa_type=CleanText)
    text: str = Field(sa_type=CleanText)
    source: str = Field(sa_type=CleanText)
    link: str = Field(sa_type=CleanText)
    picture: str | None = Field(sa_type=CleanText)
    reason: str = Field(sa_type=CleanText)
    proposed_by: str = Field(sa_type=CleanText)
    made_by: str = Field(sa_type=CleanText)
    made_at: datetime


class ContentChoiceRow(Row, table=True):
    """What an officer decided about a village's item of a local day; the last one counts. Only ever added to."""

    __tablename__ = "content_choices"
    __table_args__ = (Index("ix_content_choices_village_day", "village", "day"), {"sqlite_autoincrement": True})

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    village: str = Field(sa_type=CleanText)
    day: date
    item: str = Field(sa_type=CleanText)
    made_by: str = Field(sa_type=CleanText)
    made_at: datetime


class LeftAloneRow(Row, table=True):
    """An account whose words are left alone: under a keyed name that tells nobody who it is."""

    __tablename__ = "left_alone"

    name: str = Field(sa_type=CleanText, primary_key=True)
    since: datetime


OWN_ITEMS = Row.metadata.tables[str(OwnItemRow.__tablename__)]
CONTENT_CHOICES = Row.metadata.tables[str(ContentChoiceRow.__tablename__)]
LEFT_ALONE = Row.metadata.tables[str(LeftAloneRow.__tablename__)]
