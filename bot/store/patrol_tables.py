"""The table of what inspectors write down about a day's patrol, only ever added to."""

from sqlalchemy import Date, Index, Table, UniqueConstraint

from bot.store.columns import CleanText, Moment, SealedText
from bot.store.schema import CATALOGUE, always, serial

PATROL_NOTES = Table(
    "patrol_notes",
    CATALOGUE,
    serial("id"),
    always("note", CleanText),
    always("township", CleanText),
    always("day", Date),
    always("kind", CleanText),
    always("village", CleanText),
    always("made_by", CleanText),
    always("made_at", Moment),
    always("text", SealedText("patrol_notes.text")),
    UniqueConstraint("note"),
    Index("ix_patrol_notes_township_day", "township", "day"),
    sqlite_autoincrement=True,
)
"""A confirmation, a remark or a reminder. The words lie sealed: they may name somebody."""
