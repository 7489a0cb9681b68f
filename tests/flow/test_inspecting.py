"""An inspector's afternoon: the digest with its picture and sheet, and everything that can be answered to it (R39)."""

import re
from io import BytesIO
from pathlib import Path

import pytest_asyncio
from PIL import Image
from python_calamine import CalamineWorkbook

from bot.commands.patrol_log import patrol_log
from bot.domain.messages import OutKind, ToPerson
from bot.domain.patrol_notes import NoteKind
from bot.engine import senses_of
from bot.media.shelf import Shelf
from bot.patrol.digest_facts import DigestFacts
from tests.flow.presses import FullDisk, over, with_press
from tests.flow.village import Village
from tests.world import at

INSPECTOR = "周明礼"
DIGEST_AT = "2026-03-06 17:00"


@pytest_asyncio.fixture
async def busy(village: Village) -> Village:
    """A Friday on which the lamp of the second group has had no answer."""
    await village.says("阿珍", "二组路灯又不亮了")
    await village.until(DIGEST_AT)
    return village


async def test_the_digest_comes_as_text_with_a_picture_and_then_the_sheet(village: Village, tmp_path: Path) -> None:
    files = await with_press(village, tmp_path / "media")
    await village.says("阿珍", "二组路灯又不亮了")
    await village.until(DIGEST_AT)
    text, sheet = [one for one in await village.sent(OutKind.DIGEST) if one.outgoing.to.person == "p-zml"]  # type: ignore[union-attr]
    assert "【巡群日报】清禾镇" in text.outgoing.text
    assert text.outgoing.attachment is not None
    assert sheet.outgoing.attachment is not None
    picture = await files.get(text.outgoing.attachment)
    book = await files.get(sheet.outgoing.attachment)
    assert picture is not None
    assert book is not None
    assert Image.open(BytesIO(picture)).width == 720
    assert CalamineWorkbook.from_filelike(BytesIO(book)).sheet_names[0] == "总览"
    loaded = await Shelf(records=village.store, files=files).load(sheet.outgoing.attachment)
    assert loaded is not None
    assert loaded.name == "巡群日报-清禾镇-2026-03-06.xlsx"


async def test_a_full_disk_does_not_keep_the_text_from_the_inspector(village: Village) -> None:
    await over(village, FullDisk())
    await village.until(DIGEST_AT)
    (text,) = await village.told(INSPECTOR, OutKind.DIGEST)
    assert "【巡群日报】清禾镇" in text


async def test_the_inspector_confirms_the_day_once_and_adds_a_remark(busy: Village) -> None:
    assert await busy.officer("确认", who=INSPECTOR) == (
        "记下了：清禾镇3月6日（周五）巡群已看过，镇纪委书记 周明礼，3月6日（周五）17:00。要补一句，回“备注 …”。"
    )
    assert "您已经确认过了（今天17:00）" in await busy.officer("确认", who=INSPECTOR)
    assert await busy.officer("备注 下周一去柳湾村看路灯", who=INSPECTOR) == (
        "记下了，写进清禾镇3月6日（周五）的巡群日志：下周一去柳湾村看路灯"
    )
    day = at(DIGEST_AT).date()
    notes = await busy.store.patrol_notes(["qinghe"], since=day, until=day)
    assert [(note.kind, note.by, note.text) for note in notes] == [
        (NoteKind.CONFIRMED, "p-zml", ""),
        (NoteKind.REMARK, "p-zml", "下周一去柳湾村看路灯"),
    ]


async def test_on_monday_morning_confirming_asks_whether_friday_is_meant(busy: Village) -> None:
    await busy.until("2026-03-09 08:30")
    asked = await busy.officer("确认", who=INSPECTOR)
    assert asked == "确认哪天的巡群？\n1 3月6日（周五）\n2 3月9日（周一）"
    assert "清禾镇3月6日（周五）巡群已看过" in await busy.officer("1", who=INSPECTOR)
    assert "清禾镇3月9日（周一）巡群已看过" in await busy.officer("确认", who=INSPECTOR)


