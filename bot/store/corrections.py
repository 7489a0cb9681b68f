"""Tickets on whose category people have ruled: what ``xiaowei lexicon suggest`` learns from. Clues are none of them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, bindparam, select

from bot.domain.corrections import TELLING, Ruling, Settled, ruling
from bot.domain.messages import BOT, Kind
from bot.domain.tickets import EventKind, Relation, Ticket
from bot.domain.verdicts import Context
from bot.store.columns import unpack
from bot.store.rows import event_of, ticket_of
from bot.store.store import SqlStore
from bot.store.tables import EVENTS, INBOX, LINKS, TICKETS

_AT_ONCE: Final = 500
"""Tickets asked for in one statement."""
_RULED: Final = (
    select(EVENTS)
    .where(EVENTS.c.kind.in_([kind.value for kind in TELLING]))
    .where(
        EVENTS.c.ticket.in_(
            select(EVENTS.c.ticket).where(
                EVENTS.c.kind.in_([kind.value for kind in TELLING if kind is not EventKind.OPENED])
            )
        )
    )
    .order_by(EVENTS.c.ticket, EVENTS.c.position)
)
_TICKETS: Final = select(TICKETS).where(TICKETS.c.id.in_(bindparam("ids", expanding=True)))
_SAID: Final = (
    select(LINKS.c.ticket, LINKS.c.relation, INBOX.c.name, INBOX.c.mentions, INBOX.c.kind)
    .join_from(LINKS, INBOX, (INBOX.c.platform == LINKS.c.platform) & (INBOX.c.message == LINKS.c.message))
    .where(LINKS.c.ticket.in_(bindparam("ids", expanding=True)))
)


class _Found(NamedTuple):
    """A ticket's id with the ruling on it and when its last word was spoken."""

    ticket: str
    ruling: Ruling
    at: datetime


async def settled(store: SqlStore, *, most_confirmed: int) -> tuple[Settled, ...]:
    """All tickets that a person has put right, and of those let stand the ``most_confirmed`` latest.

    By village, year and number. Reads one unchanging state while the bot goes on writing. Raises StoreUnavailable.
    """
    return await store.database.read(partial(_settled, most_confirmed=most_confirmed))


def _settled(connection: Connection, most_confirmed: int) -> tuple[Settled, ...]:
    found = list(_found(connection.execute(_RULED)))
    confirmed = sorted((one for one in found if not one.ruling.corrected), key=lambda one: (one.at, one.ticket))
    left_out = {one.ticket for one in confirmed[: max(0, len(confirmed) - most_confirmed)]}
    rulings = {one.ticket: one.ruling for one in found if one.ticket not in left_out}
    tickets: list[Ticket] = []
    said: dict[str, list[Any]] = {}
    for ids in _portions(list(rulings)):
        tickets += [ticket_of(row) for row in connection.execute(_TICKETS, {"ids": ids})]
        for row in connection.execute(_SAID, {"ids": ids}):
            said.setdefault(row.ticket, []).append(row)
    tickets.sort(key=lambda ticket: (ticket.village, ticket.year, ticket.number))
    return tuple(_of(ticket, rulings[ticket.id], said.get(ticket.id, ())) for ticket in tickets)


def _found(rows: Iterable[Row[Any]]) -> Iterator[_Found]:
    for ticket, of_ticket in groupby(map(event_of, rows), key=lambda event: event.ticket):
        events = list(of_ticket)
        said = ruling(events)
        if said is not None:
            yield _Found(ticket, said, events[-1].at)


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))


def _of(ticket: Ticket, on_it: Ruling, said: Sequence[Any]) -> Settled:
    pieces = [row for row in said if row.relation == Relation.PIECE.value]
    context = Context(
        private=ticket.private,
        to_bot=ticket.private or any(BOT in unpack(row.mentions) for row in pieces),
        voice=any(row.kind == Kind.VOICE.value for row in pieces),
    )
    names = tuple(sorted({row.name for row in said if row.name}))
    return Settled(ticket=ticket, ruling=on_it, names=names, context=context)
