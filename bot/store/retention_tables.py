"""The record of people's requests about their data, and the indexes by which what is old is found."""

from sqlalchemy import Index, Table

from bot.store.columns import CleanText, Moment, SealedText
from bot.store.schema import CATALOGUE, always, maybe, partial_index, serial
from bot.store.tables import GROUP_DAYS, OUTBOX, SLOTS, TICKETS

OPEN_REQUEST = "done_at IS NULL"
OF_TICKET = "ticket IS NOT NULL"
OVER = "ended_at IS NOT NULL"
"""Conditions of partial indexes. Queries repeat them word for word, or SQLite does not use the index."""

REQUESTS = Table(
    "privacy_requests",
    CATALOGUE,
    serial("id"),
    always("name", CleanText),
    always("who", SealedText("privacy_requests.who")),
    always("asked", CleanText),
    always("made_by", CleanText),
    always("asked_at", Moment),
    maybe("done_at", Moment),
    partial_index("ix_privacy_requests_open", "id", where=OPEN_REQUEST),
    sqlite_autoincrement=True,
)
"""That somebody asked to see or delete what is stored about an account.

``name`` is a keyed name that tells nobody who it was. ``who`` is the account, sealed, until the request is
fulfilled; then it is empty.
"""

partial_index("ix_outbox_ticket", OUTBOX.c.ticket, where=OF_TICKET)
partial_index("ix_slots_ended_at", SLOTS.c.ended_at, where=OVER)
Index("ix_tickets_active_at", TICKETS.c.active_at)
Index("ix_group_days_day", GROUP_DAYS.c.day)
