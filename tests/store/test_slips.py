"""Notices and letters are kept step by step; two officers who act at once do not both win."""

import pytest

from bot.domain import slips
from bot.domain.outcome import Outcome
from bot.domain.slips import Finding, Ground, Slip, SlipKind, SlipState
from bot.ports import Conflict
from bot.store import open_store
from tests.world import at

MAY = at("2026-03-02 09:30")


def candidate(unit: str = "liuwan", month: str = "2026-02", office: str = "qinghe") -> Slip:
    findings = (Finding(ground=Ground.OVERDUE, evidence=("liuwan-2026-1", "liuwan-2026-4")),)
    return slips.candidate(
        month=month, kind=SlipKind.NOTICE, unit=unit, office=office, findings=findings, at=MAY, by="bot"
    )


def issued(slip: Slip, number: str = "进廉提〔2026〕3号") -> Slip:
    return slips.issued(
        slip, number=number, at=MAY, by="p-zml", remind_at=at("2026-03-06 17:30"), due_at=at("2026-03-09 17:30")
    )


async def test_a_slip_comes_back_as_it_was_written_with_all_that_happened_to_it(url: str) -> None:
    store = await open_store(url)
    try:
        first, sent = candidate(), issued(candidate())
        answered = slips.replied(sent, words="两件都办了，今后每周对一次。", at=MAY, by="p-zcg")
        for step in (first, sent, answered):
            await store.commit(Outcome(slips=(step,)), now=MAY)
        assert await store.slip(first.id) == answered
        assert await store.slip_history(first.id) == (first, sent, answered)
        assert await store.slip("notice-2026-02-shipan") is None
    finally:
        await store.close()


async def test_office_and_receiver_find_it_and_nobody_else_the_newest_month_first(url: str) -> None:
    store = await open_store(url)
    try:
        old, new, other = candidate(month="2026-01"), candidate(), candidate("v-far", office="weihu")
        await store.commit(Outcome(slips=(old, new, other)), now=MAY)
        assert await store.slips(["qinghe"], since="2025-12") == (new, old)
        assert await store.slips(["liuwan"], since="2026-02") == (new,)
        assert await store.slips(["shipan"], since="2025-12") == ()
    finally:
        await store.close()


async def test_two_who_issue_the_same_slip_do_not_both_send_it(url: str) -> None:
    store = await open_store(url)
    try:
        await store.commit(Outcome(slips=(candidate(),)), now=MAY)
        await store.commit(Outcome(slips=(issued(candidate()),)), now=MAY)
        with pytest.raises(Conflict):
            await store.commit(Outcome(slips=(issued(candidate(), "进廉提〔2026〕4号"),)), now=MAY)
        kept = await store.slip(candidate().id)
        assert kept is not None
        assert (kept.state, kept.number) == (SlipState.ISSUED, "进廉提〔2026〕3号")
    finally:
        await store.close()
