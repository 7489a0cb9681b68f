"""The tables. Rows of them never leave bot/store: ``rows`` turns them into domain values."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Boolean, Connection, Date, ForeignKey, Index, Integer, Table, UniqueConstraint, false, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.columns import SERIAL, CleanText, Moment, SealedText, SealedWords
from bot.store.schema import CATALOGUE, always, count, maybe, partial_index, serial

WAITING = "state = 'new'"
CRYING = "state = 'new' AND urgent"
MARKED = "mark IS NOT NULL"
IN_GROUP = "group_id IS NOT NULL"
STUCK = "state = 'failed'"
LIVE = "state NOT IN ('closed', 'withdrawn', 'merged')"
OPEN = "state IN ('pending', 'sending', 'unknown')"
BAD = "state IN ('failed', 'unknown')"
POSTED = "content IS NOT NULL"
BUNDLED = "bundle IS NOT NULL"
TO_DO = "state = 'pending'"
MISSED = "state = 'missed'"
POSTPONED = "retry_at IS NOT NULL"
"""Conditions of partial indexes. Queries repeat them word for word, or SQLite does not use the index."""
_NOTHING = text("''")


INBOX = Table(
    "inbox",
    CATALOGUE,
    serial("seq"),
    always("platform", CleanText),
    always("message", CleanText),
    always("conversation", CleanText),
    maybe("group_id", CleanText),
    always("sender", CleanText),
    always("name", CleanText),
    always("kind", CleanText),
    always("text", SealedWords("inbox.text")),
    always("at", Moment),
    always("received_at", Moment),
    always("mentions", CleanText),
    always("media", CleanText, server_default="[]"),
    maybe("quote", CleanText),
    always("by_cadre", Boolean),
    always("state", CleanText),
    maybe("mark", CleanText),
    maybe("ended_at", Moment),
    always("cause", CleanText),
    always("urgent", Boolean, server_default=false()),
    UniqueConstraint("platform", "message"),
    Index("ix_inbox_conversation_received_at", "conversation", "received_at"),
    partial_index("ix_inbox_waiting", "conversation", "seq", where=WAITING),
    partial_index("ix_inbox_crying", "conversation", "received_at", where=CRYING),
    partial_index("ix_inbox_marked", "group_id", "mark", "at", where=MARKED),
    partial_index("ix_inbox_home", "platform", "sender", "seq", where=IN_GROUP),
    partial_index("ix_inbox_stuck", "ended_at", where=STUCK),
    sqlite_autoincrement=True,
)
"""A message that came in. ``seq`` is the order of arrival; ``state`` is new, handled or failed.

