"""The roster as a table: what a village clerk fills in, tries, and sends in (R28)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bot.commands.roster import RosterError, take_in
from bot.documents import roster_book
from bot.documents.roster_book import Template, month_of
from bot.domain.messages import OutKind, ToGroup
from bot.domain.org import Person, organisation
from bot.domain.workdays import local
from bot.office import Office
from tests.flow.village import Village
from tests.world import GROUP, name_of

# The stories begin on Friday, 6 March 2026; Monday 9 March belongs to 李青山 and 孙小龙, Wednesday to 李青山.

HEADS = ("日期", "村", "群", "值班员")
Row = Sequence[object]


def book(*rows: Row, sheet: str = "清禾镇", heads: Row = HEADS, merged: Sequence[tuple[str, object]] = ()) -> bytes:
    """A workbook with one sheet; ``merged`` are ranges with their value."""
    file = BytesIO()
    made = Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    page = made.add_worksheet(sheet)
    for line, row in enumerate((heads, *rows)):
        for column, value in enumerate(row):
            page.write(line, column, value)
    for where, value in merged:
        page.merge_range(where, value)
    made.close()
    return file.getvalue()


async def brought_in(village: Village, data: bytes, *, office: Office | None = None, apply: bool = True) -> str:
    return await take_in(data, office or village.office, village.store, now=village.now, apply=apply)


async def notice(village: Village, day: int, group: str = GROUP) -> str:
    (one,) = [
        sent.outgoing.text
        for sent in await village.sent(OutKind.DUTY)
        if sent.outgoing.to == ToGroup(group=group) and local(sent.created_at).day == day
    ]
    return one


async def test_a_trial_shows_what_would_change_and_changes_nothing(village: Village) -> None:
    table = book((date(2026, 3, 9), "柳湾村", "", "陈秀梅"), ("3月10日", "柳湾村", "", "陈秀梅、孙小龙"))
    said = await brought_in(village, table, apply=False)
    assert said == (
        "柳湾村\n"
        "  3月9日（周一）：李青山、孙小龙 → 陈秀梅\n"
        "改 1 天；和现在一样 1 行。\n"
        "这是试看，什么也没有改。没有问题就加 --apply 再导入一次。"
    )
    assert await village.store.duty_version() == 0


async def test_once_applied_the_running_bot_goes_by_it_and_the_old_table_brings_it_back(village: Village) -> None:
    said = await brought_in(village, book(("3月7日", "柳湾村", "", "陈秀梅")))
    assert "已经写进去了" in said
    assert "明天：村妇联主席 陈秀梅" in await village.officer("值班")  # no restart
    assert "陈秀梅 → 孙小龙" in await brought_in(village, book(("3月7日", "柳湾村", "", "照常")))
    await village.until("2026-03-07 09:00")
    assert "值班的是：网格员 孙小龙\n" in await notice(village, 7)


async def test_a_day_of_the_table_names_who_stands_in_the_notice_and_who_gets_the_matter(village: Village) -> None:
    await brought_in(village, book(("3月9日", "柳湾", "", "村妇联主席 陈秀梅")))
    await village.until("2026-03-09 09:00")
    assert "值班的是：村妇联主席 陈秀梅\n" in await notice(village, 9)
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    assert name_of((await village.ticket(1)).ticket.owner) == "陈秀梅"


async def test_one_group_may_have_somebody_of_its_own(village: Village) -> None:
    table = book(("3月9日", "柳湾村", "柳湾村村民群②（在外乡亲）", "陈秀梅"))
    assert "3月9日（周一） 柳湾村村民群②（在外乡亲）：" in await brought_in(village, table)
    await village.until("2026-03-09 09:00")
    assert "李青山" in await notice(village, 9)
    assert "值班的是：村妇联主席 陈秀梅\n" in await notice(village, 9, "g-lw2")
    shown = await village.officer("值班")
    assert "柳湾村村民群②（在外乡亲） 今天：村妇联主席 陈秀梅" in shown
    await village.says("阿珍", "二组路灯又不亮了", group="g-lw2")
    await village.wait(minutes=2)
    assert name_of((await village.ticket(1)).ticket.owner) == "陈秀梅"


async def test_a_groups_own_officer_is_asked_to_take_over_what_was_said_there(village: Village) -> None:
    """On Tuesday 陈秀梅 is on duty; on Wednesday 李青山, but 孙小龙 for the second group."""
    await brought_in(village, book(("3月11日", "柳湾村", "柳湾村村民群②（在外乡亲）", "孙小龙")))
    await village.until("2026-03-10 15:00")
    await village.says("阿珍", "二组路灯又不亮了，麻烦来修")
    await village.says("老杨", "老井旁的水管爆了没人修", group="g-lw2", after=60)
    await village.wait(minutes=5)
    assert {name_of((await village.ticket(number)).ticket.owner) for number in (1, 2)} == {"陈秀梅"}
    await village.until("2026-03-10 18:05")
    (one,) = [text for text in await village.told("李青山", OutKind.QUESTION) if "明天您值班" in text]
    (two,) = [text for text in await village.told("孙小龙", OutKind.QUESTION) if "明天您值班" in text]
    assert ("1号" in one, "2号" in one) == (True, False)
    assert ("1号" in two, "2号" in two) == (False, True)
    assert "接下了：2号" in await village.officer("接", who="孙小龙")


async def test_a_swap_that_was_agreed_stays_on_top_of_the_table(village: Village) -> None:
    await village.officer("换班 周一 陈秀梅")
    await village.officer("1", who="陈秀梅")
    said = await brought_in(village, book(("3月9日", "柳湾村", "", "李青山")))
    assert "李青山、孙小龙 → 李青山（已说好换班：陈秀梅替李青山）" in said
    await village.until("2026-03-09 09:00")
    assert "值班的是：村妇联主席 陈秀梅" in await notice(village, 9)


async def test_a_table_as_offices_make_them_is_read_whole(village: Village) -> None:
    """A title, other columns, a day merged over two villages, blank rows, telephone numbers, a note below."""
    table = book(
        ("", "序号", "", "", ""),
        ("值班时间（每天）", "序号", "行政村", "值班人员", "备注"),
        ("", 1, "柳湾村", "陈　秀梅13800000000", "带班领导：无"),
        ("", 2, "石畔村", "丁国富\n秦小燕", ""),
        (),
        ("3.10", 3, "柳湾村", "孙小龙 陈秀梅（副班）", ""),
        ("2026-03-05", 4, "柳湾村", "陈秀梅", ""),
        ("3月12日", 5, "柳湾村", "", "待定"),
        ("", "", "", "", ""),
        ("", "", "", "", ""),
        heads=(),
        merged=[("A1:E1", "2026年3月村级值班表"), ("A4:A5", date(2026, 3, 9)), ("A10:E10", "注：有事请提前一天换班")],
    )
    assert await brought_in(village, table, apply=False) == (
        "柳湾村\n"
        "  3月9日（周一）：李青山、孙小龙 → 陈秀梅\n"
        "  3月10日（周二）：陈秀梅、孙小龙 → 孙小龙、陈秀梅\n"
        "石畔村\n"
        "  3月9日（周一）：秦小燕 → 丁国富、秦小燕\n"
        "改 3 天；日子已经过去、没有动 1 行；没有写值班员、没有动 1 行。\n"
        "这是试看，什么也没有改。没有问题就加 --apply 再导入一次。"
    )


async def test_every_fault_names_its_cell_and_what_to_write_and_nothing_is_written(village: Village) -> None:
    await village.officer("请假 3月11日到3月12日")
    before = await village.store.duty_version()
    table = book(
        ("3月9日", "柳湾村", "", "陈秀媚"),
        ("3月9日", "石畔村", "", "李青山"),
        ("3月11日", "柳湾村", "", "李青山"),
        (3.1, "柳湾村", "", "陈秀梅"),
        ("3月13日", "柳弯村", "", "陈秀梅"),
        ("3月13日", "柳湾村", "广场舞群", "陈秀梅"),
        ("", "柳湾村", "", "陈秀梅"),
        ("3月15日", "", "", "陈秀梅"),
        ("2036-03-15", "柳湾村", "", "陈秀梅"),
        ("3月16日", "柳湾村", "", "陈秀梅"),
        ("3月16日", "柳湾村", "", "孙小龙"),
        ("3月17日", "柳湾村", "", "外人甲"),
    )
    with pytest.raises(RosterError) as found:
        await brought_in(village, table)
    assert str(found.value) == (
        "值班表有 11 处要改，什么也没有写：\n"
        "  清禾镇!D2：柳湾村的名册上没有“陈秀媚”，是不是“陈秀梅”？\n"
        "  清禾镇!D3：李青山是柳湾村的人，不能排石畔村的班，请写本村的人\n"
        "  清禾镇!D4：李青山3月11日请假（到3月12日），请换一个人，或先让本人销假\n"
        "  清禾镇!A5：“3.1”分不清是哪一天（12.1 和 12.10 在表里是同一个数），请写成 2026-03-06 或 3月6日\n"
        "  清禾镇!B6：没有“柳弯村”这个村，是不是“柳湾村”？\n"
        "  清禾镇!C7：柳湾村没有“广场舞群”这个群，可以写：柳湾村村民群①、柳湾村村民群②（在外乡亲）；整个村一样就空着\n"
        "  清禾镇!A8：这一行没有日期，请补上\n"
        "  清禾镇!B9：这一行没有写是哪个村，请补上\n"
        "  清禾镇!A10：2036-03-15 离今天一年多，年份是不是写错了？\n"
        "  清禾镇!D12：和 清禾镇!D11 说的是同一天，人却不一样，请只留一行；一天几个人就写在一格里，用顿号隔开\n"
        "  清禾镇!D13：柳湾村的名册上没有“外人甲”，可以写：张春根、李青山、陈秀梅、孙小龙、何桂珍、吴伯松、冯雅琴"
    )
    assert await village.store.duty_version() == before


async def test_two_of_one_name_are_told_apart_by_their_ids(village: Village) -> None:
    office = village.office
    twin = replace(office.org.people["p-cxm"], id="p-cxm2", post="会计")
    people: list[Person] = [*office.org.people.values(), twin]
    office = replace(office, org=organisation(office.org.units.values(), office.org.groups.values(), people))
    with pytest.raises(RosterError, match=r"柳湾村有2个“陈秀梅”，请写编号：p-cxm（村妇联主席）、p-cxm2（会计）"):
        await brought_in(village, book(("3月9日", "柳湾村", "", "陈秀梅")), office=office)
    assert "→ 陈秀梅" in await brought_in(village, book(("3月9日", "柳湾村", "", "p-cxm")), office=office)


async def test_a_sheet_may_be_a_village_s_own(village: Village) -> None:
    table = book(("3月9日", "陈秀梅"), sheet="柳湾村", heads=("日期", "值班员"))
    assert "改 1 天" in await brought_in(village, table, apply=False)
    with pytest.raises(RosterError, match=r"Sheet1!A1：这张表没有“村”这一列"):
        await brought_in(village, book(("3月9日", "陈秀梅"), sheet="Sheet1", heads=("日期", "值班员")))


async def test_what_is_no_roster_is_said_in_plain_words(village: Village) -> None:
    with pytest.raises(RosterError, match="不是能打开的表格"):
        await brought_in(village, b"not a workbook")
    with pytest.raises(RosterError, match="没有找到表头"):
        await brought_in(village, book(("1", "2"), heads=("甲", "乙")))


async def test_the_template_holds_the_plan_and_read_back_changes_nothing(village: Village) -> None:
    await village.officer("请假 3月11日到3月12日")
    await village.officer("换班 周一 陈秀梅")
    await village.officer("1", who="陈秀梅")
    await brought_in(village, book(("3月20日", "柳湾村", "柳湾村村民群②（在外乡亲）", "孙小龙")))
    today = local(village.now).date()
    office = village.office.with_duty(await village.store.duty_record(since=today))
    made = roster_book.write(Template(townships=office.org.townships, days=month_of(today), at=village.now), office)
    assert made == roster_book.write(
        Template(townships=office.org.townships, days=month_of(today), at=village.now), office
    )
    read = CalamineWorkbook.from_filelike(BytesIO(made))
    assert read.sheet_names == ["清禾镇", "苇湖镇", "说明", "名单"]
    rows = {
        (str(row[0]), row[3]): row[4:6] for row in read.get_sheet_by_name("清禾镇").to_python() if row[2] == "柳湾村"
    }
    assert rows["2026-03-09", ""] == ["李青山、孙小龙", "已换班：陈秀梅替李青山"]
    assert rows["2026-03-11", ""] == ["", "李青山请假、还没有人"]
    assert rows["2026-03-20", "柳湾村村民群②（在外乡亲）"] == ["孙小龙", ""]
    said = await brought_in(village, made, apply=False)
    assert said.endswith("没有要改的，值班表还是现在的安排。")
    assert "注意" not in said


async def test_a_day_on_which_all_are_away_is_pointed_out(village: Village) -> None:
    await brought_in(village, book(("3月11日", "柳湾村", "", "陈秀梅")))
    await village.officer("请假 3月11日", who="陈秀梅")
    said = await brought_in(village, book(("3月11日", "柳湾村", "", "照常"), ("3月12日", "柳湾村", "", "孙小龙")))
    assert "陈秀梅 → 李青山" in said
    assert "注意" not in said
    await village.officer("请假 3月11日")
    said = await brought_in(village, book(("3月11日", "柳湾村", "", "照常")))
    assert "注意：柳湾村3月11日（周三）没有人值班。" in said
