"""A new holiday notice re-dates open tickets, each owner told once."""

from dataclasses import replace
from datetime import date

from bot.domain import hops, lifecycle
from bot.domain.categories import Category, Level
from bot.domain.outcome import Job
from bot.domain.tickets import EventKind, State, Ticket, TicketEvent
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


def handed_over() -> tuple[Ticket, TicketEvent]:
    """The lamp went to the township on Monday morning: a word is owed by Tuesday evening."""
    monday = at("2026-03-09 09:00")
    change = hops.transferred(
        lamp(),
        at=monday,
        by="p-li",
        unit="t-qs",
        level=Level.TOWNSHIP,
        owner="p-ji",
        hop_due_at=at("2026-03-10 17:30"),
        summary="要换电缆",
    )
    return change.ticket, change.events[0]


def test_the_time_for_a_first_word_moves_with_the_calendar_too(office: Office) -> None:
    ticket, hop = handed_over()
    new = with_holiday(office, date(2026, 3, 10))
    outcome = decide([thread(ticket)], hop.at, new, histories={ticket.id: (hop,)})
    assert outcome.changes[0].ticket.hop_due_at == at("2026-03-11 17:30")
    assert [slot.at for slot in outcome.slots if slot.job is Job.HOP] == [at("2026-03-11 17:30")]
    (send,) = outcome.sends
    assert send.text.endswith("先在3月11日（周三）17:30前回一句。")


def test_only_the_first_word_may_move_and_the_holder_reads_that_the_rest_stays(office: Office) -> None:
    ticket, hop = handed_over()
    suggestion = replace(ticket, due_at=at("2026-03-13 17:30"), category=Category.SUGGESTION)
    early = replace(suggestion, hop_due_at=at("2026-03-09 17:30"))  # by a calendar that took Saturday for a working day
    outcome = decide([thread(early)], hop.at, office, histories={ticket.id: (hop,)})
    assert outcome.changes[0].ticket.due_at == suggestion.due_at
    (send,) = outcome.sends
    assert "改在明天17:30前先回一句" in send.text
    assert "村民的时限不变" in send.text


def test_whoever_has_spoken_owes_no_first_word_on_another_day(office: Office) -> None:
    ticket, hop = handed_over()
    spoken = lifecycle.progress(ticket, at=hop.at, by="p-ji", text="明天去看")
    new = with_holiday(office, date(2026, 3, 10))
    outcome = decide([thread(spoken.ticket)], hop.at, new, histories={ticket.id: (hop, *spoken.events)})
    assert outcome.changes[0].ticket.hop_due_at == ticket.hop_due_at
