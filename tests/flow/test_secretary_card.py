"""The secretary's morning page, where the county wants it (R41)."""

from dataclasses import replace

import pytest_asyncio

from bot.domain.duty_rules import SecretaryCard
from bot.domain.messages import OutKind
from bot.settings import Settings
from tests.flow.village import Village


@pytest_asyncio.fixture
async def told(village: Village, settings: Settings) -> Village:
    """柳湾村 on a Friday at eight, with the page switched on."""
    rules = settings.rules.model_copy(update={"morning_page": SecretaryCard(send=True)})
    await village.restarts(settings=replace(settings, rules=rules))
    return village


async def pages(village: Village, who: str = "张春根") -> list[str]:
    return [text for text in await village.told(who, OutKind.NOTICE) if "【今天的事】" in text]


async def test_one_short_page_on_working_days_alone(told: Village) -> None:
    await told.says("阿珍", "二组路灯又不亮了")
    await told.until("2026-03-09 09:00")
    friday, monday = await pages(told)
    assert friday == (
        "03-06 08:15 【今天的事】3月6日（周五）\n值班：村委会副主任 李青山、村妇联主席 陈秀梅\n还没有人答复（1件）：1号"
    )
    assert monday.startswith("03-09 08:15 【今天的事】3月9日（周一）\n值班：村委会副主任 李青山、网格员 孙小龙\n")


async def test_what_is_due_or_late_is_named_by_number_and_a_calm_day_is_one_line(told: Village) -> None:
    await told.until("2026-03-06 09:00")
    (calm,) = await pages(told)
    assert calm.endswith("没有到时限的，没有等答复的。")
    await told.says("阿珍", "二组路灯又不亮了")
    await told.until("2026-03-12 09:00")
    by_day = {text[:5]: text for text in await pages(told)}
    assert "今天到时限（1件）：1号" in by_day["03-11"]
    assert "过了时限（1件）：1号" in by_day["03-12"]
    assert "路灯" not in "".join(by_day.values())


async def test_who_is_away_is_left_in_peace_and_nobody_else_gets_it(told: Village) -> None:
    await told.officer("今天请假", who="张春根")
    await told.until("2026-03-06 12:00")
    assert await pages(told) == await pages(told, "李青山") == await pages(told, "周明礼") == []


async def test_it_is_off_unless_the_county_wants_it(village: Village) -> None:
    await village.until("2026-03-09 09:00")
    assert await pages(village) == []
