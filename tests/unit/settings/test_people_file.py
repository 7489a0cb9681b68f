"""The throw-away village around a recorded chat."""

import json
from datetime import date
from pathlib import Path

import pytest

from bot.domain.categories import Level
from bot.domain.duty import line_of_duty
from bot.domain.org import Account, Group, Person, Role
from bot.domain.rules import Rules
from bot.settings import SettingsError, settings_for_people

PEOPLE = {
    "village": "石头村",
    "group": "g-st",
    "group_name": "石头村大家庭",
    "people": [
        {"id": "u-1", "name": "老丁🌻", "role": "secretary", "post": "村党支部书记"},
        {"id": "u-2", "name": "小何", "role": "duty_officer", "post": "网格员"},
        {"id": "u-3", "name": "会计 庄", "role": "committee", "post": "会计"},
        {"id": "u-4", "name": "镇纪委 白", "role": "inspector", "post": "镇纪委干事"},
        {"id": "u-5", "name": "阿珍", "role": "villager", "post": ""},
        {"id": "u-6", "name": "小卖部", "role": "villager"},
    ],
}


def write(folder: Path, text: str) -> Path:
    path = folder / "chat.people.json"
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        settings_for_people(write(folder, text))
    return [str(fault).removeprefix(f"{folder}/") for fault in refused.value.faults]


def test_one_village_with_one_group_stands_up(tmp_path: Path) -> None:
    settings = settings_for_people(write(tmp_path, json.dumps(PEOPLE)))
    org = settings.county
    assert [unit.level for unit in org.units.values()] == [Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE]
    (village,) = org.villages_of(org.townships[0].id)
    assert village.name == "石头村"
    assert list(org.groups.values()) == [
        Group(id="g-st", name="石头村大家庭", village=village.id, platform="practice", conversation="g-st")
    ]
    assert settings.rules == Rules()
    assert settings.content == ()
    assert settings.calendar.knows(2026)
    assert settings.lexicon_folders
    assert settings.wording


def test_cadres_are_people_under_their_own_id_and_villagers_are_not(tmp_path: Path) -> None:
    org = settings_for_people(write(tmp_path, json.dumps(PEOPLE))).county
    assert list(org.people) == ["u-1", "u-2", "u-3", "u-4"]
    assert org.person_at("practice", "u-1") == Person(
        id="u-1",
        name="老丁🌻",
        post="村党支部书记",
        unit=org.groups["g-st"].village,
        roles=frozenset({Role.SECRETARY}),
        accounts=(Account(platform="practice", id="u-1"),),
    )
    assert org.people["u-4"].unit == org.townships[0].id


def test_every_day_somebody_is_on_duty(tmp_path: Path) -> None:
    settings = settings_for_people(write(tmp_path, json.dumps(PEOPLE)))
    village = settings.county.groups["g-st"].village
    assert {settings.roster.on_duty(village, date(2026, 2, day)) for day in range(1, 29)} == {("u-2",)}
    line = line_of_duty(settings.county, settings.roster, village, date(2026, 2, 17))
    assert [person.id for person in line] == ["u-2", "u-1", "u-3", "u-4"]


def test_keys_that_others_add_do_no_harm_and_a_group_needs_no_name(tmp_path: Path) -> None:
    people = {**PEOPLE, "note": "外地", "people": [{**PEOPLE["people"][1], "age": 30}]}  # type: ignore[dict-item]
    del people["group_name"]
    org = settings_for_people(write(tmp_path, json.dumps(people))).county
    assert org.groups["g-st"].name == "石头村群"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ('{"village": "村",\n "group"', ["chat.people.json:2: 不是完整的 JSON，请检查这里的引号、逗号和括号"]),
        ("[]", ['chat.people.json:1: 最外层要写成 {"village": …, "group": …, "people": […]}']),
        (
            "{}",
            [
                "chat.people.json:1: 缺少 village",
                "chat.people.json:1: 缺少 group",
                "chat.people.json:1: 缺少 people",
            ],
        ),
        (
            '{"village": " ",\n"group": 7,\n"group_name": [],\n"people": {}}',
            [
                "chat.people.json:1: village：要写文字，不能空着",
                "chat.people.json:2: group：要写文字，不能空着",
                "chat.people.json:3: group_name：要写文字，不能空着",
                "chat.people.json:4: people：要写成列表 […]",
            ],
        ),
        (
            (
                '{"village": "村", "group": "g", "people": [\n"阿珍",\n'
                '{"id": "u-1", "name": "甲", "role": "secretery", "post": 3},\n'
                '{"name": "乙", "role": "villager"},\n'
                '{"id": "u-1", "name": "丙", "role": "villager"}\n]}'
            ),
            [
                'chat.people.json:2: 第 1 人：要写成 {"id": …, "name": …, "role": …}',
                (
                    "chat.people.json:3: 第 2 人 role：没有“secretery”这个身份（是不是想写“secretary”？）；"
                    "可以写 villager、duty_officer、secretary、committee、inspector"
                ),
                "chat.people.json:3: 第 2 人 post：要写文字",
                "chat.people.json:4: 缺少 第 3 人 id",
                "chat.people.json:5: 第 4 人 id：“u-1”和第 2 人重复了",
            ],
        ),
    ],
)
def test_a_people_file_with_mistakes_names_the_line_and_the_person(
    tmp_path: Path, text: str, faults: list[str]
) -> None:
    assert faults_of(tmp_path, text) == faults


def test_a_people_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="没有找到这个文件"):
        settings_for_people(tmp_path / "nobody.json")
