"""Tickets without people: accounts become numbers, so that how many households joined can still be counted."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, Connection, select, update

from bot.domain.byhand import GONE
from bot.domain.tickets import State
from bot.store.tables import LINKS, TICKETS

ENDED: Final = TICKETS.c.state.in_([state.value for state in State if not state.is_live])


def is_gone(column: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an account has become a number."""
    return column.like(f"{GONE}%")


def make_nameless(connection: Connection, ticket: str, accounts: Collection[str] | None = None) -> None:
    """Replace accounts of one ticket, all or only these, by numbers: the same person keeps the same one within it.

    Whoever decides on an older state of the ticket must decide again, or it would write the account back.
    """
    requester = connection.execute(select(TICKETS.c.requester).where(TICKETS.c.id == ticket)).scalar_one()
    links = select(LINKS.c.sender).where(LINKS.c.ticket == ticket).order_by(LINKS.c.id)
    known = list(dict.fromkeys([requester, *connection.execute(links).scalars()]))
    taken = [int(one.removeprefix(GONE)) for one in known if one.startswith(GONE)]
    number = max(taken, default=0)
    for account in known:
        if account.startswith(GONE) or (accounts is not None and account not in accounts):
            continue
        number += 1
        here = (LINKS.c.ticket == ticket, LINKS.c.sender == account)
        connection.execute(update(LINKS).where(*here).values(sender=f"{GONE}{number}"))
        if account == requester:
            whose = {"requester": f"{GONE}{number}", "version": TICKETS.c.version + 1}
            connection.execute(update(TICKETS).where(TICKETS.c.id == ticket).values(**whose))
