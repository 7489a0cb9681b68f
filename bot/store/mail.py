"""The outbox as delivery looks at it before it claims: what is due, in which order, and what a platform has borne."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection, and_, func, or_, select, text, update

from bot.domain.burden import Pace
from bot.domain.messages import ToAccount, recipient_key, recipient_of
from bot.domain.urgency import Rank
from bot.ports import Trouble
from bot.ports.mail import Due
from bot.store.columns import pack_data, unpack_data
from bot.store.engine import Database
from bot.store.outbox import is_due, next_send
from bot.store.rows import LOCAL, send_id, send_number
from bot.store.tables import FACTS, IN_GROUP, INBOX, OUTBOX, TO_DO, upsert

_CAPS: Final = "send-caps"
"""The fact that holds, by platform, when its account had last sent all that it may on one day."""


class MailRecords:
    """``ports.mail.MailStore``, mixed into the store; every method is one transaction."""

    database: Database

    async def due_sends(self, now: datetime, *, after: Due | None = None, limit: int) -> tuple[Due, ...]:
        """What ``claim_sends`` would find, by rank, then oldest first; ``after``: only what comes behind that one."""
        return await self.database.read(partial(due_sends, now=now, after=after, limit=limit))

    async def put_off(self, sends: Sequence[str], *, until: datetime) -> None:
        """Let messages that nobody has claimed wait until then; others of these ids are left alone."""
        await self.database.write(partial(put_off, sends=sends, until=until))

    async def next_send(self, *, after: datetime | None = None) -> datetime | None:
        """When the next message that is held back or waits for another attempt is due; ``after``: later than that."""
        return await self.database.read(partial(next_send, after=after))

    async def sent_through(self, platform: str, *, since: datetime) -> int:
        """How many messages went out through a platform since then; a bundle is one."""
        return await self.database.read(partial(sent_through, platform=platform, since=since))

    async def cap_reached(self, platform: str, *, at: datetime) -> None:
        """A platform's account has sent all that it may on this local day: among the troubles, once a day."""
        await self.database.write(partial(cap_reached, platform=platform, at=at))

    async def heard_last(self, accounts: Sequence[ToAccount]) -> ToAccount | None:
        """From which of the accounts the latest message came, privately or in a group; None: never from any."""
        return await self.database.read(partial(heard_last, accounts=accounts))


def due_sends(connection: Connection, now: datetime, after: Due | None, limit: int) -> tuple[Due, ...]:
    """What may be claimed, by rank, then oldest first; nothing is unsealed for it."""
    query = select(OUTBOX.c.id, OUTBOX.c.recipient, OUTBOX.c.rank, OUTBOX.c.pace).where(is_due(now))
    if after is not None:
        behind = and_(OUTBOX.c.rank == after.rank.value, OUTBOX.c.id > send_number(after.id))
        query = query.where(or_(OUTBOX.c.rank > after.rank.value, behind))
    rows = connection.execute(query.order_by(OUTBOX.c.rank, OUTBOX.c.id).limit(limit))
    return tuple(
        Due(id=send_id(row.id), to=recipient_of(row.recipient), rank=Rank(row.rank), pace=Pace(row.pace))
        for row in rows
    )


def put_off(connection: Connection, sends: Sequence[str], until: datetime) -> None:
    """Hold back what nobody has claimed."""
    numbers = [send_number(send) for send in sends]
    waiting = update(OUTBOX).where(OUTBOX.c.id.in_(numbers), text(TO_DO))
    connection.execute(waiting.values(not_before=until))


def sent_through(connection: Connection, platform: str, since: datetime) -> int:
    """Reads the whole outbox: asked once a day, and only for a platform with a daily cap."""
    message = func.coalesce(OUTBOX.c.bundle, OUTBOX.c.id).distinct()
    query = select(func.count(message)).where(OUTBOX.c.platform == platform, OUTBOX.c.sent_at >= since)
    return connection.execute(query).scalar_one()


def cap_reached(connection: Connection, platform: str, at: datetime) -> None:
    """Remember the first instant of the day at which something had to wait for the next."""
    known = _caps(connection)
    before = known.get(platform)
    if before is not None and before.astimezone(LOCAL).date() == at.astimezone(LOCAL).date():
        return
    value = pack_data({name: instant.isoformat() for name, instant in (known | {platform: at}).items()})
    statement = upsert(connection, FACTS).values(key=_CAPS, value=value)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value})
    )


def troubles(connection: Connection, since: datetime) -> list[Trouble]:
    """Accounts that had sent all that they may on a day, the latest such day of each."""
    cause = "当天发满了上限，其余的第二天再发（紧急的照发）"
    return [
        Trouble(at=at, kind="send_cap", subject=platform, cause=cause)
        for platform, at in _caps(connection).items()
        if at >= since
    ]


def _caps(connection: Connection) -> dict[str, datetime]:
    stored = connection.execute(select(FACTS.c["value"]).where(FACTS.c.key == _CAPS)).scalar()
    reached = {} if stored is None else unpack_data(stored)
    return {platform: datetime.fromisoformat(str(at)) for platform, at in reached.items()}


def heard_last(connection: Connection, accounts: Sequence[ToAccount]) -> ToAccount | None:
    """The account of the latest message; two look-ups by index for each."""
    heard: dict[int, ToAccount] = {}
    for account in accounts:
        privately = (
            select(INBOX.c.seq)
            .where(INBOX.c.conversation == recipient_key(account))
            .order_by(INBOX.c.received_at.desc(), INBOX.c.seq.desc())
            .limit(1)
        )
        in_group = (
            select(INBOX.c.seq)
            .where(INBOX.c.platform == account.platform, INBOX.c.sender == account.account, text(IN_GROUP))
            .order_by(INBOX.c.seq.desc())
            .limit(1)
        )
        for query in (privately, in_group):
            seq = connection.execute(query).scalar()
            if seq is not None:
                heard[seq] = account
    return heard[max(heard)] if heard else None
