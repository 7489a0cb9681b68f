"""Outcomes add up in order."""

from datetime import timedelta

from bot.domain.messages import Outgoing, OutKind, ToGroup
from bot.domain.outcome import NOTHING, Job, Mark, Outcome, Slot
from tests.world import at

NINE = at("2026-03-06 09:00")


def said(key: str) -> Outcome:
    send = Outgoing(to=ToGroup(group="g"), kind=OutKind.NOTICE, text=key, dedupe_key=key)
    slot = Slot(at=NINE, job=Job.RECEIPT, scope=key)
    return Outcome(sends=(send,), slots=(slot,), marks=((1, Mark.PING),))


def test_both_are_kept_in_order() -> None:
    both = said("一") + said("二")
    assert [send.text for send in both.sends] == ["一", "二"]
    assert [slot.scope for slot in both.slots] == ["一", "二"]
    assert len(both.marks) == 2


def test_nothing_adds_nothing() -> None:
    assert NOTHING + said("一") == said("一") == said("一") + NOTHING
    assert Outcome() == NOTHING


def test_slots_sort_by_time_first() -> None:
    late = Slot(at=NINE + timedelta(hours=1), job=Job.DIGEST, scope="a")
    early = Slot(at=NINE, job=Job.RECEIPT, scope="b")
    assert sorted([late, early]) == [early, late]
