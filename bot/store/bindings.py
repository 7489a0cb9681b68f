"""Bindings of groups and people, and conversations that get another home: written with the decision that made them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Row,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    text,
    tuple_,
    update,
)

from bot.domain.bindings import Act, BindingChange, Bindings, DoorNote, Room, Whose
from bot.domain.outcome import Mark
from bot.ports import Trouble
from bot.ports.bindings import Spoken
from bot.store.binding_tables import BINDINGS, DOOR_NOTES, ROOMS
from bot.store.columns import Words, storable, vault_of
from bot.store.inbox import add_to_days, later
from bot.store.tables import GROUP_DAYS, HEARING, IN_GROUP, INBOX, add_new, upsert

HANDLED_STILL: Final = timedelta(hours=24)
"""How old a message may be that is handled as the group's once its conversation is bound."""

_NEW: Final = insert(BINDINGS)
_LATEST: Final = select(func.max(BINDINGS.c.id))
_PURPOSE: Final = "codes of bindings"
_MOST_SPEAKERS: Final = 500


def add(connection: Connection, changes: Sequence[BindingChange]) -> None:
    """Write changes, in their order; what was heard in a conversation before becomes its group's."""
    for change in changes:
        connection.execute(
            _NEW,
            {
                "whose": change.whose.value,
                "subject": change.id,
                "act": change.act.value,
                "platform": change.platform,
                "address": change.address,
                "made_by": change.by,
                "made_at": change.at,
            },
        )
        if change.whose is Whose.GROUP and change.act is Act.BOUND:
            settle_in(connection, change.platform, change.address, change.id, change.at)


def version(connection: Connection) -> str:
    """Another word after every change, and after every change of the keys from which codes are derived."""
    keys = ",".join(vault_of(connection).numbers())
    return f"{connection.execute(_LATEST).scalar() or 0}/{keys}"


def everything(connection: Connection) -> Bindings:
    """All changes in their order, with the secrets of the codes."""
    secrets = vault_of(connection).names(_PURPOSE)
    changes = tuple(map(_change, connection.execute(select(BINDINGS).order_by(BINDINGS.c.id))))
    return Bindings(version=version(connection), changes=changes, secrets=secrets)


def _change(row: Row[Any]) -> BindingChange:
    return BindingChange(
        whose=Whose(row.whose),
        id=row.subject,
        act=Act(row.act),
        at=row.made_at,
        by=row.made_by,
        platform=row.platform,
        address=row.address,
    )


# Conversations


def name_room(connection: Connection, platform: str, conversation: str, name: str, now: datetime) -> None:
    """Keep how a conversation is called."""
    statement = upsert(connection, ROOMS).values(
        platform=platform, conversation=conversation, name=name, named_at=now, left_at=None
    )
    new = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["platform", "conversation"], set_={"name": new.name, "named_at": new.named_at}
        )
    )


def leave_rooms(connection: Connection, rooms: Sequence[Room]) -> None:
    """Keep when the bot was taken out of conversations."""
    for room in rooms:
        statement = upsert(connection, ROOMS).values(
            platform=room.platform, conversation=room.conversation, name="", named_at=None, left_at=room.left_at
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["platform", "conversation"], set_={"left_at": statement.excluded.left_at}
            )
        )


def rooms(connection: Connection, keys: Sequence[tuple[str, str]]) -> tuple[Room, ...]:
    """What is known of these conversations; unknown ones are left out."""
    found: list[Room] = []
    for at in range(0, len(keys), 200):
        some = [(storable(platform), storable(conversation)) for platform, conversation in keys[at : at + 200]]
        query = select(ROOMS).where(tuple_(ROOMS.c.platform, ROOMS.c.conversation).in_(some))
        found += [_room(row) for row in connection.execute(query)]
    return tuple(sorted(found, key=lambda room: (room.platform, room.conversation)))


def _room(row: Row[Any]) -> Room:
    return Room(platform=row.platform, conversation=row.conversation, name=row.name, left_at=row.left_at)


def unknown(platform: str, conversation: str) -> str:
    """How the inbox calls a conversation that is no group's."""
    return f"unknown:{platform}/{conversation}"


def settle_in(connection: Connection, platform: str, conversation: str, group: str, now: datetime) -> None:
    """Make what was heard in a conversation before it was bound the group's own.

    Messages of the last day that nobody has handled, or that were only laid aside, wait again; older ones stay as they
    are. Counts and proofs of hearing move with them.
    """
    here = INBOX.c.conversation == storable(unknown(platform, conversation))
    aside = and_(INBOX.c.mark == Mark.UNKNOWN_GROUP.value, INBOX.c.received_at >= now - HANDLED_STILL)
    moved = connection.execute(
        update(INBOX)
        .where(here)
        .values(
            conversation=f"group:{group}",
            group_id=group,
            state=case((aside, literal("new")), else_=INBOX.c.state),
            ended_at=case((aside, null()), else_=INBOX.c.ended_at),
            mark=case((INBOX.c.mark == Mark.UNKNOWN_GROUP.value, null()), else_=INBOX.c.mark),
        )
    )
    if moved.rowcount:
        _move_days(connection, storable(conversation), group)
        _move_hearing(connection, storable(conversation), group)


