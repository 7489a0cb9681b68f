"""What passes from shift to shift: tickets that somebody holds only because it was his turn (R28, PEERS idea 8)."""

from collections.abc import Container, Iterable, Sequence
from datetime import date, timedelta

from bot.domain.categories import Level
from bot.domain.duty import Roster, may_own
from bot.domain.org import Organisation
from bot.domain.tickets import State, Ticket
from bot.domain.workdays import WorkCalendar, local

_DAY = timedelta(days=1)
_LONGEST = timedelta(days=14)
"""How far a shift without a break is followed."""
_UNTOUCHED = frozenset({State.OPEN, State.PROMPTED})


def passes_on(ticket: Ticket, org: Organisation, roster: Roster, today: date, *, by_topic: Container[str] = ()) -> bool:
    """Whether a ticket goes with the shift: held in the village by whoever was on duty, and not begun.

    What somebody has answered or is at work on, what waits for material, and what is somebody's by topic (``by_topic``:
    ids of those whom the village's own table names for it) stay where they are. A stand-in from above gives back to
    the village what nobody there could take.
    """
    if ticket.state not in _UNTOUCHED or ticket.level is not Level.VILLAGE or ticket.unit != ticket.village:
        return False
    if ticket.paused_at is not None or ticket.owner in by_topic:
        return False
    owner = org.people.get(ticket.owner)
    if owner is None or owner.unit != ticket.village:
        return True
    return any(ticket.owner in roster.planned(ticket.village, day, group=ticket.group) for day in _days(ticket, today))


def next_shift(org: Organisation, roster: Roster, ticket: Ticket, days: Iterable[date]) -> tuple[date, str] | None:
    """The first of the days on which somebody else than the owner is on duty, and who that is."""
    for day in days:
        on_duty = [
            person
            for person in roster.on_duty(ticket.village, day, group=ticket.group)
            if person in org.people and may_own(org, org.people[person], ticket.village)
        ]
        if on_duty and ticket.owner not in on_duty:
            return day, on_duty[0]
    return None


def shift_of(person: str, village: str, day: date, roster: Roster, *, group: str | None = None) -> tuple[date, ...]:
    """The local days from ``day`` on, on which somebody is on duty without a break, in ``group`` if one is named."""
    last = day
    while last - day < _LONGEST and person in roster.on_duty(village, last + _DAY, group=group):
        last += _DAY
    return tuple(day + step * _DAY for step in range((last - day).days + 1))


def needs_hands(ticket: Ticket, shift: Sequence[date], calendar: WorkCalendar) -> bool:
    """Whether a ticket that nobody has begun asks for work on the days of a shift.

    On rest days no clock runs: only danger and what is due by then cannot wait for the next working day (R8).
    """
    ends = local(ticket.due_at).date() <= max(shift)
    return ticket.urgent or ends or any(calendar.is_workday(day) for day in shift)


def _days(ticket: Ticket, today: date) -> Iterable[date]:
    """The local days since it was opened, the last two weeks of them at most."""
    day = max(local(ticket.opened_at).date(), today - timedelta(days=14))
    while day <= today:
        yield day
        day += timedelta(days=1)
