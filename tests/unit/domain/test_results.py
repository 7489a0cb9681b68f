"""What came of a month, and villages side by side: only as far as the numbers carry (R99, R110)."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from bot.domain.categories import Category, Level
from bot.domain.periods import month_of
from bot.domain.results import Results, change, rank, results, wilson
from bot.domain.tickets import State, Ticket, ticket_id
from tests.world import at

MARCH = month_of(date(2026, 3, 15))
LATER = at("2026-04-01 09:30")


def lamp(number: int = 1, **changed: object) -> Ticket:
    """Said on the 6th, due on the 11th, closed in time on the 10th."""
    ticket = Ticket(
        id=ticket_id("liuwan", 2026, number),
        village="liuwan",
        year=2026,
        number=number,
        category=Category.HELP,
        urgent=False,
        state=State.CLOSED,
        level=Level.VILLAGE,
        unit="liuwan",
        owner="p-lqs",
        platform="practice",
        group="g-lw1",
        requester="u-az",
        text="二组路灯又不亮了",
        topic="路灯",
        place="二组",
        said_at=at("2026-03-06 09:00"),
        opened_at=at("2026-03-06 09:00"),
        due_at=at("2026-03-11 17:30"),
        closed_at=at("2026-03-10 10:00"),
        closed_by="p-lqs",
        answer_text="已换灯泡",
    )
    return replace(ticket, **changed)  # type: ignore[arg-type] # fields by name


def test_a_matter_counts_once_in_the_month_in_which_it_was_due() -> None:
    at_the_end = lamp(
        2, said_at=at("2026-03-30 09:00"), due_at=at("2026-04-02 17:30"), state=State.OPEN, closed_at=None
    )
    figures = results([lamp(), at_the_end], MARCH, now=LATER)
    assert (figures.received, figures.closed, figures.due, figures.well) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"closed_at": at("2026-03-12 10:00")},
        {"reopenings": 1},
        {"rating": "unsolved"},
        {"extension_days": 2},
        {"times_overdue": 1},
        {"state": State.IN_PROGRESS, "closed_at": None},
    ],
    ids=["late", "reopened", "unsolved", "extended", "was overdue", "still open"],
)
def test_what_was_late_long_or_not_solved_was_not_done_well(changed: dict[str, object]) -> None:
    figures = results([lamp(1, **changed)], MARCH, now=LATER)
    assert (figures.due, figures.well) == (1, 0)


def test_what_was_withdrawn_or_merged_counts_nowhere() -> None:
    gone = [lamp(state=State.WITHDRAWN), lamp(2, state=State.MERGED)]
    assert results(gone, MARCH, now=LATER) == Results()


def test_what_is_not_due_yet_is_not_judged() -> None:
    assert results([lamp(state=State.OPEN, closed_at=None)], MARCH, now=at("2026-03-09 09:00")).due == 0


def test_one_case_says_little_and_forty_say_much() -> None:
    few, many = wilson(1, 1), wilson(40, 40)
    assert (round(few.low, 2), few.high) == (0.21, 1.0)
    assert round(many.low, 2) == 0.91
    assert round(wilson(8, 10).low, 3) == 0.490
    assert round(wilson(8, 10).high, 3) == 0.943
    with pytest.raises(ValueError, match="no cases"):
        wilson(0, 0)


def test_one_lucky_case_does_not_stand_before_nineteen_of_twenty() -> None:
    ranking = rank({"tiny": Results(due=1, well=1), "big": Results(due=20, well=19)}, (), lot="2026-03")
    (band,) = ranking.bands
    assert {(place.unit, place.best, place.worst) for place in band.places} == {("tiny", 1, 2), ("big", 1, 2)}
    assert all(place.tied for place in band.places)


def test_what_differs_beyond_chance_has_places_of_its_own() -> None:
    ranking = rank({"bad": Results(due=60, well=15), "good": Results(due=60, well=57)}, (), lot="2026-03")
    assert [(place.unit, place.best, place.worst, place.tied) for place in ranking.bands[0].places] == [
        ("good", 1, 1, False),
        ("bad", 2, 2, False),
    ]


def test_villages_are_compared_with_those_of_about_as_many_matters() -> None:
    figures = {
        "a": Results(due=3, well=3),
        "b": Results(due=5, well=0),
        "c": Results(due=6, well=6),
        "d": Results(due=90),
    }
    ranking = rank(figures, (5, 20), lot="2026-03")
    assert [(band.fewest, band.most, {place.unit for place in band.places}) for band in ranking.bands] == [
        (1, 5, {"a", "b"}),
        (6, 20, {"c"}),
        (21, None, {"d"}),
    ]


def test_no_matters_is_neither_good_nor_bad() -> None:
    ranking = rank({"quiet": Results(), "all solved": Results(due=4, well=4)}, (5,), lot="2026-03")
    assert ranking.without == ("quiet",)
    assert [place.unit for band in ranking.bands for place in band.places] == ["all solved"]


def test_the_same_month_drawn_again_gives_the_same_order() -> None:
    figures = {f"v-{number}": Results(due=4, well=4) for number in range(6)}
    assert rank(figures, (), lot="2026-03") == rank(figures, (), lot="2026-03")


def test_the_order_of_identical_villages_is_chance() -> None:
    """Six villages that all do well nine times in ten, over 600 months: none comes first more often than by lot."""
    chance = Random(20260306)  # noqa: S311 - a story, not a secret
    villages = [f"v-{number}" for number in range(6)]
    first: Counter[str] = Counter()
    apart = 0
    months = 600
    for month in range(months):
        figures = {}
        for village in villages:
            due = chance.randint(6, 20)
            figures[village] = Results(due=due, well=sum(chance.random() < 0.9 for _ in range(due)))
        (band,) = rank(figures, (5, 20), lot=f"month-{month}").bands
        first[band.places[0].unit] += 1
        apart += any(not place.tied for place in band.places)
    expected = months / len(villages)
    squares = sum((first[village] - expected) ** 2 / expected for village in villages)
    assert squares < 20.5, "chi-square of five degrees of freedom, one in a thousand"
    assert apart < months * 0.05, "hardly ever is one of them told from the others"


def test_a_village_that_is_worse_is_told_from_the_others_once_the_numbers_carry_it() -> None:
    chance = Random(20260306)  # noqa: S311 - a story, not a secret
    told = 0
    for month in range(100):
        figures = {
            f"v-{number}": Results(due=60, well=sum(chance.random() < (0.9 if number else 0.4) for _ in range(60)))
            for number in range(4)
        }
        (band,) = rank(figures, (), lot=str(month)).bands
        told += band.places[-1].unit == "v-0" and not band.places[-1].tied
    assert told > 95


def test_growth_is_told_in_parts_and_not_at_all_from_nothing() -> None:
    assert change(52, 100) == pytest.approx(-0.48)
    assert change(5, 0) is None


def test_a_day_more_in_february_is_no_trouble() -> None:
    assert month_of(date(2028, 2, 29)).last == date(2028, 2, 29)
    assert month_of(date(2026, 12, 31)).after - timedelta(days=1) == date(2026, 12, 31)
