"""A conversation is due when it is due, and at once if the clock was put back under it; cries for help go first."""

from datetime import datetime, timedelta

from bot import turns as rules
from bot.turns import OwnTurns
from tests.world import at

NOON = at("2026-03-06 12:00")


class Inbox:
    """What the turns ask of the store."""

    def __init__(self) -> None:
        self.crying_in: frozenset[str] = frozenset()

    async def waiting(self) -> dict[str, datetime]:
        """Nothing from before the start."""
        return {}

    async def crying(self) -> frozenset[str]:
        """Where somebody may still cry for help."""
        return self.crying_in


def turns(inbox: Inbox | None = None) -> OwnTurns:
    return OwnTurns(store=inbox or Inbox())  # type: ignore[arg-type]  # as much of a store as they need


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


def later(seconds: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(seconds=seconds)


async def storm(mine: OwnTurns, *, calm: int, crying: int) -> None:
    """First many talk, then many cry for help."""
    for number in range(calm):
        mine.woken(f"talk-{number:03}", later(number / 100))
    for number in range(crying):
        mine.woken(f"cry-{number:03}", later(30 + number / 100), urgent=True)


async def test_what_fits_in_one_batch_is_taken_in_the_order_in_which_it_fell_due() -> None:
    mine = turns()
    await storm(mine, calm=rules.MOST - 1, crying=1)
    taken = await mine.take(later(60))
    assert taken[-1] == "cry-000"
    assert len(taken) == rules.MOST


async def test_in_a_storm_those_who_cry_are_taken_first_and_then_those_who_have_waited_longest() -> None:
    mine = turns()
    await storm(mine, calm=500, crying=2)
    taken = await mine.take(later(60))
    assert taken[:4] == ("cry-000", "cry-001", "talk-000", "talk-001")
    assert len(taken) == rules.MOST
    await mine.done({}, later(60))
    assert (await mine.take(later(60)))[0] == f"talk-{rules.MOST - 2:03}"


async def test_however_many_cry_a_share_of_every_batch_goes_to_those_who_have_waited_longest() -> None:
    inbox = Inbox()
    inbox.crying_in = frozenset(f"cry-{number:03}" for number in range(700))
    mine = turns(inbox)
    await storm(mine, calm=500, crying=700)
    for batch in range(3):
        taken = await mine.take(later(60))
        others = [one for one in taken if one.startswith("talk")]
        assert others == [f"talk-{number:03}" for number in range(25 * batch, 25 * (batch + 1))]
        assert len(taken) == rules.MOST_CRIES + 25
        await mine.done(dict.fromkeys(taken[:100], later(30)), later(60))


async def test_where_a_cry_still_waits_after_a_batch_it_is_taken_first_again() -> None:
    inbox = Inbox()
    mine = turns(inbox)
    await storm(mine, calm=300, crying=2)
    await mine.take(later(60))
    inbox.crying_in = frozenset({"cry-001", "elsewhere"})
    await mine.done({"cry-000": later(30), "cry-001": later(30)}, later(60))
    taken = await mine.take(later(60))
    assert taken[0] == "cry-001"
    assert "cry-000" not in taken, "it was looked at and is none: it waits in turn"


async def test_a_cry_that_comes_while_its_conversation_is_in_hand_is_taken_first_next_time() -> None:
    mine = turns()
    await storm(mine, calm=300, crying=0)
    assert "talk-000" in await mine.take(later(60))
    mine.woken("talk-000", later(61), urgent=True)
    await mine.done({}, later(61))
    assert (await mine.take(later(61)))[0] == "talk-000"


async def test_who_waits_for_a_turn_keeps_the_place_when_more_is_said() -> None:
    mine = turns()
    await storm(mine, calm=300, crying=0)
    mine.woken("talk-000", later(59))
    assert (await mine.take(later(60)))[0] == "talk-000"


async def test_a_batch_that_was_let_go_is_taken_first_again_where_somebody_cries() -> None:
    mine = turns()
    await storm(mine, calm=300, crying=1)
    await mine.take(later(60))
    await mine.let_go()
    assert (await mine.take(later(60)))[0] == "cry-000"
