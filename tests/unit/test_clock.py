"""The clocks of a simulation never go back."""

from datetime import datetime, timedelta

from bot.clock import SetClock, ShiftedClock, SystemClock
from tests.world import at

NINE = at("2026-03-06 09:00")


def test_a_set_clock_stands_still_and_never_goes_back() -> None:
    clock = SetClock(NINE)
    clock.set(NINE + timedelta(hours=1))
    clock.set(NINE)
    assert clock.now() == NINE + timedelta(hours=1)


def test_a_shifted_clock_runs_on_from_where_it_was_put() -> None:
    base = SetClock(at("2031-01-01 00:00"))
    clock = ShiftedClock(at=NINE, running_on=base)
    assert clock.now() == NINE
    base.set(at("2031-01-01 00:00") + timedelta(minutes=5))
    assert clock.now() == NINE + timedelta(minutes=5)
    clock.set(NINE + timedelta(days=1))
    clock.set(NINE)
    assert clock.now() == NINE + timedelta(days=1)


def test_the_systems_time_has_a_zone() -> None:
    assert isinstance(SystemClock().now(), datetime)
    assert SystemClock().now().utcoffset() == timedelta(0)
