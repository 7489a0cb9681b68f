"""Sealing everything anew under a new key, and finding texts whose key is not at hand."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import Column, Connection, Table, bindparam, func, select, type_coerce, update
from sqlalchemy.types import Text

from bot.domain.clues import Case
from bot.store import clues, media
from bot.store.binding_tables import DOOR_NOTES
from bot.store.clue_tables import CLUE_EVENTS, CLUES
from bot.store.columns import vault_of
from bot.store.engine import Database
from bot.store.mailing_tables import MAILINGS
from bot.store.media_tables import MEDIA
from bot.store.patrol_tables import PATROL_NOTES
from bot.store.retention_tables import REQUESTS
from bot.store.slip_tables import SLIPS
from bot.store.tables import INBOX, OUTBOX
from bot.store.vault import MARK, Locked, Vault

_PAGE: Final = 500
_SEALED: Final[tuple[tuple[Table, str, str], ...]] = (
    (INBOX, "seq", "text"),
    (OUTBOX, "id", "text"),
    (OUTBOX, "id", "choices"),
    (OUTBOX, "id", "attachment"),
    (MEDIA, "id", "handle"),
    (MEDIA, "id", "name"),
    (MEDIA, "id", "hold"),
    (OUTBOX, "id", "card"),
    (CLUE_EVENTS, "position", "body"),
    (DOOR_NOTES, "id", "about"),
    (SLIPS, "id", "body"),
    (MAILINGS, "id", "text"),
    (REQUESTS, "id", "who"),
    (PATROL_NOTES, "id", "text"),
)
"""The sealed columns that are gone through by number; the ledger itself is looked up by names and done apart."""
_FIRST: Final = len(MARK) + 1
_NUMBER: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealing:
    """Public numbers of keys: at hand (the sealing one first), and needed by the database but not at hand."""

    at_hand: tuple[str, ...]
    missing: tuple[str, ...]


def sealing(connection: Connection, vault: Vault) -> Sealing:
    """Which keys the texts of the database are sealed under; reads all of them, so it is for checks, not for work."""
    used: set[str] = set()
    for table, column in ((INBOX, "text"), (OUTBOX, "text"), (CLUES, "body")):
        number = func.substr(_stored(table, column), _FIRST, _NUMBER)
        used |= set(connection.execute(select(number).distinct()).scalars())
    at_hand = vault.numbers()
    return Sealing(at_hand=at_hand, missing=tuple(sorted(used - set(at_hand))))


def _stored(table: Table, column: str) -> Column[str]:
    """The column as it lies there, unopened."""
    return type_coerce(table.c[column], Text)  # type: ignore[return-value]  # it is used like the column


async def reseal(database: Database) -> int:
    """Seal every text anew under the present first key, page by page; returns how many. Raises StoreUnavailable.

    Safe to break off and begin again, and while the bot runs: it reads the key file again when it meets a new key.
    """
    done = 0
    for table, key, column in _SEALED:
        last = -1
        while True:
            page = await database.write(partial(_page, table=table, key=key, column=column, after=last))
            if page is None:
                break
            last, changed = page
            done += changed
    done += await database.write(media.rename_hidden)
    return done + await database.write(_ledger)


def _page(connection: Connection, table: Table, key: str, column: str, after: int) -> tuple[int, int] | None:
    vault = vault_of(connection)
    number = table.c[key]
    stored = _stored(table, column).label("stored")
    rows = connection.execute(
        select(number.label("number"), stored).where(number > after).order_by(number).limit(_PAGE).with_for_update()
    ).all()
    if not rows:
        return None
    changes = []
    for row in rows:
        if row.stored is None:
            continue
        try:
            changes.append({"the_key": row.number, "anew": vault.again(row.stored, f"{table.name}.{column}")})
        except Locked:
            continue
    if changes:
        anew = type_coerce(bindparam("anew"), Text)
        connection.execute(update(table).where(number == bindparam("the_key")).values({column: anew}), changes)
    return rows[-1].number, len(changes)


def _ledger(connection: Connection) -> int:
    """The cases, with the names that they are looked up by."""
    done = 0
    for row in connection.execute(select(CLUES.c.ref, CLUES.c.body).with_for_update()).all():
        if row.body:
            case: Case = clues.case_of(row.body)
            clues.move(connection, row.ref, case)
            done += 1
    return done
