"""How late a ticket is and who must hear of it: blue, yellow, red, each one level further up (R2, R3, R18).

The levels above are read from the organisation; nobody is told of a lateness before the one below has heard of it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from bot.domain.categories import Level
from bot.domain.org import Organisation, Person, Role
from bot.domain.rules import Rules
from bot.domain.tickets import Colour, EventKind, State, Ticket, TicketEvent
from bot.domain.workdays import WorkCalendar, due_time

Able = Callable[[Person], bool]
"""Whether somebody can be asked now: has an account that is heard, and is not away."""

LATE = (Colour.BLUE, Colour.YELLOW, Colour.RED)
"""The colours in the order in which they come."""

_HOPS = frozenset({EventKind.TRANSFERRED, EventKind.RETURNED})
_WORDS = frozenset(
    {
        EventKind.PROGRESS,
        EventKind.ANSWERED,
        EventKind.CLOSED,
        EventKind.CONTACTED,
        EventKind.EXTENSION_ASKED,
        EventKind.LONGER_ASKED,
        EventKind.PAUSED,
        EventKind.REPORTED,
        EventKind.RECATEGORISED,
    }
)
"""What shows that a level that received a ticket is at it."""
_CONTACT = frozenset({EventKind.PROGRESS, EventKind.ANSWERED, EventKind.CONTACTED})


def late_since(ticket: Ticket, history: Sequence[TicketEvent]) -> datetime:
    """From when on its lateness counts: its due time, or the reopening of what was closed at that time.

    The due time itself is never moved by a reopening; but nobody was late while it counted as done.
    """
    reopened = [event.at for event in history if event.kind is EventKind.REOPENED]
    return max(ticket.due_at, *reopened) if reopened else ticket.due_at


def turns(colour: Colour, since: datetime, rules: Rules, calendar: WorkCalendar) -> datetime:
    """When something late since then takes a colour: at once, or at the end of the last of its working days."""
    days = {
        Colour.BLUE: rules.lateness.blue_days,
        Colour.YELLOW: rules.lateness.yellow_days,
        Colour.RED: rules.lateness.red_days,
    }[colour]
    return due_time(since, days, calendar, rules.office_hours).at if days else since


def noticed(ticket: Ticket, history: Sequence[TicketEvent]) -> frozenset[Colour]:
    """The colours of its present due time that were told already, since it was last reopened."""
    known: set[Colour] = set()
    for event in history:
        if event.kind is EventKind.OVERDUE and event.data["due_at"] == ticket.due_at.isoformat():
            known.add(Colour(str(event.data["colour"])))
        elif event.kind is EventKind.REOPENED:
            known.clear()
    return frozenset(known)


def anybody(person: Person) -> bool:
    """Everybody can be asked: nobody has said who is away."""
    del person
    return True


def told(colour: Colour, ticket: Ticket, org: Organisation, *, able: Able = anybody) -> tuple[Person, ...]:
    """Who hears of a colour besides the owner: the first level from the colour's own upwards that has anybody else.

    Who cannot be asked is passed over for the next in line, then up, while there is anybody who can (R10).
    """
    levels = tuple(_levels(ticket, org))
    from_here = levels[LATE.index(colour) :]
    in_order = (*from_here, *reversed(levels), _inspectors(ticket, org))
    return _first_able(in_order, able, but=ticket.owner)


def _first_able(in_order: Sequence[Sequence[Person]], able: Able, *, but: str) -> tuple[Person, ...]:
    """The people of the first level in which somebody can be asked; if nobody anywhere can, of the first at all."""
    for fits in (able, anybody):
        for people in in_order:
            others = tuple(person for person in people if person.id != but and fits(person))
            if others:
                return others
    return ()


def _levels(ticket: Ticket, org: Organisation) -> Iterator[tuple[Person, ...]]:
    """For blue, yellow and red: the head of the unit that holds it, then who inspects, then the county desk."""
    inspectors = _inspectors(ticket, org)
    county = org.people_of(org.county.id, Role.COUNTY_DESK)
    if ticket.level is Level.VILLAGE:
        yield org.people_of(ticket.unit, Role.SECRETARY)
        yield inspectors
    elif above_township(ticket, org):
        yield from (org.people_of(ticket.unit)[:1] or county, county)
    else:
        yield from (org.people_of(ticket.unit)[:1], inspectors)
    yield county or inspectors


def _inspectors(ticket: Ticket, org: Organisation) -> tuple[Person, ...]:
    return org.people_of(org.township_of(ticket.village).id, Role.INSPECTOR)


def above_township(ticket: Ticket, org: Organisation) -> bool:
    """Whether the county or one of its departments holds it."""
    return org.township_of(ticket.village).id not in org.line_of(ticket.unit)


def consenters(ticket: Ticket, org: Organisation, *, besides: str, able: Able = anybody) -> tuple[Person, ...]:
    """Whose consent more time needs: the township's inspectors, the county desk for what the township itself holds.

    Never ``besides``, who asks, unless the county has nobody else (R7, clock specification 7). Who cannot be asked is
    passed over while somebody else can.
    """
    inspectors = _inspectors(ticket, org)
    county = org.people_of(org.county.id, Role.COUNTY_DESK)
    own = ticket.unit == org.township_of(ticket.village).id or above_township(ticket, org)
    order = (county, inspectors) if own else (inspectors, county)
    return _first_able(order, able, but=besides) or next((people for people in order if people), ())


def since_last_hop(history: Sequence[TicketEvent]) -> tuple[TicketEvent, ...]:
    """What happened since the present level received it; everything if it never moved."""
    last = max((position for position, event in enumerate(history) if event.kind in _HOPS), default=-1)
    return tuple(history[last + 1 :])


def hop_since(history: Sequence[TicketEvent]) -> datetime | None:
    """When the present level received it, None if it never moved (R2)."""
    return next((event.at for event in reversed(history) if event.kind in _HOPS), None)


def silent_since_hop(history: Sequence[TicketEvent]) -> bool:
    """Whether the level that received it has neither said nor done anything about it, nor been told so (R2, R18)."""
    return not any(event.kind in _WORDS or event.kind is EventKind.HOP_OVERDUE for event in since_last_hop(history))


def contacted(ticket: Ticket, history: Sequence[TicketEvent]) -> bool:
    """Whether the present level has left a note that it spoke with the person (R14)."""
    if not any(event.kind in _HOPS for event in history) and (ticket.contact or ticket.first_cadre_reply):
        return True
    return any(event.kind in _CONTACT for event in since_last_hop(history))


def waits_for_word(ticket: Ticket) -> bool:
    """Whether the hop clock still runs: received from elsewhere, and nothing said since (R2)."""
    return ticket.hop_due_at is not None and ticket.state is State.PROMPTED and ticket.paused_at is None
