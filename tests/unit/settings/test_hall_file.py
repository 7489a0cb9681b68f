"""The villagers of the practice hall: people to speak as, never a cadre and never in a group that is not there."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.settings import Hall, SettingsError, Villager, read_hall

if TYPE_CHECKING:
    from tests.unit.settings.conftest import CountyFolder

HALL = "groups:\n  - group: g\n    villagers:\n      - {account: u-az, nickname: 阿珍, hint: 报修试试}\n"


def test_a_group_has_its_villagers_in_order(folder: "CountyFolder") -> None:
    folder.write("hall.yaml", HALL + "      - {account: u-ly, nickname: 老杨, hint: 问一句}\n")
    folder.read()
    hall = read_hall(folder.path)
    assert hall.of("g") == (
        Villager(account="u-az", nickname="阿珍", hint="报修试试"),
        Villager(account="u-ly", nickname="老杨", hint="问一句"),
    )
    assert hall.of("h") == ()


def test_a_county_without_a_hall_has_an_empty_one(tmp_path: Path) -> None:
    assert read_hall(tmp_path) == Hall()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            HALL.replace("group: g", "group: gg"),
            "hall.yaml:2: 没有编号为“gg”的群，或者它的村还没有上线（是不是想写“g”？）",
        ),
        (HALL.replace("u-az", "u-zb"), "hall.yaml:4: 账号“u-zb”是网格员 赵柏的，不是村民的"),
        (HALL.replace("hint: 报修试试", "hint: "), "hall.yaml:4: hint：不能空着"),
        (
            HALL.replace("nickname", "name"),
            "hall.yaml:4: 缺少 nickname\nhall.yaml:4: 不认识“name”（是不是想写“nickname”？）",
        ),
        (HALL + HALL.partition("\n")[2], "hall.yaml:5: 群“g”写了两遍"),
        (HALL + HALL.splitlines()[-1] + "\n", "hall.yaml:5: 账号“u-az”在这个群里写了两遍"),
        ("group: []\n", "hall.yaml:1: 缺少 groups\nhall.yaml:1: 不认识“group”（是不是想写“groups”？）"),
    ],
)
def test_a_mistake_in_the_hall_is_reported_with_the_others(folder: "CountyFolder", text: str, fault: str) -> None:
    folder.write("hall.yaml", text)
    assert folder.faults() == fault.split("\n")


def test_read_alone_the_hall_refuses_what_it_cannot_understand(folder: "CountyFolder") -> None:
    folder.write("hall.yaml", "groups: 一个\n")
    with pytest.raises(SettingsError, match="要写成列表"):
        read_hall(folder.path)
