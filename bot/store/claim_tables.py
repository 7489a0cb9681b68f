"""The table of the conversations that wait, and of who handles them now, where several processes share the work."""

from sqlalchemy import Boolean, Table, false

from bot.store.columns import SERIAL, CleanText, Moment
from bot.store.schema import CATALOGUE, always, maybe, partial_index

FREE = "holder IS NULL"
CRYING = "holder IS NULL AND urgent"
HELD = "holder IS NOT NULL"
"""Conditions of partial indexes."""

CLAIMS = Table(
    "claims",
    CATALOGUE,
    always("conversation", CleanText, primary_key=True),
    always("due_at", Moment),
    always("woken", Boolean),
    maybe("number", SERIAL),
    maybe("holder", SERIAL),
    always("urgent", Boolean, server_default=false()),
    partial_index("ix_claims_free", "due_at", where=FREE),
    partial_index("ix_claims_crying", "due_at", where=CRYING),
    partial_index("ix_claims_held", "number", where=HELD),
)
"""A conversation in which messages wait; it is gone when none do.

``due_at`` is when somebody should look at it. ``number`` is that of the claim that took it last, ``holder`` the
process that has it now, None if nobody has. ``woken``: something came in since it was taken; ``urgent``: something
waits that may be a cry for help, or while somebody has it, came in since.
"""
