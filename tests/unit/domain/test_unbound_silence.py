"""A group that nobody bound, or out of which the bot was taken, is not heard, and says why."""

from datetime import date, timedelta

from bot.domain.silence import Deafness, Senses, Silence, Traces, judge
from bot.settings import Settings
from tests.world import at

NOW = at("2026-03-06 17:00")
ALL = Senses(hears_all=True, echoes_own=True)


def test_a_group_without_a_conversation_is_not_heard_however_new_it_is(settings: Settings) -> None:
    found = judge(Traces(known_since=NOW.date(), bound=False), ALL, at=NOW, limits=settings.rules.silence)
    assert (found.silence, found.because) == (Silence.UNHEARD, Deafness.UNBOUND)


def test_a_group_that_removed_the_bot_is_not_heard_until_something_comes_from_it(settings: Settings) -> None:
    limits = settings.rules.silence
    gone = NOW - timedelta(hours=2)
    traces = Traces(known_since=date(2026, 1, 1), heard_at=gone, villager_at=gone, removed_at=gone)
    assert judge(traces, ALL, at=NOW, limits=limits).because is Deafness.REMOVED
    back = Traces(known_since=date(2026, 1, 1), heard_at=NOW, villager_at=NOW, removed_at=gone)
    assert judge(back, ALL, at=NOW, limits=limits).silence is Silence.LIVELY