async def test_a_day_that_has_not_come_or_is_long_over_is_not_confirmed(busy: Village) -> None:
    assert await busy.officer("确认 3月7日", who=INSPECTOR) == "3月7日（周六）还没到，到时候再确认。"
    assert await busy.officer("确认 2026-02-20", who=INSPECTOR) == "只能确认最近7天的巡群。"


async def test_every_number_opens_its_rows(busy: Village) -> None:
    shown = await busy.officer("详情 没人答复", who=INSPECTOR)
    assert shown.splitlines()[0] == "清禾镇还没人答复（1），截至3月6日（周五）17:00："
    assert re.fullmatch(r"· 柳湾村1号 求助：二组路灯，.*。今天08:00说的，办结时限.*", shown.splitlines()[1])
    assert "清禾镇超期：没有" in await busy.officer("详情 超期", who=INSPECTOR)
    asked = await busy.officer("详情", who=INSPECTOR)
    assert asked.startswith("看哪一部分？\n1 超期\n2 今天要您处理")
    assert "清禾镇超期：没有" in await busy.officer("1", who=INSPECTOR)


async def test_a_reminder_is_shown_first_and_goes_to_duty_officer_and_secretary_on_1(busy: Village) -> None:
    draft = await busy.officer("提醒 柳湾村", who=INSPECTOR)
    assert "还没有发。回 1 就发给：" in draft
    assert "柳湾村1号 求助：二组路灯" in draft
    assert await busy.told("张春根", OutKind.REMINDER) == []
    assert "已收到提醒" in await busy.officer("1", who=INSPECTOR)
    await busy.wait(minutes=10)
    told = await busy.told("张春根", OutKind.REMINDER)
    assert len(told) == 1
    assert "柳湾村的值班员、书记，您好。" in told[0]
    assert "镇纪委书记 周明礼" in told[0]
    day = at(DIGEST_AT).date()
    (note,) = await busy.store.patrol_notes(["qinghe"], since=day, until=day)
    assert (note.kind, note.village) == (NoteKind.REMINDED, "liuwan")


async def test_the_inspector_can_say_it_in_his_own_words(busy: Village) -> None:
    draft = await busy.officer("提醒柳湾村 周末有雨，请把低洼处看一遍", who=INSPECTOR)
    assert "周末有雨，请把低洼处看一遍" in draft
    await busy.officer("1", who=INSPECTOR)
    await busy.wait(minutes=10)
    (told,) = await busy.told("张春根", OutKind.REMINDER)
    assert "周末有雨，请把低洼处看一遍" in told


async def test_a_village_without_a_fault_is_not_reminded(busy: Village) -> None:
    await busy.says("李青山", "灯泡换好了，今晚就亮", calls=None)
    assert await busy.officer("提醒 霞岭村", who=INSPECTOR) == (
        "霞岭村现在没有超期、没人答复的事，值班也有人，不用提醒。想说别的，回“提醒 霞岭村 您要说的话”。"
    )


async def test_an_unknown_village_is_asked_back(busy: Village) -> None:
    assert "没找到“苇湖村”这个村" in await busy.officer("提醒 苇湖村", who=INSPECTOR)
    assert (await busy.officer("提醒", who=INSPECTOR)).startswith("提醒哪个村？\n1 柳湾村")


async def test_a_talk_is_only_ever_an_outline(busy: Village) -> None:
    before = len(await busy.sent())
    outline = await busy.officer("约谈 柳湾村", who=INSPECTOR)
    assert outline.startswith("【约谈提纲，草稿】\n对象：柳湾村")
    assert "小微不发给任何人" in outline
    assert len(await busy.sent()) == before + 1


async def test_an_order_can_be_given_from_the_digest(busy: Village) -> None:
    assert "督办" in await busy.officer("督办 柳湾村1", who=INSPECTOR)


