"""Looking at the whole: counts, what is heard, conversations as a reader sees them, troubles, small facts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, exists, select, text

from bot.ports import GroupDay, Hearing, Line, SendState, Trouble
from bot.ports.groups import Counted
from bot.store import bindings, mail, media
from bot.store.columns import padded
from bot.store.mailing_tables import RECALLS
from bot.store.rows import group_day_of, hearing_of, line_in, line_out, send_id
from bot.store.tables import (
    BAD,
    FACTS,
    GROUP_DAYS,
    HEARING,
    INBOX,
    MISSED,
    OUTBOX,
    POSTPONED,
    SLOTS,
    STUCK,
    add_new,
    upsert,
)

_SEVERAL_FACTS: Final = select(FACTS.c.key, FACTS.c["value"]).where(FACTS.c.key.in_(bindparam("keys", expanding=True)))


def days(connection: Connection, groups: Sequence[str], since: date) -> tuple[GroupDay, ...]:
    """The groups' counts since a local day, by group and day."""
    query = select(GROUP_DAYS).where(GROUP_DAYS.c.group_id.in_(groups), GROUP_DAYS.c.day >= since)
    found = (group_day_of(row) for row in connection.execute(query))
    return tuple(sorted(found, key=lambda counted: (counted.group, counted.day)))


def hearing(connection: Connection, groups: Sequence[str]) -> dict[str, Hearing]:
    """For every group asked, what proves that it is heard."""
    query = select(HEARING).where(HEARING.c.group_id.in_(groups))
    found = {row.group_id: hearing_of(row) for row in connection.execute(query)}
    return {group: found.get(group, Hearing(group=group)) for group in groups}


def lines(connection: Connection, recipient: str, conversation: str, limit: int) -> tuple[Line, ...]:
    """The last lines of a conversation, both sides, by time; of equal times what came in stands first."""
    came = (
        select(INBOX)
        .where(INBOX.c.conversation == conversation)
        .order_by(INBOX.c.received_at.desc(), INBOX.c.seq.desc())
        .limit(limit)
    )
    went = (
        select(OUTBOX)
        .where(OUTBOX.c.recipient == recipient, OUTBOX.c.state == SendState.SENT.value)
        .where(~_taken_back())
        .order_by(OUTBOX.c.sent_at.desc(), OUTBOX.c.id.desc())
        .limit(limit)
    )
    both = [((row.at, 0, row.seq), line_in(row)) for row in connection.execute(came)]
    both += [((row.sent_at, 1, row.id), line_out(row)) for row in connection.execute(went)]
    both.sort(key=lambda pair: pair[0])
    return tuple(line for _, line in both[max(0, len(both) - limit) :])


def _taken_back() -> ColumnElement[bool]:
    """Whether a message was taken back: a reader sees it no more."""
    done = (RECALLS.c.send == OUTBOX.c.id, RECALLS.c.settled_at.is_not(None), RECALLS.c.reason == "")
    return exists().where(*done)


def troubles(connection: Connection, since: datetime) -> tuple[Trouble, ...]:
    """Messages and sends that failed and slots that were missed since then, oldest first."""
    found = []
    stuck = select(INBOX).where(text(STUCK), INBOX.c.ended_at >= since)
    for row in connection.execute(stuck):
        subject = f"{row.platform}/{row.message}"
        found.append(Trouble(at=row.ended_at, kind="message", subject=subject, cause=row.cause))
    bad = select(OUTBOX).where(text(BAD), OUTBOX.c.settled_at >= since)
    for row in connection.execute(bad):
        kind = "send" if row.state == SendState.FAILED.value else "send_unknown"
        found.append(Trouble(at=row.settled_at, kind=kind, subject=send_id(row.id), cause=row.error))
    postponed = select(SLOTS).where(text(POSTPONED), SLOTS.c.retry_at >= since)
    found += [
        Trouble(at=row.at, kind="slot", subject=f"{row.job}/{row.scope}", cause=row.cause)
        for row in connection.execute(postponed)
    ]
    missed = select(SLOTS).where(text(MISSED), SLOTS.c.at >= since)
    found += [
        Trouble(at=row.at, kind="slot_missed", subject=f"{row.job}/{row.scope}", cause="到点时没有运行")
        for row in connection.execute(missed)
    ]
    found += bindings.troubles(connection, since)
    found += media.troubles(connection, since)
    found += mail.troubles(connection, since)
    return tuple(sorted(found, key=lambda trouble: (trouble.at, trouble.kind, trouble.subject)))


def remember(connection: Connection, key: str, value: str) -> None:
    """Keep or replace a small fact."""
    statement = upsert(connection, FACTS).values(key=key, value=value)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value})
    )


def remember_new(connection: Connection, facts: Mapping[str, str]) -> None:
    """Keep those of these small facts that are not known yet."""
    add_new(connection, FACTS, [{"key": key, "value": value} for key, value in facts.items()])


def recall(connection: Connection, key: str) -> str | None:
    """A small fact, or None."""
    query = select(FACTS.c["value"]).where(FACTS.c.key == key)
    return connection.execute(query).scalar()


def counted(connection: Connection, groups: Sequence[str]) -> tuple[Counted, ...]:
    """How many are in groups, as their platforms told."""
    keys = {_count_key(group): group for group in groups}
    found = []
    for row in connection.execute(_SEVERAL_FACTS, {"keys": padded(keys)}):
        members, _, day = row.value.partition("|")
        found.append(Counted(group=keys[row.key], members=int(members), day=date.fromisoformat(day)))
    return tuple(found)


def keep_counted(connection: Connection, counted: Counted) -> None:
    """The newest number of a group."""
    remember(connection, _count_key(counted.group), f"{counted.members}|{counted.day}")


def _count_key(group: str) -> str:
    return f"group-members:{group}"


def known_since(connection: Connection, groups: Sequence[str]) -> dict[str, date]:
    """Since when groups are looked after; one that was never met is left out."""
    keys = {f"group-since:{group}": group for group in groups}
    rows = connection.execute(_SEVERAL_FACTS, {"keys": padded(keys)})
    return {keys[row.key]: date.fromisoformat(row.value) for row in rows}
