"""The tables. Rows of them never leave bot/store: ``rows`` turns them into domain values."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Index, MetaData, Table, UniqueConstraint, false, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from bot.store.columns import SERIAL, CleanText, SealedText, SealedWords, Words

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""One way of naming constraints, so that a migration can name what it changes on either database."""

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


class Row(SQLModel):
    """What all tables share: their own catalogue."""

    metadata = MetaData(naming_convention=NAMES)


def _text(**more: Any) -> Any:  # noqa: ANN401 - a field of whatever type it stands beside
    return Field(sa_type=CleanText, **more)


def _sealed(purpose: str) -> Any:  # noqa: ANN401 - a field of whatever type it stands beside
    return Field(sa_type=SealedText(purpose))


def _words(purpose: str) -> Any:  # noqa: ANN401 - a field of whatever type it stands beside
    return Field(sa_type=SealedWords(purpose))


def _serial() -> Any:  # noqa: ANN401 - a field of whatever type it stands beside
    return Field(default=None, sa_type=SERIAL, primary_key=True)


def _count() -> Any:  # noqa: ANN401 - a field of whatever type it stands beside
    return Field(sa_column_kwargs={"server_default": "0"})


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class InboxRow(Row, table=True):
    """A message that came in. ``seq`` is the order of arrival; ``state`` is new, handled or failed.

    ``urgent``: at a glance it may be a cry for help, and nobody has looked closer yet (decision 0021).
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("platform", "message"),
        Index("ix_inbox_conversation_received_at", "conversation", "received_at"),
        _partial("ix_inbox_waiting", "conversation", "seq", where=WAITING),
        _partial("ix_inbox_crying", "conversation", "received_at", where=CRYING),
        _partial("ix_inbox_marked", "group_id", "mark", "at", where=MARKED),
        _partial("ix_inbox_home", "platform", "sender", "seq", where=IN_GROUP),
        _partial("ix_inbox_stuck", "ended_at", where=STUCK),
        {"sqlite_autoincrement": True},
    )

    seq: int = _serial()
    platform: str = _text()
    message: str = _text()
    conversation: str = _text()
    group_id: str | None = _text()
    sender: str = _text()
    name: str = _text()
    kind: str = _text()
    text: Words = _words("inbox.text")
    at: datetime
    received_at: datetime
    mentions: str = _text()
    media: str = _text(sa_column_kwargs={"server_default": "[]"})
    quote: str | None = _text()
    by_cadre: bool
    state: str = _text()
    mark: str | None = _text()
    ended_at: datetime | None
    cause: str = _text()
    urgent: bool = Field(sa_column_kwargs={"server_default": false()})


class GroupDayRow(Row, table=True):
    """Counts of one group on one local day; no names (R36, R110). ``heard`` counts what proves that it was heard."""

    __tablename__ = "group_days"

    group_id: str = _text(primary_key=True)
    day: date = Field(primary_key=True)
    villager_messages: int
    cadre_messages: int
    bot_messages: int
    heard: int = _count()
    published: int = _count()


class HearingRow(Row, table=True):
    """What proves that a group is heard."""

    __tablename__ = "hearing"

    group_id: str = _text(primary_key=True)
    heard_at: datetime | None
    villager_at: datetime | None
    posted_at: datetime | None
    echoed_at: datetime | None


class TicketRow(Row, table=True):
    """A ticket in its present form. ``active_at`` is when anything last happened to it."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("village", "year", "number"),
        Index("ix_tickets_village_active_at", "village", "active_at"),
        Index("ix_tickets_platform_requester_opened_at", "platform", "requester", "opened_at"),
        _partial("ix_tickets_live", "village", where=LIVE),
    )

    id: str = _text(primary_key=True)
    village: str = _text()
    year: int
    number: int
    category: str = _text()
    urgent: bool
    state: str = _text()
    level: int
    unit: str = _text()
    owner: str = _text()
    platform: str = _text()
    group_id: str | None = _text()
    requester: str = _text()
    text: str = _text()
    topic: str = _text()
    place: str = _text()
    said_at: datetime
    opened_at: datetime
    due_at: datetime
    due_provisional: bool
    hop_due_at: datetime | None
    first_cadre_reply: str | None = _text()
    answer: str | None = _text()
    answer_text: str = _text()
    closed_by: str | None = _text()
    closed_at: datetime | None
    reopened_by: str | None = _text()
    receipted_at: datetime | None
    rating: str | None = _text()
    channel: str = _text(sa_column_kwargs={"server_default": "group"})
    registered_by: str | None = _text()
    units: str = _text(sa_column_kwargs={"server_default": "[]"})
    returns: int = _count()
    pushed_down: int = _count()
    extension_days: int = _count()
    paused_at: datetime | None
    paused_days: int = _count()
    pauses: int = _count()
    times_overdue: int = _count()
    colour: str = _text(sa_column_kwargs={"server_default": "none"})
    reopenings: int = _count()
    supervised_at: datetime | None
    offered_to: str | None = _text()
    merged_into: str | None = _text()
    effect: str | None = _text()
    contact: str | None = _text()
    publication: str = _text(sa_column_kwargs={"server_default": _NOTHING})
    careful: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    active_at: datetime
    version: int = _count()


