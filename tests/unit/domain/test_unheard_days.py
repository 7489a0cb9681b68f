"""Days that could not be heard are nobody's silence (R36)."""

from datetime import date, datetime, timedelta

from bot.domain.silence import Judgement, Senses, Silence, Traces, judge
from bot.domain.silence_rules import Season
from bot.domain.silence_rules import Silence as Limits

EVENING = datetime.fromisoformat("2026-03-06T17:00+08:00")
TODAY = date(2026, 3, 6)
ECHOES = Senses(hears_all=True, echoes_own=True)


def judged(*, silent_for: int, deaf: int, limits: Limits | None = None) -> Judgement:
    """A group whose last word is so many days old, and which could not be heard on the first of them."""
    last = EVENING - timedelta(days=silent_for)
    proven = frozenset(TODAY - timedelta(days=back) for back in range(silent_for - deaf))
    traces = Traces(known_since=date(2026, 1, 3), heard_at=last, villager_at=last, echoed_at=EVENING, proven=proven)
    return judge(traces, ECHOES, at=EVENING, limits=limits or Limits())


def test_two_deaf_days_do_not_make_a_group_yellow() -> None:
    verdict = judged(silent_for=4, deaf=2)
    assert (verdict.silence, verdict.days, verdict.unheard) == (Silence.LIVELY, 2, 2)


def test_what_was_heard_counts_on() -> None:
    verdict = judged(silent_for=9, deaf=2)
    assert (verdict.silence, verdict.days, verdict.unheard) == (Silence.ORANGE, 7, 2)


def test_in_a_season_a_day_counts_less_and_is_told_as_a_day() -> None:
    spring = Limits(seasons=(Season(name="春耕", begin="02-20", end="03-20", factor=1.5),))
    assert (judged(silent_for=4, deaf=0, limits=spring).silence, judged(silent_for=4, deaf=0).silence) == (
        Silence.LIVELY,
        Silence.YELLOW,
    )
    verdict = judged(silent_for=5, deaf=0, limits=spring)
    assert (verdict.silence, verdict.days) == (Silence.YELLOW, 5)