``urgent``: at a glance it may be a cry for help, and nobody has looked closer yet (decision 0021).
"""

GROUP_DAYS = Table(
    "group_days",
    CATALOGUE,
    always("group_id", CleanText, primary_key=True),
    always("day", Date, primary_key=True),
    always("villager_messages", Integer),
    always("cadre_messages", Integer),
    always("bot_messages", Integer),
    count("heard"),
    count("published"),
)
"""Counts of one group on one local day; no names (R36, R110). ``heard`` counts what proves that it was heard."""

HEARING = Table(
    "hearing",
    CATALOGUE,
    always("group_id", CleanText, primary_key=True),
    maybe("heard_at", Moment),
    maybe("villager_at", Moment),
    maybe("posted_at", Moment),
    maybe("echoed_at", Moment),
)
"""What proves that a group is heard."""

TICKETS = Table(
    "tickets",
    CATALOGUE,
    always("id", CleanText, primary_key=True),
    always("village", CleanText),
    always("year", Integer),
    always("number", Integer),
    always("category", CleanText),
    always("urgent", Boolean),
    always("state", CleanText),
    always("level", Integer),
    always("unit", CleanText),
    always("owner", CleanText),
    always("platform", CleanText),
    maybe("group_id", CleanText),
    always("requester", CleanText),
    always("text", CleanText),
    always("topic", CleanText),
    always("place", CleanText),
    always("said_at", Moment),
    always("opened_at", Moment),
    always("due_at", Moment),
    always("due_provisional", Boolean),
    maybe("hop_due_at", Moment),
    maybe("first_cadre_reply", CleanText),
    maybe("answer", CleanText),
    always("answer_text", CleanText),
    maybe("closed_by", CleanText),
    maybe("closed_at", Moment),
    maybe("reopened_by", CleanText),
    maybe("receipted_at", Moment),
    maybe("rating", CleanText),
    always("channel", CleanText, server_default="group"),
    maybe("registered_by", CleanText),
    always("units", CleanText, server_default="[]"),
    count("returns"),
    count("pushed_down"),
    count("extension_days"),
    maybe("paused_at", Moment),
    count("paused_days"),
    count("pauses"),
    count("times_overdue"),
    always("colour", CleanText, server_default="none"),
    count("reopenings"),
    maybe("supervised_at", Moment),
    maybe("offered_to", CleanText),
    maybe("merged_into", CleanText),
    maybe("effect", CleanText),
    maybe("contact", CleanText),
    always("publication", CleanText, server_default=_NOTHING),
    always("careful", Boolean, default=False, server_default=false()),
    always("active_at", Moment),
    count("version"),
    UniqueConstraint("village", "year", "number"),
    Index("ix_tickets_village_active_at", "village", "active_at"),
    Index("ix_tickets_platform_requester_opened_at", "platform", "requester", "opened_at"),
    partial_index("ix_tickets_live", "village", where=LIVE),
)
"""A ticket in its present form. ``active_at`` is when anything last happened to it."""

LINKS = Table(
    "ticket_links",
    CATALOGUE,
    serial("id"),
    always("ticket", CleanText, ForeignKey("tickets.id")),
    always("platform", CleanText),
    always("message", CleanText),
    always("relation", CleanText),
    always("sender", CleanText),
    always("at", Moment),
    UniqueConstraint("ticket", "platform", "message", "relation"),
    Index("ix_ticket_links_platform_message", "platform", "message"),
    Index("ix_ticket_links_platform_sender_ticket", "platform", "sender", "ticket"),
    sqlite_autoincrement=True,
)
"""A chat message that belongs to a ticket."""

EVENTS = Table(
    "ticket_events",
    CATALOGUE,
    serial("id"),
    always("village", CleanText),
    always("position", SERIAL),
    always("ticket", CleanText, ForeignKey("tickets.id")),
    always("at", Moment),
    always("kind", CleanText),
    always("actor", CleanText),
    always("data", CleanText),
    always("rule", CleanText),
    always("prev_hash", CleanText),
    always("hash", CleanText),
    UniqueConstraint("village", "position"),
    Index("ix_ticket_events_ticket_position", "ticket", "position"),
    sqlite_autoincrement=True,
)
"""One entry of a ticket's history: only ever added, and chained to the one before it in the village."""

CHAIN_HEADS = Table(
    "chain_heads",
    CATALOGUE,
    always("village", CleanText, primary_key=True),
    always("position", SERIAL),
    always("hash", CleanText),
)
"""Where a village's chain ends, so that cutting off its tail is found as well."""

