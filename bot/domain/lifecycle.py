"""The legal moves of a ticket. Every move returns the ticket's new form with the event that records it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.categories import Category, Level
from bot.domain.outcome import Change
from bot.domain.tickets import EventKind, State, Ticket, TicketEvent

Detail = str | int | bool | None

LIVE = frozenset(state for state in State if state.is_live)
LEGAL: Mapping[EventKind, frozenset[State]] = {
    EventKind.PROMPTED: LIVE,
    EventKind.PROGRESS: LIVE,
    EventKind.ANSWERED: LIVE,
    EventKind.NOT_AN_ANSWER: frozenset({State.ANSWERED}),
    EventKind.CLOSED: LIVE,
    EventKind.REOPENED: frozenset({State.CLOSED, State.ANSWERED}),
    EventKind.WITHDRAWN: LIVE,
    EventKind.TRANSFERRED: LIVE,
    EventKind.RECATEGORISED: LIVE,
    EventKind.REDATED: LIVE,
    EventKind.FOLLOWED_UP: frozenset(State),
    EventKind.SUPPORTED: frozenset(State),
    EventKind.RATED: frozenset({State.CLOSED}),
    EventKind.OVERDUE: LIVE,
    EventKind.RECEIPTED: frozenset(State),
    EventKind.MADE_URGENT: LIVE,
}
"""From which states each move may be made."""

VILLAGER = "villager"
BOT = "bot"
"""Actors that are not people of the organisation."""


class IllegalMove(Exception):  # noqa: N818 - reads as what it is
    """A move that the ticket's state does not allow."""

    def __init__(self, ticket: Ticket, move: EventKind) -> None:
        super().__init__(f"{ticket.id}: {move} is not possible in state {ticket.state}")
        self.ticket = ticket
        self.move = move


def may(ticket: Ticket, move: EventKind) -> bool:
    """Whether the move is legal now."""
    return ticket.state in LEGAL[move]


def _moved(  # noqa: PLR0917 - always called with the same first words: what moved, how, when, by whom, on which rule
    before: Ticket, after: Ticket, kind: EventKind, at: datetime, by: str, rule: str, **data: Detail
) -> Change:
    if not may(before, kind):
        raise IllegalMove(before, kind)
    return Change(
        ticket=after,
        events=(TicketEvent(ticket=before.id, at=at, kind=kind, actor=by, data=data, rule=rule),),
    )


def opened(ticket: Ticket, *, at: datetime, by: str = VILLAGER) -> Change:
    """A new ticket and the event that opens its history (R1)."""
    data: dict[str, Detail] = {
        "category": ticket.category,
        "urgent": ticket.urgent,
        "said_at": ticket.said_at.isoformat(),
        "due_at": ticket.due_at.isoformat(),
        "provisional": ticket.due_provisional,
        "owner": ticket.owner,
    }
    event = TicketEvent(ticket=ticket.id, at=at, kind=EventKind.OPENED, actor=by, data=data, rule="R1")
    return Change(ticket=ticket, events=(event,))


def prompted(ticket: Ticket, *, at: datetime, owner: str) -> Change:
    """The owner has been asked."""
    state = State.PROMPTED if ticket.state is State.OPEN else ticket.state
    after = replace(ticket, state=state, owner=owner)
    return _moved(ticket, after, EventKind.PROMPTED, at, BOT, "R1", owner=owner)


def progress(ticket: Ticket, *, at: datetime, by: str, text: str) -> Change:
    """Somebody is at work on it and says how far (R14)."""
    after = replace(ticket, state=State.IN_PROGRESS)
    return _moved(ticket, after, EventKind.PROGRESS, at, by, "R14", text=text)


def answered(ticket: Ticket, *, at: datetime, by: str, message: str, text: str) -> Change:
    """A cadre has spoken to the villager: recorded, not yet taken for the end (R1)."""
    after = replace(
        ticket,
        state=State.ANSWERED,
        first_cadre_reply=ticket.first_cadre_reply or message,
        answer=message,
        answer_text=text,
    )
    return _moved(ticket, after, EventKind.ANSWERED, at, by, "R1", message=message)


def not_an_answer(ticket: Ticket, *, at: datetime, by: str) -> Change:
    """What was taken for an answer was none: back to where somebody owes one."""
    first = None if ticket.first_cadre_reply == ticket.answer else ticket.first_cadre_reply
    after = replace(ticket, state=State.PROMPTED, first_cadre_reply=first, answer=None, answer_text="")
    return _moved(ticket, after, EventKind.NOT_AN_ANSWER, at, by, "R1")


