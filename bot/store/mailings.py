"""Messages to many groups, and messages taken back: written with the decision, read as they stand (R43)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select, text, update

from bot.domain.messages import recipient_of
from bot.domain.one_to_many import Arrived, MailFate, Mailing, MailingState, Recall
from bot.ports import Conflict, SendState
from bot.ports.mailing import ToRecall
from bot.sending.delivery import NOT_KNOWN
from bot.store.columns import pack, unpack
from bot.store.engine import Database
from bot.store.mailing_tables import MAILINGS, RECALLS
from bot.store.media_tables import HAS_CONTENT, MEDIA
from bot.store.rows import send_id, send_number
from bot.store.tables import OUTBOX, TO_DO, add_new

STOPPED: Final = "还没有发就撤回了"
"""Why a message is not sent that its author took back before."""
_ARRIVED: Final = {
    SendState.SENT.value: Arrived.SENT,
    SendState.UNKNOWN.value: Arrived.UNSURE,
    SendState.FAILED.value: Arrived.FAILED,
}
_DUE_RECALLS: Final = (
    select(OUTBOX.c.id, OUTBOX.c.recipient, OUTBOX.c.state, OUTBOX.c.platform, OUTBOX.c.platform_id)
    .add_columns(RECALLS.c.asked_at)
    .join(RECALLS, RECALLS.c.send == OUTBOX.c.id)
    .where(
        RECALLS.c.settled_at.is_(None),
        or_(RECALLS.c.next_attempt_at.is_(None), RECALLS.c.next_attempt_at <= bindparam("now")),
        OUTBOX.c.state.in_((SendState.SENT.value, SendState.FAILED.value)),
    )
)
_NEXT_RECALL: Final = select(func.min(RECALLS.c.next_attempt_at)).where(
    RECALLS.c.settled_at.is_(None), RECALLS.c.next_attempt_at > bindparam("after")
)
"""Built once: putting a statement together costs more than running it, and delivery asks after every message."""


class MailingRecords:
    """``ports.mailing.MailingStore``, mixed into the store; every method is one transaction."""

    database: Database

    async def mailings(self, unit: str, *, since: datetime) -> tuple[Mailing, ...]:
        """All steps of a unit's mailings that were begun since then, by number and step."""
        return await self.database.read(partial(steps_since, unit=unit, since=since))

    async def mailing_steps(self, unit: str, number: int) -> tuple[Mailing, ...]:
        """All steps of one mailing."""
        return await self.database.read(partial(steps_of, unit=unit, number=number))

    async def next_mailing(self, unit: str) -> int:
        """The number that the unit's next mailing will have."""
        return await self.database.read(partial(next_number, unit=unit))

    async def mail_fates(self, keys: Sequence[str]) -> Mapping[str, MailFate]:
        """What became of these sends, by dedupe key; unknown keys are left out."""
        return await self.database.read(partial(fates, keys=keys)) if keys else {}

    async def mailing_until(self) -> datetime | None:
        """When the last planned send of any mailing goes, None if none waits."""
        return await self.database.read(planned_until)

    async def due_recalls(self, now: datetime) -> tuple[ToRecall, ...]:
        """Messages that are to be taken back now, by id; one that is still under way is waited for."""
        return await self.database.read(partial(due_recalls, now=now))

    async def next_recall(self, *, after: datetime) -> datetime | None:
        """When, later than that, taking a message back is tried again; None if nothing waits."""
        return await self.database.read(partial(next_recall, after=after))

    async def recall_settled(
        self, send: str, *, now: datetime, why: str = "", again_at: datetime | None = None
    ) -> None:
        """Write down that a message was taken back, or ``why`` not, or when it is tried again."""
        await self.database.write(partial(settle_recall, send=send, now=now, why=why, again_at=again_at))


# Written with the decision that wants it


def add(connection: Connection, mailings: Sequence[Mailing]) -> None:
    """Add steps, and keep the pictures of what is sent. Raises Conflict if another step was faster."""
    for mailing in mailings:
        same = and_(MAILINGS.c.unit == mailing.unit, MAILINGS.c.number == mailing.number)
        known = connection.execute(select(func.max(MAILINGS.c.step)).where(same)).scalar() or 0
        if known == mailing.step - 1:
            add_new(connection, MAILINGS, [_values(mailing)])
        there = select(MAILINGS.c.made_by, MAILINGS.c.state, MAILINGS.c.made_at).where(
            same, MAILINGS.c.step == mailing.step
        )
        row = connection.execute(there).one_or_none()
        if row is None or (row.made_by, row.state, row.made_at) != (mailing.by, mailing.state.value, mailing.at):
            message = f"mailing {mailing.id}: step {mailing.step} is not the next one"
            raise Conflict(message)
        if mailing.picture is not None and mailing.state is MailingState.SENT:
            # Nothing takes it away again: it is no longer one of the pictures that belong to nothing.
            here = (text(HAS_CONTENT), MEDIA.c.digest == mailing.picture)
            connection.execute(update(MEDIA).where(*here).values(linked=True))


def take_back(connection: Connection, recalls: Sequence[Recall], now: datetime) -> None:
    """Stop what still waits, and remember what has gone out, or may have, so that delivery takes it back."""
    for recall in recalls:
        stop = {"state": SendState.FAILED.value, "error": STOPPED, "settled_at": now, "next_attempt_at": None}
        named = OUTBOX.c.dedupe_key.in_(recall.keys)
        connection.execute(update(OUTBOX).where(named, text(TO_DO)).values(**stop))
        gone = OUTBOX.c.state.in_((SendState.SENT.value, SendState.SENDING.value, SendState.UNKNOWN.value))
        rows = connection.execute(select(OUTBOX.c.id).where(named, gone).order_by(OUTBOX.c.id)).scalars().all()
        fresh = {"asked_by": recall.by, "asked_at": now, "attempts": 0, "reason": ""}
        empty = {"next_attempt_at": None, "settled_at": None}
        add_new(connection, RECALLS, [{"send": row} | fresh | empty for row in rows])


