"""The county's list of powers: read in the form in which such lists are printed, faults named with their lines."""

from pathlib import Path

from bot.settings.knowledge import read_power_list
from bot.settings.source import SHIPPED

OWN = """version: 1
status: confirmed
complain: 拨12345
categories:
  - id: A
    name: 救助
    items:
      - id: A-01
        name: 特困供养申请
        responsible: 民政办
        materials: "户口本"
        total_limit: "30个工作日(默认)"
        where: "—"
        steps:
          - {n: 1, do: 申请, who: 本人, limit: —}
"""


def test_the_shipped_list_is_in_order_and_not_taken_for_confirmed() -> None:
    knowledge, faults = read_power_list(SHIPPED / "power_list.yaml")
    assert faults == []
    assert len(knowledge.powers) >= 20
    assert not knowledge.confirmed
    assert all(power.complain for power in knowledge.powers)


def test_a_countys_own_list_takes_the_place_of_the_sample(tmp_path: Path) -> None:
    own = tmp_path / "power_list.yaml"
    own.write_text(OWN, encoding="utf-8")
    knowledge, faults = read_power_list(SHIPPED / "power_list.yaml", own)
    assert faults == []
    assert knowledge.confirmed
    (power,) = knowledge.powers
    assert power.asked_as == ("特困供养",)
    assert (power.time, power.where, power.complain) == ("30个工作日", "", "拨12345")


def test_faults_are_named_with_their_lines(tmp_path: Path) -> None:
    own = tmp_path / "power_list.yaml"
    own.write_text(
        OWN.replace("responsible: 民政办", "responsable: 民政办")
        + "      - {id: A-02, name: 甲, responsible: 乙, asked_as: [低保]}\n"
        + "      - {id: A-02, name: 丙, responsible: 丁, asked_as: [低保]}\n",
        encoding="utf-8",
    )
    _, faults = read_power_list(SHIPPED / "power_list.yaml", own)
    said = [(fault.line, fault.message) for fault in faults]
    assert (10, "不认识“responsable”（是不是想写“responsible”？）") in said
    assert (17, "编号“A-02”重复了，第 16 行已经用过") in said
    assert (17, "叫法“低保”重复了，第 16 行已经用过") in said


def test_no_list_at_all_is_no_fault(tmp_path: Path) -> None:
    knowledge, faults = read_power_list(tmp_path / "none.yaml")
    assert (knowledge.powers, faults) == ((), [])
