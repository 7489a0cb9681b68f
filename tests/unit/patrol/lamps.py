"""Tickets about a lamp in 青石村, for the jobs that look at one ticket or at one group."""

from datetime import timedelta

from bot.domain.categories import Category, Level
from bot.domain.tickets import Link, Relation, State, Thread, Ticket, ticket_id
from tests.world import at

NINE = at("2026-03-06 09:00")
DUE = at("2026-03-11 17:30")


def lamp(state: State = State.PROMPTED, *, number: int = 1) -> Ticket:
    """A help of Friday morning, due on Wednesday, with 李青山."""
    return Ticket(
        id=ticket_id("v-qs", 2026, number),
        village="v-qs",
        year=2026,
        number=number,
        category=Category.HELP,
        urgent=False,
        state=state,
        level=Level.VILLAGE,
        unit="v-qs",
        owner="p-li",
        platform="practice",
        group="g-qs1",
        requester="u-az",
        text="二组路灯又不亮了",
        topic="路灯",
        place="二组",
        said_at=NINE,
        opened_at=NINE + timedelta(seconds=20),
        due_at=DUE,
        closed_at=DUE if state is State.CLOSED else None,
        closed_by="p-li" if state is State.CLOSED else None,
        answer_text="已换灯泡" if state is State.CLOSED else "",
    )


def thread(ticket: Ticket) -> Thread:
    """The ticket with its first message."""
    first = Link(
        ticket=ticket.id,
        platform="practice",
        message=f"m{ticket.number}",
        relation=Relation.PIECE,
        sender=ticket.requester,
        at=ticket.said_at,
    )
    return Thread(ticket=ticket, links=(first,))
