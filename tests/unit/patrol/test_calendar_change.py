"""A new holiday notice re-dates open tickets, each owner told once."""

from dataclasses import replace
from datetime import date

from bot.domain.outcome import Job
from bot.domain.tickets import EventKind, State
from bot.domain.workdays import WorkCalendar, YearPlan
from bot.office import Office
from bot.patrol.calendar_change import decide
from tests.unit.patrol.lamps import DUE, NINE, lamp, thread
from tests.world import at


def with_holiday(office: Office, day: date) -> Office:
    plan = office.calendar.plans[2026]
    changed = YearPlan(year=2026, off={**plan.off, day: "地方节日"}, on=plan.on)
    return office.with_calendar(WorkCalendar({**office.calendar.plans, 2026: changed}))


def test_under_the_same_calendar_nothing_changes(office: Office) -> None:
    outcome = decide([thread(lamp())], NINE, office)
    assert (outcome.changes, outcome.sends) == ((), ())


def test_another_holiday_moves_the_due_time_and_says_so(office: Office) -> None:
    outcome = decide([thread(lamp())], NINE, with_holiday(office, date(2026, 3, 10)))
    (change,) = outcome.changes
    assert change.ticket.due_at == at("2026-03-12 17:30")
    assert [event.kind for event in change.events] == [EventKind.REDATED]
    (send,) = outcome.sends
    assert "3月11日" in send.text
    assert "3月12日" in send.text
    assert [slot.at for slot in outcome.slots if slot.job is Job.OVERDUE] == [at("2026-03-12 17:30")]


def test_what_turns_out_to_stay_is_confirmed_in_silence(office: Office) -> None:
    provisional = replace(lamp(), due_provisional=True)
    outcome = decide([thread(provisional)], NINE, office)
    assert not outcome.changes[0].ticket.due_provisional
    assert outcome.changes[0].ticket.due_at == DUE
    assert outcome.sends == ()


def test_what_is_ended_keeps_its_date(office: Office) -> None:
    outcome = decide([thread(lamp(State.CLOSED))], NINE, with_holiday(office, date(2026, 3, 10)))
    assert outcome.changes == ()