OUTBOX = Table(
    "outbox",
    CATALOGUE,
    serial("id"),
    always("recipient", CleanText),
    always("kind", CleanText),
    always("text", SealedWords("outbox.text")),
    always("dedupe_key", CleanText),
    maybe("not_before", Moment),
    maybe("ticket", CleanText),
    maybe("quote", CleanText),
    always("choices", SealedText("outbox.choices")),
    maybe("asked_of", CleanText),
    maybe("content", CleanText),
    always("state", CleanText),
    always("created_at", Moment),
    always("attempts", Integer),
    maybe("next_attempt_at", Moment),
    maybe("settled_at", Moment),
    maybe("sent_at", Moment),
    maybe("platform", CleanText),
    maybe("platform_id", CleanText),
    always("error", CleanText),
    always("pace", CleanText, server_default="free"),
    maybe("bundle", SERIAL),
    always("rank", Integer, default=1, server_default="1"),
    maybe("attachment", SealedText("outbox.attachment")),
    maybe("card", SealedText("outbox.card")),
    UniqueConstraint("dedupe_key"),
    Index("ix_outbox_recipient_sent_at", "recipient", "sent_at"),
    Index("ix_outbox_platform_id", "platform_id"),
    partial_index("ix_outbox_open", "recipient", "id", where=OPEN),
    partial_index("ix_outbox_to_do", "rank", "id", where=TO_DO),
    partial_index("ix_outbox_bad", "settled_at", where=BAD),
    partial_index("ix_outbox_posted", "recipient", "sent_at", where=POSTED),
    partial_index("ix_outbox_bundle", "bundle", where=BUNDLED),
    sqlite_autoincrement=True,
)
"""A message of the bot and what became of it. ``platform`` is the one through which it was sent, or tried last.

``pace`` is how it is let out (``domain.burden``), ``rank`` how soon (``domain.urgency``); rows that go out as one
message share the id of the first of them as ``bundle``. ``attachment`` is a content hash, ``card`` JSON.
"""

SLOTS = Table(
    "slots",
    CATALOGUE,
    always("job", CleanText, primary_key=True),
    always("scope", CleanText, primary_key=True),
    always("at", Moment, primary_key=True),
    always("state", CleanText),
    maybe("ended_at", Moment),
    maybe("retry_at", Moment),
    always("cause", CleanText),
    count("tries"),
    partial_index("ix_slots_to_do", "at", where=TO_DO),
    partial_index("ix_slots_missed", "at", where=MISSED),
    partial_index("ix_slots_postponed", "retry_at", where=POSTPONED),
)
"""One run of one scheduled job, unique for ever. ``state`` is pending, done or missed.

``retry_at`` and ``cause`` tell of a failed try, ``tries`` counts those: the slot stays pending, due again then.
"""

DUTY_CHANGES = Table(
    "duty_changes",
    CATALOGUE,
    serial("id"),
    always("kind", CleanText),
    always("person", CleanText),
    maybe("taker", CleanText),
    maybe("village", CleanText),
    maybe("chat", CleanText),
    always("first", Date),
    always("last", Date),
    always("made_at", Moment),
    Index("ix_duty_changes_last", "last"),
    sqlite_autoincrement=True,
)
"""A change of the roster that officers made: ``kind`` is absence, back, swap or planned. Only ever added.

``person`` is away, back, or gives his duty to ``taker`` in ``village``, from ``first`` to ``last`` (local days).
Planned: those on duty, separated by spaces, in the whole village or in its group ``chat``.
"""

KEPT_ANSWERS = Table(
    "kept_answers",
    CATALOGUE,
    serial("id"),
    always("unit", CleanText),
    always("name", CleanText),
    always("topic", CleanText),
    always("asked", CleanText),
    always("text", CleanText),
    always("kept_by", CleanText),
    always("kept_at", Moment),
    sqlite_autoincrement=True,
)
"""An answer that an officer kept for a unit's villages; an empty ``text`` drops it. Only ever added."""

FACTS = Table(
    "facts",
    CATALOGUE,
    always("key", CleanText, primary_key=True),
    always("value", CleanText),
)
"""A small fact of the installation."""


def upsert(connection: Connection, table: Table) -> postgresql.Insert:
    """An INSERT with ON CONFLICT, for the database at hand; both have the same methods."""
    return insert_into(table, connection.dialect.name)


def add_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows in this order; one that a unique constraint knows already is left out."""
    if rows:
        connection.execute(_adding_new(connection.dialect.name, table), rows)


@cache
def _adding_new(dialect: str, table: Table) -> postgresql.Insert:
    """Built once: putting a statement together costs SQLAlchemy ten times what SQLite needs to run it."""
    return insert_into(table, dialect).on_conflict_do_nothing()


def insert_into(table: Table, dialect: str) -> postgresql.Insert:
    """What ``upsert`` gives, for a statement that is built once for each dialect."""
    return cast("postgresql.Insert", sqlite.insert(table)) if dialect == "sqlite" else postgresql.insert(table)
