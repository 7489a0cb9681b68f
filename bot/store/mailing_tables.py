"""The tables of messages to many groups, and of messages that are taken back."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from bot.store.columns import SERIAL, CleanText, SealedText
from bot.store.tables import Row

OPEN_RECALL = "settled_at IS NULL"


class MailingRow(Row, table=True):
    """One step of a mailing; the last step counts. Only ever added to. ``groups`` is a JSON list."""

    __tablename__ = "mailings"
    __table_args__ = (
        UniqueConstraint("unit", "number", "step"),
        Index("ix_mailings_picture", "picture"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    unit: str = Field(sa_type=CleanText)
    number: int
    step: int
    state: str = Field(sa_type=CleanText)
    text: str = Field(sa_type=SealedText("mailings.text"))
    groups: str = Field(sa_type=CleanText)
    picture: str | None = Field(sa_type=CleanText)
    made_by: str = Field(sa_type=CleanText)
    made_at: datetime


class RecallRow(Row, table=True):
    """A message of the outbox that an officer wants taken back. ``reason``: why it could not be."""

    __tablename__ = "recalls"
    __table_args__ = (
        Index("ix_recalls_open", "send", sqlite_where=text(OPEN_RECALL), postgresql_where=text(OPEN_RECALL)),
    )

    send: int = Field(sa_type=SERIAL, primary_key=True, sa_column_kwargs={"autoincrement": False})
    asked_by: str = Field(sa_type=CleanText)
    asked_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    settled_at: datetime | None
    reason: str = Field(sa_type=CleanText)


MAILINGS = Row.metadata.tables[str(MailingRow.__tablename__)]
RECALLS = Row.metadata.tables[str(RecallRow.__tablename__)]
