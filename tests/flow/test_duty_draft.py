"""Where a village publishes its duty notice itself: one tap in the morning, and nobody forgets it unnoticed (R28)."""

from dataclasses import replace

import pytest_asyncio

from bot.domain.messages import OutKind, ToGroup
from bot.domain.org import organisation
from bot.domain.workdays import local
from bot.settings import Settings
from tests.flow.village import Village
from tests.world import VILLAGE

# On Monday, 9 March, 李青山 is on duty with 孙小龙; on Saturday, 7 March, 孙小龙 alone.


def drafting(settings: Settings) -> Settings:
    """The demo county in which 柳湾村 looks at its notice before it goes out."""
    county = settings.county
    units = [replace(unit, drafts_notice=unit.id == VILLAGE) for unit in county.units.values()]
    return replace(settings, county=organisation(units, county.groups.values(), county.people.values()))


@pytest_asyncio.fixture
async def drafts(village: Village, settings: Settings) -> Village:
    """The village on Monday at seven in the morning."""
    await village.restarts(settings=drafting(settings))
    await village.until("2026-03-09 07:55")
    return village


async def posted(village: Village, day: int = 9) -> dict[str, str]:
    return {
        sent.outgoing.to.group: f"{local(sent.sent_at):%H:%M} {sent.outgoing.text}"
        for sent in await village.sent(OutKind.DUTY)
        if isinstance(sent.outgoing.to, ToGroup) and sent.sent_at is not None and local(sent.sent_at).day == day
        if sent.outgoing.to.group.startswith("g-lw")
    }


async def about_the_notice(village: Village, who: str) -> list[str]:
    """What somebody was told of it on Monday."""
    told = await village.told(who, OutKind.NOTICE)
    return [text for text in told if "值班公告" in text and text.startswith("03-09")]


async def test_one_tap_puts_the_notice_into_every_group_of_the_village(drafts: Village) -> None:
    await drafts.until("2026-03-09 08:05")
    (draft,) = [text for text in await drafts.told("李青山", OutKind.QUESTION) if text.startswith("03-09")]
    assert draft == (
        "03-09 08:00 今天的值班公告，您看一眼，没有不对就回1：\n\n"
        "【今日值班】3月9日（周一）\n"
        "值班的是：村委会副主任 李青山、网格员 孙小龙\n"
        "办公时间：08:30—12:00、14:00—17:30\n"
        "有事在群里直接说，小微会记下，告诉您谁来办、哪天前答复，不用留姓名。\n"
        "遇到危险马上打电话：报警110、火警119、急救120。\n\n"
        "1 发布\n2 加一句再发"
    )
    assert await posted(drafts) == {}
    said = await drafts.officer("1")
    assert said == "好，值班公告发到柳湾村村民群①、柳湾村村民群②（在外乡亲）了。"
    await drafts.wait(minutes=1)
    notices = await posted(drafts)
    assert sorted(notices) == ["g-lw1", "g-lw2"]
    assert all(text.startswith("08:05 【今日值班】3月9日") for text in notices.values())
    await drafts.officer("发布值班")
    await drafts.restarts()
    await drafts.until("2026-03-09 12:00")
    assert await posted(drafts) == notices
    assert await about_the_notice(drafts, "张春根") == await about_the_notice(drafts, "周明礼") == []


async def test_a_line_of_ones_own_is_shown_before_it_goes_out(drafts: Village) -> None:
    await drafts.until("2026-03-09 08:05")
    assert "加一句 今天上午9点" in await drafts.officer("2")
    assert "不写私人号码" in await drafts.officer("加一句 有事打13912345678")
    assert "120个字以内" in await drafts.officer("加一句 " + "长" * 121)
    shown = await drafts.officer("加一句 下午两点停水，请提前接水")
    assert "急救120。\n下午两点停水，请提前接水\n\n1 发布" in shown
    assert await posted(drafts) == {}
    await drafts.officer("发布")
    await drafts.wait(minutes=1)
    assert all(text.endswith("急救120。\n下午两点停水，请提前接水") for text in (await posted(drafts)).values())


