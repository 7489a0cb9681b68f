"""What an office did in a month, counted from what really happened: units, never persons (R72, R73, R110)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.patrol_notes import DEEDS, NoteKind, PatrolNote, deeds
from bot.domain.periods import Period
from bot.domain.results import Results, results
from bot.domain.rules import Span
from bot.domain.slips import Slip, SlipState
from bot.domain.tickets import State, Ticket
from bot.domain.workdays import WorkCalendar, due_time


@dataclass(frozen=True, kw_only=True, slots=True)
class Doings:
    """A township's month, or part of it.

    ``at_once`` matters were closed by the end of the first working day after they were said. ``orders`` are supervision
    orders, ``issued`` and ``crossed_off`` notices and letters. ``patrolled`` of ``workdays`` were confirmed by an
    inspector, ``reminders`` went to villages. ``deeds``: by kind what inspectors wrote down themselves, for only people
    know of it.
    """

    results: Results
    at_once: int
    orders: int
    issued: int
    crossed_off: int
    patrolled: int
    workdays: int
    reminders: int
    open: int
    overdue: int
    owed: int
    deeds: Mapping[NoteKind, int]


def doings(  # noqa: PLR0917
    tickets: Sequence[Ticket],
    slips: Sequence[Slip],
    notes: Sequence[PatrolNote],
    month: Period,
    calendar: WorkCalendar,
    office_hours: tuple[Span, ...],
) -> Doings:
    """Count a month. ``open``, ``overdue`` and ``owed`` are what stands at its end, as far as is known now."""
    known = [one for one in tickets if one.state not in (State.WITHDRAWN, State.MERGED)]
    closed = [one for one in known if one.closed_at is not None and one.closed_at in month]
    left = [one for one in known if one.said_at < month.ends and (one.closed_at is None or one.closed_at >= month.ends)]
    days = {note.day for note in notes if note.kind is NoteKind.CONFIRMED and month.first <= note.day < month.after}
    length = (month.after - month.first).days
    return Doings(
        results=results(known, month, now=month.ends),
        at_once=sum(_at_once(one, calendar, office_hours) for one in closed),
        orders=sum(one.supervised_at is not None and one.supervised_at in month for one in known),
        issued=sum(one.issued_at is not None and one.issued_at in month for one in slips),
        crossed_off=sum(one.state is SlipState.CLOSED and one.at in month for one in slips),
        patrolled=sum(calendar.is_workday(day) for day in days),
        workdays=sum(calendar.is_workday(month.first + timedelta(days=day)) for day in range(length)),
        reminders=sum(note.kind is NoteKind.REMINDED and note.at in month for note in notes),
        open=len(left),
        overdue=sum(one.due_at < month.ends for one in left),
        owed=sum(one.state.owes_reply for one in slips),
        deeds=counted(notes, month),
    )


def counted(notes: Sequence[PatrolNote], month: Period) -> Mapping[NoteKind, int]:
    """How often an office did what it wrote down, by kind and by the local day of the deed; those never done are 0."""
    found = Counter(note.kind for note in deeds(notes) if month.first <= note.day < month.after)
    return {kind: found[kind] for kind in DEEDS}


def _at_once(ticket: Ticket, calendar: WorkCalendar, office_hours: tuple[Span, ...]) -> bool:
    until = due_time(ticket.said_at, 1, calendar, office_hours)
    return ticket.closed_at is not None and ticket.closed_at <= until.at