class LinkRow(Row, table=True):
    """A chat message that belongs to a ticket."""

    __tablename__ = "ticket_links"
    __table_args__ = (
        UniqueConstraint("ticket", "platform", "message", "relation"),
        Index("ix_ticket_links_platform_message", "platform", "message"),
        Index("ix_ticket_links_platform_sender_ticket", "platform", "sender", "ticket"),
        {"sqlite_autoincrement": True},
    )

    id: int = _serial()
    ticket: str = _text(foreign_key="tickets.id")
    platform: str = _text()
    message: str = _text()
    relation: str = _text()
    sender: str = _text()
    at: datetime


class EventRow(Row, table=True):
    """One entry of a ticket's history: only ever added, and chained to the one before it in the village."""

    __tablename__ = "ticket_events"
    __table_args__ = (
        UniqueConstraint("village", "position"),
        Index("ix_ticket_events_ticket_position", "ticket", "position"),
        {"sqlite_autoincrement": True},
    )

    id: int = _serial()
    village: str = _text()
    position: int = Field(sa_type=SERIAL)
    ticket: str = _text(foreign_key="tickets.id")
    at: datetime
    kind: str = _text()
    actor: str = _text()
    data: str = _text()
    rule: str = _text()
    prev_hash: str = _text()
    hash: str = _text()


class ChainHeadRow(Row, table=True):
    """Where a village's chain ends, so that cutting off its tail is found as well."""

    __tablename__ = "chain_heads"

    village: str = _text(primary_key=True)
    position: int = Field(sa_type=SERIAL)
    hash: str = _text()


class OutboxRow(Row, table=True):
    """A message of the bot and what became of it. ``platform`` is the one through which it was sent, or tried last.

    ``pace`` is how it is let out (``domain.burden``), ``rank`` how soon (``domain.urgency``); rows that go out as one
    message share the id of the first of them as ``bundle``. ``attachment`` is a content hash, ``card`` JSON.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_outbox_recipient_sent_at", "recipient", "sent_at"),
        Index("ix_outbox_platform_id", "platform_id"),
        _partial("ix_outbox_open", "recipient", "id", where=OPEN),
        _partial("ix_outbox_to_do", "rank", "id", where=TO_DO),
        _partial("ix_outbox_bad", "settled_at", where=BAD),
        _partial("ix_outbox_posted", "recipient", "sent_at", where=POSTED),
        _partial("ix_outbox_bundle", "bundle", where=BUNDLED),
        {"sqlite_autoincrement": True},
    )

    id: int = _serial()
    recipient: str = _text()
    kind: str = _text()
    text: Words = _words("outbox.text")
    dedupe_key: str = _text()
    not_before: datetime | None
    ticket: str | None = _text()
    quote: str | None = _text()
    choices: str = _sealed("outbox.choices")
    asked_of: str | None = _text()
    content: str | None = _text()
    state: str = _text()
    created_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    settled_at: datetime | None
    sent_at: datetime | None
    platform: str | None = _text()
    platform_id: str | None = _text()
    error: str = _text()
    pace: str = _text(sa_column_kwargs={"server_default": "free"})
    bundle: int | None = Field(default=None, sa_type=SERIAL)
    rank: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    attachment: str | None = _sealed("outbox.attachment")
    card: str | None = _sealed("outbox.card")


class SlotRow(Row, table=True):
    """One run of one scheduled job, unique for ever. ``state`` is pending, done or missed.

    ``retry_at`` and ``cause`` tell of a failed try, ``tries`` counts those: the slot stays pending, due again then.
    """

    __tablename__ = "slots"
    __table_args__ = (
        _partial("ix_slots_to_do", "at", where=TO_DO),
        _partial("ix_slots_missed", "at", where=MISSED),
        _partial("ix_slots_postponed", "retry_at", where=POSTPONED),
    )

    job: str = _text(primary_key=True)
    scope: str = _text(primary_key=True)
    at: datetime = Field(primary_key=True)
    state: str = _text()
    ended_at: datetime | None
    retry_at: datetime | None
    cause: str = _text()
    tries: int = _count()


class FactRow(Row, table=True):
    """A small fact of the installation."""

    __tablename__ = "facts"

    key: str = _text(primary_key=True)
    value: str = _text()


def _table(row: type[Row]) -> Table:
    return row.metadata.tables[str(row.__tablename__)]


INBOX = _table(InboxRow)
GROUP_DAYS = _table(GroupDayRow)
HEARING = _table(HearingRow)
TICKETS = _table(TicketRow)
LINKS = _table(LinkRow)
EVENTS = _table(EventRow)
CHAIN_HEADS = _table(ChainHeadRow)
OUTBOX = _table(OutboxRow)
SLOTS = _table(SlotRow)
FACTS = _table(FactRow)


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
