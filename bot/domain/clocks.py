"""The moves of a ticket's due time. It is always the villager's message plus granted working days: nothing restarts it.

So no sequence of moves can shorten the time that has passed (R7, clock specification 5 to 8).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.categories import Category
from bot.domain.lifecycle import BOT, Detail, moved
from bot.domain.outcome import Change
from bot.domain.rules import Rules
from bot.domain.tickets import Colour, EventKind, Ticket, TicketEvent
from bot.domain.workdays import DueTime, WorkCalendar, due_time, office_time, working_share

DARKNESS = tuple(Colour)
"""The colours from none to red."""


def days_of(ticket: Ticket, rules: Rules) -> int:
    """Working days that a ticket has in all: its category's, an extension, and those it waited for the villager."""
    return rules.deadlines.days(ticket.category) + ticket.extension_days + ticket.paused_days


def due_of(ticket: Ticket, rules: Rules, calendar: WorkCalendar) -> DueTime:
    """The due time that the present calendar gives a ticket, from the villager's message (R3 to R7)."""
    return due_time(ticket.said_at, days_of(ticket, rules), calendar, rules.office_hours)


def recategorised(
    ticket: Ticket, *, at: datetime, by: str, category: Category, rules: Rules, calendar: WorkCalendar
) -> Change:
    """Another category: the due time is counted anew from the villager's message (R7)."""
    after = dated(replace(ticket, category=category), rules, calendar)
    return moved(
        ticket,
        after,
        EventKind.RECATEGORISED,
        at,
        by,
        "R7",
        **{"from": ticket.category, "to": category, "due_at": after.due_at.isoformat()},
    )


def redated(
    ticket: Ticket, *, at: datetime, rules: Rules, calendar: WorkCalendar, hop_due_at: datetime | None = None
) -> Change:
    """The calendar has changed under an open ticket; ``hop_due_at``: when its level owes a word by the new one (R2)."""
    after = dated(replace(ticket, hop_due_at=hop_due_at or ticket.hop_due_at), rules, calendar)
    dates: dict[str, Detail] = {"from": ticket.due_at.isoformat(), "to": after.due_at.isoformat()}
    if after.hop_due_at is not None and after.hop_due_at != ticket.hop_due_at:
        dates["hop_due_at"] = after.hop_due_at.isoformat()
    return moved(ticket, after, EventKind.REDATED, at, BOT, "R7", **dates)


def extension_asked(ticket: Ticket, *, at: datetime, by: str, days: int, reason: str) -> Change:
    """The village asks the township for more time (clock specification 7)."""
    return moved(ticket, ticket, EventKind.EXTENSION_ASKED, at, by, "R7", days=days, reason=reason)


def extended(
    ticket: Ticket, *, at: datetime, by: str, days: int, reason: str, rules: Rules, calendar: WorkCalendar
) -> Change:
    """More time with the township's consent: once, with a reason, before the due time (clock specification 7).

    Raises ValueError for a second time, without a reason, after the due time, or for more than the rules allow.
    """
    if ticket.extension_days or not reason.strip() or at >= ticket.due_at:
        message = f"{ticket.id} cannot be extended"
        raise ValueError(message)
    if not 1 <= days <= rules.extension.most_days:
        message = f"an extension has 1 to {rules.extension.most_days} working days, not {days}"
        raise ValueError(message)
    after = dated(replace(ticket, extension_days=days), rules, calendar)
    return moved(
        ticket, after, EventKind.EXTENDED, at, by, "R7", days=days, reason=reason, due_at=after.due_at.isoformat()
    )


def longer_asked(ticket: Ticket, *, at: datetime, by: str, category: Category, reason: str) -> Change:
    """The village asks the township for a category that has more time (R7)."""
    return moved(ticket, ticket, EventKind.LONGER_ASKED, at, by, "R7", category=category, reason=reason)


def refused(ticket: Ticket, *, at: datetime, by: str, what: EventKind, reason: str) -> Change:
    """The township does not consent to what was asked (``EXTENSION_ASKED``, ``LONGER_ASKED``): with a reason (R7).

    Raises ValueError without a reason.
    """
    if not reason.strip():
        message = "nothing is refused without a reason"
        raise ValueError(message)
    return moved(ticket, ticket, EventKind.REFUSED, at, by, "R7", what=what, reason=reason)


_ANSWERS = {EventKind.EXTENSION_ASKED: EventKind.EXTENDED, EventKind.LONGER_ASKED: EventKind.RECATEGORISED}
"""What the township can be asked for, each with the event that grants it."""


def latest_request(history: Sequence[TicketEvent], what: EventKind) -> tuple[TicketEvent, TicketEvent | None] | None:
    """The last time the township was asked for something, with its answer if there is one (R7); None if never."""
    asked: TicketEvent | None = None
    answer: TicketEvent | None = None
    for event in history:
        if event.kind is what:
            asked, answer = event, None
        elif asked is not None and answer is None:
            refusal = event.kind is EventKind.REFUSED and event.data.get("what") == what
            if refusal or event.kind is _ANSWERS[what]:
                answer = event
    return None if asked is None else (asked, answer)


