"""A conversation is due when it is due, and at once if the clock was put back under it."""

from datetime import timedelta

from bot.turns import OwnTurns
from tests.world import at

NOON = at("2026-03-06 12:00")


def turns() -> OwnTurns:
    return OwnTurns(store=None)  # type: ignore[arg-type]  # what is remembered needs no store


async def test_a_conversation_is_due_at_its_time() -> None:
    mine = turns()
    mine.woken("g", NOON)
    assert await mine.take(NOON) == ("g",)
    await mine.done({"g": NOON + timedelta(seconds=20)}, NOON)
    assert await mine.take(NOON + timedelta(seconds=19)) == ()
    assert await mine.take(NOON + timedelta(seconds=20)) == ("g",)


async def test_one_that_was_woken_by_a_clock_hours_ahead_is_due_now() -> None:
    mine = turns()
    mine.woken("g", NOON + timedelta(hours=5))
    assert await mine.take(NOON) == ("g",)


async def test_what_was_not_handled_to_its_end_waits_as_before() -> None:
    mine = turns()
    mine.woken("g", NOON)
    await mine.take(NOON)
    await mine.let_go()
    assert await mine.take(NOON) == ("g",)
