"""The inbox: what came in, durable before it is acknowledged, handled once, in order of arrival per conversation."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Case, Connection, Table, bindparam, case, false, func, literal, or_, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.dml import ReturningInsert

from bot.domain.messages import Incoming, Kind, Message
from bot.domain.outcome import Mark
from bot.domain.publishing import publishes
from bot.store import media
from bot.store.columns import Words, pack, padded, storable
from bot.store.rows import LOCAL, message_of
from bot.store.tables import CRYING, GROUP_DAYS, HEARING, IN_GROUP, INBOX, MARKED, WAITING, add_new, insert_into

SILENT: Final = frozenset({Kind.JOIN, Kind.LEAVE, Kind.RENAME, Kind.RECALL})
"""Kinds that prove that the group is heard, but are nothing that anybody said (R36)."""


_OF_ONE: Final = select(INBOX).where(INBOX.c.conversation == bindparam("the_conversation"))
_RECENT: Final = (
    _OF_ONE.where(INBOX.c.received_at >= bindparam("since"), INBOX.c.seq < bindparam("before_seq"))
    .order_by(INBOX.c.seq.desc())
    .limit(bindparam("most"))
)
_MARKED_IN: Final = (
    select(INBOX)
    .where(
        INBOX.c.group_id == bindparam("the_group"),
        INBOX.c.mark.in_(bindparam("marks", expanding=True)),
        INBOX.c.at >= bindparam("since"),
        text(MARKED),
    )
    .order_by(INBOX.c.seq)
)
_CALM: Final = (
    update(INBOX).where(INBOX.c.seq.in_(bindparam("seqs", expanding=True)), text(CRYING)).values(urgent=false())
)
"""Built once: putting a statement together costs more than running it, and these run for every message."""
_NO_LIMIT: Final = 2**31 - 1
_COUNTS: Final = ("villager_messages", "cadre_messages", "bot_messages", "heard", "published")


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """An incoming message with what the bot knows about where it came from."""

    incoming: Incoming
    conversation: str
    group: str | None
    by_cadre: bool
    received_at: datetime
    urgent: bool = False

    @property
    def at(self) -> datetime:
        """The trusted time of sending: a platform's clock may run ahead, but nothing is said after it arrived."""
        return min(self.incoming.sent_at, self.received_at)

    @property
    def key(self) -> tuple[str, str]:
        """What makes it unique, as the database keeps it."""
        return storable(self.incoming.platform), storable(self.incoming.id)


def accept(connection: Connection, arrivals: Sequence[Arrival]) -> list[bool]:
    """Store messages in this order; for each, whether it is new. Counts the new ones for their group's day.

    The group's hearing row comes first: on PostgreSQL its lock makes messages of one group take their order numbers
    one after the other, even from two gateways.
    """
    _hear(connection, arrivals)
    rows = [_values(arrival) for arrival in arrivals]
    statement = _accepting(connection.dialect.name)
    stored = {(row.platform, row.message) for row in connection.execute(statement, rows)}
    new = []
    for arrival in arrivals:
        new.append(arrival.key in stored)
        stored.discard(arrival.key)
    fresh = [arrival for arrival, is_new in zip(arrivals, new, strict=True) if is_new]
    _count(connection, fresh)
    media.add(connection, [row for arrival in fresh for row in _media(arrival)])
    return new


@cache
def _accepting(dialect: str) -> ReturningInsert[tuple[str, str]]:
    new = insert_into(INBOX, dialect).on_conflict_do_nothing(index_elements=["platform", "message"])
    return new.returning(INBOX.c.platform, INBOX.c.message)


def _media(arrival: Arrival) -> list[dict[str, object]]:
    """The records of what hangs on a message; of one from nobody's group they lie until it is clear whose it is."""
    platform, message = arrival.key
    refs = arrival.incoming.media
    return media.new_rows(platform, message, refs, by_cadre=arrival.by_cadre, at=arrival.received_at)


