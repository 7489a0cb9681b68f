"""The tables of the clue ledger: their rows show neither what a clue says nor where it came from (R50)."""

from sqlalchemy import Index, Table, UniqueConstraint

from bot.store.columns import SERIAL, CleanText, SealedText
from bot.store.schema import CATALOGUE, always

CLUES = Table(
    "clues",
    CATALOGUE,
    always("ref", CleanText, primary_key=True),
    always("tag", CleanText),
    always("shelf", CleanText),
    always("other_shelf", CleanText),
    always("body", SealedText("clues.body")),
    UniqueConstraint("tag"),
    Index("ix_clues_shelf", "shelf"),
    Index("ix_clues_other_shelf", "other_shelf"),
)
"""A case, sealed whole.

``ref``, ``tag`` and the shelves are keyed names of its first message, its code, its village and its checker.
"""

CLUE_EVENTS = Table(
    "clue_events",
    CATALOGUE,
    always("position", SERIAL, primary_key=True, autoincrement=False),
    always("body", SealedText("clue_events.body")),
    always("prev_hash", CleanText),
    always("hash", CleanText),
)
"""One entry of the ledger's history, of reading as well: only ever added, chained to the one before it."""

CLUE_CHAIN = Table(
    "clue_chain",
    CATALOGUE,
    always("id", SERIAL, primary_key=True, autoincrement=False),
    always("position", SERIAL),
    always("hash", CleanText),
)
"""Where the ledger's history ends: one row."""
