"""Runs and annotations that cannot be scored say why."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.messages import Incoming, OutKind
from bot.score import Gold, GoldError, Run, RunError, read_gold, score

Row = dict[str, Any]

DATA = Path(__file__).parents[2] / "data"


def test_the_annotation_of_another_chat_is_refused(gold: Gold, chat: tuple[Incoming, ...]) -> None:
    with pytest.raises(GoldError, match=r"标注 liuwan 提到的消息不在这份聊天里:m17、m18"):
        score(Run(), gold, chat[:-2])


def test_rows_that_are_no_replay_are_refused_all_at_once() -> None:
    rows: list[Row] = [
        {"type": "sent", "at": "2026-05-12T18:00:00", "to": "g-lw", "kind": "shout", "text": 3, "ticket": True},
        {"type": "ticket", "number": None, "category": "help", "messages": ["m1"], "followups": "m2"},
        {"type": "tikcet"},
        {"messages": []},
    ]
    with pytest.raises(RunError) as caught:
        Run.from_rows(rows)
    assert str(caught.value).split("\n") == [
        "回放的结果有 11 处错误:",
        "第 1 行:to 应是 {…}",
        "第 1 行:at 应是带时区的 ISO 8601 时间,不能是“2026-05-12T18:00:00”",
        f"第 1 行:kind 不能是“shout”,可以是 {'、'.join(OutKind)}",
        "第 1 行:text 应是文字",
        "第 1 行:ticket 应是整数或 null",
        "第 2 行:number 应是整数",
        "第 2 行:followups 应是文字的列表",
        "第 2 行:缺少 supporters",
        "第 2 行:缺少 first_cadre_reply",
        "第 3 行:不认识的 type “tikcet”",
        "第 4 行:缺少 type",
    ]


@pytest.fixture
def liuwan() -> Row:
    value: Row = json.loads((DATA / "liuwan.gold.json").read_text(encoding="utf-8"))
    return value


def test_an_annotation_is_refused_with_all_its_faults(tmp_path: Path, liuwan: Row) -> None:
    del liuwan["appeals"][0]["followups"]
    liuwan["appeals"][1].update(label="none", urgent="yes", alt_label="clue")
    liuwan["clues"][0]["messages"] = "m11"
    liuwan["heat"] = [{"from": "2026-05-12", "to": 3}]
    del liuwan["must_stay_silent"]
    path = tmp_path / "liuwan.gold.json"
    path.write_text(json.dumps(liuwan), encoding="utf-8")
    with pytest.raises(GoldError) as caught:
        read_gold(path)
    assert str(caught.value).split("\n") == [
        f"标注文件 {path} 有 8 处错误:",
        "appeals 第 1 项:缺少 followups",
        "appeals 第 2 项:label 不能是“none”,可以是 consultation、help、suggestion、disclosure",
        "appeals 第 2 项:alt_label 不能是“clue”,可以是 consultation、help、suggestion、disclosure,没有就留空",
        "appeals 第 2 项:urgent 应是 true 或 false",
        "clues 第 1 项:messages 应是文字的列表",
        "整个文件:缺少 must_stay_silent",
        "heat 第 1 项:from 应是带时区的 ISO 8601 时间,不能是“2026-05-12”",
        "heat 第 1 项:to 应是时间",
    ]


def test_an_annotation_that_contradicts_itself_is_refused(tmp_path: Path, liuwan: Row) -> None:
    liuwan["appeals"][3]["key"] = "c1"
    liuwan["clues"][1]["messages"] = []
    liuwan["must_stay_silent"].append("m16")
    liuwan["heat"] = [{"from": "2026-05-12T19:05:00+08:00", "to": "2026-05-12T19:00:00+08:00"}]
    path = tmp_path / "liuwan.gold.json"
    path.write_text(json.dumps(liuwan), encoding="utf-8")
    with pytest.raises(GoldError) as caught:
        read_gold(path)
    assert str(caught.value).split("\n")[1:] == [
        "c1:这个 key 用了 2 次",
        "c2:messages 不能是空的",
        "c1:m16 既是诉求的一段,又在 must_stay_silent 里",
        "heat:2026-05-12T19:05:00+08:00 晚于 2026-05-12T19:00:00+08:00",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"appeals": [', "不是完整的 JSON:第 1 行第 14 个字符处"),
        ("柳湾".encode("gb18030"), "不是 UTF-8 编码"),
        (b"[]", "整个文件:应是"),
    ],
)
def test_a_broken_annotation_is_said_plainly(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "liuwan.gold.json"
    path.write_bytes(content)
    with pytest.raises(GoldError, match=said):
        read_gold(path)
    with pytest.raises(GoldError, match="打不开标注文件"):
        read_gold(tmp_path / "none.gold.json")
