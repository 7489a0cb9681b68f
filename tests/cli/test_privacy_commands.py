"""Somebody comes to the office and asks what is stored about him; the operator looks, and deletes it for him."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Command, lived_through
from tests.nursery import Nursery

LAMP = {
    "id": "m1",
    "at": "2026-03-06T09:12:03+08:00",
    "platform": "practice",
    "group": "g-lw1",
    "sender": "u-guest",
    "name": "远客",
    "kind": "text",
    "text": "二组路灯又不亮了,谁来修一下",
}


@pytest.fixture(scope="module")
def dark(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Path:
    """A county in which a lamp is dark, to be copied."""
    return lived_through(tmp_path_factory.mktemp("dark"), nursery, LAMP)


@pytest.fixture
def database(tmp_path: Path, dark: Path) -> Path:
    """The same, which a test may change."""
    shutil.copytree(dark, tmp_path, dirs_exist_ok=True)
    return tmp_path / "county.db"


def test_the_operator_shows_and_deletes_and_leaves_a_record_without_content(database: Path, xiaowei: Command) -> None:
    shown = xiaowei("privacy", "show", "practice/u-guest")
    assert shown.code == 0
    assert "说过的话 1 条，最早的一条是 2026-03-06 说的" in shown.out
    assert "柳湾村 2026年1号 2026-03-06 在办 二组路灯又不亮了" in shown.out
    unsure = xiaowei("privacy", "erase", "practice/u-guest", stdin=b"n\n")
    assert unsure.code == 1
    deleted = xiaowei("privacy", "erase", "practice/u-guest", "--yes")
    assert "还有 1 件没办结，办结以后再去掉账号" in deleted.out
    assert "u-guest" not in shown.err + deleted.err
    with closing(sqlite3.connect(database)) as raw:
        kept = raw.execute("SELECT asked, made_by, who, done_at IS NULL FROM privacy_requests ORDER BY id").fetchall()
    assert [(asked, by, open_) for asked, by, _, open_ in kept] == [("shown", "operator", 0), ("erased", "operator", 1)]
    assert "u-guest" not in str(kept)
    assert "要求过删除，还没删完" in xiaowei("privacy", "show", "practice/u-guest").out


def test_what_cannot_be_looked_up_is_said_plainly(database: Path, xiaowei: Command, anew: Command) -> None:
    assert database.is_file()
    wrong = anew("privacy", "show", "u-guest")
    assert (wrong.code, "写成 平台/账号" in wrong.err) == (1, True)
    nobody = xiaowei("privacy", "show", "practice/u-nobody")
    assert nobody.out == "没有这个账号的记录。线索台账不在此列。\n"
    officer = xiaowei("privacy", "erase", "practice/u-lqs", "--yes")
    assert (officer.code, "是登记的干部" in officer.err) == (1, True)
