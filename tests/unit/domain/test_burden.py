"""When the bot may write to an officer unasked: gathered, counted, and never past the day's measure (PEERS idea 7)."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.burden import Pace, Paced, loud_at, may_go, midnight, pace_of
from bot.domain.messages import Outgoing, OutKind, Recipient, ToAccount, ToGroup, ToPerson
from bot.domain.rules import Burden, QuietHours
from tests.world import at

BURDEN, QUIET = Burden(bundle_minutes=10, most_per_day=4), QuietHours()
OFFICER = ToPerson(person="p-lqs")


def until(pace: Pace, now: str, *before: tuple[str, Pace]) -> str | None:
    """Until when a message is held, as a local time."""
    paced = [Paced(at=at(when), pace=which) for when, which in before]
    held = may_go(pace, paced, now=at(now), burden=BURDEN, quiet=QUIET)
    return None if held is None else f"{held:%m-%d %H:%M}"


def post(to: Recipient = OFFICER, kind: OutKind = OutKind.PROMPT, **more: object) -> Outgoing:
    """Something that the bot wants to say."""
    return Outgoing(to=to, kind=kind, text="12号", dedupe_key="k", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "pace"),
    [
        (post(), Pace.TOGETHER),
        (post(kind=OutKind.REMINDER), Pace.TOGETHER),
        (post(kind=OutKind.TRANSFER), Pace.TOGETHER),
        (post(kind=OutKind.QUESTION, choices=("12 办结",)), Pace.ALONE),
        (post(kind=OutKind.NOTICE, confidential=True), Pace.ALONE),
        (post(kind=OutKind.NOTICE, answers=True), Pace.ANSWER),
        (post(kind=OutKind.QUESTION, choices=("12 办结",), answers=True), Pace.ANSWER),
        (post(kind=OutKind.EMERGENCY), Pace.FREE),
        (post(kind=OutKind.DIGEST), Pace.FREE),
        (post(ToGroup(group="g-lw1"), OutKind.RECEIPT), Pace.FREE),
        (post(ToAccount(platform="practice", account="u-az"), OutKind.RECEIPT), Pace.FREE),
    ],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)
def test_what_a_message_is_for_says_how_it_is_let_out(message: Outgoing, pace: Pace) -> None:
    assert pace_of(message) is pace


def test_the_first_goes_at_once_and_the_next_ones_wait_for_one_another() -> None:
    assert until(Pace.TOGETHER, "2026-03-06 09:00") is None
    assert until(Pace.TOGETHER, "2026-03-06 09:03", ("2026-03-06 09:00", Pace.TOGETHER)) == "03-06 09:10"
    assert until(Pace.TOGETHER, "2026-03-06 09:10", ("2026-03-06 09:00", Pace.TOGETHER)) is None


def test_a_question_waits_for_nobody_and_delays_nobody() -> None:
    assert until(Pace.ALONE, "2026-03-06 09:03", ("2026-03-06 09:00", Pace.TOGETHER)) is None
    assert until(Pace.TOGETHER, "2026-03-06 09:03", ("2026-03-06 09:02", Pace.ALONE)) is None


THREE = (
    ("2026-03-06 08:30", Pace.TOGETHER),
    ("2026-03-06 08:45", Pace.ALONE),
    ("2026-03-06 09:00", Pace.TOGETHER),
)


def test_the_last_of_the_day_is_kept_for_five_in_the_afternoon() -> None:
    assert until(Pace.TOGETHER, "2026-03-06 10:00", *THREE) == "03-06 17:00"
    assert until(Pace.TOGETHER, "2026-03-06 17:00", *THREE) is None
    assert until(Pace.ALONE, "2026-03-06 10:00", *THREE) == "03-07 07:30", "a question does not take the last one away"


def test_what_does_not_fit_into_the_day_waits_for_the_morning() -> None:
    full = (*THREE, ("2026-03-06 17:00", Pace.TOGETHER))
    assert until(Pace.TOGETHER, "2026-03-06 17:30", *full) == "03-07 07:30"


def test_quiet_hours_hold_what_is_counted_and_nothing_else() -> None:
    assert until(Pace.TOGETHER, "2026-03-06 20:55", ("2026-03-06 20:54", Pace.TOGETHER)) == "03-07 07:30"
    assert until(Pace.TOGETHER, "2026-03-06 02:00") == "03-06 07:30"
    assert until(Pace.ALONE, "2026-03-06 22:00") == "03-07 07:30"
    assert until(Pace.FREE, "2026-03-06 02:00", *THREE, *THREE) is None
    assert until(Pace.ANSWER, "2026-03-06 02:00", *THREE, *THREE) is None


MONTH_BEGINS = at("2026-03-01 00:00")
MESSAGES = st.lists(
    st.tuples(st.integers(0, 30 * 24 * 60 - 1), st.sampled_from([Pace.TOGETHER, Pace.TOGETHER, Pace.ALONE])),
    max_size=120,
)
BURDENS = st.builds(Burden, bundle_minutes=st.integers(1, 120), most_per_day=st.integers(2, 14))


@settings(max_examples=300)
@given(messages=MESSAGES, burden=BURDENS)
def test_whatever_comes_an_officer_is_never_written_to_more_often_than_a_day_allows_and_nothing_stays_behind(
    messages: list[tuple[int, Pace]], burden: Burden
) -> None:
    sent = carried([(MONTH_BEGINS + timedelta(minutes=minute), pace) for minute, pace in sorted(messages)], burden)
    assert sum(count for _, _, count in sent) == len(messages)
    days: dict[datetime, int] = {}
    for when, _, _ in sent:
        days[midnight(when)] = days.get(midnight(when), 0) + 1
        assert loud_at(when, QUIET) == when
    assert max(days.values(), default=0) <= burden.most_per_day
    bundles = [when for when, pace, _ in sent if pace is Pace.TOGETHER]
    gaps = [later - earlier for earlier, later in pairwise(bundles)]
    assert all(gap >= timedelta(minutes=burden.bundle_minutes) for gap in gaps)


def carried(messages: list[tuple[datetime, Pace]], burden: Burden) -> list[tuple[datetime, Pace, int]]:
    """When each message of an officer leaves, its pace, and how many texts it holds: delivery in small."""
    waiting: list[tuple[datetime, Pace]] = list(messages)
    sent: list[tuple[datetime, Pace, int]] = []
    while waiting:
        now, pace = min(waiting, key=lambda one: one[0])
        today = [Paced(at=when, pace=kind) for when, kind, _ in sent if when >= midnight(now)]
        held = may_go(pace, today, now=now, burden=burden, quiet=QUIET)
        if held is not None:
            waiting[waiting.index((now, pace))] = (held, pace)
            continue
        going = [one for one in waiting if one[0] <= now and one[1] is Pace.TOGETHER] if pace is Pace.TOGETHER else []
        going = going or [(now, pace)]
        for one in going:
            waiting.remove(one)
        sent.append((now, pace, len(going)))
    return sent
