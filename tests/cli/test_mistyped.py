"""What an operator typed wrongly is said in the operator's language, with where to look it up."""

import pytest

from tests.cli.conftest import Command


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["chek"], "没有 chek 这个命令（是不是想写 check？）。怎么写，请看：xiaowei --help"),
        (["export", "rankin"], "没有 rankin 这个命令（是不是想写 ranking？）。怎么写，请看：xiaowei export --help"),
        (["export", "patrol", "--ouut", "x"], "没有 --ouut 这个选项（是不是想写 --out？）。"),
        (["export", "halfyear"], "还要写 --half。怎么写，请看：xiaowei export halfyear --help"),
        (["deadline", "help"], "还要写 timestamp。"),
        (["export", "slip", "柳湾村", "--out"], "--out 后面要写内容"),
        (["check", "now"], "多写了 now。"),
        (["backup", "--keep", "三"], "--keep：要写整数。"),
    ],
)
def test_the_mistake_is_named(xiaowei: Command, words: list[str], told: str) -> None:
    done = xiaowei(*words)
    assert done.code == 2
    assert told in done.err.replace("python -m bot", "xiaowei").replace("root", "xiaowei")
    assert done.out == ""


def test_without_a_word_the_commands_are_listed(xiaowei: Command) -> None:
    done = xiaowei()
    assert done.code == 2
    assert "export" in done.out + done.err


def test_a_file_that_is_none_is_named_with_the_reason(xiaowei: Command) -> None:
    done = xiaowei("replay", "no-such-chat.jsonl")
    assert done.code == 1
    assert "打不开聊天记录 no-such-chat.jsonl:没有这个文件或文件夹" in done.err
