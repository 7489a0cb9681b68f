"""The moves that join tickets and people, and part them again: no clock and no requester is ever lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.clocks import DARKNESS, dated
from bot.domain.lifecycle import Detail, moved
from bot.domain.outcome import Change
from bot.domain.rules import Rules
from bot.domain.tickets import EventKind, State, Ticket, TicketEvent
from bot.domain.workdays import WorkCalendar

UNDONE_WITHIN = timedelta(days=1)
"""How long a merging can be taken back."""


def merged(
    ticket: Ticket,
    into: Ticket,
    *,
    at: datetime,
    by: str,
    rules: Rules,
    calendar: WorkCalendar,
    messages: Sequence[str] = (),
) -> tuple[Change, Change]:
    """Two tickets about one matter go on as the second, which is never due later than either was.

    It takes over the earlier message, the shorter category and the fewer granted days. Returns the changes of both;
    the caller moves the links, whose ``messages`` are recorded so that they find their way back. Raises ValueError for
    tickets of different villages or privacy, or for one and the same.
    """
    if ticket.id == into.id or ticket.village != into.village or ticket.private != into.private:
        message = f"{ticket.id} cannot be merged into {into.id}"
        raise ValueError(message)
    gone = replace(ticket, state=State.MERGED, merged_into=into.id, closed_by=by, closed_at=at, offered_to=None)
    kept = replace(
        into,
        category=min(into.category, ticket.category, key=rules.deadlines.days),
        said_at=min(ticket.said_at, into.said_at),
        extension_days=min(ticket.extension_days, into.extension_days),
        paused_days=min(ticket.paused_days, into.paused_days),
        urgent=ticket.urgent or into.urgent,
        careful=ticket.careful or into.careful,
        colour=max(ticket.colour, into.colour, key=DARKNESS.index),
    )
    kept = dated(kept, rules, calendar)
    taken: dict[str, Detail] = {
        "from": ticket.id,
        "due_at": kept.due_at.isoformat(),
        "state": ticket.state,
        "messages": "\n".join(dict.fromkeys(messages)),
    }
    return (
        moved(ticket, gone, EventKind.MERGED, at, by, "R12", into=into.id),
        moved(into, kept, EventKind.MERGED_IN, at, by, "R12", **taken),
    )


def merging(history: Sequence[TicketEvent], ticket: str, *, at: datetime) -> TicketEvent | None:
    """How ``ticket`` came into the one whose history this is, if that can still be taken back."""
    return next(
        (
            event
            for event in reversed(history)
            if event.kind is EventKind.MERGED_IN
            and event.data["from"] == ticket
            and "state" in event.data
            and at - event.at <= UNDONE_WITHIN
        ),
        None,
    )


def parted(ticket: Ticket, state: State, *, at: datetime, by: str, rules: Rules, calendar: WorkCalendar) -> Change:
    """A merging taken back: the ticket stands where it stood (``state``), with its own message time and due time.

    The one that it was merged into keeps the earlier clock: no clock is moved later by merging and parting.
    """
    back = replace(ticket, state=state, merged_into=None, closed_by=None, closed_at=None)
    return moved(ticket, dated(back, rules, calendar), EventKind.PARTED, at, by, "R12", **{"from": ticket.merged_into})


def split_off(ticket: Ticket, *, at: datetime, by: str, new: str) -> Change:
    """A part of it has become a ticket of its own, with the same message time."""
    return moved(ticket, ticket, EventKind.SPLIT_OFF, at, by, "R12", new=new)


def unjoined(ticket: Ticket, *, at: datetime, by: str, message: str) -> Change:
    """A household that was counted in does not belong to it: undone by the person or the officer."""
    return moved(ticket, ticket, EventKind.UNJOINED, at, by, "R12", message=message)
