"""Slots of the schedule: one row per job, scope and due time, so that nothing runs twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, literal, or_, select, text, update

from bot.domain.outcome import Job, Slot
from bot.store.rows import slot_of
from bot.store.tables import SLOTS, TO_DO, upsert


def due_slots(connection: Connection, now: datetime) -> tuple[Slot, ...]:
    """Pending slots that are due, oldest first."""
    return _sorted(slot_of(row) for row in connection.execute(select(SLOTS).where(text(TO_DO), SLOTS.c.at <= now)))


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
    if slots:
        rows = [
            {"job": slot.job.value, "scope": slot.scope, "at": slot.at, "state": "pending", "cause": ""}
            for slot in sorted(set(slots))
        ]
        connection.execute(
            upsert(connection, SLOTS).values(rows).on_conflict_do_nothing(index_elements=["job", "scope", "at"])
        )


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


def note_failure(connection: Connection, slot: Slot, cause: str, now: datetime) -> None:
    """Record why a run failed; the slot stays pending."""
    connection.execute(update(SLOTS).where(text(TO_DO), _is(slot)).values(failed_at=now, cause=cause))


def finish_slot(connection: Connection, slot: Slot, now: datetime) -> bool:
    """Mark a pending slot as done; False if it is not pending any more."""
    done = update(SLOTS).where(text(TO_DO), _is(slot)).values(state=literal("done"), ended_at=now)
    return connection.execute(done).rowcount == 1


def _is(slot: Slot) -> ColumnElement[bool]:
    return and_(SLOTS.c.job == slot.job.value, SLOTS.c.scope == slot.scope, SLOTS.c.at == slot.at)
