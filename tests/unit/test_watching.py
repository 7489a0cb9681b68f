"""When the schedule looks at a ticket again."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.outcome import Job
from bot.office import Office
from bot.watching import watch
from tests.unit.patrol.lamps import DUE, NINE, lamp


def test_two_reminders_and_the_end(office: Office) -> None:
    slots = watch(lamp(), office, now=NINE)
    assert [slot.job for slot in slots] == [Job.REMINDER, Job.REMINDER, Job.OVERDUE]
    assert slots[-1].at == DUE
    assert NINE < slots[0].at < slots[1].at < DUE


def test_what_is_past_is_not_watched_for_any_more(office: Office) -> None:
    late = watch(lamp(), office, now=DUE - timedelta(minutes=1))
    assert [slot.job for slot in late] == [Job.OVERDUE]


def test_what_is_overdue_already_is_noticed_now(office: Office) -> None:
    now = DUE + timedelta(days=3)
    assert [slot.at for slot in watch(lamp(), office, now=now)] == [now]


def test_a_weekend_without_office_hours_reminds_at_once_on_the_next_opening(office: Office) -> None:
    saturday = replace(lamp(), said_at=NINE + timedelta(days=1))
    slots = watch(saturday, office, now=saturday.said_at)
    assert all(slot.at.weekday() < 5 for slot in slots)
