"""The operator exports the ledger for somebody of the discipline role, changes the keys, and checks the history."""

import asyncio
import shutil
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bot.commands.checks import say_kind
from bot.store.media_files import SealedFiles
from bot.store.vault import Vault
from tests.cli.conftest import Command, lived_through
from tests.nursery import Nursery

WHISPER = {
    "id": "m1",
    "at": "2026-03-06T09:12:03+08:00",
    "platform": "practice",
    "group": None,
    "sender": "u-sj",
    "name": "守井人",
    "kind": "text",
    "text": "柳湾村会计何桂珍把修塘坝的水泥款虚报了四万三 发票是假的 我是二组的守井人 电话13812345678",
}


@pytest.fixture(scope="module")
def whispered(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Path:
    """A county in which 守井人 has whispered a clue after a good morning in the group, to be copied."""
    morning = WHISPER | {"id": "m0", "at": "2026-03-06T09:00:00+08:00", "group": "g-lw1", "text": "早"}
    return lived_through(tmp_path_factory.mktemp("whispered"), nursery, morning, WHISPER)


@pytest.fixture
def database(tmp_path: Path, whispered: Path) -> Path:
    """The same, which a test may change."""
    shutil.copytree(whispered, tmp_path, dirs_exist_ok=True)
    return tmp_path / "county.db"


def rows(file: Path) -> list[list[object]]:
    return [list(row) for row in CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()]


def test_the_sheet_holds_what_its_reader_may_see_and_nothing_of_who_told_it(
    database: Path, tmp_path: Path, xiaowei: Command
) -> None:
    out = tmp_path / "移送单.xlsx"
    answer = xiaowei("export", "clues", "--role-of", "周明礼", "--out", str(out))
    assert answer.out == f"已写 {out}，共 1 条。每一条都留下了导出记录，请妥善保管。\n"
    (_, case) = rows(out)
    assert "四万三" in str(case)
    assert [word for word in ("守井人", "13812345678", "u-sj", "09:12") if word in str(case)] == []
    refused = xiaowei("export", "clues", "--role-of", "张春根", "--out", str(tmp_path / "no.xlsx"))
    assert (refused.code, refused.err) == (1, "张春根 不是镇纪检或县级专班的人，不能导出线索。\n")
    assert database.is_file()


def test_after_a_change_of_keys_everything_is_still_there(
    database: Path, tmp_path: Path, xiaowei: Command, anew: Command
) -> None:
    keys = database.with_name("clue.keys")
    before = keys.read_text(encoding="utf-8")
    assert xiaowei("clues", "rotate-key").out.startswith("已换新钥匙，重新封存 ")
    assert len(keys.read_text(encoding="utf-8").splitlines()) == len(before.splitlines()) + 1
    assert anew("clues", "verify").out == "线索台账记录完整，没有被改动\n"
    xiaowei("export", "clues", "--role-of", "周明礼", "--out", str(tmp_path / "a.xlsx"))
    assert len(rows(tmp_path / "a.xlsx")) == 2


def test_a_missing_key_is_named_by_the_check(database: Path, xiaowei: Command) -> None:
    database.with_name("clue.keys").unlink()
    assert "封存钥匙：数据库或图片文件夹里有内容是用别的钥匙封的" in xiaowei("check").out
    assert not database.with_name("clue.keys").exists(), "a look makes no key"


def test_a_missing_key_of_pictures_alone_is_named_as_well(database: Path, xiaowei: Command) -> None:
    stranger = Vault(file=database.with_name("other.keys"))
    stranger.ready()
    files = SealedFiles(folder=database.with_name("media"), vault=stranger)
    asyncio.run(files.put(b"evidence"))
    told = xiaowei("check").out
    assert "封存钥匙：数据库或图片文件夹里有内容是用别的钥匙封的" in told
    assert next(iter(files.numbers())) in told


def test_media_that_could_not_be_got_have_a_name_for_the_operator() -> None:
    assert say_kind("media") == "没能取到的图片、语音或文件"
