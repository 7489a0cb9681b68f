"""The library of daily items: nothing goes to villagers that does not say where it comes from, and from when."""

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.domain.content import ContentItem

if TYPE_CHECKING:
    from tests.unit.settings.conftest import CountyFolder

ITEM = "  - {id: a, title: 看墒情, text: 抓一把土。, source: 镇农技站整理, date: 2026-03-05}\n"


def test_an_item_keeps_its_source_and_its_day(folder: "CountyFolder") -> None:
    folder.write("content.yaml", f"items:\n{ITEM}")
    assert folder.read().content == (
        ContentItem(id="a", title="看墒情", text="抓一把土。", source="镇农技站整理", dated=date(2026, 3, 5)),
    )


def test_a_county_may_have_no_library(folder: "CountyFolder") -> None:
    assert folder.read().content == ()


def test_items_without_source_or_day_are_refused_each_with_its_line(folder: "CountyFolder") -> None:
    no_source = ITEM.replace("source: 镇农技站整理, ", "")
    blank_source = ITEM.replace("source: 镇农技站整理", "source: ").replace("id: a", "id: b")
    no_date = ITEM.replace(", date: 2026-03-05", "").replace("id: a", "id: c")
    no_such_day = ITEM.replace("2026-03-05", "2026-13-05").replace("id: a", "id: d")
    stamp = ITEM.replace("2026-03-05", "20260305").replace("id: a", "id: e")
    folder.write("content.yaml", f"items:\n{no_source}{blank_source}{no_date}{no_such_day}{stamp}")
    assert folder.faults() == [
        "content.yaml:2: 缺少 source",
        "content.yaml:3: source：不能空着",
        "content.yaml:4: 缺少 date",
        "content.yaml:5: date：要写真实的日期，例如 2026-03-06，现在是“2026-13-05”",
        "content.yaml:6: date：要写真实的日期，例如 2026-03-06，现在是“20260305”",
    ]


def test_the_same_id_twice_is_refused(folder: "CountyFolder") -> None:
    folder.write("content.yaml", f"items:\n{ITEM}{ITEM}")
    assert folder.faults() == ["content.yaml:3: 编号“a”重复了，第 2 行已经用过"]


def test_pictures_days_seasons_topics_and_review_are_read(folder: "CountyFolder") -> None:
    picture = folder.path / "content" / "麦田.png"
    picture.parent.mkdir()
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(8))
    more = (
        "picture: 麦田.png, link: https://example.invalid/a, topics: [宅基地], seasons: [惊蛰, 3月], days: 重阳, "
        "valid_from: 2026-03-01, valid_until: 2026-04-30, review: {by: 镇纪委, date: 2026-03-06}"
    )
    folder.write("content.yaml", f"items:\n{ITEM.rstrip().removesuffix('}')}, {more}}}\n")
    item = folder.read().content[0]
    assert item.picture is not None
    assert item.picture.digest == sha256(picture.read_bytes()).hexdigest()
    assert (item.topics, item.seasons, item.days) == (("宅基地",), ("惊蛰", "3月"), ("重阳",))
    assert (item.released_by, item.released_on) == ("镇纪委", date(2026, 3, 6))
    assert item.valid_until == date(2026, 4, 30)


def test_what_cannot_be_meant_is_told_with_its_line(folder: "CountyFolder") -> None:
    (folder.path / "content").mkdir()
    (folder.path / "content" / "假.jpg").write_bytes(b"no picture")
    wrong = (
        "picture: 没有.png",
        "picture: 假.jpg",
        "picture: ../county.yaml",
        "seasons: 惊折",
        "days: 02-31",
        "topics: 建宅基地",
        "link: www.example.invalid",
        "valid_from: 2026-04-01, valid_until: 2026-03-01",
        "review: {by: 镇纪委, date: 2026-03-04}",
    )
    lines = [
        f"{ITEM.rstrip().removesuffix('}').replace('id: a', f'id: a{number}')}, {more}}}\n"
        for number, more in enumerate(wrong)
    ]
    folder.write("content.yaml", f"items:\n{''.join(lines)}")
    assert folder.faults() == [
        "content.yaml:2: picture：content 文件夹里没有“没有.png”，或者读不了",
        "content.yaml:3: picture：“假.jpg”不是真正的 jpg 图片",
        "content.yaml:4: picture：写 content 文件夹里的文件名，png 或 jpg，现在是“../county.yaml”",
        "content.yaml:5: “惊折”不是月份（写成 3月）也不是节气",
        "content.yaml:6: 不认识“02-31”这一天，写节日、节气或者 03-15 这样",
        "content.yaml:7: 词表里没有“建宅基地”这个事项（是不是想写“宅基地”？）",
        "content.yaml:8: link：链接要以 https:// 开头，现在是“www.example.invalid”",
        "content.yaml:9: valid_until 要不早于 valid_from",
        "content.yaml:10: review：审核日期不能早于整理的日期",
    ]
