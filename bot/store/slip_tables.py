"""The table of notices and letters: one row for every step of each, only ever added."""

from sqlalchemy import Index, Integer, Table, UniqueConstraint

from bot.store.columns import CleanText, Moment, SealedText
from bot.store.schema import CATALOGUE, always, serial

SLIPS = Table(
    "slips",
    CATALOGUE,
    serial("id"),
    always("slip", CleanText),
    always("step", Integer),
    always("month", CleanText),
    always("kind", CleanText),
    always("unit", CleanText),
    always("office", CleanText),
    always("state", CleanText),
    always("made_by", CleanText),
    always("made_at", Moment),
    always("body", SealedText("slips.body")),
    UniqueConstraint("slip", "step"),
    Index("ix_slips_office_month", "office", "month"),
    Index("ix_slips_unit_month", "unit", "month"),
    sqlite_autoincrement=True,
)
"""A slip as it was after one step. What was found and answered lies sealed, as JSON."""