def closed(ticket: Ticket, *, at: datetime, by: str, text: str, message: str | None) -> Change:
    """Done, with words that say what was done: never without (R3, R13). Raises ValueError for an empty text."""
    if not text.strip():
        reason = "a ticket is never closed without an answer text"
        raise ValueError(reason)
    after = replace(
        ticket,
        state=State.CLOSED,
        answer=message or ticket.answer,
        answer_text=text,
        closed_by=by,
        closed_at=at,
    )
    return _moved(ticket, after, EventKind.CLOSED, at, by, "R13", text=text)


def reopened(ticket: Ticket, *, at: datetime, by: str, message: str | None) -> Change:
    """Not solved after all: the same number on the original clock, which never restarts (R7, R109)."""
    after = replace(ticket, state=State.REOPENED, reopened_by=message, closed_by=None, closed_at=None)
    return _moved(ticket, after, EventKind.REOPENED, at, by, "R109", message=message)


def withdrawn(ticket: Ticket, *, at: datetime, by: str, reason: str) -> Change:
    """Nothing is owed: the villager took it back, or an officer judged that it was no appeal."""
    after = replace(ticket, state=State.WITHDRAWN, closed_by=by, closed_at=at)
    return _moved(ticket, after, EventKind.WITHDRAWN, at, by, "R7", reason=reason)


def transferred(
    ticket: Ticket, *, at: datetime, by: str, unit: str, level: Level, owner: str, hop_due_at: datetime, summary: str
) -> Change:
    """Handed to another unit under the same number; the villager's clock runs on (R2, R18)."""
    after = replace(ticket, unit=unit, level=level, owner=owner, hop_due_at=hop_due_at, state=State.PROMPTED)
    return _moved(
        ticket,
        after,
        EventKind.TRANSFERRED,
        at,
        by,
        "R2",
        **{"from": ticket.unit, "to": unit, "owner": owner, "summary": summary, "hop_due_at": hop_due_at.isoformat()},
    )


def recategorised(
    ticket: Ticket, *, at: datetime, by: str, category: Category, due_at: datetime, provisional: bool
) -> Change:
    """Another category: the due time is counted anew from the villager's message (R7)."""
    after = replace(ticket, category=category, due_at=due_at, due_provisional=provisional)
    return _moved(
        ticket,
        after,
        EventKind.RECATEGORISED,
        at,
        by,
        "R7",
        **{"from": ticket.category, "to": category, "due_at": due_at.isoformat()},
    )


def redated(ticket: Ticket, *, at: datetime, due_at: datetime, provisional: bool) -> Change:
    """The calendar has changed under an open ticket."""
    after = replace(ticket, due_at=due_at, due_provisional=provisional)
    return _moved(
        ticket, after, EventKind.REDATED, at, BOT, "R7", **{"from": ticket.due_at.isoformat(), "to": due_at.isoformat()}
    )


def followed_up(ticket: Ticket, *, at: datetime, message: str) -> Change:
    """The villager asked again."""
    return _moved(ticket, ticket, EventKind.FOLLOWED_UP, at, VILLAGER, "R23", message=message)


def supported(ticket: Ticket, *, at: datetime, message: str) -> Change:
    """Another household has the same trouble."""
    return _moved(ticket, ticket, EventKind.SUPPORTED, at, VILLAGER, "R12", message=message)


def rated(ticket: Ticket, *, at: datetime, rating: str) -> Change:
    """The villager said whether it is solved (R109)."""
    return _moved(ticket, replace(ticket, rating=rating), EventKind.RATED, at, VILLAGER, "R109", rating=rating)


def made_urgent(ticket: Ticket, *, at: datetime) -> Change:
    """What began as a request has become an emergency (R8)."""
    return _moved(ticket, replace(ticket, urgent=True), EventKind.MADE_URGENT, at, VILLAGER, "R8")


def receipted(ticket: Ticket, *, at: datetime) -> Change:
    """The villagers were told in the group that it was heard (R1)."""
    return _moved(ticket, replace(ticket, receipted_at=at), EventKind.RECEIPTED, at, BOT, "R1")


def overdue(ticket: Ticket, *, at: datetime) -> Change:
    """The due time has passed."""
    return _moved(ticket, ticket, EventKind.OVERDUE, at, BOT, "R3", due_at=ticket.due_at.isoformat())
