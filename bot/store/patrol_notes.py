"""What inspectors write down about a day's patrol: written with the decision, read for the sheet (R39)."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.domain.patrol_notes import NoteKind, PatrolNote
from bot.store.engine import Database
from bot.store.patrol_tables import PATROL_NOTES
from bot.store.tables import add_new


class PatrolNoteRecords:
    """``ports.patrol.PatrolNoteStore``, mixed into the store; every method is one transaction."""

    database: Database

    async def patrol_notes(self, townships: Sequence[str], *, since: date, until: date) -> tuple[PatrolNote, ...]:
        """Notes about these townships and local days, both included, in the order in which they were written."""
        if not townships:
            return ()
        return await self.database.read(partial(_notes, townships=townships, since=since, until=until))


def add(connection: Connection, notes: Sequence[PatrolNote]) -> None:
    """Write notes; one whose key is known is left out: a day is confirmed once by a person."""
    if notes:
        add_new(connection, PATROL_NOTES, [_values(note) for note in notes])


def _notes(connection: Connection, *, townships: Sequence[str], since: date, until: date) -> tuple[PatrolNote, ...]:
    wanted = (PATROL_NOTES.c.township.in_(townships), PATROL_NOTES.c.day >= since, PATROL_NOTES.c.day <= until)
    return tuple(map(_note, connection.execute(select(PATROL_NOTES).where(*wanted).order_by(PATROL_NOTES.c.id))))


def _values(note: PatrolNote) -> dict[str, object]:
    return {
        "note": note.key,
        "township": note.township,
        "day": note.day,
        "kind": note.kind.value,
        "village": note.village,
        "made_by": note.by,
        "made_at": note.at,
        "text": note.text,
    }


def _note(row: Row[Any]) -> PatrolNote:
    return PatrolNote(
        key=row.note,
        township=row.township,
        day=row.day,
        kind=NoteKind(row.kind),
        by=row.made_by,
        at=row.made_at,
        village=row.village,
        text=row.text or "",
    )
