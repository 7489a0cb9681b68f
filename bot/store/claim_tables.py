"""The table of the conversations that wait, and of who handles them now, where several processes share the work."""

from datetime import datetime

from sqlalchemy import Index, false, text
from sqlmodel import Field

from bot.store.columns import SERIAL, CleanText
from bot.store.tables import Row

FREE = "holder IS NULL"
CRYING = "holder IS NULL AND urgent"
HELD = "holder IS NOT NULL"
"""Conditions of partial indexes."""


class ClaimRow(Row, table=True):
    """A conversation in which messages wait; it is gone when none do.

    ``due_at`` is when somebody should look at it. ``number`` is that of the claim that took it last, ``holder`` the
    process that has it now, None if nobody has. ``woken``: something came in since it was taken; ``urgent``: something
    waits that may be a cry for help, or while somebody has it, came in since.
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index("ix_claims_free", "due_at", sqlite_where=text(FREE), postgresql_where=text(FREE)),
        Index("ix_claims_crying", "due_at", sqlite_where=text(CRYING), postgresql_where=text(CRYING)),
        Index("ix_claims_held", "number", sqlite_where=text(HELD), postgresql_where=text(HELD)),
    )

    conversation: str = Field(sa_type=CleanText, primary_key=True)
    due_at: datetime
    woken: bool
    number: int | None = Field(default=None, sa_type=SERIAL)
    holder: int | None = Field(default=None, sa_type=SERIAL)
    urgent: bool = Field(sa_column_kwargs={"server_default": false()})


CLAIMS = Row.metadata.tables[str(ClaimRow.__tablename__)]