def _values(arrival: Arrival) -> dict[str, object]:
    incoming = arrival.incoming
    return {
        "platform": incoming.platform,
        "message": incoming.id,
        "conversation": arrival.conversation,
        "group_id": arrival.group,
        "sender": incoming.sender,
        "name": incoming.name,
        "kind": incoming.kind.value,
        "text": Words(incoming.text),
        "at": arrival.at,
        "received_at": arrival.received_at,
        "mentions": pack(incoming.mentions),
        "media": pack([ref.kind.value for ref in incoming.media]),
        "quote": incoming.quote,
        "by_cadre": arrival.by_cadre,
        "state": "new",
        "cause": "",
        "urgent": arrival.urgent,
    }


def add_heard(connection: Connection, messages: Sequence[Message], now: datetime) -> None:
    """Keep messages that an officer brought in, as handled; they prove nothing about what the bot hears (R36)."""
    rows = [
        {
            "platform": message.platform,
            "message": message.id,
            "conversation": message.conversation,
            "group_id": message.group,
            "sender": message.sender,
            "name": message.name,
            "kind": message.kind.value,
            "text": Words(message.text),
            "at": message.at,
            "received_at": message.received_at,
            "mentions": pack(message.mentions),
            "media": pack(message.media),
            "quote": message.quote,
            "by_cadre": False,
            "state": "handled",
            "ended_at": now,
            "cause": "",
        }
        for message in messages
    ]
    add_new(connection, INBOX, rows)


def said(connection: Connection, keys: Sequence[tuple[str, str]]) -> tuple[Message, ...]:
    """These messages, by platform and id, in order of arrival; those that are not known or sealed are left out."""
    wanted = set(keys)
    query = (
        select(INBOX)
        .where(
            INBOX.c.platform.in_({platform for platform, _ in wanted}),
            INBOX.c.message.in_({message for _, message in wanted}),
        )
        .order_by(INBOX.c.seq)
    )
    rows = connection.execute(query).all() if wanted else []
    return tuple(message_of(row) for row in rows if (row.platform, row.message) in wanted and not row.text.locked)


def _hear(connection: Connection, arrivals: Sequence[Arrival]) -> None:
    heard: dict[str, datetime] = {}
    spoken: dict[str, datetime] = {}
    for arrival in arrivals:
        if arrival.group is None:
            continue
        heard[arrival.group] = max(heard.get(arrival.group, arrival.received_at), arrival.received_at)
        if not arrival.by_cadre and arrival.incoming.kind not in SILENT:
            spoken[arrival.group] = max(spoken.get(arrival.group, arrival.at), arrival.at)
    for_upsert = [
        {"group_id": group, "heard_at": heard[group], "villager_at": spoken.get(group)} for group in sorted(heard)
    ]
    if for_upsert:
        connection.execute(hearing(connection.dialect.name, "heard_at", "villager_at"), for_upsert)


@cache
def hearing(dialect: str, *names: str) -> postgresql.Insert:
    """Notes that a group was heard: of each of these times the later one stays."""
    statement = insert_into(HEARING, dialect)
    changes = {name: later(HEARING, statement, name) for name in names}
    return statement.on_conflict_do_update(index_elements=["group_id"], set_=changes)


def later(table: Table, statement: postgresql.Insert, name: str) -> Case[Any]:
    """The later of the stored and the new time of an upsert; a time beats none."""
    old, new = table.c[name], statement.excluded[name]
    return case((or_(old.is_(None), new > old), func.coalesce(new, old)), else_=old)


def _count(connection: Connection, arrivals: Sequence[Arrival]) -> None:
    counts: dict[tuple[str, date], Counter[str]] = {}
    for arrival in arrivals:
        if arrival.group is not None:
            day = counts.setdefault((arrival.group, arrival.at.astimezone(LOCAL).date()), Counter())
            day.update(_counted(arrival))
    add_to_days(
        connection, [{"group_id": group, "day": day, **each} for (group, day), each in sorted(counts.items(), key=_key)]
    )


