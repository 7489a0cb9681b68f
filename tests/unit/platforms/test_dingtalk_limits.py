"""How often DingTalk is asked, and how long the bot waits, over hours of a simulated clock."""

import random
from datetime import UTC, datetime, timedelta

from bot.platforms.dingtalk_limits import MinuteCount, Throttle
from bot.platforms.dingtalk_line import Pauses
from bot.platforms.dingtalk_recent import Recent
from bot.platforms.dingtalk_timings import DingtalkTimings

NOON = datetime(2026, 3, 6, 4, tzinfo=UTC)


def second(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def test_a_server_that_refuses_every_connection_is_asked_less_than_ten_times_a_minute() -> None:
    pauses = Pauses(timings=DingtalkTimings(), source=random.Random(1))  # noqa: S311 - jitter
    waited = [pauses.after_failure() for _ in range(50)]
    asked = [sum(waited[:count]) for count in range(50)]
    assert all(sum(at <= when < at + 60 for when in asked) <= 7 for at in asked)
    assert max(waited) == 60.0
    pauses.settled()
    assert 1.0 <= pauses.after_failure() <= 1.25


def test_refused_credentials_are_tried_once_a_minute_at_most() -> None:
    pauses = Pauses(timings=DingtalkTimings(), source=random.Random(1))  # noqa: S311 - jitter
    assert all(60.0 <= pauses.after_refusal() <= 75.0 for _ in range(20))


def test_the_pause_of_a_throttled_call_doubles_up_to_a_minute_and_ends_with_success() -> None:
    throttle = Throttle()
    pauses = [throttle.refused("send", now=NOON).total_seconds() for _ in range(8)]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert throttle.held("send", now=second(59))
    assert not throttle.held("send", now=second(60))
    assert not throttle.held("other", now=NOON)
    throttle.passed("send")
    assert throttle.refused("send", now=NOON).total_seconds() == 1


def test_twenty_in_any_sixty_seconds() -> None:
    count = MinuteCount(most=3)
    for number in (0, 1, 2):
        assert not count.full("g", now=second(number))
        count.sent("g", now=second(number))
    assert count.full("g", now=second(59.9))
    assert not count.full("h", now=second(2))
    assert not count.full("g", now=second(60)), "the first is a minute old"
    count.sent("g", now=second(60))
    assert count.full("g", now=second(60.5))


def test_the_oldest_is_forgotten() -> None:
    memory: Recent[str, int] = Recent(2)
    for number, name in enumerate("abab", 1):
        memory.put(name, number)
    memory.put("c", 5)
    assert (memory.get("a"), memory.get("b"), memory.get("c"), len(memory)) == (None, 4, 5, 2)
    memory.forget("b")
    assert memory.get("b") is None
