"""The county's own numbers over the shipped ones: times of day, bounds, and slips in the names."""

from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.rules import Rules
from bot.settings.rulebook import read_rules
from bot.settings.source import SHIPPED

if TYPE_CHECKING:
    from tests.unit.settings.conftest import CountyFolder


def test_the_shipped_file_says_what_the_programme_assumes_and_leaves_nothing_out() -> None:
    rules, faults = read_rules(SHIPPED / "rules.yaml")
    assert faults == []
    assert rules == Rules()
    assert set(rules.model_fields_set) == set(Rules.model_fields)
    for name in rules.model_fields_set:
        part = getattr(rules, name)
        if not isinstance(part, tuple):
            assert set(part.model_fields_set) == set(type(part).model_fields), name


def test_a_county_changes_one_number_and_keeps_the_others(folder: "CountyFolder") -> None:
    folder.write("rules.yaml", "deadlines:\n  help: 4\n")
    deadlines = folder.read().rules.deadlines
    assert (deadlines.consultation, deadlines.help, deadlines.suggestion) == (2, 4, 5)


@pytest.mark.parametrize("written", ["08:05", "'08:05'", '"8:05"', "8:05", "8：05"])
def test_a_time_of_day_comes_out_right_quoted_or_not(folder: "CountyFolder", written: str) -> None:
    folder.write("rules.yaml", f"schedule:\n  duty_notice: {written}\n")
    assert folder.read().rules.schedule.duty_notice == time(8, 5)


def test_half_past_ten_at_night_is_no_number_of_minutes(folder: "CountyFolder") -> None:
    folder.write("rules.yaml", "quiet_hours: {begin: 22:30, end: 06:00}\n")
    quiet = folder.read().rules.quiet_hours
    assert (quiet.begin, quiet.end) == (time(22, 30), time(6))


def test_a_list_is_replaced_whole(folder: "CountyFolder") -> None:
    folder.write("rules.yaml", "office_hours:\n  - {begin: 09:00, end: 16:00}\nreminders: {at: [0.9]}\n")
    rules = folder.read().rules
    assert [(span.begin, span.end) for span in rules.office_hours] == [(time(9), time(16))]
    assert rules.reminders.at == (0.9,)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("deadlines: {help: 0}\n", "rules.yaml:1: help：要大于 0，现在是“0”"),
        ("deadlines: {help: 三天}\n", "rules.yaml:1: help：要写整数，现在是“三天”"),
        ("deadlines: {help: 2.5}\n", "rules.yaml:1: help：要写整数，现在是“2.5”"),
        (
            "emergency: {numbers: [{number: 13x, name: 老李, words: [火]}]}\n",
            "rules.yaml:1: number：要写 3 到 5 位的公共号码，现在是“13x”",
        ),
        ("deadlines: {halp: 2}\n", "rules.yaml:1: 不认识“halp”（是不是想写“help”？）"),
        ("deadline: {help: 2}\n", "rules.yaml:1: 不认识“deadline”（是不是想写“deadlines”？）"),
        ("\ndeadlines:\n", "rules.yaml:2: deadlines：要写成“名称: 内容”的样子，现在空着"),
        (
            "office_hours: [{begin: 9:00, fin: 12:00}]\n",
            "rules.yaml:1: 缺少 end\nrules.yaml:1: 不认识“fin”",
        ),
        (
            "office_hours:\n  - {begin: 12:00, end: 9:00}\n",
            "rules.yaml:2: 开始时间要早于结束时间（begin 早于 end）",
        ),
        (
            "office_hours:\n  - {begin: 9:00, end: 12:00}\n  - {begin: 11:00, end: 17:00}\n",
            "rules.yaml:1: office_hours 要按先后排列，不能重叠",
        ),
        ("office_hours: []\n", "rules.yaml:1: office_hours 至少要有一段办公时间"),
        ("office_hours: 全天\n", "rules.yaml:1: office_hours：要写成列表（每行用 - 开头，或用方括号），现在是“全天”"),
        (
            "silence:\n  yellow_days: 9\n",
            "rules.yaml:1: 天数要依次变大：yellow_days < orange_days < red_days",
        ),
        ("reminders: {at: [0.5, 1]}\n", "rules.yaml:1: at：要小于 1，现在是“1”"),
        ("reminders: {at: [一半]}\n", "rules.yaml:1: at：要写数字，现在是“一半”"),
        ("delivery: {pause_seconds: -1}\n", "rules.yaml:1: pause_seconds：不能小于 0，现在是“-1”"),
        (
            "schedule: {digest: 24:00}\n",
            "rules.yaml:1: digest：时间要写成 08:30 这样（00:00 到 23:59），现在是“24:00”",
        ),
        (
            "schedule: {digest: 1700}\n",
            "rules.yaml:1: digest：时间要写成 08:30 这样（00:00 到 23:59），现在是“1700”",
        ),
        (
            "schedule: {digest: 17:00+00:00}\n",
            "rules.yaml:1: digest：时间写到分钟为止，例如 08:30，现在是“17:00+00:00”",
        ),
        (
            "delivery: {password: 123}\n",
            (
                "rules.yaml:1: “password”像是密码或密钥，不能写在配置文件里；"
                "请放进环境变量（见 docs/configuration.md“环境变量”）"
            ),
        ),
    ],
)
def test_a_number_that_cannot_be_meant_is_sent_back(folder: "CountyFolder", text: str, fault: str) -> None:
    folder.write("rules.yaml", text)
    assert folder.faults() == fault.split("\n")


def test_without_the_shipped_file_nothing_is_guessed(tmp_path: Path) -> None:
    _, faults = read_rules(tmp_path / "rules.yaml")
    assert [str(fault) for fault in faults] == [f"{tmp_path}/rules.yaml: 没有找到这个文件"]
