"""The tables of bindings, of what platforms tell of their conversations, and of what an operator should know."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from bot.store.columns import SERIAL, CleanText, SealedText
from bot.store.tables import Row


class BindingRow(Row, table=True):
    """One change of a binding; the latest of a group or person counts. Only ever added to."""

    __tablename__ = "bindings"

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    whose: str = Field(sa_type=CleanText)
    subject: str = Field(sa_type=CleanText)
    act: str = Field(sa_type=CleanText)
    platform: str = Field(sa_type=CleanText)
    address: str = Field(sa_type=CleanText)
    made_by: str = Field(sa_type=CleanText)
    made_at: datetime

    __table_args__ = ({"sqlite_autoincrement": True},)


class RoomRow(Row, table=True):
    """A conversation as its platform last told of it."""

    __tablename__ = "rooms"

    platform: str = Field(sa_type=CleanText, primary_key=True)
    conversation: str = Field(sa_type=CleanText, primary_key=True)
    name: str = Field(sa_type=CleanText)
    named_at: datetime | None
    left_at: datetime | None


class DoorNoteRow(Row, table=True):
    """Something that an operator should look at; whom it is about lies sealed."""

    __tablename__ = "door_notes"
    __table_args__ = (Index("ix_door_notes_at", "at"), {"sqlite_autoincrement": True})

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    once: str = Field(sa_type=CleanText, unique=True)
    kind: str = Field(sa_type=CleanText)
    at: datetime
    platform: str = Field(sa_type=CleanText)
    about: str = Field(sa_type=SealedText("door_notes.about"))
    cause: str = Field(sa_type=CleanText)


BINDINGS = Row.metadata.tables[str(BindingRow.__tablename__)]
ROOMS = Row.metadata.tables[str(RoomRow.__tablename__)]
DOOR_NOTES = Row.metadata.tables[str(DoorNoteRow.__tablename__)]
