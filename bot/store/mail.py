"""The outbox as delivery looks at it before it claims: what is due, in which order, and what a platform has borne."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection, and_, bindparam, func, or_, select, text, update

from bot.domain.burden import Pace
from bot.domain.messages import ToAccount, recipient_key, recipient_of
from bot.domain.urgency import Rank
from bot.ports import Trouble
from bot.ports.mail import Due
from bot.store.columns import pack_data, unpack_data
from bot.store.engine import Database
from bot.store.outbox import DUE, next_send
from bot.store.rows import LOCAL, send_id, send_number
from bot.store.tables import FACTS, IN_GROUP, INBOX, OUTBOX, TO_DO, upsert

_CAPS: Final = "send-caps"
"""The fact that holds, by platform, when its account had last sent all that it may on one day."""
_REFUSED: Final = "attachments-refused"
"""The fact that holds, by platform, when it last refused a picture or file, and why."""
_DUE: Final = (
    select(OUTBOX.c.id, OUTBOX.c.recipient, OUTBOX.c.rank, OUTBOX.c.pace)
    .where(DUE)
    .order_by(OUTBOX.c.rank, OUTBOX.c.id)
    .limit(bindparam("most"))
)
_BEHIND: Final = or_(
    OUTBOX.c.rank > bindparam("the_rank"),
    and_(OUTBOX.c.rank == bindparam("the_rank"), OUTBOX.c.id > bindparam("the_id")),
)
_DUE_BEHIND: Final = _DUE.where(_BEHIND)
"""Built once: putting a statement together costs more than running it, and delivery asks after every message."""


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

    async def attachment_refused(self, platform: str, *, why: str, at: datetime) -> None:
        """A platform did not take a picture or file, and the reader was told so: among the troubles, the latest one."""
        await self.database.write(partial(attachment_refused, platform=platform, why=why, at=at))

    async def heard_last(self, accounts: Sequence[ToAccount]) -> ToAccount | None:
        """From which of the accounts the latest message came, privately or in a group; None: never from any."""
        return await self.database.read(partial(heard_last, accounts=accounts))


def due_sends(connection: Connection, now: datetime, after: Due | None, limit: int) -> tuple[Due, ...]:
    """What may be claimed, by rank, then oldest first; nothing is unsealed for it."""
    wanted: dict[str, object] = {"now": now, "most": limit}
    if after is None:
        rows = connection.execute(_DUE, wanted)
    else:
        rows = connection.execute(_DUE_BEHIND, wanted | {"the_rank": after.rank.value, "the_id": send_number(after.id)})
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
    _keep(connection, _CAPS, {name: instant.isoformat() for name, instant in (known | {platform: at}).items()})


def attachment_refused(connection: Connection, platform: str, why: str, at: datetime) -> None:
    """Remember the latest refusal of each platform."""
    _keep(connection, _REFUSED, _known(connection, _REFUSED) | {platform: f"{at.isoformat()} {why}"})


def _keep(connection: Connection, key: str, value: Mapping[str, str | int | bool | None]) -> None:
    statement = upsert(connection, FACTS).values(key=key, value=pack_data(value))
    connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value})
    )


def _known(connection: Connection, key: str) -> dict[str, str | int | bool | None]:
    stored = connection.execute(select(FACTS.c["value"]).where(FACTS.c.key == key)).scalar()
    return {} if stored is None else dict(unpack_data(stored))


def troubles(connection: Connection, since: datetime) -> list[Trouble]:
    """Accounts that had sent all that they may on a day, platforms that refused an attachment: the latest of each."""
    cause = "当天发满了上限，其余的第二天再发（紧急的照发）"
    found = [Trouble(at=at, kind="send_cap", subject=one, cause=cause) for one, at in _caps(connection).items()]
    for platform, kept in _known(connection, _REFUSED).items():
        at, _, why = str(kept).partition(" ")
        found.append(Trouble(at=datetime.fromisoformat(at), kind="no_files", subject=platform, cause=why))
    return [trouble for trouble in found if trouble.at >= since]


def _caps(connection: Connection) -> dict[str, datetime]:
    return {platform: datetime.fromisoformat(str(at)) for platform, at in _known(connection, _CAPS).items()}


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
