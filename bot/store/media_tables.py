"""The table of media: what came with a message, and what became of it. The bytes lie in ``media_files``."""

from datetime import datetime
from typing import Final

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from bot.store.columns import SERIAL, CleanText, SealedText
from bot.store.tables import Row

TO_FETCH: Final = "state = 'waiting'"
UNLINKED: Final = "linked = false"
LOST: Final = "state = 'lost'"
DROPPED: Final = "state = 'dropped'"
HAS_CONTENT: Final = "digest IS NOT NULL"
"""Conditions of partial indexes. Queries repeat them word for word, or SQLite does not use the index."""


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class MediaRow(Row, table=True):
    """A piece of media of a message; ``position`` counts within it. ``linked``: the message belongs to a ticket.

    ``handle`` and ``name`` are the platform's and the sender's. ``hold`` says, sealed, that a case of the ledger rests
    on it; such a row is hidden after some days: ``platform`` is empty then and ``message`` a keyed name.
    """

    __tablename__ = "media"
    __table_args__ = (
        UniqueConstraint("platform", "message", "position"),
        _partial("ix_media_to_fetch", "next_attempt_at", where=TO_FETCH),
        _partial("ix_media_unlinked", "arrived_at", where=UNLINKED),
        _partial("ix_media_lost", "settled_at", where=LOST),
        _partial("ix_media_dropped", "id", where=DROPPED),
        _partial("ix_media_digest", "digest", where=HAS_CONTENT),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    platform: str = Field(sa_type=CleanText)
    message: str = Field(sa_type=CleanText)
    position: int
    kind: str = Field(sa_type=CleanText)
    handle: str = Field(sa_type=SealedText("media.handle"))
    name: str = Field(sa_type=SealedText("media.name"))
    hold: str = Field(sa_type=SealedText("media.hold"))
    state: str = Field(sa_type=CleanText)
    linked: bool
    by_cadre: bool
    digest: str | None = Field(sa_type=CleanText)
    media_type: str = Field(sa_type=CleanText)
    size: int = Field(sa_type=SERIAL)
    arrived_at: datetime
    attempts: int
    next_attempt_at: datetime
    settled_at: datetime | None
    shown_at: datetime | None
    why: str = Field(sa_type=CleanText)
    cause: str = Field(sa_type=CleanText)


MEDIA = Row.metadata.tables[str(MediaRow.__tablename__)]
