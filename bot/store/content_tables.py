"""The tables of villages' own daily items, of what was chosen for a day, and of accounts that are left alone."""

from sqlalchemy import Date, Index, Integer, Table, UniqueConstraint

from bot.store.columns import CleanText, Moment
from bot.store.schema import CATALOGUE, always, maybe, serial

OWN_ITEMS = Table(
    "own_items",
    CATALOGUE,
    serial("id"),
    always("unit", CleanText),
    always("number", Integer),
    always("step", Integer),
    always("state", CleanText),
    always("title", CleanText),
    always("text", CleanText),
    always("source", CleanText),
    always("link", CleanText),
    maybe("picture", CleanText),
    always("reason", CleanText),
    always("proposed_by", CleanText),
    always("made_by", CleanText),
    always("made_at", Moment),
    UniqueConstraint("unit", "number", "step"),
    sqlite_autoincrement=True,
)
"""One step of an item; the last step counts. Only ever added to."""

CONTENT_CHOICES = Table(
    "content_choices",
    CATALOGUE,
    serial("id"),
    always("village", CleanText),
    always("day", Date),
    always("item", CleanText),
    always("made_by", CleanText),
    always("made_at", Moment),
    Index("ix_content_choices_village_day", "village", "day"),
    sqlite_autoincrement=True,
)
"""What an officer decided about a village's item of a local day; the last one counts. Only ever added to."""

LEFT_ALONE = Table(
    "left_alone",
    CATALOGUE,
    always("name", CleanText, primary_key=True),
    always("since", Moment),
)
"""An account whose words are left alone: under a keyed name that tells nobody who it is."""
