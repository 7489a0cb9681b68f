"""A half-year beside the same months of last year: counted alike, and only where the bot was there (R99, R108)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.domain.categories import Category
from bot.domain.halfyear import Clock, HalfYear, compare, half_named
from bot.domain.periods import Period
from bot.domain.rules import Rules
from bot.domain.tickets import Link, Relation, State, Thread, Ticket, ticket_id
from bot.domain.workdays import WorkCalendar
from tests.unit.domain.test_results import lamp
from tests.world import at

CLOCK = Clock(calendar=WorkCalendar(), office_hours=Rules().office_hours)
NOW = at("2026-07-06 09:00")
VILLAGES = {"liuwan": "柳湾村", "shipan": "石畔村"}
LONG_AGO = {"liuwan": date(2024, 12, 1), "shipan": date(2024, 12, 20)}


def of_last_year(number: int, **changed: object) -> Ticket:
    """Said on the 6th of March 2025, a Thursday, and closed in time."""
    ticket = lamp(
        number,
        said_at=at("2025-03-06 09:00"),
        opened_at=at("2025-03-06 09:00"),
        due_at=at("2025-03-11 17:30"),
        closed_at=at("2025-03-10 10:00"),
        year=2025,
        id=ticket_id("liuwan", 2025, number),
    )
    return replace(ticket, **changed)  # type: ignore[arg-type] # fields by name


def alone(ticket: Ticket) -> Thread:
    return Thread(ticket=ticket, links=())


def spoken_to(ticket: Ticket, when: datetime) -> Thread:
    """A cadre's first word on it."""
    link = Link(ticket=ticket.id, platform="practice", message="w", relation=Relation.REPLY, sender="u-lqs", at=when)
    return Thread(ticket=replace(ticket, first_cadre_reply="w"), links=(link,))


def page(*threads: Thread, since: Mapping[str, date] = LONG_AGO, today: date = date(2026, 7, 6)) -> HalfYear:
    return compare(
        threads,
        half_named("2026H1"),
        villages=VILLAGES,
        townships={"清禾镇": ["liuwan", "shipan"]},
        since=since,
        now=NOW,
        today=today,
        clock=CLOCK,
    )


def test_the_same_months_of_the_year_before_stand_beside_it() -> None:
    made = page(
        alone(lamp(1)),
        alone(lamp(2, topic="水管")),
        *(alone(of_last_year(number, topic=f"事{number}")) for number in range(1, 5)),
    )
    assert made.is_whole
    assert made.alike is not None
    assert [one.results.received for one in made.alike] == [2, 4]
    assert [(row.name, row.now.results.received) for row in made.months] == [
        (str(n), 2 if n == 3 else 0) for n in range(1, 7)
    ]
    (march,) = [row for row in made.months if row.name == "3"]
    assert march.before is not None
    assert march.before.results.received == 4
    assert [(row.name, row.now.results.received) for row in made.rows] == [("柳湾村", 2), ("石畔村", 0)]
    assert made.townships[0].before is not None


def test_a_village_where_the_bot_came_later_is_compared_with_nothing_and_the_others_alone_are() -> None:
    later = page(alone(lamp(1)), alone(of_last_year(1)), since={**LONG_AGO, "shipan": date(2025, 2, 1)})
    assert (later.compared, len(later.rows)) == (1, 2)
    assert later.rows[1].before is None
    assert later.rows[1].since == date(2025, 2, 1)
    assert later.alike is not None
    assert later.townships[0].before is None, "a township is not compared with a part of itself"
    assert all(month.before is None for month in later.months)
    nothing = page(alone(lamp(1)), alone(of_last_year(1)), since={})
    assert nothing.alike is None
    assert nothing.compared == 0


def test_while_it_goes_on_both_sides_end_with_yesterday() -> None:
    early = of_last_year(1)
    late = of_last_year(2, said_at=at("2025-03-20 09:00"))
    made = page(alone(lamp(1)), alone(early), alone(late), today=date(2026, 3, 16))
    assert not made.is_whole
    assert made.period == Period(first=date(2026, 1, 1), after=date(2026, 3, 16))
    assert made.alike is not None
    assert made.alike[1].results.received == 1
    assert [row.name for row in made.months] == ["1", "2", "3"]


def test_the_first_word_is_the_median_in_office_minutes() -> None:
    said = at("2026-03-06 11:50")  # ten minutes before the office closes for noon
    matters = [
        spoken_to(lamp(number, said_at=said, topic=f"事{number}"), when)
        for number, when in enumerate((at("2026-03-06 11:55"), at("2026-03-06 14:10"), at("2026-03-09 08:40")), start=1)
    ]
    total = page(*matters, alone(lamp(9, topic="没人应"))).total
    assert (total.first_word, total.worded) == (20, 3)
    assert page(alone(lamp(1))).total.first_word is None


def test_what_came_again_and_what_is_about_publicity_is_counted_and_what_was_withdrawn_is_not() -> None:
    matters = (
        lamp(1),
        lamp(2, said_at=at("2026-03-20 09:00")),
        lamp(3, topic="水管", reopenings=1),
        lamp(4, topic="账目", category=Category.DISCLOSURE),
        lamp(5, state=State.WITHDRAWN, category=Category.DISCLOSURE),
    )
    total = page(*map(alone, matters)).total
    assert (total.results.received, total.again, total.disclosure) == (4, 2, 1)


@pytest.mark.parametrize("name", ["2026", "2026H3", "二〇二六H1", "H1", ""])
def test_what_is_no_half_year_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no half-year"):
        half_named(name)


def test_a_half_year_can_be_said_in_words() -> None:
    assert half_named("2026年下半年") == half_named("2026h2") == Period(first=date(2026, 7, 1), after=date(2027, 1, 1))
