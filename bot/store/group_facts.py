"""Counts behind the patrol sheet, each for all groups of a township in one query."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection, and_, exists, func, select, text

from bot.domain.messages import OutKind, ToGroup, recipient_key
from bot.domain.outcome import Mark
from bot.ports import SendState
from bot.ports.groups import Counted, Wanted
from bot.store import looking
from bot.store.engine import Database
from bot.store.inbox import SILENT
from bot.store.rows import LOCAL
from bot.store.tables import INBOX, LINKS, MARKED, OUTBOX

_WANTED: Final = (Mark.MAYBE.value, Mark.PING.value, Mark.SETTLED.value)
_LATE: Final = timedelta(days=2)
"""How long after it was said a message may still arrive and count for its day."""


class GroupRecords:
    """``ports.groups.GroupStore``, mixed into the store; every method is one transaction."""

    database: Database

    async def speakers(self, groups: Sequence[str], *, since: datetime, until: datetime) -> Mapping[str, int]:
        """How many villagers spoke in each of these groups from ``since`` until before ``until``."""
        return await self.database.read(partial(speakers_of, groups=groups, since=since, until=until))

    async def together(self, groups: Sequence[str], *, since: datetime) -> frozenset[tuple[str, date]]:
        """The groups and local days since then on which two villagers or more spoke."""
        return await self.database.read(partial(days_together, groups=groups, since=since))

    async def wanted(self, groups: Sequence[str], *, since: datetime) -> tuple[Wanted, ...]:
        """What was said in these groups since then that wanted an answer and is part of no ticket, oldest first."""
        return await self.database.read(partial(wanted_in, groups=groups, since=since))

    async def members_counted(self, groups: Sequence[str]) -> tuple[Counted, ...]:
        """How many are in each of these groups, as far as their platform has told."""
        return await self.database.read(partial(looking.counted, groups=groups)) if groups else ()

    async def keep_members_counted(self, counted: Counted) -> None:
        """Keep a newer number in the place of the one before."""
        await self.database.write(partial(looking.keep_counted, counted=counted))

    async def kinds_posted(
        self, groups: Sequence[str], *, since: datetime, until: datetime
    ) -> Mapping[str, frozenset[OutKind]]:
        """What kinds of messages the bot has sent to each of these groups within that time."""
        return await self.database.read(partial(posted_kinds, groups=groups, since=since, until=until))


def speakers_of(connection: Connection, *, groups: Sequence[str], since: datetime, until: datetime) -> dict[str, int]:
    """Villagers who spoke, by group."""
    speaker = select(INBOX.c.group_id, INBOX.c.platform, INBOX.c.sender).distinct()
    each = (
        speaker.where(INBOX.c.conversation.in_(_keys(groups)), INBOX.c.received_at >= since)
        .where(INBOX.c.received_at < until + _LATE, INBOX.c.at >= since, INBOX.c.at < until)
        .where(INBOX.c.by_cadre.is_(False), INBOX.c.kind.not_in([kind.value for kind in SILENT]))
        .subquery()
    )
    counted = select(each.c.group_id, func.count().label("number")).group_by(each.c.group_id)
    return {row.group_id: row.number for row in connection.execute(counted) if row.group_id is not None}


def days_together(connection: Connection, *, groups: Sequence[str], since: datetime) -> frozenset[tuple[str, date]]:
    """Where and when villagers were not alone."""
    if not groups:
        return frozenset()
    said = (
        select(INBOX.c.group_id, INBOX.c.at, INBOX.c.platform, INBOX.c.sender)
        .where(INBOX.c.conversation.in_(_keys(groups)), INBOX.c.received_at >= since, INBOX.c.at >= since)
        .where(INBOX.c.by_cadre.is_(False), INBOX.c.kind.not_in([kind.value for kind in SILENT]))
    )
    first: dict[tuple[str, date], tuple[str, str]] = {}
    found = set()
    for row in connection.execute(said):
        day = (row.group_id, row.at.astimezone(LOCAL).date())
        if first.setdefault(day, (row.platform, row.sender)) != (row.platform, row.sender):
            found.add(day)
    return frozenset(found)


def wanted_in(connection: Connection, *, groups: Sequence[str], since: datetime) -> tuple[Wanted, ...]:
    """Marked words that no ticket holds."""
    of_a_ticket = exists().where(and_(LINKS.c.platform == INBOX.c.platform, LINKS.c.message == INBOX.c.message))
    query = (
        select(INBOX.c.group_id, INBOX.c.at, INBOX.c.mark)
        .where(INBOX.c.group_id.in_(groups), INBOX.c.mark.in_(_WANTED), INBOX.c.at >= since, text(MARKED))
        .where(~of_a_ticket)
        .order_by(INBOX.c.seq)
    )
    return tuple(
        Wanted(group=row.group_id, at=row.at, settled=row.mark == Mark.SETTLED.value)
        for row in connection.execute(query)
    )


def posted_kinds(
    connection: Connection, *, groups: Sequence[str], since: datetime, until: datetime
) -> dict[str, frozenset[OutKind]]:
    """Kinds of what was sent, by group."""
    by_key = {recipient_key(ToGroup(group=group)): group for group in groups}
    query = (
        select(OUTBOX.c.recipient, OUTBOX.c.kind)
        .where(OUTBOX.c.recipient.in_(list(by_key)), OUTBOX.c.state == SendState.SENT.value)
        .where(OUTBOX.c.sent_at >= since, OUTBOX.c.sent_at < until)
        .distinct()
    )
    found: dict[str, set[OutKind]] = {}
    for row in connection.execute(query):
        found.setdefault(by_key[row.recipient], set()).add(OutKind(row.kind))
    return {group: frozenset(kinds) for group, kinds in found.items()}


def _keys(groups: Sequence[str]) -> list[str]:
    """The groups' conversations as the inbox calls them."""
    return [recipient_key(ToGroup(group=group)) for group in groups]