def mailed_pictures(connection: Connection, digests: Sequence[str]) -> frozenset[str]:
    """Which of these contents an officer has confirmed for his groups (R43)."""
    query = select(MAILINGS.c.picture).where(
        MAILINGS.c.picture.in_(digests), MAILINGS.c.state == MailingState.SENT.value
    )
    return frozenset(connection.execute(query).scalars())


# Looking


def steps_since(connection: Connection, unit: str, since: datetime) -> tuple[Mailing, ...]:
    """Steps of mailings whose first step is not older."""
    young = select(MAILINGS.c.number).where(MAILINGS.c.unit == unit, MAILINGS.c.step == 1, MAILINGS.c.made_at >= since)
    query = select(MAILINGS).where(MAILINGS.c.unit == unit, MAILINGS.c.number.in_(young))
    return tuple(map(_mailing, connection.execute(query.order_by(MAILINGS.c.number, MAILINGS.c.step))))


def steps_of(connection: Connection, unit: str, number: int) -> tuple[Mailing, ...]:
    """Steps of one mailing."""
    query = select(MAILINGS).where(MAILINGS.c.unit == unit, MAILINGS.c.number == number)
    return tuple(map(_mailing, connection.execute(query.order_by(MAILINGS.c.step))))


def next_number(connection: Connection, unit: str) -> int:
    """One more than the highest so far."""
    return (connection.execute(select(func.max(MAILINGS.c.number)).where(MAILINGS.c.unit == unit)).scalar() or 0) + 1


def fates(connection: Connection, keys: Sequence[str]) -> dict[str, MailFate]:
    """Outbox and recalls, put together."""
    query = (
        select(OUTBOX.c.dedupe_key, OUTBOX.c.state, OUTBOX.c.sent_at, OUTBOX.c.error)
        .add_columns(RECALLS.c.send.label("recall"), RECALLS.c.settled_at.label("recalled_at"), RECALLS.c.reason)
        .join(RECALLS, RECALLS.c.send == OUTBOX.c.id, isouter=True)
        .where(OUTBOX.c.dedupe_key.in_(keys))
    )
    return {row.dedupe_key: _fate(row) for row in connection.execute(query)}


def planned_until(connection: Connection) -> datetime | None:
    """Among what still waits."""
    query = select(func.max(OUTBOX.c.not_before)).where(text(TO_DO), OUTBOX.c.dedupe_key.like("many:%"))
    return connection.execute(query).scalar()


def due_recalls(connection: Connection, now: datetime) -> tuple[ToRecall, ...]:
    """What has arrived; a send that is still under way is waited for.

    Sorted here: asked to sort by id, SQLite reads the whole outbox rather than the few that are to be taken back.
    """
    rows = connection.execute(_DUE_RECALLS, {"now": now}).all()
    return tuple(
        ToRecall(
            id=send_id(row.id),
            to=recipient_of(row.recipient),
            arrived=row.state == SendState.SENT.value,
            platform=row.platform,
            platform_id=row.platform_id,
            asked_at=row.asked_at,
        )
        for row in sorted(rows, key=lambda row: row.id)
    )


def next_recall(connection: Connection, after: datetime) -> datetime | None:
    """The earliest of those that wait for another try."""
    return connection.execute(_NEXT_RECALL, {"after": after}).scalar()


def settle_recall(connection: Connection, send: str, now: datetime, why: str, again_at: datetime | None) -> None:
    """One try is over."""
    values: dict[str, Any] = {"attempts": RECALLS.c.attempts + 1, "next_attempt_at": again_at, "reason": why}
    if again_at is None:
        values["settled_at"] = now
    connection.execute(update(RECALLS).where(RECALLS.c.send == send_number(send)).values(**values))


def _fate(row: Row[Any]) -> MailFate:
    state = _ARRIVED.get(row.state, Arrived.WAITING)
    why = row.error if state in (Arrived.FAILED, Arrived.UNSURE) else ""
    if state is Arrived.FAILED and why.startswith(NOT_KNOWN):
        state = Arrived.UNSURE
    elif state is Arrived.FAILED and why == STOPPED:
        state = Arrived.STOPPED
    elif state is Arrived.SENT and row.recall is not None:
        taken = row.recalled_at is not None and not row.reason
        state = Arrived.TAKEN_BACK if taken else Arrived.SENT if row.recalled_at is not None else Arrived.LEAVING
        why = row.reason
    return MailFate(key=row.dedupe_key, state=state, at=row.sent_at, why=why)


def _values(mailing: Mailing) -> dict[str, Any]:
    return {
        "unit": mailing.unit,
        "number": mailing.number,
        "step": mailing.step,
        "state": mailing.state.value,
        "text": mailing.text,
        "groups": pack(mailing.groups),
        "picture": mailing.picture,
        "made_by": mailing.by,
        "made_at": mailing.at,
    }


def _mailing(row: Row[Any]) -> Mailing:
    return Mailing(
        unit=row.unit,
        number=row.number,
        step=row.step,
        state=MailingState(row.state),
        text=row.text,
        groups=unpack(row.groups),
        picture=row.picture,
        by=row.made_by,
        at=row.made_at,
    )
