"""The tables of the clue ledger: their rows show neither what a clue says nor where it came from (R50)."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from bot.store.columns import SERIAL, CleanText, SealedText
from bot.store.tables import Row


class ClueRow(Row, table=True):
    """A case, sealed whole.

    ``ref``, ``tag`` and the shelves are keyed names of its first message, its code, its village and its checker.
    """

    __tablename__ = "clues"
    __table_args__ = (
        UniqueConstraint("tag"),
        Index("ix_clues_shelf", "shelf"),
        Index("ix_clues_other_shelf", "other_shelf"),
    )

    ref: str = Field(sa_type=CleanText, primary_key=True)
    tag: str = Field(sa_type=CleanText)
    shelf: str = Field(sa_type=CleanText)
    other_shelf: str = Field(sa_type=CleanText)
    body: str = Field(sa_type=SealedText("clues.body"))


class ClueEventRow(Row, table=True):
    """One entry of the ledger's history, of reading as well: only ever added, chained to the one before it."""

    __tablename__ = "clue_events"

    position: int = Field(sa_type=SERIAL, primary_key=True, sa_column_kwargs={"autoincrement": False})
    body: str = Field(sa_type=SealedText("clue_events.body"))
    prev_hash: str = Field(sa_type=CleanText)
    hash: str = Field(sa_type=CleanText)


class ClueChainRow(Row, table=True):
    """Where the ledger's history ends: one row."""

    __tablename__ = "clue_chain"

    id: int = Field(sa_type=SERIAL, primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(sa_type=SERIAL)
    hash: str = Field(sa_type=CleanText)


CLUES = Row.metadata.tables[str(ClueRow.__tablename__)]
CLUE_EVENTS = Row.metadata.tables[str(ClueEventRow.__tablename__)]
CLUE_CHAIN = Row.metadata.tables[str(ClueChainRow.__tablename__)]
