"""Tickets, their messages and their history; and the confidential queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, or_, select, text

from bot.domain.tickets import Clue, Link, Relation, Thread, Ticket, TicketEvent
from bot.store.rows import clue_of, event_of, link_of, ticket_of
from bot.store.tables import CLUES, EVENTS, LINKS, LIVE, TICKETS

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


_IN_SIGHT: Final = _search(
    TICKETS.c.village.in_(bindparam("villages", expanding=True))
    & or_(text(LIVE), TICKETS.c.active_at >= bindparam("since"))
)
_BY_ID: Final = _search(TICKETS.c.id == bindparam("ticket"))
_BY_NUMBER: Final = _search((TICKETS.c.village == bindparam("village")) & (TICKETS.c.number == bindparam("number")))
_ALL: Final = _search(TICKETS.c.number > 0)
_LINK: Final = (
    select(LINKS.c.ticket, LINKS.c.relation)
    .where(LINKS.c.platform == bindparam("platform"), LINKS.c.message == bindparam("message"))
    .order_by(case((LINKS.c.relation == Relation.PIECE.value, 0), else_=1), LINKS.c.id.desc())
    .limit(1)
)


def next_number(connection: Connection, village: str, year: int) -> int:
    """The number after the village's highest of that year."""
    return (connection.execute(_HIGHEST, {"village": village, "year": year}).scalar() or 0) + 1


def threads(connection: Connection, villages: Sequence[str], since: datetime) -> tuple[Thread, ...]:
    """Live tickets of the villages and those with activity since then, by village, year and number."""
    return _threads(connection, _IN_SIGHT, {"villages": list(villages), "since": since})


def thread(connection: Connection, ticket: str) -> Thread | None:
    """One ticket by its id."""
    return next(iter(_threads(connection, _BY_ID, {"ticket": ticket})), None)


def thread_numbered(connection: Connection, village: str, number: int) -> Thread | None:
    """The ticket with that number in the village, of the latest year that has one."""
    return next(reversed(_threads(connection, _BY_NUMBER, {"village": village, "number": number})), None)


def all_threads(connection: Connection) -> tuple[Thread, ...]:
    """Every ticket, by village, year and number."""
    return _threads(connection, _ALL, {})


def linked(connection: Connection, platform: str, message: str) -> Thread | None:
    """The ticket that a message belongs to: the one that it opened, or else the one it joined last."""
    found = _link(connection, platform, message)
    return None if found is None else thread(connection, found[0])


def relation_of(connection: Connection, platform: str, message: str) -> Relation | None:
    """What the message is to the ticket that ``linked`` names."""
    found = _link(connection, platform, message)
    return None if found is None else found[1]


def village_asked_for(connection: Connection, platform: str, account: str) -> str | None:
    """The village of the newest ticket that the account raised."""
    query = (
        select(TICKETS.c.village)
        .where(TICKETS.c.platform == platform, TICKETS.c.requester == account)
        .order_by(TICKETS.c.opened_at.desc(), TICKETS.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()


def _link(connection: Connection, platform: str, message: str) -> tuple[str, Relation] | None:
    row = connection.execute(_LINK, {"platform": platform, "message": message}).one_or_none()
    return None if row is None else (row.ticket, Relation(row.relation))


def _threads(connection: Connection, search: _Search, wanted: dict[str, object]) -> tuple[Thread, ...]:
    tickets = sorted((ticket_of(row) for row in connection.execute(search.tickets, wanted)), key=_order)
    links: dict[str, list[Link]] = {}
    if tickets:
        for row in connection.execute(search.links, wanted):
            links.setdefault(row.ticket, []).append(link_of(row))
    return tuple(Thread(ticket=ticket, links=tuple(links.get(ticket.id, ()))) for ticket in tickets)


def _order(ticket: Ticket) -> tuple[str, int, int]:
    """Sorted here and not in the database, whose idea of the order of letters depends on its locale."""
    return ticket.village, ticket.year, ticket.number


def history(connection: Connection, ticket: str) -> tuple[TicketEvent, ...]:
    """The events of a ticket, oldest first."""
    query = select(EVENTS).where(EVENTS.c.ticket == ticket).order_by(EVENTS.c.position)
    return tuple(event_of(row) for row in connection.execute(query))


def clues(connection: Connection, villages: Sequence[str], since: datetime) -> tuple[Clue, ...]:
    """Clues of these villages said since then, oldest first. The callers have checked the reader's role (R50)."""
    query = (
        select(CLUES)
        .where(CLUES.c.village.in_(villages), CLUES.c.said_at >= since)
        .order_by(CLUES.c.said_at, CLUES.c.id)
    )
    return tuple(clue_of(row) for row in connection.execute(query))
