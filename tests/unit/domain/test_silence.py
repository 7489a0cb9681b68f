from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import silence_rules as rules
from bot.domain.silence import Deafness, Judgement, Senses, Silence, Traces, judge

EVENING = datetime.fromisoformat("2026-03-06T17:00+08:00")
MORNING = datetime.fromisoformat("2026-03-06T08:30+08:00")
LONG_AGO = date(2026, 1, 3)
LIMITS = rules.Silence()
FULL = Senses(hears_all=True, echoes_own=True, shows_sent=True)
NO_ECHO = Senses(hears_all=True, echoes_own=False)
MENTIONS = Senses(hears_all=False, echoes_own=True)


def judged(
    *,
    known_since: date | None = LONG_AGO,
    heard_at: datetime | None = None,
    villager_at: datetime | None = None,
    posted_at: datetime | None = None,
    senses: Senses = FULL,
) -> Judgement:
    traces = Traces(known_since=known_since, heard_at=heard_at, villager_at=villager_at, posted_at=posted_at)
    return judge(traces, senses, at=EVENING, limits=LIMITS)


@pytest.mark.parametrize(
    ("days", "silence"),
    [
        (0, Silence.LIVELY),
        (2, Silence.LIVELY),
        (3, Silence.YELLOW),
        (6, Silence.YELLOW),
        (7, Silence.ORANGE),
        (29, Silence.ORANGE),
        (30, Silence.RED),
        (62, Silence.RED),
    ],
)
def test_silence_is_graded_by_the_days_since_a_villager_spoke(days: int, silence: Silence) -> None:
    spoken = EVENING - timedelta(days=days)
    assert judged(villager_at=spoken, posted_at=MORNING) == Judgement(
        silence=silence,
        since=spoken.date(),
        days=days,
        ever_spoken=True,
        proof_at=max(spoken, MORNING),
    )


def test_the_echo_of_the_bots_own_post_proves_hearing_but_is_no_activity() -> None:
    verdict = judged(posted_at=MORNING)
    assert verdict.silence is Silence.RED
    assert (verdict.since, verdict.days, verdict.ever_spoken) == (LONG_AGO, 62, False)


def test_a_group_whose_echo_stopped_is_not_heard_and_never_a_zombie() -> None:
    last = EVENING - timedelta(days=40)
    verdict = judged(villager_at=last, heard_at=last, posted_at=EVENING - timedelta(days=3))
    assert verdict.silence is Silence.UNHEARD
    assert verdict.because is Deafness.LOST
    assert verdict.proof_at == EVENING - timedelta(days=3)


def test_without_echo_a_quiet_group_cannot_be_told_from_a_broken_line() -> None:
    last = EVENING - timedelta(days=40)
    verdict = judged(villager_at=last, heard_at=last, posted_at=MORNING, senses=NO_ECHO)
    assert (verdict.silence, verdict.because, verdict.proof_at) == (Silence.UNHEARD, Deafness.NO_ECHO, last)


def test_a_cadres_word_proves_hearing_where_nothing_is_echoed() -> None:
    verdict = judged(villager_at=EVENING - timedelta(days=8), heard_at=MORNING, senses=NO_ECHO)
    assert (verdict.silence, verdict.days) == (Silence.ORANGE, 8)


def test_a_group_from_which_nothing_ever_came_is_not_heard() -> None:
    assert judged() == Judgement(silence=Silence.UNHEARD, since=LONG_AGO, days=62, because=Deafness.NEVER)


def test_a_group_without_any_record_is_not_taken_for_a_new_one() -> None:
    assert judged(known_since=None).silence is Silence.UNHEARD


def test_proof_counts_for_exactly_two_days() -> None:
    edge = EVENING - timedelta(days=2)
    assert judged(heard_at=edge).silence is Silence.RED
    assert judged(heard_at=edge - timedelta(seconds=1)).silence is Silence.UNHEARD


def test_a_group_in_its_first_three_days_is_not_judged() -> None:
    assert judged(known_since=date(2026, 3, 4)).silence is Silence.NEW
    assert judged(known_since=date(2026, 3, 3), posted_at=MORNING).silence is Silence.YELLOW


def test_a_platform_that_delivers_mentions_only_is_judged_only_as_such() -> None:
    assert judged(posted_at=MORNING, senses=MENTIONS).silence is Silence.MENTIONS_ONLY
    assert judged(villager_at=EVENING - timedelta(days=40), senses=MENTIONS).silence is Silence.MENTIONS_ONLY
    assert judged(villager_at=MORNING, senses=MENTIONS).silence is Silence.LIVELY


def test_days_are_those_of_the_village_not_of_greenwich() -> None:
    late_evening_in_utc = datetime.fromisoformat("2026-03-03T16:30+00:00")
    assert judged(villager_at=late_evening_in_utc, posted_at=MORNING).days == 2


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        judge(Traces(known_since=None), FULL, at=EVENING.replace(tzinfo=None), limits=LIMITS)


hours_ago = st.none() | st.integers(min_value=0, max_value=24 * 90).map(lambda hours: EVENING - timedelta(hours=hours))


@given(heard_at=hours_ago, villager_at=hours_ago, posted_at=hours_ago, hears_all=st.booleans(), echoes=st.booleans())
def test_no_group_is_called_silent_without_proof_that_it_is_heard(
    heard_at: datetime | None,
    villager_at: datetime | None,
    posted_at: datetime | None,
    hears_all: bool,
    echoes: bool,
) -> None:
    senses = Senses(hears_all=hears_all, echoes_own=echoes)
    verdict = judged(heard_at=heard_at, villager_at=villager_at, posted_at=posted_at, senses=senses)
    if verdict.silence.is_silent:
        assert hears_all
        proofs = [heard_at, villager_at, posted_at if echoes else None]
        assert any(proof and EVENING - proof <= timedelta(days=LIMITS.heard_within_days) for proof in proofs)
        assert villager_at is None or (EVENING.date() - villager_at.date()).days >= LIMITS.yellow_days


REAL_ECHO = Senses(hears_all=True, echoes_own=True)


def test_where_posts_really_come_back_only_that_is_proof_and_not_our_own_word_that_we_sent_one() -> None:
    last = EVENING - timedelta(days=40)
    traces = Traces(known_since=LONG_AGO, heard_at=last, villager_at=last, posted_at=MORNING)
    assert judge(traces, REAL_ECHO, at=EVENING, limits=LIMITS).silence is Silence.UNHEARD

    echoed = replace(traces, echoed_at=MORNING)
    verdict = judge(echoed, REAL_ECHO, at=EVENING, limits=LIMITS)
    assert (verdict.silence, verdict.proof_at) == (Silence.RED, MORNING)


@pytest.mark.parametrize("senses", [FULL, NO_ECHO, MENTIONS, REAL_ECHO])
@pytest.mark.parametrize("known_since", [LONG_AGO, date(2026, 3, 5)])
def test_a_group_on_a_broken_line_is_not_heard_however_lively_or_new_it_is(senses: Senses, known_since: date) -> None:
    traces = Traces(known_since=known_since, heard_at=MORNING, villager_at=MORNING, deaf_since=MORNING)
    verdict = judge(traces, senses, at=EVENING, limits=LIMITS)
    assert (verdict.silence, verdict.because, verdict.deaf_since) == (Silence.UNHEARD, Deafness.LINE_DOWN, MORNING)
