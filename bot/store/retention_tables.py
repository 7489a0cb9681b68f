"""The record of people's requests about their data, and the indexes by which what is old is found."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from bot.store.columns import SERIAL, CleanText, SealedText
from bot.store.tables import GROUP_DAYS, OUTBOX, SLOTS, TICKETS, Row

OPEN_REQUEST = "done_at IS NULL"
OF_TICKET = "ticket IS NOT NULL"
OVER = "ended_at IS NOT NULL"
"""Conditions of partial indexes. Queries repeat them word for word, or SQLite does not use the index."""


class PrivacyRequestRow(Row, table=True):
    """That somebody asked to see or delete what is stored about an account.

    ``name`` is a keyed name that tells nobody who it was. ``who`` is the account, sealed, until the request is
    fulfilled; then it is empty.
    """

    __tablename__ = "privacy_requests"
    __table_args__ = (
        Index("ix_privacy_requests_open", "id", sqlite_where=text(OPEN_REQUEST), postgresql_where=text(OPEN_REQUEST)),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    name: str = Field(sa_type=CleanText)
    who: str = Field(sa_type=SealedText("privacy_requests.who"))
    asked: str = Field(sa_type=CleanText)
    made_by: str = Field(sa_type=CleanText)
    asked_at: datetime
    done_at: datetime | None


REQUESTS = Row.metadata.tables[str(PrivacyRequestRow.__tablename__)]

Index("ix_outbox_ticket", OUTBOX.c.ticket, sqlite_where=text(OF_TICKET), postgresql_where=text(OF_TICKET))
Index("ix_slots_ended_at", SLOTS.c.ended_at, sqlite_where=text(OVER), postgresql_where=text(OVER))
Index("ix_tickets_active_at", TICKETS.c.active_at)
Index("ix_group_days_day", GROUP_DAYS.c.day)
