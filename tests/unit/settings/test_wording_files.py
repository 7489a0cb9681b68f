"""Sentences that a county words in its own way: it may change how a thing is said, never what is filled in."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.settings.sentences import read_wording
from bot.settings.source import SHIPPED

if TYPE_CHECKING:
    from tests.unit.settings.conftest import CountyFolder


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Two shipped files, one nested and one flat."""
    write(tmp_path / "shipped", "a.yaml", 'receipt:\n  opened: "记下了，{due} 前答复"\n  joined: 也记上了\n')
    write(tmp_path / "shipped", "b.yaml", "duty.notice: |\n  今天{people}值班\n  有事请讲\n")
    return tmp_path / "shipped"


def own_faults(shipped: Path, text: str) -> list[str]:
    own = shipped.parent / "own"
    write(own, "mine.yaml", text)
    return [str(fault).removeprefix(f"{own}/") for fault in read_wording(shipped, own)[1]]


def test_nested_and_flat_keys_of_all_files_become_one_list(shipped: Path) -> None:
    assert read_wording(shipped) == (
        {
            "receipt.opened": "记下了，{due} 前答复",
            "receipt.joined": "也记上了",
            "duty.notice": "今天{people}值班\n有事请讲",
        },
        [],
    )


def test_a_county_changes_one_sentence_and_keeps_the_others(shipped: Path) -> None:
    write(shipped.parent / "own", "x.yaml", "receipt.joined: 好，一起记\n")
    sentences, faults = read_wording(shipped, shipped.parent / "own")
    assert faults == []
    assert sentences["receipt.joined"] == "好，一起记"
    assert sentences["receipt.opened"] == "记下了，{due} 前答复"


def test_a_county_may_leave_a_placeholder_out(shipped: Path) -> None:
    assert own_faults(shipped, "receipt:\n  opened: 记下了\n") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "receipt:\n  opened: 记下了，{deu} 前\n",
            "mine.yaml:2: receipt.opened：不认识 {deu}；这一句只能用 {due}",
        ),
        ("receipt:\n  joined: 好，{due}\n", "mine.yaml:2: receipt.joined：不认识 {due}；这一句不能用 {…}"),
        ("receipt:\n  open: 好\n", "mine.yaml:2: 没有“receipt.open”这一句（是不是想写“receipt.opened”？）"),
        ("receipt:\n  opened:\n", "mine.yaml:2: receipt.opened：要写一句话，不能空着"),
        ("receipt.opened: ' '\n", "mine.yaml:1: receipt.opened：要写一句话，不能空着"),
        ("receipt:\n  opened:\n    a: 好\n", "mine.yaml:2: receipt.opened：要写一句话；名称最多分两层"),
        ("receipt.opened: [好]\n", "mine.yaml:1: receipt.opened：要写一句话；名称最多分两层"),
        (
            "receipt:\n  opened: 记下了，{due 前答复\n",
            (
                "mine.yaml:2: receipt.opened：花括号写得不对（“记下了，{due 前”附近），"
                "占位要写成 {name}，要显示花括号本身请写两遍"
            ),
        ),
        (
            "receipt:\n  opened: '{due.year} 前'\n",
            "mine.yaml:2: receipt.opened：花括号写得不对（“{due.y”附近），占位要写成 {name}，要显示花括号本身请写两遍",
        ),
        (
            "receipt.opened: 好\nreceipt:\n  opened: 行\n",
            "mine.yaml:3: “receipt.opened”在 OWN/mine.yaml 第 1 行已经写过",
        ),
    ],
)
def test_a_sentence_that_could_not_be_filled_is_sent_back(shipped: Path, text: str, fault: str) -> None:
    assert own_faults(shipped, text) == [fault.replace("OWN", str(shipped.parent / "own"))]


def test_a_file_with_the_wrong_ending_is_not_silently_passed_over(shipped: Path) -> None:
    write(shipped.parent / "own", "x.yml", "receipt.joined: 好\n")
    faults = read_wording(shipped, shipped.parent / "own")[1]
    assert [fault.message for fault in faults] == ["文件名要以 .yaml 结尾，否则不会读"]


def test_the_shipped_sentences_are_in_order(folder: "CountyFolder") -> None:
    _, faults = read_wording(SHIPPED / "wording")
    assert faults == []
    assert folder.read().wording["day.weekday_4"] == "周五"
