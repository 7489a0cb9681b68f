"""Changes of the roster that officers made: written with the decision that made them, read to see who is on duty."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select

from bot.domain.duty import Absence, Back, DutyChange, DutyRecord, Planned, Swap
from bot.store.office_tables import DUTY_CHANGES

_NEW: Final = insert(DUTY_CHANGES)
_VERSION: Final = select(func.max(DUTY_CHANGES.c.id))


def add(connection: Connection, changes: Sequence[DutyChange], now: datetime) -> None:
    """Write changes, in their order."""
    if changes:
        connection.execute(_NEW, [_values(change) | {"made_at": now} for change in changes])


def version(connection: Connection) -> int:
    """Grows with every change, 0 before the first."""
    return connection.execute(_VERSION).scalar() or 0


def record(connection: Connection, since: date) -> DutyRecord:
    """All changes that still mean something on or after a local day, in their order."""
    query = select(DUTY_CHANGES).where(DUTY_CHANGES.c["last"] >= since).order_by(DUTY_CHANGES.c.id)
    changes = tuple(map(_change, connection.execute(query)))
    return DutyRecord(version=version(connection), changes=changes)


def _values(change: DutyChange) -> dict[str, object]:
    return {"taker": None, "village": None, "chat": None} | _stated(change)


def _stated(change: DutyChange) -> dict[str, object]:
    match change:
        case Absence(person=person, first=first, last=last):
            return {"kind": "absence", "person": person, "first": first, "last": last}
        case Back(person=person, day=day):
            return {"kind": "back", "person": person, "first": day, "last": date.max}
        case Swap(village=village, day=day, giver=giver, taker=taker):
            return {"kind": "swap", "person": giver, "taker": taker, "village": village, "first": day, "last": day}
        case Planned(village=village, day=day, people=people, group=chat):
            who = " ".join(people)
            return {"kind": "planned", "person": who, "village": village, "chat": chat, "first": day, "last": day}


def _change(row: Row[Any]) -> DutyChange:
    match row.kind:
        case "absence":
            return Absence(person=row.person, first=row.first, last=row.last)
        case "back":
            return Back(person=row.person, day=row.first)
        case "planned":
            return Planned(village=row.village, day=row.first, people=tuple(row.person.split()), group=row.chat)
        case _:
            return Swap(village=row.village, day=row.first, giver=row.person, taker=row.taker)
