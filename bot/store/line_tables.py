"""The tables of the lines to the platforms: how they stand, when nothing was heard, and who owns an account."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from bot.store.columns import SERIAL, CleanText, SealedText
from bot.store.tables import Row


class LineRow(Row, table=True):
    """The line to a platform. What the code to scan contains is a login, so it lies sealed."""

    __tablename__ = "lines"

    platform: str = Field(sa_type=CleanText, primary_key=True)
    state: str = Field(sa_type=CleanText)
    at: datetime
    account: str = Field(sa_type=CleanText)
    why: str = Field(sa_type=CleanText)
    qr: str | None = Field(sa_type=SealedText("lines.qr"))
    whole_at: datetime | None
    down_since: datetime | None


class GapRow(Row, table=True):
    """A time in which a platform could not be heard."""

    __tablename__ = "gaps"
    __table_args__ = (
        UniqueConstraint("platform", "account", "since"),
        Index("ix_gaps_until", "until"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, sa_type=SERIAL, primary_key=True)
    platform: str = Field(sa_type=CleanText)
    account: str = Field(sa_type=CleanText)
    since: datetime
    until: datetime
    why: str = Field(sa_type=CleanText)


class LeaseRow(Row, table=True):
    """What one process owns until then."""

    __tablename__ = "leases"

    name: str = Field(sa_type=CleanText, primary_key=True)
    holder: str = Field(sa_type=CleanText)
    until: datetime


LINES = Row.metadata.tables[str(LineRow.__tablename__)]
GAPS = Row.metadata.tables[str(GapRow.__tablename__)]
LEASES = Row.metadata.tables[str(LeaseRow.__tablename__)]