async def test_a_duty_officer_says_these_words_in_vain(busy: Village) -> None:
    said = await busy.officer("提醒 柳湾村", who="李青山")
    assert "还没有发" not in said
    day = at(DIGEST_AT).date()
    await busy.officer("确认", who="李青山")
    assert await busy.store.patrol_notes(["qinghe"], since=day, until=day) == ()


async def test_the_patrol_sheet_of_the_day_is_complete_after_the_answers(busy: Village) -> None:
    await busy.officer("提醒 柳湾村", who=INSPECTOR)
    await busy.officer("1", who=INSPECTOR)
    await busy.officer("确认", who=INSPECTOR)
    await busy.officer("备注 下周一去柳湾村看路灯", who=INSPECTOR)
    digests = DigestFacts(store=busy.store, office=busy.office, senses=senses_of(busy.platforms()))
    log = await patrol_log(busy.store, digests, busy.office, "qinghe", at=busy.now)
    assert (log.township, log.day, log.is_confirmed) == ("清禾镇", at(DIGEST_AT).date(), True)
    assert [(one.by, one.at is not None) for one in log.confirmed] == [
        ("镇纪委书记 周明礼", True),
        ("镇纪委干事 陶雨林", False),
    ]
    assert [one.text for one in log.remarks] == ["下周一去柳湾村看路灯"]
    lamps = next(row for row in log.rows if row.facts.group == "g-lw1")
    assert lamps.facts.unanswered == 1
    assert [one.by for one in lamps.urged] == ["镇纪委书记 周明礼"]
    others = [row for row in log.rows if row.facts.village != "柳湾村"]
    assert others
    assert all(row.urged == () for row in others)


async def test_a_day_without_confirmation_stays_unconfirmed(busy: Village) -> None:
    digests = DigestFacts(store=busy.store, office=busy.office, senses=senses_of(busy.platforms()))
    log = await patrol_log(busy.store, digests, busy.office, "qinghe", at=busy.now)
    assert not log.is_confirmed


async def test_a_quarrel_of_the_day_stands_on_the_page_without_a_name(village: Village) -> None:
    words = [("阿珍", "你放屁"), ("老杨", "滚蛋"), ("六叔", "不要脸的东西"), ("桂婶", "骗子"), ("阿珍", "闭嘴吧你")]
    for name, text in words * 3:
        await village.says(name, text, after=20)
    await village.until(DIGEST_AT)
    page = next(text for text in await village.told(INSPECTOR, OutKind.DIGEST))
    assert "群里起了争执（1）" in page
    assert "起争执，已私下告诉村支书和值班员" in page
    assert not any(name in page for name, _ in words)


async def test_how_clues_stand_is_told_to_the_discipline_role_apart_from_the_page(village: Village) -> None:
    await village.says("守井人", "早")
    await village.says("守井人", "村会计何桂珍虚报务工，套取村集体的钱三千元", group=None, after=60)
    await village.until(DIGEST_AT)
    sent = [one.outgoing for one in await village.sent(OutKind.DIGEST)]
    page, private = [one for one in sent if one.to == ToPerson(person="p-zml")]
    assert "线索" not in page.text
    assert private.confidential
    assert private.text == "【只给您看，请不要转发】\n线索没办完的不到3条，其中没看过的不到3条，回“线索”看。"


async def test_matters_that_come_again_and_again_are_a_hint_for_the_discipline_role_only(village: Village) -> None:
    for place in ("一组", "二组", "三组"):
        await village.says("阿珍", f"{place}路灯又不亮了", after=600)
    await village.until(DIGEST_AT)
    private = [one.outgoing for one in await village.sent(OutKind.DIGEST) if one.outgoing.confidential]
    assert {one.to for one in private} == {ToPerson(person="p-zml"), ToPerson(person="p-tyl")}
    assert all("· 柳湾村一个月里反映“路灯”3件" in one.text for one in private)
