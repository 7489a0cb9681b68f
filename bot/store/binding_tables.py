"""The tables of bindings, of what platforms tell of their conversations, and of what an operator should know."""

from sqlalchemy import Index, Table

from bot.store.columns import CleanText, Moment, SealedText
from bot.store.schema import CATALOGUE, always, maybe, serial

BINDINGS = Table(
    "bindings",
    CATALOGUE,
    serial("id"),
    always("whose", CleanText),
    always("subject", CleanText),
    always("act", CleanText),
    always("platform", CleanText),
    always("address", CleanText),
    always("made_by", CleanText),
    always("made_at", Moment),
    sqlite_autoincrement=True,
)
"""One change of a binding; the latest of a group or person counts. Only ever added to."""

ROOMS = Table(
    "rooms",
    CATALOGUE,
    always("platform", CleanText, primary_key=True),
    always("conversation", CleanText, primary_key=True),
    always("name", CleanText),
    maybe("named_at", Moment),
    maybe("left_at", Moment),
)
"""A conversation as its platform last told of it."""

DOOR_NOTES = Table(
    "door_notes",
    CATALOGUE,
    serial("id"),
    always("once", CleanText, unique=True),
    always("kind", CleanText),
    always("at", Moment),
    always("platform", CleanText),
    always("about", SealedText("door_notes.about")),
    always("cause", CleanText),
    Index("ix_door_notes_at", "at"),
    sqlite_autoincrement=True,
)
"""Something that an operator should look at; whom it is about lies sealed."""
