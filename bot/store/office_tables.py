"""The tables of what officers change in the office itself: who is on duty, and answers that are kept."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from bot.store.columns import SERIAL, CleanText
from bot.store.tables import Row


class DutyChangeRow(Row, table=True):
    """A change of the roster that officers made: ``kind`` is absence, back, swap or planned. Only ever added.

    ``person`` is away, back, or gives his duty to ``taker`` in ``village``, from ``first`` to ``last`` (local days).
    Planned: those on duty, separated by spaces, in the whole village or in its group ``chat``.
    """

    __tablename__ = "duty_changes"
    __table_args__ = (Index("ix_duty_changes_last", "last"), {"sqlite_autoincrement": True})

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    kind: str = Field(sa_type=CleanText)
    person: str = Field(sa_type=CleanText)
    taker: str | None = Field(sa_type=CleanText)
    village: str | None = Field(sa_type=CleanText)
    chat: str | None = Field(sa_type=CleanText)
    first: date
    last: date
    made_at: datetime


class KeptAnswerRow(Row, table=True):
    """An answer that an officer kept for a unit's villages; an empty ``text`` drops it. Only ever added."""

    __tablename__ = "kept_answers"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    unit: str = Field(sa_type=CleanText)
    name: str = Field(sa_type=CleanText)
    topic: str = Field(sa_type=CleanText)
    asked: str = Field(sa_type=CleanText)
    text: str = Field(sa_type=CleanText)
    kept_by: str = Field(sa_type=CleanText)
    kept_at: datetime


DUTY_CHANGES = Row.metadata.tables[str(DutyChangeRow.__tablename__)]
KEPT_ANSWERS = Row.metadata.tables[str(KeptAnswerRow.__tablename__)]
