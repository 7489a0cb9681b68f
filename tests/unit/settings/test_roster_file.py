"""The roster: somebody answers every day, and it is somebody of that very village."""

from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.settings.conftest import CountyFolder

WEEK = "villages:\n  v:\n    weekly: {每天: [p-zb]}\n"


def plan(text: str) -> str:
    return "villages:\n  v:\n" + "".join(f"    {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    "weekly",
    [
        "weekly: {每天: [p-zb]}",
        "weekly: {每天: p-zb}",
        "weekly: {周一至周五: [p-zb], 周六: [p-zb], 周日: [p-zb]}",
        "weekly: {周一到周六: [p-zb], 星期天: [p-zb]}",
        "weekly: {mon: [p-zb], tue: [p-zb], Wed: [p-zb], thu: [p-zb], fri: [p-zb], 周六: [p-zb], sun: [p-zb]}",
    ],
)
def test_a_week_may_be_written_in_many_ways(folder: "CountyFolder", weekly: str) -> None:
    folder.write("roster.yaml", plan(weekly))
    roster = folder.read().roster
    assert roster.weekly == {("v", weekday): ("p-zb",) for weekday in range(7)}


def test_a_named_day_goes_before_the_week(folder: "CountyFolder") -> None:
    county = (folder.path / "county.yaml").read_text(encoding="utf-8")
    second = "          - {id: p-qm, name: 钱梅, post: 村委会委员, roles: [两委成员]}\n        groups:"
    folder.write("county.yaml", county.replace("        groups:", second))
    folder.write("roster.yaml", plan("weekly: {每天: [p-zb]}\ndays:\n  2026-10-01: [p-qm, p-zb]"))
    roster = folder.read().roster
    assert roster.on_duty("v", date(2026, 10, 1)) == ("p-qm", "p-zb")
    assert roster.on_duty("v", date(2026, 10, 2)) == ("p-zb",)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (
            plan("weekly: {周一至周五: [p-zb]}"),
            ["roster.yaml:3: 周六、周日没有人值班；每天都要有人"],
        ),
        (
            plan("weekly: {每天: [p-zb], 周八: [p-zb]}"),
            [
                "roster.yaml:3: 不认识“周八”；可以写 周一 到 周日、周一至周五、每天",
            ],
        ),
        (plan("weekly: {每天: [p-zb], 周三: [p-zb]}"), ["roster.yaml:3: 周三写了两遍"]),
        (plan("weekly: {每天: []}"), ["roster.yaml:3: 每天没有写值班人"]),
        (
            plan("weekly: {每天: }"),
            ["roster.yaml:3: 每天：要写成列表（每行用 - 开头，或用方括号），现在空着"],
        ),
        (plan("weekly: {每天: [p-zb, p-zb]}"), ["roster.yaml:3: “p-zb”写了两遍"]),
        (
            plan("weekly: {每天: [p-zn]}"),
            ["roster.yaml:3: county.yaml 里没有编号为“p-zn”的人（是不是想写“p-zb”？）"],
        ),
        (
            plan("weekly: {每天: [p-jw]}"),
            ["roster.yaml:3: 季文（p-jw）是小镇的人，不能排进这个村的值班表"],
        ),
        (
            plan("weekly: {每天: [p-zb]}\ndays:\n  2026-02-30: [p-zb]\n  二月初一: [p-zb]"),
            [
                "roster.yaml:5: “2026-02-30”不是真实的日期，要写成 2026-03-06 这样",
                "roster.yaml:6: “二月初一”不是真实的日期，要写成 2026-03-06 这样",
            ],
        ),
        (
            plan("weekly: {每天: [p-zb]}\ndays:\n  2026-03-06: [p-zb]\n  2026-3-6: [p-zb]"),
            ["roster.yaml:6: 2026-03-06 写了两遍"],
        ),
        (plan("day: {}"), ["roster.yaml:2: 缺少 weekly", "roster.yaml:3: 不认识“day”（是不是想写“days”？）"]),
        (WEEK + "  w: {weekly: {每天: [p-zb]}}\n", ["roster.yaml:4: county.yaml 里没有编号为“w”的村"]),
        (
            "villages: {}\n",
            ["county.yaml:8: 小村（v）没有值班表，不能上线；请写进 roster.yaml，或者暂时写 active: false"],
        ),
        (
            "",
            [
                "county.yaml:8: 小村（v）没有值班表，不能上线；请写进 roster.yaml，或者暂时写 active: false",
                "roster.yaml: 缺少 villages",
            ],
        ),
    ],
)
def test_a_roster_with_a_hole_or_a_stranger_is_sent_back(folder: "CountyFolder", text: str, faults: list[str]) -> None:
    folder.write("roster.yaml", text)
    assert folder.faults() == faults


def test_somebody_of_the_next_village_cannot_be_put_on_duty(folder: "CountyFolder") -> None:
    county = (folder.path / "county.yaml").read_text(encoding="utf-8")
    other = "      - {id: w, name: 邻村, people: [{id: p-lj, name: 林杰, post: 网格员, roles: [值班员]}]}\n"
    folder.write("county.yaml", county + other)
    folder.write("roster.yaml", WEEK.replace("[p-zb]", "[p-lj]") + "  w: {weekly: {每天: [p-lj]}}\n")
    assert folder.faults() == ["roster.yaml:3: 林杰（p-lj）是邻村的人，不能排进这个村的值班表"]


def test_without_a_roster_file_no_village_starts(folder: "CountyFolder") -> None:
    (folder.path / "roster.yaml").unlink()
    assert folder.faults() == ["roster.yaml: 没有找到这个文件"]


def test_who_is_known_to_be_away_is_not_on_duty(folder: "CountyFolder") -> None:
    away = "absences:\n  - {person: p-zb, from: 2026-03-02, to: 2026-03-06}\n  - {person: p-zb, from: 2026-04-01}\n"
    folder.write("roster.yaml", WEEK + away)
    roster = folder.read().roster
    assert roster.on_duty("v", date(2026, 3, 6)) == ()
    assert roster.on_duty("v", date(2026, 3, 7)) == ("p-zb",)
    assert roster.on_duty("v", date(2026, 4, 1)) == ()


@pytest.mark.parametrize(
    ("away", "fault"),
    [
        ("{person: p-zz, from: 2026-03-02}", "roster.yaml:5: county.yaml 里没有编号为“p-zz”的人（是不是想写“p-zb”？）"),
        (
            "{person: p-zb, from: 2026-03-06, to: 2026-03-02}",
            "roster.yaml:5: 2026-03-02 在 2026-03-06 前面，请假的日子写反了",
        ),
        ("{person: p-zb}", "roster.yaml:5: 缺少 from"),
    ],
)
def test_an_absence_must_be_somebodys_and_last(folder: "CountyFolder", away: str, fault: str) -> None:
    folder.write("roster.yaml", f"{WEEK}absences:\n  - {away}\n")
    assert folder.faults() == [fault]
