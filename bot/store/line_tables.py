"""The tables of the lines to the platforms: how they stand, when nothing was heard, and who owns an account."""

from sqlalchemy import Index, Table, UniqueConstraint

from bot.store.columns import CleanText, Moment, SealedText
from bot.store.schema import CATALOGUE, always, maybe, serial

LINES = Table(
    "lines",
    CATALOGUE,
    always("platform", CleanText, primary_key=True),
    always("state", CleanText),
    always("at", Moment),
    always("account", CleanText),
    always("why", CleanText),
    maybe("qr", SealedText("lines.qr")),
    maybe("whole_at", Moment),
    maybe("down_since", Moment),
)
"""The line to a platform. What the code to scan contains is a login, so it lies sealed."""

GAPS = Table(
    "gaps",
    CATALOGUE,
    serial("id"),
    always("platform", CleanText),
    always("account", CleanText),
    always("since", Moment),
    always("until", Moment),
    always("why", CleanText),
    UniqueConstraint("platform", "account", "since"),
    Index("ix_gaps_until", "until"),
    sqlite_autoincrement=True,
)
"""A time in which a platform could not be heard."""

LEASES = Table(
    "leases",
    CATALOGUE,
    always("name", CleanText, primary_key=True),
    always("holder", CleanText),
    always("until", Moment),
)
"""What one process owns until then."""
