"""The tables of messages to many groups, and of messages that are taken back."""

from sqlalchemy import Index, Integer, Table, UniqueConstraint

from bot.store.columns import SERIAL, CleanText, Moment, SealedText
from bot.store.schema import CATALOGUE, always, maybe, partial_index, serial

OPEN_RECALL = "settled_at IS NULL"

MAILINGS = Table(
    "mailings",
    CATALOGUE,
    serial("id"),
    always("unit", CleanText),
    always("number", Integer),
    always("step", Integer),
    always("state", CleanText),
    always("text", SealedText("mailings.text")),
    always("groups", CleanText),
    maybe("picture", CleanText),
    always("made_by", CleanText),
    always("made_at", Moment),
    UniqueConstraint("unit", "number", "step"),
    Index("ix_mailings_picture", "picture"),
    sqlite_autoincrement=True,
)
"""One step of a mailing; the last step counts. Only ever added to. ``groups`` is a JSON list."""

RECALLS = Table(
    "recalls",
    CATALOGUE,
    always("send", SERIAL, primary_key=True, autoincrement=False),
    always("asked_by", CleanText),
    always("asked_at", Moment),
    always("attempts", Integer),
    maybe("next_attempt_at", Moment),
    maybe("settled_at", Moment),
    always("reason", CleanText),
    partial_index("ix_recalls_open", "send", where=OPEN_RECALL),
)
"""A message of the outbox that an officer wants taken back. ``reason``: why it could not be."""
