"""A wait for the villager's papers ends by itself."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain import clocks
from bot.domain.messages import ToPerson
from bot.domain.outcome import NOTHING, Job, Slot
from bot.domain.tickets import EventKind, State
from bot.domain.workdays import WorkCalendar, YearPlan
from bot.office import Office
from bot.patrol.pause import decide
from bot.patrol.ticket_facts import TicketFacts
from bot.watching import watch
from tests.unit.patrol.lamps import NINE, lamp, thread
from tests.world import at

WAITS = clocks.paused(lamp(), at=NINE + timedelta(hours=1), by="p-li", reason="照片").ticket
ENDS = at("2026-03-13 17:30")
SLOT = Slot(at=ENDS, job=Job.PAUSE, scope=WAITS.id)


def test_nothing_else_is_watched_while_it_waits(office: Office) -> None:
    assert watch(WAITS, office, now=NINE) == (SLOT,)


def test_after_five_working_days_it_goes_on(office: Office) -> None:
    outcome = decide(TicketFacts(thread=thread(WAITS)), SLOT, ENDS, office)
    after = outcome.changes[0].ticket
    assert (after.paused_at, after.paused_days, after.due_at) == (None, 5, at("2026-03-18 17:30"))
    assert [event.kind for event in outcome.changes[0].events] == [EventKind.RESUMED]
    assert outcome.sends[0].to == ToPerson(person="p-li")
    assert {slot.job for slot in outcome.slots} == {Job.REMINDER, Job.OVERDUE}


def test_what_goes_on_already_or_is_ended_is_left_alone(office: Office) -> None:
    for other in (lamp(), replace(WAITS, state=State.WITHDRAWN)):
        assert decide(TicketFacts(thread=thread(other)), SLOT, ENDS, office) == NOTHING
    assert decide(TicketFacts(thread=None), SLOT, ENDS, office) == NOTHING


def test_a_new_holiday_lengthens_the_wait(office: Office) -> None:
    plan = office.calendar.plans[2026]
    longer = YearPlan(year=2026, off={**plan.off, date(2026, 3, 10): "地方节日"}, on=plan.on)
    rested = office.with_calendar(WorkCalendar({**office.calendar.plans, 2026: longer}))
    outcome = decide(TicketFacts(thread=thread(WAITS)), SLOT, ENDS, rested)
    assert outcome.changes == ()
    assert [slot.at for slot in outcome.slots] == [at("2026-03-16 17:30")]
