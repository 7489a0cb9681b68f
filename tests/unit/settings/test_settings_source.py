"""YAML as operators really type it: unquoted times, leading zeros, tabs, keys written twice."""

from pathlib import Path

import pytest

from bot.settings.source import SHIPPED, Place, parse_yaml, read_yaml, shown


def faults_of(text: str) -> list[str]:
    return [str(fault) for fault in parse_yaml(text, "x.yaml")[1]]


def test_what_was_written_stays_as_it_was_written() -> None:
    source, faults = parse_yaml("a: 08:30\nb: '22:30'\nc: 0123\nd: on\ne: 2026-03-06\nf:\ng: ~\nh: 1.10\n", "x.yaml")
    assert faults == []
    assert source is not None
    assert source.value == {
        "a": "08:30",
        "b": "22:30",
        "c": "0123",
        "d": "on",
        "e": "2026-03-06",
        "f": None,
        "g": None,
        "h": "1.10",
    }


def test_every_value_knows_its_line() -> None:
    source, _ = parse_yaml("people:\n  - name: 阿珍\n    posts:\n      - 网格员\n", "x.yaml")
    assert source is not None
    assert source.line(("people", 0)) == 2
    assert source.line(("people", 0, "posts", 0)) == 4
    assert source.line(("people", 0, "phone")) == 2, "what is missing is reported where it should have been"
    assert source.line(()) == 1


def test_a_key_written_twice_is_refused_and_named_with_both_lines() -> None:
    assert faults_of("a: 1\nb: 2\na: 3\n") == ["x.yaml:3: “a”在同一处写了两遍，前一遍在第 1 行"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a:\n\t- b\n", "x.yaml:2: 格式读不懂：缩进里有制表符（Tab），请改用空格"),
        (
            "a: 提醒: 明天开会\n",
            "x.yaml:1: 格式读不懂：这里多了一个冒号，或者上下行没有对齐；文字里有冒号时请用引号括起来",
        ),
        ("a: '半句\n", "x.yaml:2: 格式读不懂：引号没有成对"),
        ("a: [1, 2\n", "x.yaml:2: 格式读不懂：方括号或花括号没有成对"),
        ("a: @李青山\n", "x.yaml:1: 格式读不懂：开头的符号有特殊含义，请用引号括起来"),
        ("a: *重点\n", "x.yaml:1: 格式读不懂：这里的 * 有特殊含义，请用引号括起来"),
        ("- a\nb: c\n", "x.yaml:2: 格式读不懂：上下行没有对齐"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2: 格式读不懂：一个文件里只能有一份内容，请去掉多余的 --- "),
        ("a: \x07\n", "x.yaml: 格式读不懂：文件里有不能显示的控制字符"),
        ("- a\n- b\n", "x.yaml:1: 最外层要写成“名称: 内容”的样子"),
        ("a: &x 1\n", "x.yaml:1: 不支持用 & 和 * 引用别处的内容，请直接写出来"),
        ("{a: 1}: 2\n", "x.yaml:1: 名称只能是文字；文字里有花括号或方括号时请用引号括起来"),
    ],
)
def test_a_slip_of_the_pen_is_explained_with_its_line(text: str, fault: str) -> None:
    assert faults_of(text) == [fault]


def test_a_list_that_contains_itself_does_not_hang_the_reading() -> None:
    assert faults_of("a: &x\n  - *x\n") == ["x.yaml:1: 不支持用 & 和 * 引用别处的内容，请直接写出来"]


def test_an_empty_file_says_nothing_and_is_no_fault() -> None:
    source, faults = parse_yaml("# 只有说明\n", "x.yaml")
    assert faults == []
    assert source is not None
    assert source.value == {}


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes("村: 柳湾".encode("gbk"))
    (tmp_path / "dir.yaml").mkdir()
    said = [[str(fault) for fault in read_yaml(tmp_path / name)[1]] for name in ("gbk.yaml", "no.yaml", "dir.yaml")]
    assert said == [
        [f"{tmp_path}/gbk.yaml: 文件不是 UTF-8 编码，请另存为 UTF-8"],
        [f"{tmp_path}/no.yaml: 没有找到这个文件"],
        [f"{tmp_path}/dir.yaml: 读不了这个文件（这是文件夹）"],
    ]


def test_the_mark_that_notepad_puts_before_a_file_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    source, faults = read_yaml(tmp_path / "a.yaml")
    assert faults == []
    assert source is not None
    assert source.value == {"a": "1"}


def test_a_file_laid_over_another_changes_only_what_it_names() -> None:
    base, _ = parse_yaml("a:\n  b: 1\n  c: [1, 2]\nd: 4\n", "base.yaml")
    over, _ = parse_yaml("\na:\n  c: [3]\n", "own.yaml")
    assert base is not None
    assert over is not None
    both = over.over(base)
    assert both.value == {"a": {"b": "1", "c": ["3"]}, "d": "4"}
    assert both.places[("a", "b")] == Place(file="base.yaml", line=2)
    assert both.places[("a", "c", 0)] == Place(file="own.yaml", line=3)
    assert ("a", "c", 1) not in both.places


def test_shipped_files_are_named_from_the_product_folder() -> None:
    assert shown(SHIPPED / "rules.yaml") == "config/rules.yaml"
