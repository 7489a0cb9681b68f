"""An exported chat comes in late and only once: tickets keep the time at which things were said (R76)."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from bot.chatfile import ChatFileError
from bot.commands.importing import read_export, take_in
from bot.domain.messages import OutKind
from bot.domain.tickets import State
from bot.engine import Engine
from tests.flow.village import Village
from tests.world import account, at

EXPORT = """柳湾村村民群①的聊天记录

—————  2026-03-02  —————

阿珍  09:12
二组路灯又不亮了

老杨  09:13
我家门口也是黑的

豆腐西施  09:30
豆腐出锅了

—————  2026-03-05  —————

六叔  16:00
请问医保缴费截止到哪天

李青山  16:20
六叔，医保缴到12月25日，村部能代缴
"""


async def imports(village: Village, path: Path, group: str | None = None) -> str:
    read = read_export(path, village.office, group=group, now=village.now)
    engine = Engine(store=village.store, office=village.office, judge=village.judge, platforms=village.platforms())
    return await take_in(read, village.store, engine, village.office, now=village.now)


def writes(folder: Path, text: str) -> Path:
    path = folder / "longer.txt"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "群聊.txt"
    path.write_text(EXPORT, encoding="gb18030")
    return path


async def test_an_exported_chat_opens_what_was_asked_with_its_own_clock(village: Village, export: Path) -> None:
    await village.until("2026-03-06 10:00")
    assert await imports(village, export) == (
        "读到 5 条，新收 5 条，以前收过 0 条。\n"
        "新立：柳湾村1号 求助 二组路灯，另有1户，3月2日（周一）09:12说的，3月5日（周四）17:30前，"
        "已经过了时限，会马上提醒经办人\n"
        "新立：柳湾村2号 咨询 医保，3月5日（周四）16:00说的，3月9日（周一）17:30前"
    )
    lamp, question = await village.ticket(1), await village.ticket(2)
    assert lamp.ticket.said_at == at("2026-03-02 09:12")
    assert question.ticket.state is State.ANSWERED
    await village.wait(minutes=1)
    assert any("1号" in said for said in await village.told("李青山", OutKind.OVERDUE))


async def test_a_second_import_changes_nothing_and_a_longer_one_adds_only_what_is_new(
    village: Village, export: Path
) -> None:
    await village.until("2026-03-06 10:00")
    await imports(village, export)
    before = await village.everything()
    assert await imports(village, export) == "读到 5 条，新收 0 条，以前收过 5 条。\n没有新的工单。"
    assert await village.everything() == before
    longer = writes(export.parent, f"{EXPORT}\n桂婶  17:00\n三组水管漏水了，路上全是水\n")
    assert "新收 1 条，以前收过 5 条" in await imports(village, longer)
    assert len(await village.tickets()) == 3


async def test_what_the_bot_heard_itself_is_not_taken_in_again(village: Village, tmp_path: Path) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=5)
    path = tmp_path / "chat.txt"
    path.write_text("2026-03-06 08:00 阿珍\n二组路灯又不亮了\n", encoding="utf-8")
    assert "新收 0 条，以前收过 1 条" in await imports(village, path, "g-lw1")
    assert len(await village.tickets()) == 1


def row(number: int, text: str, when: datetime, **more: object) -> str:
    said = {"id": f"m{number}", "at": when.isoformat(), "group": "g-lw1", "sender": account("阿珍"), "text": text}
    return json.dumps(said | more, ensure_ascii=False)


async def test_equal_ids_of_two_recorded_chats_are_two_messages_and_quotes_still_fit(
    village: Village, tmp_path: Path
) -> None:
    await village.until("2026-03-06 10:00")
    path = tmp_path / "one.jsonl"
    path.write_text(row(1, "二组路灯又不亮了", at("2026-03-05 09:00")) + "\n", encoding="utf-8")
    await imports(village, path)
    other = tmp_path / "two.jsonl"
    asked = row(1, "请问医保缴费截止到哪天", at("2026-03-05 15:00"), sender=account("六叔"))
    reply = row(2, "缴到12月25日，村部能代缴", at("2026-03-05 15:30"), sender=account("李青山"), quote="m1")
    whisper = row(3, "这件事别让人知道", at("2026-03-05 15:31"), group=None)
    other.write_text(f"{asked}\n{reply}\n{whisper}\n", encoding="utf-8")
    assert "另有私聊 1 条，没有收" in await imports(village, other)
    assert (await village.ticket(2)).ticket.state is State.ANSWERED


async def test_a_cry_for_help_of_last_week_rings_nobody_but_is_not_lost(village: Village, tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text("2026-03-02 09:12 阿珍\n三组老屋着火了快来人\n", encoding="utf-8")
    await imports(village, path, "柳湾村村民群①")
    await village.wait(minutes=15)
    assert await village.sent(OutKind.EMERGENCY) == []
    assert len(await village.tickets()) == 1


async def test_nicknames_are_not_kept(village: Village, export: Path) -> None:
    await imports(village, export)
    assert "豆腐西施" not in str(await village.everything())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("路灯坏了\n", "没有读到聊天记录"),
        ("阿珍：二组路灯又不亮了\n", "1 条没有时间"),
        ('{"id": "m1", "at": "2026-03-05T09:00:00+08:00", "group": "elsewhere", "sender": "x"}\n', "不认识这些群"),
    ],
)
async def test_a_file_that_cannot_be_used_is_refused_in_plain_words(
    village: Village, tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "chat.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ChatFileError, match=reason):
        read_export(path, village.office, group=None if text.startswith("{") else "g-lw1", now=village.now)


async def test_an_export_without_a_title_needs_the_group(village: Village, tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text("2026-03-05 09:00 阿珍\n路灯坏了\n", encoding="utf-8")
    with pytest.raises(ChatFileError, match="请加 --group"):
        read_export(path, village.office, group=None, now=village.now)
