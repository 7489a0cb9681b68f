"""A level that received a ticket and says nothing for a working day: reminded once, and told above it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain import hops, lifecycle
from bot.domain.categories import Level
from bot.domain.messages import ToPerson
from bot.domain.outcome import NOTHING, Job, Slot
from bot.domain.tickets import EventKind, State, Ticket, TicketEvent
from bot.domain.workdays import WorkCalendar, YearPlan
from bot.office import Office
from bot.patrol.hop import decide
from bot.patrol.ticket_facts import TicketFacts
from tests.unit.patrol.lamps import NINE, lamp, thread
from tests.world import at

HOP = at("2026-03-09 17:30")
SLOT = Slot(at=HOP, job=Job.HOP, scope="v-qs-2026-1")


def handed() -> tuple[Ticket, tuple[TicketEvent, ...]]:
    change = hops.transferred(
        lamp(),
        at=NINE,
        by="p-li",
        unit="t-qs",
        level=Level.TOWNSHIP,
        owner="p-other",
        hop_due_at=HOP,
        summary="要立杆",
    )
    return change.ticket, change.events


def test_the_holder_and_the_township_are_told(office: Office) -> None:
    ticket, events = handed()
    township = replace(ticket, unit="v-lw", level=Level.VILLAGE, owner="p-liu")
    outcome = decide(TicketFacts(thread=thread(township), history=events), SLOT, HOP, office)
    assert [send.to for send in outcome.sends] == [ToPerson(person="p-ji"), ToPerson(person="p-liu")]
    assert [event.kind for event in outcome.changes[0].events] == [EventKind.HOP_OVERDUE]
    assert outcome.changes[0].ticket.times_overdue == 1


def test_what_the_township_itself_holds_is_told_to_the_county(office: Office) -> None:
    ticket, events = handed()
    own = replace(ticket, owner="p-ji")
    outcome = decide(TicketFacts(thread=thread(own), history=events), SLOT, HOP, office)
    assert {send.to for send in outcome.sends} == {ToPerson(person="p-ji"), ToPerson(person="p-xian")}


def test_a_word_in_time_is_enough(office: Office) -> None:
    ticket, events = handed()
    said = lifecycle.progress(ticket, at=NINE + timedelta(hours=3), by="p-ji", text="周一派人")
    facts = TicketFacts(thread=thread(said.ticket), history=(*events, *said.events))
    assert decide(facts, SLOT, HOP, office) == NOTHING


def test_it_is_said_once(office: Office) -> None:
    ticket, events = handed()
    late = decide(TicketFacts(thread=thread(ticket), history=events), SLOT, HOP, office).changes[0]
    facts = TicketFacts(thread=thread(late.ticket), history=(*events, *late.events))
    assert decide(facts, SLOT, HOP, office) == NOTHING


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN, State.ANSWERED, State.IN_PROGRESS])
def test_only_silence_counts(office: Office, state: State) -> None:
    ticket, events = handed()
    facts = TicketFacts(thread=thread(replace(ticket, state=state)), history=events)
    assert decide(facts, SLOT, HOP, office) == NOTHING


def test_what_waits_for_the_villager_or_moved_on_is_left_alone(office: Office) -> None:
    ticket, events = handed()
    for other in (replace(ticket, paused_at=NINE, pauses=1), replace(ticket, hop_due_at=HOP + timedelta(days=1))):
        assert decide(TicketFacts(thread=thread(other), history=events), SLOT, HOP, office) == NOTHING


def test_a_holiday_announced_since_leaves_the_level_its_working_day(office: Office) -> None:
    plan = office.calendar.plans[2026]
    longer = YearPlan(year=2026, off={**plan.off, date(2026, 3, 9): "地方节日"}, on=plan.on)
    ticket, events = handed()
    rested = office.with_calendar(WorkCalendar({**office.calendar.plans, 2026: longer}))
    outcome = decide(TicketFacts(thread=thread(ticket), history=events), SLOT, HOP, rested)
    assert (outcome.changes, outcome.sends) == ((), ())
    (again,) = outcome.slots
    assert again.at == at("2026-03-10 17:30")
    late = decide(TicketFacts(thread=thread(ticket), history=events), again, again.at, rested)
    assert len(late.changes) == 1
