"""The moves that join tickets and people, and part them again: no clock and no requester is ever lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.byhand import told_by_a_person
from bot.domain.clocks import DARKNESS, dated
from bot.domain.lifecycle import Detail, moved
from bot.domain.org import Organisation
from bot.domain.outcome import Change
from bot.domain.routing import is_checked_elsewhere
from bot.domain.rules import Rules
from bot.domain.tickets import EventKind, Link, Relation, State, Ticket, TicketEvent
from bot.domain.workdays import WorkCalendar

UNDONE_WITHIN = timedelta(days=1)
"""How long a merging can be taken back."""


def seen_alike(one: Ticket, other: Ticket, org: Organisation) -> bool:
    """Whether the same people may see both: what needs care, or is checked elsewhere, mixes with nothing else.

    What was told to an officer may go on with what the group said; what was told to the bot alone may not (R12).
    """
    alone = next((ticket for ticket in (one, other) if ticket.private), one)
    if one.careful != other.careful or (one.private != other.private and not told_by_a_person(alone)):
        return False
    away = [ticket.unit for ticket in (one, other) if is_checked_elsewhere(org, ticket.village, ticket.unit)]
    return not away or one.unit == other.unit


def moving(links: Sequence[Link], ticket: Ticket, into: Ticket) -> tuple[Link, ...]:
    """The links of a ticket as they stand in the one that it is merged into.

    Who did not say it in the group stays apart in the group's matter: each hears the result where he raised it (R12).
    """
    alone = ticket.private and not into.private
    return tuple(
        replace(
            link,
            ticket=into.id,
            relation=Relation.PRIVATE_SUPPORT if alone and link.relation.joins else link.relation,
        )
        for link in links
    )


def spoken_for(ticket: Ticket, links: Sequence[Link]) -> Ticket:
    """The ticket in the name of somebody whose words still stand in it, the first of them if the requester's left.

    So a household can always be told from those who joined it, and the last words never leave a ticket.
    """
    joined = [link for link in links if link.relation.joins]
    if not joined or any(link.sender == ticket.requester for link in joined):
        return ticket
    return replace(ticket, requester=joined[0].sender, platform=joined[0].platform)


def merged(
    ticket: Ticket,
    into: Ticket,
    *,
    at: datetime,
    by: str,
    rules: Rules,
    calendar: WorkCalendar,
    links: Sequence[Link] = (),
) -> tuple[Change, Change]:
    """Two tickets about one matter go on as the second, which is never due later than either was.

    It takes over the earlier message, the shorter category and the fewer granted days. Returns the changes of both;
    the caller moves the ``links`` (``moving``), which are recorded so that they find their way back. Raises ValueError
    for tickets of different villages, for one and the same, and for what the group said into what it did not.
    """
    if ticket.id == into.id or ticket.village != into.village or (into.private and not ticket.private):
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
        "messages": "\n".join(dict.fromkeys(link.message for link in links)),
    }
    if ticket.private != into.private:
        pieces = (link.message for link in links if link.relation is Relation.PIECE)
        taken["pieces"] = "\n".join(dict.fromkeys(pieces))
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


def coming_back(links: Sequence[Link], merging: TicketEvent) -> tuple[Link, ...]:
    """Of a merged ticket's links, those that came with the one that was merged so."""
    messages = set(str(merging.data["messages"]).split("\n"))
    return tuple(link for link in links if link.message in messages)


def given_back(links: Sequence[Link], merging: TicketEvent, ticket: Ticket) -> tuple[Link, ...]:
    """The links as they stood in ``ticket`` before it was merged."""
    pieces = set(str(merging.data.get("pieces") or "").split("\n"))
    return tuple(
        replace(
            link,
            ticket=ticket.id,
            relation=Relation.PIECE if link.message in pieces and link.relation.joins else link.relation,
        )
        for link in links
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
