"""What people raise, beside the stretch before, and which problems several villages share (R46, R53, R54)."""

from dataclasses import replace
from datetime import date

import pytest

from bot.building import build_office
from bot.domain.analysis import analyse, stretches
from bot.domain.coverage import coverage
from bot.domain.org import organisation
from bot.domain.periods import month_of, quarter_named, same_season
from bot.domain.tickets import Ticket, ticket_id
from bot.settings import Settings
from tests.unit.domain.test_results import lamp
from tests.world import at

MARCH, FEBRUARY = month_of(date(2026, 3, 1)), month_of(date(2026, 2, 1))
HOUSEHOLDS = {"liuwan": 612, "shipan": 438, "xialing": 250}


def of(village: str, number: int, **changed: object) -> Ticket:
    return replace(lamp(number, **changed), id=ticket_id(village, 2026, number), village=village)


TICKETS = [
    of("liuwan", 1),
    of("liuwan", 2),
    of("shipan", 1),
    of("xialing", 7),
    *(of("liuwan", number, topic="水管") for number in (10, 11, 12)),
    *(of("liuwan", number, topic="垃圾") for number in (20, 21)),
    *(of("shipan", number, said_at=at("2026-02-10 09:00")) for number in (30, 31, 32, 33)),
]


def test_topics_stand_with_the_stretch_before_their_rate_and_some_matters_by_number() -> None:
    when = stretches(MARCH, FEBRUARY, since=date(2026, 1, 1))
    rows = analyse(TICKETS, when, households=HOUSEHOLDS, villages=3, least=10)
    assert [(row.topic.name, row.topic.count, row.before, row.season, row.is_common) for row in rows] == [
        ("路灯", 4, 4, None, True),
        ("水管", 3, 0, None, False),
    ], "two matters about rubbish would point at somebody"
    assert rows[0].per_thousand == pytest.approx(4 / 1.3)
    assert rows[0].examples == {
        "liuwan": ("liuwan-2026-1", "liuwan-2026-2"),
        "shipan": ("shipan-2026-1",),
        "xialing": ("xialing-2026-7",),
    }


def test_without_all_households_there_is_no_rate_and_before_the_bot_came_no_comparison() -> None:
    when = stretches(MARCH, FEBRUARY, since=date(2026, 2, 2))
    assert (when.before, when.season) == (None, None)
    (row, *_) = analyse(TICKETS, when, households={**HOUSEHOLDS, "xialing": 0}, villages=3, least=10)
    assert (row.before, row.season, row.per_thousand) == (None, None, None)
    assert stretches(MARCH, FEBRUARY, since=None).before is None
    assert stretches(MARCH, FEBRUARY, since=date(2025, 1, 1)).season == same_season(MARCH)


def test_a_quarter_has_a_name() -> None:
    assert quarter_named("2026Q4").after == date(2027, 1, 1)
    for wrong in ("2026", "2026Q5", "Q1", "去年Q1"):
        with pytest.raises(ValueError, match="no quarter"):
            quarter_named(wrong)


def test_households_and_people_in_groups_are_shown_as_they_were_given_and_never_guessed(settings: Settings) -> None:
    org = build_office(settings).org
    groups = [replace(group, members=0) if group.id == "g-lw2" else group for group in org.groups.values()]
    known = organisation(org.units.values(), groups, org.people.values())
    liuwan, shipan = coverage(known, ["liuwan", "shipan"])
    assert (liuwan.households, liuwan.members, liuwan.uncounted, liuwan.per_hundred) == (612, 418, 1, None)
    assert (shipan.members, shipan.per_hundred) == (377, 86)
    (unknown,) = coverage(organisation(org.units.values(), (), ()), ["meixi"])
    assert unknown.per_hundred is None
