"""Laws of the due time, over random calendars and random lives: nothing restarts it, nothing shortens what has passed.

The due time is the villager's message plus granted working days, whatever happened (R7, clock specification 1 to 8).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import clocks, hops, lifecycle, together
from bot.domain.categories import APPEALS, Category, Level
from bot.domain.clocks import days_of, pause_ends, reminded_at
from bot.domain.lateness import LATE, late_since, turns
from bot.domain.lifecycle import IllegalMove
from bot.domain.outcome import Change
from bot.domain.rules import Rules
from bot.domain.tickets import Colour, EventKind, State, Ticket
from bot.domain.workdays import SHANGHAI, WorkCalendar, YearPlan, due_time, is_open, local
from tests.unit.patrol.lamps import lamp

RULES = Rules()
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
_YEAR = (LAST - FIRST).days
_FRIDAY = 4
_WEEKENDS = [day for each in range(_YEAR) if (day := FIRST + timedelta(days=each)).weekday() > _FRIDAY]

Move = Callable[[Ticket, datetime, WorkCalendar, st.DataObject], Change]


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """A year with some stretches of rest and some weekends that are worked instead."""
    off: set[date] = set()
    for _ in range(draw(st.integers(0, 6))):
        begin = FIRST + timedelta(days=draw(st.integers(0, _YEAR)))
        off |= {begin + timedelta(days=each) for each in range(draw(st.integers(1, 9)))}
    off = {day for day in off if day.year == FIRST.year}
    worked = draw(st.lists(st.sampled_from(_WEEKENDS), max_size=8))
    plan = YearPlan(year=2026, off=dict.fromkeys(off, "放假"), on=frozenset(worked) - off)
    return WorkCalendar({2026: plan})


def _extended(ticket: Ticket, now: datetime, calendar: WorkCalendar, data: st.DataObject) -> Change:
    days = data.draw(st.integers(0, 7))
    return clocks.extended(ticket, at=now, by="p-ji", days=days, reason="等配件", rules=RULES, calendar=calendar)


def _recategorised(ticket: Ticket, now: datetime, calendar: WorkCalendar, data: st.DataObject) -> Change:
    category = data.draw(st.sampled_from(APPEALS))
    return clocks.recategorised(ticket, at=now, by="p-ji", category=category, rules=RULES, calendar=calendar)


def _merged_in(ticket: Ticket, now: datetime, calendar: WorkCalendar, data: st.DataObject) -> Change:
    minutes = data.draw(st.integers(-3000, 3000))
    said = ticket.said_at + timedelta(minutes=minutes)
    other = replace(lamp(number=2), category=data.draw(st.sampled_from(APPEALS)), said_at=said)
    other = clocks.dated(other, RULES, calendar)
    return together.merged(other, ticket, at=now, by="p-li", rules=RULES, calendar=calendar)[1]


def _handed(ticket: Ticket, now: datetime, calendar: WorkCalendar, data: st.DataObject) -> Change:
    hop = due_time(now, 1, calendar, RULES.office_hours).at
    if data.draw(st.booleans()):
        return hops.returned(
            ticket, at=now, by="p-ji", unit="v-qs", level=Level.VILLAGE, owner="p-li", hop_due_at=hop, reason="村里办"
        )
    return hops.transferred(
        ticket, at=now, by="p-li", unit="t-qs", level=Level.TOWNSHIP, owner="p-ji", hop_due_at=hop, summary="立杆"
    )


MOVES: dict[str, Move] = {
    "progress": lambda t, now, _c, _d: lifecycle.progress(t, at=now, by="p-li", text="在办"),
    "answered": lambda t, now, _c, _d: lifecycle.answered(t, at=now, by="p-li", message="m7", text="换好了"),
    "not an answer": lambda t, now, _c, _d: lifecycle.not_an_answer(t, at=now, by="p-li"),
    "closed": lambda t, now, _c, _d: lifecycle.closed(t, at=now, by="p-li", text="已换", message=None),
    "reopened": lambda t, now, _c, _d: lifecycle.reopened(t, at=now, by="villager", message="m9"),
    "handed": _handed,
    "recategorised": _recategorised,
    "asked": lambda t, now, _c, _d: clocks.extension_asked(t, at=now, by="p-li", days=2, reason="等"),
    "refused": lambda t, now, _c, _d: clocks.refused(
        t, at=now, by="p-ji", what=EventKind.EXTENSION_ASKED, reason="能办完"
    ),
    "extended": _extended,
    "paused": lambda t, now, _c, _d: clocks.paused(t, at=now, by="p-li", reason="照片"),
    "resumed": lambda t, now, c, _d: clocks.resumed(t, at=now, by="p-li", rules=RULES, calendar=c),
    "redated": lambda t, now, c, _d: clocks.redated(t, at=now, rules=RULES, calendar=c),
    "overdue": lambda t, now, _c, _d: clocks.overdue(t, at=now, colour=Colour.BLUE, told=()),
    "merged in": _merged_in,
}


@dataclass(kw_only=True)
class Life:
    """A ticket as it goes through what happens to it."""

    ticket: Ticket
    now: datetime
    calendar: WorkCalendar


def _begin(calendar: WorkCalendar, minutes: int, category: Category) -> Life:
    said = datetime(2026, 1, 2, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
    ticket = clocks.dated(replace(lamp(), said_at=said, opened_at=said, category=category), RULES, calendar)
    return Life(ticket=ticket, now=said, calendar=calendar)


def _holds(life: Life, before: Ticket, wish: str) -> None:
    after, calendar = life.ticket, life.calendar
    due = due_time(after.said_at, days_of(after, RULES), calendar, RULES.office_hours)
    assert after.due_at == due.at, wish
    granted = days_of(after, RULES) - RULES.deadlines.days(after.category)
    assert 0 <= granted <= RULES.extension.most_days + RULES.pause.most_days
    assert after.said_at <= before.said_at, "elapsed time has shrunk"
    if wish not in {"recategorised", "merged in"}:
        assert after.due_at >= before.due_at, "somebody's promise was taken back"
    assert after.pauses >= before.pauses
    assert after.times_overdue >= before.times_overdue


@settings(max_examples=1500)
@given(
    calendars(),
    st.integers(0, 200 * 24 * 60),
    st.sampled_from(APPEALS),
    st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 3 * 24 * 60)), max_size=25),
    st.data(),
)
def test_the_due_time_is_the_message_plus_granted_working_days_whatever_happens(
    calendar: WorkCalendar,
    minutes: int,
    category: Category,
    wishes: list[tuple[str, int]],
    data: st.DataObject,
) -> None:
    life = _begin(calendar, minutes, category)
    for wish, later in wishes:
        life.now += timedelta(minutes=later)
        try:
            change = MOVES[wish](life.ticket, life.now, calendar, data)
        except (IllegalMove, ValueError):
            continue
        before, life.ticket = life.ticket, change.ticket
        _holds(life, before, wish)


@settings(max_examples=700)
@given(calendars(), calendars(), st.integers(0, 200 * 24 * 60), st.sampled_from(APPEALS), st.integers(0, 5))
def test_another_calendar_keeps_what_was_granted(
    old: WorkCalendar, new: WorkCalendar, minutes: int, category: Category, days: int
) -> None:
    ticket = _begin(old, minutes, category).ticket
    granted = clocks.dated(replace(ticket, extension_days=days, paused_days=days), RULES, old)
    after = clocks.redated(granted, at=granted.said_at, rules=RULES, calendar=new).ticket
    assert (after.extension_days, after.paused_days, after.said_at) == (days, days, granted.said_at)
    assert after.due_at == due_time(ticket.said_at, days_of(after, RULES), new, RULES.office_hours).at


@settings(max_examples=700)
@given(calendars(), st.integers(0, 200 * 24 * 60), st.sampled_from(APPEALS), st.integers(0, 5), st.integers(0, 5))
def test_reminders_come_in_order_in_office_hours_between_the_message_and_the_end(
    calendar: WorkCalendar, minutes: int, category: Category, waited: int, extended: int
) -> None:
    ticket = _begin(calendar, minutes, category).ticket
    ticket = clocks.dated(replace(ticket, paused_days=waited, extension_days=extended), RULES, calendar)
    at = [reminded_at(ticket, share, RULES, calendar) for share in RULES.reminders.at]
    assert at == sorted(at)
    assert all(ticket.said_at <= when < ticket.due_at for when in at)
    assert all(is_open(when, calendar, RULES.office_hours) for when in at)
    unpaused = clocks.dated(replace(ticket, paused_days=0), RULES, calendar)
    assert all(
        when >= reminded_at(unpaused, share, RULES, calendar)
        for when, share in zip(at, RULES.reminders.at, strict=True)
    )


@settings(max_examples=700)
@given(calendars(), st.integers(0, 200 * 24 * 60), st.integers(0, 20 * 24 * 60))
def test_a_wait_is_never_longer_than_allowed_and_gives_no_more_than_it_took(
    calendar: WorkCalendar, minutes: int, later: int
) -> None:
    life = _begin(calendar, minutes, Category.HELP)
    begun = clocks.paused(life.ticket, at=life.now, by="p-li", reason="照片").ticket
    ends = pause_ends(begun, RULES, calendar)
    assert ends is not None
    assert calendar.workdays_between(life.now, ends) == RULES.pause.most_days
    back = clocks.resumed(
        begun, at=life.now + timedelta(minutes=later), by="p-li", rules=RULES, calendar=calendar
    ).ticket
    gained = calendar.workdays_between(life.ticket.due_at, back.due_at)
    took = calendar.workdays_between(life.now, life.now + timedelta(minutes=later))
    assert gained == back.paused_days == min(took, RULES.pause.most_days)
    assert pause_ends(back, RULES, calendar) is None


@settings(max_examples=400)
@given(calendars(), st.integers(0, 200 * 24 * 60), st.sampled_from(APPEALS))
def test_the_colours_of_lateness_follow_one_another_at_the_close_of_working_days(
    calendar: WorkCalendar, minutes: int, category: Category
) -> None:
    ticket = _begin(calendar, minutes, category).ticket
    since = late_since(ticket, ())
    at = [turns(colour, since, RULES, calendar) for colour in LATE]
    assert at[0] == ticket.due_at
    assert at == sorted(set(at))
    assert all(calendar.is_workday(local(when).date()) for when in at)


def test_the_moves_of_these_laws_reach_every_state_that_a_due_time_can_have() -> None:
    life = _begin(WorkCalendar(), 600, Category.HELP)
    ticket = clocks.paused(life.ticket, at=life.now, by="p-li", reason="照片").ticket
    ticket = clocks.resumed(ticket, at=life.now, by="p-li", rules=RULES, calendar=life.calendar).ticket
    ticket = clocks.extended(
        ticket, at=life.now, by="p-ji", days=2, reason="等", rules=RULES, calendar=life.calendar
    ).ticket
    closed = lifecycle.closed(ticket, at=life.now, by="p-li", text="已换", message=None).ticket
    again = lifecycle.reopened(closed, at=life.now, by="villager", message="m9").ticket
    assert (again.state, again.extension_days, again.due_at) == (State.REOPENED, 2, ticket.due_at)