def asked_again(ticket: Ticket, request: TicketEvent, *, at: datetime, people: Sequence[str]) -> Change:
    """Nobody has answered ``request``: ``people`` are asked, those of before once more or those above them (R7)."""
    data: dict[str, Detail] = {"what": request.kind, "people": " ".join(people)}
    return moved(ticket, ticket, EventKind.ASKED_AGAIN, at, BOT, "R7", **data)


def times_asked_again(history: Sequence[TicketEvent], request: TicketEvent) -> int:
    """How often somebody was asked again since a request was made."""
    return sum(
        event.kind is EventKind.ASKED_AGAIN and event.data.get("what") == request.kind and event.at >= request.at
        for event in history
    )


def paused(ticket: Ticket, *, at: datetime, by: str, reason: str) -> Change:
    """It waits for the villager's material: once, and before the due time (clock specification 6).

    Raises ValueError for a second time or after the due time.
    """
    if ticket.pauses or at >= ticket.due_at:
        message = f"{ticket.id} cannot wait"
        raise ValueError(message)
    after = replace(ticket, paused_at=at, pauses=1)
    return moved(ticket, after, EventKind.PAUSED, at, by, "R7", reason=reason)


def resumed(ticket: Ticket, *, at: datetime, by: str, rules: Rules, calendar: WorkCalendar) -> Change:
    """The material is there, or the longest wait is over: the working days waited are added, never more than allowed.

    Raises ValueError for a ticket that does not wait.
    """
    if ticket.paused_at is None:
        message = f"{ticket.id} does not wait"
        raise ValueError(message)
    days = min(calendar.workdays_between(ticket.paused_at, at), rules.pause.most_days)
    after = dated(replace(ticket, paused_at=None, paused_days=days), rules, calendar)
    return moved(ticket, after, EventKind.RESUMED, at, by, "R7", days=days, due_at=after.due_at.isoformat())


def waited(ticket: Ticket, *, at: datetime, by: str, rules: Rules, calendar: WorkCalendar) -> Change:
    """Before it ends, what a waiting ticket has waited so far is added: it was not the handler's time.

    A ticket that does not wait stays as it is, without an event.
    """
    if ticket.paused_at is None:
        return Change(ticket=ticket, events=())
    return resumed(ticket, at=at, by=by, rules=rules, calendar=calendar)


def pause_ends(ticket: Ticket, rules: Rules, calendar: WorkCalendar) -> datetime | None:
    """When the longest wait of a waiting ticket is over, None if it does not wait (clock specification 6)."""
    if ticket.paused_at is None:
        return None
    return due_time(ticket.paused_at, rules.pause.most_days, calendar, rules.office_hours).at


def reminded_at(ticket: Ticket, share: float, rules: Rules, calendar: WorkCalendar) -> datetime:
    """When a share of the ticket's own working time has passed, what it waited for the villager left out (R3, R14).

    A wait has ended when it is counted, so that the rest of the own time lies between this instant and the due time.
    """
    if not ticket.paused_days:
        return working_share(ticket.said_at, ticket.due_at, share, calendar, rules.office_hours)
    without = dated(replace(ticket, paused_days=0), rules, calendar).due_at
    own = office_time(ticket.said_at, without, calendar, rules.office_hours)
    whole = office_time(ticket.said_at, ticket.due_at, calendar, rules.office_hours)
    rest = (1 - share) * (own / whole) if whole else 0.0
    return working_share(ticket.said_at, ticket.due_at, max(0.0, 1 - rest), calendar, rules.office_hours)


def overdue(ticket: Ticket, *, at: datetime, colour: Colour, told: Sequence[str]) -> Change:
    """It is late, and one more level knows: blue, yellow, red. A colour never fades while the ticket lives."""
    after = replace(
        ticket,
        colour=max(ticket.colour, colour, key=DARKNESS.index),
        times_overdue=ticket.times_overdue + (colour is Colour.BLUE),
    )
    data = {"colour": colour, "due_at": ticket.due_at.isoformat(), "told": " ".join(told)}
    return moved(ticket, after, EventKind.OVERDUE, at, BOT, "R3", **data)


def hop_overdue(ticket: Ticket, *, at: datetime) -> Change:
    """The level that holds it let its own day pass without a word (R2, R18)."""
    after = replace(ticket, times_overdue=ticket.times_overdue + 1)
    return moved(ticket, after, EventKind.HOP_OVERDUE, at, BOT, "R2", hop_due_at=str(ticket.hop_due_at))


def dated(ticket: Ticket, rules: Rules, calendar: WorkCalendar) -> Ticket:
    """The ticket with the due time that follows from its message time and its working days."""
    due = due_of(ticket, rules, calendar)
    return replace(ticket, due_at=due.at, due_provisional=due.provisional)
