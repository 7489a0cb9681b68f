"""Slots of the schedule: one row per job, scope and due time, so that nothing runs twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, literal, or_, select, text, update

from bot.domain.outcome import Job, Slot
from bot.store.rows import slot_of
from bot.store.tables import POSTPONED, SLOTS, TO_DO, add_new

_DUE: Final = select(SLOTS).where(
    text(TO_DO),
    SLOTS.c.at <= bindparam("now"),
    or_(SLOTS.c.retry_at.is_(None), SLOTS.c.retry_at <= bindparam("now")),
)
_FRESH: Final = select(SLOTS.c.at).where(text(TO_DO), SLOTS.c.retry_at.is_(None)).order_by(SLOTS.c.at).limit(1)
_AGAIN: Final = select(SLOTS.c.retry_at).where(text(TO_DO), text(POSTPONED)).order_by(SLOTS.c.retry_at).limit(1)
_THIS: Final = tuple(SLOTS.c[name] == bindparam(f"the_{name}") for name in ("job", "scope", "at"))
_FINISH: Final = update(SLOTS).where(text(TO_DO), *_THIS).values(state=literal("done"), ended_at=bindparam("now"))
_MISS: Final = update(SLOTS).where(text(TO_DO), *_THIS).values(state=literal("missed"), ended_at=bindparam("now"))
_DROP: Final = delete(SLOTS).where(text(TO_DO), *_THIS)
_POSTPONE: Final = (
    update(SLOTS)
    .where(text(TO_DO), *_THIS)
    .values(retry_at=bindparam("until"), cause=bindparam("why"), tries=SLOTS.c.tries + 1)
)
"""Built once: putting a statement together costs more than running it, and these run after every message."""


def due_slots(connection: Connection, now: datetime) -> tuple[Slot, ...]:
    """Pending slots that are due, oldest first; one that failed is not due before it may be tried again."""
    return _sorted(slot_of(row) for row in connection.execute(_DUE, {"now": now}))


def pending_slots(connection: Connection, job: Job | None = None) -> tuple[Slot, ...]:
    """All pending slots, or those of a job, oldest first."""
    query = select(SLOTS).where(text(TO_DO))
    rows = connection.execute(query if job is None else query.where(SLOTS.c.job == job.value))
    return _sorted(slot_of(row) for row in rows)


def slots_of(connection: Connection, job: Job, since: datetime) -> tuple[Slot, ...]:
    """The runs of a job that were due since then, whatever became of them, oldest first."""
    query = select(SLOTS).where(SLOTS.c.job == job.value, SLOTS.c.at >= since)
    return _sorted(slot_of(row) for row in connection.execute(query))


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
        connection.execute(_DROP, [_named(slot) for slot in slots])


def miss_slots(connection: Connection, slots: Sequence[Slot], now: datetime) -> None:
    """Record that pending slots were noticed too late to be run."""
    if slots:
        connection.execute(_MISS, [_named(slot) | {"now": now} for slot in slots])


def postpone(connection: Connection, slot: Slot, cause: str, until: datetime) -> None:
    """Record why a run failed; it is due again at ``until``."""
    connection.execute(_POSTPONE, _named(slot) | {"until": until, "why": cause})


def next_slot(connection: Connection) -> datetime | None:
    """When the next pending slot is due, or due again."""
    found = (connection.execute(query).scalar() for query in (_FRESH, _AGAIN))
    return min((at for at in found if at is not None), default=None)


def finish_slot(connection: Connection, slot: Slot, now: datetime) -> bool:
    """Mark a pending slot as done; False if it is not pending any more."""
    return connection.execute(_FINISH, _named(slot) | {"now": now}).rowcount == 1


def _named(slot: Slot) -> dict[str, object]:
    return {"the_job": slot.job.value, "the_scope": slot.scope, "the_at": slot.at}
