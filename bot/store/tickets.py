"""Tickets, their messages and their history."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, or_, select, text

from bot.domain.tickets import Link, Relation, Thread, Ticket, TicketEvent
from bot.store.rows import event_of, link_of, ticket_of
from bot.store.tables import EVENTS, LINKS, LIVE, TICKETS

_HIGHEST: Final = select(func.max(TICKETS.c.number)).where(
    TICKETS.c.village == bindparam("village"), TICKETS.c.year == bindparam("year")
)


class _Search(NamedTuple):
    """Two statements, built once because they run for every message: some tickets, and the messages of them."""

    tickets: Select[Any]
    links: Select[Any]


def _search(which: ColumnElement[bool]) -> _Search:
    of_them = LINKS.c.ticket.in_(select(TICKETS.c.id).where(which))
    return _Search(
        tickets=select(TICKETS).where(which),
        links=select(LINKS).where(of_them).order_by(LINKS.c.at, LINKS.c.id),
    )


_OF_VILLAGES: Final = TICKETS.c.village.in_(bindparam("villages", expanding=True))
_STILL_MEANT: Final = or_(_OF_VILLAGES & text(LIVE), _OF_VILLAGES & (TICKETS.c.active_at >= bindparam("since")))
"""The village stands in both halves, so that each has its index and a village's past is not read."""
_IN_SIGHT: Final = _search(_STILL_MEANT)
_HELD: Final = select(TICKETS.c.id).where(_OF_VILLAGES & text(LIVE), TICKETS.c.unit == bindparam("unit"))
_BY_ID: Final = _search(TICKETS.c.id == bindparam("ticket"))
_ALL: Final = _search(TICKETS.c.number > 0)
_LINK: Final = (
    select(LINKS.c.ticket)
    .where(LINKS.c.platform == bindparam("platform"), LINKS.c.message == bindparam("message"))
    .order_by(case((LINKS.c.relation == Relation.PIECE.value, 0), else_=1), LINKS.c.id.desc())
    .limit(1)
)


def next_number(connection: Connection, village: str, year: int) -> int:
    """The number after the village's highest of that year."""
    return (connection.execute(_HIGHEST, {"village": village, "year": year}).scalar() or 0) + 1


def next_numbers(connection: Connection, villages: Sequence[str], year: int) -> dict[str, int]:
    """For each village the number after its highest of that year."""
    query = (
        select(TICKETS.c.village, func.max(TICKETS.c.number).label("highest"))
        .where(TICKETS.c.village.in_(villages), TICKETS.c.year == year)
        .group_by(TICKETS.c.village)
    )
    highest = {row.village: row.highest for row in connection.execute(query)}
    return {village: highest.get(village, 0) + 1 for village in villages}


def threads(connection: Connection, villages: Sequence[str], since: datetime) -> tuple[Thread, ...]:
    """Live tickets of the villages and those with activity since then, by village, year and number."""
    return _threads(connection, _IN_SIGHT, {"villages": list(villages), "since": since})


def held_by(connection: Connection, unit: str, villages: Sequence[str]) -> tuple[str, ...]:
    """Ids of the live tickets of these villages that the unit holds."""
    return tuple(connection.execute(_HELD, {"unit": unit, "villages": list(villages)}).scalars())


def thread(connection: Connection, ticket: str) -> Thread | None:
    """One ticket by its id."""
    return next(iter(_threads(connection, _BY_ID, {"ticket": ticket})), None)


def all_threads(connection: Connection) -> tuple[Thread, ...]:
    """Every ticket, by village, year and number."""
    return _threads(connection, _ALL, {})


def linked(connection: Connection, platform: str, message: str) -> Thread | None:
    """The ticket that a message belongs to: the one that it opened, or else the one it joined last."""
    found = connection.execute(_LINK, {"platform": platform, "message": message}).scalar()
    return None if found is None else thread(connection, found)


def village_asked_for(connection: Connection, platform: str, account: str) -> str | None:
    """The village of the newest ticket that the account raised."""
    query = (
        select(TICKETS.c.village)
        .where(TICKETS.c.platform == platform, TICKETS.c.requester == account)
        .order_by(TICKETS.c.opened_at.desc(), TICKETS.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()


def _threads(connection: Connection, search: _Search, wanted: dict[str, object]) -> tuple[Thread, ...]:
    tickets = [ticket_of(row) for row in connection.execute(search.tickets, wanted)]
    return threads_with(tickets, map(link_of, connection.execute(search.links, wanted)) if tickets else ())


def threads_with(tickets: Iterable[Ticket], links: Iterable[Link]) -> tuple[Thread, ...]:
    """Tickets with their links, by village, year and number."""
    of_each: dict[str, list[Link]] = {}
    for link in links:
        of_each.setdefault(link.ticket, []).append(link)
    ordered = sorted(tickets, key=_order)
    return tuple(Thread(ticket=ticket, links=tuple(of_each.get(ticket.id, ()))) for ticket in ordered)


def _order(ticket: Ticket) -> tuple[str, int, int]:
    """Sorted here and not in the database, whose idea of the order of letters depends on its locale."""
    return ticket.village, ticket.year, ticket.number


def history(connection: Connection, ticket: str) -> tuple[TicketEvent, ...]:
    """The events of a ticket, oldest first."""
    query = select(EVENTS).where(EVENTS.c.ticket == ticket).order_by(EVENTS.c.position)
    return tuple(event_of(row) for row in connection.execute(query))
