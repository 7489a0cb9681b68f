"""The library of daily items: nothing goes to villagers that does not say where it comes from, and from when."""

from datetime import date
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
