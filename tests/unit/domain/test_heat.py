"""What is a quarrel, counted: many heated words, or few that are aimed at somebody, of several people (R45)."""

from datetime import timedelta

import pytest

from bench import heat as figures
from bot.domain.heat import Sign, Tone, burst, is_unusual
from bot.domain.heat_rules import HeatRules
from tests.world import at

RULES = HeatRules()
EVENING = at("2026-03-06 19:30")


def signs(count: int, *, speakers: int, tone: Tone, every: float = 1.0) -> list[Sign]:
    """So many signs up to the evening, the last one at it."""
    return [
        Sign(at=EVENING - timedelta(minutes=every * place), sender=f"u-{place % speakers}", tone=tone)
        for place in reversed(range(count))
    ]


def test_four_words_at_somebody_of_three_people_are_a_quarrel_and_three_are_not() -> None:
    found = burst(signs(4, speakers=3, tone=Tone.QUARREL), EVENING, RULES)
    assert found is not None
    assert (found.messages, found.speakers) == (4, 3)
    assert found.began == EVENING - timedelta(minutes=3)
    assert burst(signs(3, speakers=3, tone=Tone.QUARREL), EVENING, RULES) is None
    assert burst(signs(9, speakers=2, tone=Tone.QUARREL), EVENING, RULES) is None


def test_anger_about_a_matter_needs_ten_in_half_an_hour() -> None:
    assert burst(signs(9, speakers=4, tone=Tone.ANGRY), EVENING, RULES) is None
    assert burst(signs(10, speakers=4, tone=Tone.ANGRY), EVENING, RULES) is not None
    assert burst(signs(10, speakers=4, tone=Tone.ANGRY, every=4), EVENING, RULES) is None


def test_among_as_many_jests_it_is_none() -> None:
    jests = signs(4, speakers=3, tone=Tone.JEST)
    assert burst([*jests, *signs(4, speakers=3, tone=Tone.QUARREL)], EVENING, RULES) is None


def test_what_the_group_says_every_evening_is_its_normal_and_one_loud_evening_is_not() -> None:
    tonight = signs(5, speakers=3, tone=Tone.QUARREL)
    found = burst(tonight, EVENING, RULES)
    assert found is not None

    def on(days: range) -> list[Sign]:
        return [
            Sign(at=sign.at - timedelta(days=day), sender=sign.sender, tone=sign.tone)
            for day in days
            for sign in tonight
        ]

    assert is_unusual(found, on(range(3, 5)), EVENING, RULES)
    assert not is_unusual(found, on(range(1, 29)), EVENING, RULES)


@pytest.mark.parametrize("kind", ["false", "missed"])
def test_of_the_invented_evenings_none_is_taken_for_what_it_is_not(kind: str) -> None:
    assert figures.evenings(figures.words(), RULES)[kind] == []
