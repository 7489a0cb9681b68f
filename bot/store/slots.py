"""Slots of the schedule: one row per job, scope and due time, so that nothing runs twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, literal, or_, select, text, update

from bot.domain.outcome import Job, Slot
from bot.store.rows import slot_of
from bot.store.tables import POSTPONED, SLOTS, TO_DO, add_new


def due_slots(connection: Connection, now: datetime) -> tuple[Slot, ...]:
    """Pending slots that are due, oldest first; one that failed is not due before it may be tried again."""
    may_run = or_(SLOTS.c.retry_at.is_(None), SLOTS.c.retry_at <= now)
    query = select(SLOTS).where(text(TO_DO), SLOTS.c.at <= now, may_run)
    return _sorted(slot_of(row) for row in connection.execute(query))


def pending_slots(connection: Connection) -> tuple[Slot, ...]:
    """All pending slots, oldest first."""
    return _sorted(slot_of(row) for row in connection.execute(select(SLOTS).where(text(TO_DO))))


def _sorted(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """By time, job and scope, in the same order on every database."""
    return tuple(sorted(slots))


def last_slots(connection: Connection) -> dict[tuple[str, str], Slot]:
    """The latest slot of each (job, scope), whatever became of it."""
    query = select(SLOTS.c.job, SLOTS.c.scope, func.max(SLOTS.c.at).label("at")).group_by(SLOTS.c.job, SLOTS.c.scope)
    slots = sorted(Slot(at=row.at, job=Job(row.job), scope=row.scope) for row in connection.execute(query))
    return {(slot.job.value, slot.scope): slot for slot in slots}


def add_slots(connection: Connection, slots: Sequence[Slot]) -> None:
    """Schedule; slots already known are left alone."""
    rows = [
        {"job": slot.job.value, "scope": slot.scope, "at": slot.at, "state": "pending", "cause": ""}
        for slot in sorted(set(slots))
    ]
    add_new(connection, SLOTS, rows)


def drop_slots(connection: Connection, slots: Sequence[Slot]) -> None:
    """Forget pending slots."""
    if slots:
        one_of_them = or_(*(_is(slot) for slot in slots))
        connection.execute(delete(SLOTS).where(text(TO_DO), one_of_them))


def miss_slots(connection: Connection, slots: Sequence[Slot], now: datetime) -> None:
    """Record that pending slots were noticed too late to be run."""
    if slots:
        one_of_them = or_(*(_is(slot) for slot in slots))
        missed = update(SLOTS).where(text(TO_DO), one_of_them).values(state=literal("missed"), ended_at=now)
        connection.execute(missed)


def postpone(connection: Connection, slot: Slot, cause: str, until: datetime) -> None:
    """Record why a run failed; it is due again at ``until``."""
    failed = {"retry_at": until, "cause": cause, "tries": SLOTS.c.tries + 1}
    connection.execute(update(SLOTS).where(text(TO_DO), _is(slot)).values(**failed))


def next_slot(connection: Connection) -> datetime | None:
    """When the next pending slot is due, or due again."""
    fresh = select(SLOTS.c.at).where(text(TO_DO), SLOTS.c.retry_at.is_(None)).order_by(SLOTS.c.at).limit(1)
    again = select(SLOTS.c.retry_at).where(text(TO_DO), text(POSTPONED)).order_by(SLOTS.c.retry_at).limit(1)
    found = (connection.execute(query).scalar() for query in (fresh, again))
    return min((at for at in found if at is not None), default=None)


def finish_slot(connection: Connection, slot: Slot, now: datetime) -> bool:
    """Mark a pending slot as done; False if it is not pending any more."""
    done = update(SLOTS).where(text(TO_DO), _is(slot)).values(state=literal("done"), ended_at=now)
    return connection.execute(done).rowcount == 1


def _is(slot: Slot) -> ColumnElement[bool]:
    return and_(SLOTS.c.job == slot.job.value, SLOTS.c.scope == slot.scope, SLOTS.c.at == slot.at)