def _key(counted: tuple[tuple[str, date], Counter[str]]) -> tuple[str, date]:
    return counted[0]


def _counted(arrival: Arrival) -> Iterator[str]:
    """What one arrival is counted as."""
    yield "heard"
    if arrival.incoming.kind not in SILENT:
        yield "cadre_messages" if arrival.by_cadre else "villager_messages"
        if arrival.by_cadre and publishes(arrival.incoming.text):
            yield "published"


def add_to_days(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Add counts to the groups' days: each row a group, a day, and what is to be added to it."""
    if not rows:
        return
    whole = [{**dict.fromkeys(_COUNTS, 0), **row} for row in rows]
    connection.execute(_adding(connection.dialect.name), whole)


@cache
def _adding(dialect: str) -> postgresql.Insert:
    statement = insert_into(GROUP_DAYS, dialect)
    sums = {name: GROUP_DAYS.c[name] + statement.excluded[name] for name in _COUNTS}
    return statement.on_conflict_do_update(index_elements=["group_id", "day"], set_=sums)


def waiting(connection: Connection) -> dict[str, datetime]:
    """Conversations with messages not handled, each with the arrival of its first, longest waiting first."""
    first = func.min(INBOX.c.received_at).label("first")
    rows = connection.execute(select(INBOX.c.conversation, first).where(text(WAITING)).group_by(INBOX.c.conversation))
    return dict(sorted(((row.conversation, row.first) for row in rows), key=lambda pair: (pair[1], pair[0])))


def crying(connection: Connection) -> frozenset[str]:
    """Conversations in which something waits that may be a cry for help."""
    rows = connection.execute(select(INBOX.c.conversation).where(text(CRYING)).distinct())
    return frozenset(rows.scalars())


def calm(connection: Connection, seqs: Sequence[int]) -> None:
    """Let messages wait like others: they are no cry for help."""
    connection.execute(_CALM, {"seqs": padded(seqs)})


def recent(
    connection: Connection, conversation: str, since: datetime, before_seq: int, most: int | None = None
) -> tuple[Message, ...]:
    """The last messages (without ``most``: all) that arrived since then with a lower order number, oldest first."""
    limit = _NO_LIMIT if most is None else most
    wanted = {"the_conversation": conversation, "since": since, "before_seq": before_seq, "most": limit}
    rows = connection.execute(_RECENT, wanted).all()
    return tuple(message_of(row) for row in reversed(rows) if not row.text.locked)


def fail(connection: Connection, seqs: Sequence[int], cause: str, now: datetime) -> None:
    """Set messages aside that could not be handled."""
    connection.execute(
        update(INBOX)
        .where(INBOX.c.seq.in_(seqs), text(WAITING))
        .values(state=literal("failed"), cause=cause, ended_at=now, urgent=false())
    )


def marked(connection: Connection, group: str, marks: Sequence[Mark], since: datetime) -> tuple[Message, ...]:
    """Messages of a group with one of the marks, oldest first."""
    wanted = {"the_group": group, "marks": padded(mark.value for mark in marks), "since": since}
    return tuple(message_of(row) for row in connection.execute(_MARKED_IN, wanted))


def marked_anywhere(connection: Connection, mark: Mark, since: datetime) -> dict[str, int]:
    """How many messages of each conversation bear a mark."""
    query = (
        select(INBOX.c.conversation, func.count().label("number"))
        .where(INBOX.c.mark == mark.value, INBOX.c.at >= since, text(MARKED))
        .group_by(INBOX.c.conversation)
    )
    return {row.conversation: row.number for row in sorted(connection.execute(query), key=str)}


def home(connection: Connection, platform: str, account: str) -> str | None:
    """The group in which the account last spoke."""
    query = (
        select(INBOX.c.group_id)
        .where(INBOX.c.platform == platform, INBOX.c.sender == account, text(IN_GROUP))
        .order_by(INBOX.c.seq.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()