async def test_not_published_the_secretary_hears_of_it_then_the_inspectors(drafts: Village) -> None:
    await drafts.until("2026-03-09 12:00")
    (late,) = await about_the_notice(drafts, "张春根")
    assert late == (
        "03-09 09:30 柳湾村今天的值班公告到现在还没有发。今天值班：村委会副主任 李青山、网格员 孙小龙。"
        "请您催一下，或者回“值班发布”由您来发。"
    )
    (above,) = await about_the_notice(drafts, "周明礼")
    assert above == (
        "03-09 10:00 柳湾村今天的值班公告到现在还没有发，村书记09:30已经知道。"
        "今天值班：村委会副主任 李青山、网格员 孙小龙。"
    )
    assert await posted(drafts) == {}
    await drafts.until("2026-03-09 17:30")
    pages = [text for text in await drafts.told("周明礼", OutKind.DIGEST) if text.startswith("03-09")]
    assert sum("柳湾村3月9日（周一）没有发值班公告" in page for page in pages) == 1
    assert "发到" in await drafts.officer("值班发布", who="张春根")
    await drafts.wait(minutes=1)
    assert sorted(await posted(drafts)) == ["g-lw1", "g-lw2"]


async def test_nobody_publishes_in_the_names_of_others_or_for_another_day(drafts: Village) -> None:
    await drafts.until("2026-03-09 08:05")
    assert "由当班的村委会副主任 李青山、网格员 孙小龙或者村书记来发" in await drafts.officer("值班发布", who="陈秀梅")
    await drafts.until("2026-03-10 07:00")
    assert "3月9日（周一）的值班公告已经过了时候" in await drafts.officer("1")
    assert await posted(drafts) == await posted(drafts, 10) == {}


async def test_who_took_the_shift_over_is_named_at_the_moment_of_publishing(drafts: Village) -> None:
    await drafts.until("2026-03-09 08:05")
    await drafts.officer("换班 今天 陈秀梅")
    await drafts.officer("1", who="陈秀梅")
    assert "发到" in await drafts.officer("值班发布", who="陈秀梅")
    await drafts.wait(minutes=1)
    assert all("值班的是：村妇联主席 陈秀梅、网格员 孙小龙" in text for text in (await posted(drafts)).values())


async def test_with_nobody_on_the_roster_nothing_goes_out_in_anyones_name(drafts: Village) -> None:
    await drafts.until("2026-03-13 18:00")
    await drafts.officer("请假 3月14日", who="孙小龙")
    await drafts.until("2026-03-14 12:00")
    (gap,) = [text for text in await drafts.told("张春根", OutKind.NOTICE) if "值班表上没有人" in text]
    assert gap.startswith("03-14 08:00 柳湾村3月14日（周六）的值班表上没有人")
    (above,) = [text for text in await drafts.told("周明礼", OutKind.NOTICE) if "03-14 10:00" in text]
    assert "值班表上到现在还没有人" in above
    assert await posted(drafts, 14) == {}
    assert "定下谁值班" in await drafts.officer("值班发布", who="张春根")


async def test_a_village_that_posts_by_itself_also_tells_those_above_of_a_hole(village: Village) -> None:
    await village.officer("请假 3月7日", who="孙小龙")
    await village.until("2026-03-07 12:00")
    assert any("03-07 08:30" in text and "值班表上没有人" in text for text in await village.told("张春根"))
    (above,) = [text for text in await village.told("周明礼", OutKind.NOTICE) if "03-07 10:00" in text]
    assert "柳湾村今天的值班表上到现在还没有人" in above
    assert "没听懂" in await village.officer("值班发布")


async def test_a_swap_before_the_draft_is_out_needs_no_correction_and_one_after_it_does(drafts: Village) -> None:
    await drafts.until("2026-03-09 08:40")
    await drafts.officer("换班 今天 陈秀梅")
    await drafts.officer("1", who="陈秀梅")
    await drafts.wait(minutes=1)
    assert "更正" not in await drafts.group_chat(everyday=True)
    await drafts.officer("值班发布", who="陈秀梅")
    await drafts.wait(minutes=1)
    await drafts.officer("换班 今天 李青山", who="陈秀梅")
    await drafts.officer("1")
    await drafts.wait(minutes=1)
    chat = await drafts.group_chat(everyday=True)
    assert chat.index("【今日值班】3月9日") < chat.index("【值班更正】")
    assert chat.count("【值班更正】") == 1
    assert "李青山" in chat.partition("【值班更正】")[2].splitlines()[0]
