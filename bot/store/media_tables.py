"""The table of media: what came with a message, and what became of it. The bytes lie in ``media_files``."""

from typing import Final

from sqlalchemy import Boolean, Integer, Table, UniqueConstraint

from bot.store.columns import SERIAL, CleanText, Moment, SealedText
from bot.store.schema import CATALOGUE, always, maybe, partial_index, serial

TO_FETCH: Final = "state = 'waiting'"
UNLINKED: Final = "linked = false"
LOST: Final = "state = 'lost'"
DROPPED: Final = "state = 'dropped'"
HAS_CONTENT: Final = "digest IS NOT NULL"
"""Conditions of partial indexes. Queries repeat them word for word, or SQLite does not use the index."""

MEDIA = Table(
    "media",
    CATALOGUE,
    serial("id"),
    always("platform", CleanText),
    always("message", CleanText),
    always("position", Integer),
    always("kind", CleanText),
    always("handle", SealedText("media.handle")),
    always("name", SealedText("media.name")),
    always("hold", SealedText("media.hold")),
    always("state", CleanText),
    always("linked", Boolean),
    always("by_cadre", Boolean),
    maybe("digest", CleanText),
    always("media_type", CleanText),
    always("size", SERIAL),
    always("arrived_at", Moment),
    always("attempts", Integer),
    always("next_attempt_at", Moment),
    maybe("settled_at", Moment),
    maybe("shown_at", Moment),
    always("why", CleanText),
    always("cause", CleanText),
    UniqueConstraint("platform", "message", "position"),
    partial_index("ix_media_to_fetch", "next_attempt_at", where=TO_FETCH),
    partial_index("ix_media_unlinked", "arrived_at", where=UNLINKED),
    partial_index("ix_media_lost", "settled_at", where=LOST),
    partial_index("ix_media_dropped", "id", where=DROPPED),
    partial_index("ix_media_digest", "digest", where=HAS_CONTENT),
    sqlite_autoincrement=True,
)
"""A piece of media of a message; ``position`` counts within it. ``linked``: the message belongs to a ticket.

``handle`` and ``name`` are the platform's and the sender's. ``hold`` says, sealed, that a case of the ledger rests
on it; such a row is hidden after some days: ``platform`` is empty then and ``message`` a keyed name.
"""
