"""An officer's day with the bot: one message for what comes together, a measure for the day, one nudge and no more."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.domain.messages import OutKind, ToGroup
from bot.domain.tickets import State
from bot.domain.workdays import local
from tests.flow.conftest import Wakes
from tests.flow.village import Village
from tests.world import GROUP

MATTERS = ("二组路灯又不亮了", "请问医保缴费截止到哪天", "四组的水管爆了，水流了一路")


async def test_the_first_matter_is_told_at_once_and_the_next_two_ten_minutes_later_together(village: Village) -> None:
    for matter in MATTERS:
        await village.says("阿珍", matter, after=240)
    await village.wait(minutes=20)
    chat = await village.private_chat("李青山")
    assert chat.count("小微[prompt]") == 2
    assert "一起说2件" in chat
    times = [text[:11] for text in await village.told("李青山", OutKind.PROMPT)]
    assert times == ["03-06 08:04", "03-06 08:14", "03-06 08:14"]


async def test_who_quotes_a_bundle_is_asked_which_of_its_matters_he_means(village: Village) -> None:
    for matter in MATTERS:
        await village.says("阿珍", matter, after=240)
    await village.wait(minutes=20)
    bundle = await village.last_to("李青山", OutKind.PROMPT)
    asked = await village.officer("办结 已换灯泡,今晚亮", quote=bundle.platform_id)
    assert "1 2号" in asked
    assert "2 3号" in asked
    assert "1号 二组" not in asked
    assert "说的是哪一件" in await village.officer("明天上午去看", quote=bundle.platform_id)
    await village.officer("3 进展 师傅在路上", quote=bundle.platform_id)
    assert (await village.ticket(3)).ticket.state is State.IN_PROGRESS
    assert (await village.ticket(2)).ticket.state is State.PROMPTED


async def test_what_was_held_overnight_leaves_as_one_bundle_in_the_morning(wakes: Wakes) -> None:
    village = await wakes("2026-03-05 21:30")
    for matter in MATTERS:
        await village.says("阿珍", matter, after=1200)
    await village.until("2026-03-06 08:00")
    held = await village.sent(OutKind.PROMPT)
    assert {f"{local(sent.sent_at):%m-%d %H:%M}" for sent in held if sent.sent_at} == {"03-06 07:30"}
    assert len({sent.platform_id for sent in held}) == 1


async def test_half_an_hour_without_a_word_costs_one_private_nudge(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(hours=2)
    nudges = await village.told("李青山", OutKind.REMINDER)
    assert len(nudges) == 1
    assert nudges[0].startswith("03-06 09:30 1号（二组路灯）村民今天09:00说的，还没有人回话。")
    assert "还没有人回话" not in await village.group_chat()


@pytest.mark.parametrize("answered", ["in the group", "privately"])
async def test_who_has_said_a_word_is_not_nudged(village: Village, answered: str) -> None:
    await village.until("2026-03-06 09:00")
    said = await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=5)
    if answered == "in the group":
        await village.says("李青山", "下午找电工来看", quote=said)
    else:
        await village.officer("1 进展 下午找电工来看")
    await village.wait(hours=2)
    assert await village.told("李青山", OutKind.REMINDER) == []


async def test_nobody_is_nudged_at_night(wakes: Wakes) -> None:
    village = await wakes("2026-03-05 20:50")
    await village.says("阿珍", "二组路灯又不亮了")
    await village.until("2026-03-06 09:30")
    nudges = await village.told("李青山", OutKind.REMINDER) + await village.told("陈秀梅", OutKind.REMINDER)
    assert [text[:11] for text in nudges] == ["03-06 09:00"]


async def test_a_burst_in_the_group_gets_one_receipt_in_ten_minutes(village: Village) -> None:
    people = ("阿珍", "老杨", "桂婶", "小满妈妈", "六叔", "守井人")
    matters = (*MATTERS, "五组垃圾三天没人拉了", "请问低保怎么申请", "建议村口装个减速带")
    for _ in range(3):
        for name, matter in zip(people, matters, strict=True):
            await village.says(name, matter, after=20)
    await village.wait(minutes=40)
    receipts = [
        sent.sent_at for sent in await village.sent(OutKind.RECEIPT) if sent.outgoing.to == ToGroup(group=GROUP)
    ]
    gaps = [later - earlier for earlier, later in pairwise(receipts) if earlier and later]
    assert receipts
    assert all(gap >= timedelta(minutes=10) for gap in gaps)