def _move_days(connection: Connection, old: str, new: str) -> None:
    query = select(GROUP_DAYS).where(GROUP_DAYS.c.group_id == old)
    counts: list[dict[str, object]] = []
    days: set[date] = set()
    for row in connection.execute(query.order_by(GROUP_DAYS.c.day)).all():
        days.add(row.day)
        counts.append(
            {
                "group_id": new,
                "day": row.day,
                "villager_messages": row.villager_messages,
                "cadre_messages": row.cadre_messages,
                "bot_messages": row.bot_messages,
                "heard": row.heard,
                "published": row.published,
            }
        )
    add_to_days(connection, counts)
    connection.execute(delete(GROUP_DAYS).where(GROUP_DAYS.c.group_id == old, GROUP_DAYS.c.day.in_(days)))


def _move_hearing(connection: Connection, old: str, new: str) -> None:
    row = connection.execute(select(HEARING).where(HEARING.c.group_id == old)).one_or_none()
    if row is None:
        return
    names = ("heard_at", "villager_at")
    statement = upsert(connection, HEARING).values(group_id=new, heard_at=row.heard_at, villager_at=row.villager_at)
    changes = {name: later(HEARING, statement, name) for name in names}
    connection.execute(statement.on_conflict_do_update(index_elements=["group_id"], set_=changes))
    connection.execute(delete(HEARING).where(HEARING.c.group_id == old))


def spoken_in(connection: Connection, conversation: str, since: datetime) -> Spoken:
    """Who wrote in a conversation of the inbox since then, of the last speakers as many as are worth comparing."""
    query = (
        select(INBOX.c.sender, INBOX.c.name, func.min(INBOX.c.received_at).label("first"))
        .where(INBOX.c.conversation == conversation, INBOX.c.received_at >= since)
        .group_by(INBOX.c.sender, INBOX.c.name)
        .limit(_MOST_SPEAKERS)
    )
    found = connection.execute(query).all()
    return Spoken(
        first_at=min((row.first for row in found), default=None),
        accounts=frozenset(row.sender for row in found if row.sender),
        names=frozenset(row.name.strip() for row in found if row.name.strip()),
    )


def heard_from(connection: Connection, platform: str, account: str) -> datetime | None:
    """When an account last wrote anything, privately or in a group."""
    in_group = (
        select(INBOX.c.received_at)
        .where(INBOX.c.platform == platform, INBOX.c.sender == account, text(IN_GROUP))
        .order_by(INBOX.c.seq.desc())
        .limit(1)
    )
    private = select(func.max(INBOX.c.received_at)).where(INBOX.c.conversation == f"account:{platform}/{account}")
    both = (connection.execute(in_group).scalar(), connection.execute(private).scalar())
    return max((at for at in both if at is not None), default=None)


# Words that were taken back


def wipe(connection: Connection, seqs: Sequence[int]) -> None:
    """Take away the words of messages, and their marks; what the discipline role keeps is left as it is (R50).

    A message that still waits is handled with that.
    """
    if not seqs:
        return
    for row in connection.execute(select(INBOX).where(INBOX.c.seq.in_(sorted(set(seqs))))).all():
        if row.text.apart or row.text.locked:
            continue
        connection.execute(update(INBOX).where(INBOX.c.seq == row.seq).values(text=Words(""), mark=None))


# What the operator should know


def note(connection: Connection, notes: Sequence[DoorNote]) -> None:
    """Keep what happened at the door; the same thing once."""
    add_new(
        connection,
        DOOR_NOTES,
        [
            {
                "once": one.once,
                "kind": one.kind.value,
                "at": one.at,
                "platform": one.platform,
                "about": one.about,
                "cause": one.cause,
            }
            for one in notes
        ],
    )


def troubles(connection: Connection, since: datetime) -> list[Trouble]:
    """What happened at the door since then."""
    query = select(DOOR_NOTES).where(DOOR_NOTES.c.at >= since).order_by(DOOR_NOTES.c.at, DOOR_NOTES.c.id)
    return [
        Trouble(at=row.at, kind=row.kind, subject=f"{row.platform} {row.about}".strip(), cause=row.cause)
        for row in connection.execute(query)
    ]


__all__ = [
    "HANDLED_STILL",
    "add",
    "everything",
    "heard_from",
    "leave_rooms",
    "name_room",
    "note",
    "rooms",
    "settle_in",
    "spoken_in",
    "troubles",
    "unknown",
    "version",
    "wipe",
]
