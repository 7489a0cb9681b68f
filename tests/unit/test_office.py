"""Who answers today, and when officers may be written to."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.duty import Roster
from bot.domain.org import organisation
from bot.domain.rules import QuietHours
from bot.domain.workdays import WorkCalendar, local
from bot.office import Office
from tests.world import at

EMPTY = Roster(days={}, weekly={})


def quiet(office: Office, begin: str, end: str) -> Office:
    hours = QuietHours(begin=time.fromisoformat(begin), end=time.fromisoformat(end))
    return replace(office, rules=office.rules.model_copy(update={"quiet_hours": hours}))


@pytest.mark.parametrize(
    ("now", "loud"),
    [
        ("2026-03-06 20:59:59", "2026-03-06 20:59:59"),
        ("2026-03-06 21:00", "2026-03-07 07:30"),
        ("2026-03-06 23:59:59", "2026-03-07 07:30"),
        ("2026-03-07 00:00", "2026-03-07 07:30"),
        ("2026-03-07 07:29:59", "2026-03-07 07:30"),
        ("2026-03-07 07:30", "2026-03-07 07:30"),
        ("2026-12-31 22:00", "2027-01-01 07:30"),
    ],
)
def test_the_night_runs_over_midnight(office: Office, now: str, loud: str) -> None:
    assert office.loud_at(at(now)) == at(loud)
    assert office.hold(at(now)) == (None if now == loud else at(loud))


def test_a_noon_rest_does_not_run_over_midnight(office: Office) -> None:
    rests = quiet(office, "12:00", "14:00")
    assert rests.loud_at(at("2026-03-06 12:30")) == at("2026-03-06 14:00")
    assert rests.hold(at("2026-03-06 23:00")) is None
    assert rests.hold(at("2026-03-06 14:00")) is None


def test_quiet_hours_of_no_length_hold_nothing(office: Office) -> None:
    assert quiet(office, "08:00", "08:00").hold(at("2026-03-06 08:00")) is None


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_what_is_held_is_let_go_within_the_night(office: Office, minute: int) -> None:
    now = at("2026-01-01 00:00") + timedelta(minutes=minute)
    loud = office.loud_at(now)
    assert now <= loud <= now + timedelta(hours=10, minutes=30)
    assert local(loud).time() not in office.rules.quiet_hours


def test_who_is_on_the_roster_answers(office: Office) -> None:
    assert office.on_duty("liuwan", date(2026, 3, 6)).name == "李青山"
    assert office.on_duty("liuwan", date(2026, 2, 17)).name == "张春根"


def test_somebody_answers_even_without_a_roster(office: Office) -> None:
    bare = replace(office, roster=EMPTY)
    assert bare.on_duty("liuwan", date(2026, 3, 6)).name == "李青山"
    secretaries_only = organisation(
        office.org.units.values(),
        office.org.groups.values(),
        [person for person in office.org.people.values() if person.unit != "liuwan"],
    )
    assert replace(bare, org=secretaries_only).on_duty("liuwan", date(2026, 3, 6)).name == "周明礼"


def test_a_county_without_people_cannot_answer(office: Office) -> None:
    nobody = organisation(office.org.units.values(), office.org.groups.values(), [])
    with pytest.raises(LookupError):
        replace(office, org=nobody).on_duty("liuwan", date(2026, 3, 6))


def test_another_calendar_changes_nothing_else(office: Office) -> None:
    calendar = WorkCalendar()
    moved = office.with_calendar(calendar)
    assert moved.calendar is calendar
    assert moved.org is office.org
