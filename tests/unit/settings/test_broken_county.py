"""A county folder in which nearly everything is wrong: all of it is said at once, so that it is put right at once."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.faults import Fault
from bot.settings import SettingsError, read_settings

if TYPE_CHECKING:
    from tests.unit.settings.conftest import CountyFolder

COUNTY = """\
county: {id: c, name: 小县, phone: 12345}
townships:
  - id: t1
    name: 东镇
    people:
      - {id: p-1, name: 季文, post: 镇纪委书记, roles: [纪检], accounts: {practice: u-1}}
    villages:
      - id: v1
        name: 一村
        people:
          - {id: p-2, name: 赵柏, post: 网格员, roles: [值班员], accounts: {practice: u-1}}
          - {id: p-3, name: 钱梅, roles: [值班]}
        groups:
          - {id: g-1, name: 一村群, platform: wechta, conversation: x}
      - id: v2
        name: 二村
        name: 两村
      - id: v3
        people:
          - {id: p-4, name: 孙朋, post: 村干部, roles: [值班员]}
  - id: t2
    name: 西镇
    wechat_token: abc
"""
ROSTER = """\
villages:
  v1:
    weekly: {周一至周五: [p-2], 周末: [p-3], 周六: [p-5]}
    days: {2026-02-30: [p-4]}
  v3:
    weekly: {每天: [p-4]}
  v9:
    weekly: {每天: [p-2]}
"""


def test_everything_wrong_is_listed_at_once_file_by_file_and_line_by_line(folder: "CountyFolder") -> None:
    folder.write("county.yaml", COUNTY)
    folder.write("roster.yaml", ROSTER)
    folder.write("content.yaml", "items:\n  - {id: a, title: 题, text: 文}\n")
    folder.write("rules.yaml", "deadlines: {help: 三天}\nquiet: {begin: 22:00}\n")
    folder.write("hall.yaml", "groups:\n\t- group: g-1\n")
    folder.write("wording/own.yaml", 'day:\n  today: "{day}"\n')
    folder.write("workdays/2026.yaml", "year: 2026\nof: []\n")
    folder.write("contents.yaml", "items: []\n")
    folder.write("word/own.yaml", "a: b\n")
    faults = folder.faults({"XIAOWEI_PORT": "web"})
    workdays = [fault for fault in faults if fault.startswith("workdays/")]
    assert len(workdays) == 2
    assert [fault for fault in faults if fault not in workdays] == [
        "county.yaml:1: 不认识“phone”",
        "county.yaml:11: practice 账号“u-1”重复了，第 6 行已经用过",
        "county.yaml:12: 缺少 post",
        (
            "county.yaml:12: roles：没有“值班”这个身份（是不是想写“值班员”？）；可以写："
            "值班员、村支书、两委成员、发布员、审核员、挂包领导、经办人、纪检、县级专班、运维、应急值守、联络员"
        ),
        "county.yaml:14: platform：没有“wechta”这个平台（是不是想写“wechat”？）；可以写：practice、wechat、dingtalk",
        "county.yaml:15: 二村：村里还没有值班员，不能上线；暂不上线请写 active: false",
        "county.yaml:15: 二村（v2）没有值班表，不能上线；请写进 roster.yaml，或者暂时写 active: false",
        "county.yaml:17: “name”在同一处写了两遍，前一遍在第 16 行",
        "county.yaml:18: 缺少 name",
        "county.yaml:21: 西镇：镇里还没有纪检人员",
        (
            "county.yaml:23: “wechat_token”像是密码或密钥，不能写在配置文件里；"
            "请放进环境变量（见 docs/configuration.md“环境变量”）"
        ),
        "roster.yaml:3: 不认识“周末”；可以写 周一 到 周日、周一至周五、每天",
        "roster.yaml:3: county.yaml 里没有编号为“p-5”的人（是不是想写“p-4”？）",
        "roster.yaml:3: 周日没有人值班；每天都要有人",
        "roster.yaml:4: “2026-02-30”不是真实的日期，要写成 2026-03-06 这样",
        "roster.yaml:4: 孙朋（p-4）是v3的人，不能排进这个村的值班表",
        "roster.yaml:7: county.yaml 里没有编号为“v9”的村",
        "content.yaml:2: 缺少 source",
        "content.yaml:2: 缺少 date",
        "rules.yaml:1: help：要写整数，现在是“三天”",
        "rules.yaml:2: 不认识“quiet”（是不是想写“quiet_hours”？）",
        "hall.yaml:2: 格式读不懂：缩进里有制表符（Tab），请改用空格",
        "contents.yaml: 不认识这个文件（是不是想写“content.yaml”？）",
        "word: 不认识这个文件夹（是不是想写“wording”？）",
        "wording/own.yaml:2: day.today：不认识 {day}；这一句不能用 {…}",
        "环境变量: XIAOWEI_PORT：要写 1 到 65535 之间的整数",
    ]


def test_the_error_prints_one_line_for_each_fault() -> None:
    error = SettingsError([Fault(file="a.yaml", line=3, message="缺少 id"), Fault(file="b", line=None, message="没有")])
    assert str(error) == "a.yaml:3: 缺少 id\nb: 没有"


def test_a_folder_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(tmp_path / "没有", {})
    assert [fault.message for fault in refused.value.faults] == ["没有找到这个配置文件夹"]


def test_an_unreadable_county_file_hides_no_fault_of_the_roster(folder: "CountyFolder") -> None:
    folder.write("county.yaml", "county: [\n")
    folder.write("roster.yaml", "villages:\n  v:\n    weekly: {周一: [p-zb]}\n")
    assert folder.faults() == [
        "county.yaml:2: 格式读不懂：这里缺少内容，或者前面的括号没有成对",
        "roster.yaml:3: 周二、周三、周四、周五、周六、周日没有人值班；每天都要有人",
    ]


def test_a_county_may_bring_its_own_days_and_words(folder: "CountyFolder") -> None:
    folder.write("workdays/2031.yaml", "year: 2031\noff:\n  - {name: 元旦, from: 2031-01-01, to: 2031-01-01}\n")
    folder.write("lexicon/topics.yaml", "")
    settings = folder.read()
    assert settings.calendar.knows(2031)
    assert settings.lexicon_folders[-1] == folder.path / "lexicon"
    assert settings.folder == folder.path
