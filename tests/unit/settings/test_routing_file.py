"""The table of who is in charge: read as a county writes it, refused where it names nobody."""

from typing import TYPE_CHECKING

from bot.domain.categories import Category
from bot.domain.routing import Route

if TYPE_CHECKING:
    from tests.unit.settings.conftest import CountyFolder


def test_the_shipped_table_is_used_where_the_county_writes_none(folder: "CountyFolder") -> None:
    routing = folder.read().routing
    assert any("路灯" in route.topics for route in routing.routes)
    assert (routing.townships, routing.villages) == ({}, {})


def test_a_county_puts_its_own_in_front_or_in_its_place(folder: "CountyFolder") -> None:
    folder.write("routing.yaml", "villages:\n  v:\n    - {topics: 路灯, person: p-zb}\n")
    first = folder.read().routing
    assert first.villages == {"v": (Route(topics=frozenset({"路灯"}), person="p-zb"),)}
    assert len(first.routes) > 5
    folder.write("routing.yaml", "routes:\n  - {topics: [路灯, 桥], categories: 求助, units: 小镇, post: 书记}\n")
    assert folder.read().routing.routes == (
        Route(topics=frozenset({"路灯", "桥"}), categories=frozenset({Category.HELP}), units=("小镇",), post="书记"),
    )


def test_every_mistake_is_named_with_its_line(folder: "CountyFolder") -> None:
    folder.write(
        "routing.yaml",
        "routes:\n"
        "  - {topics: [路登], units: 小镇}\n"
        "  - {units: 小镇}\n"
        "  - {topics: 桥}\n"
        "  - {topics: 用水, units: 水利}\n"
        "  - {topics: 路灯, units: 小镇, person: p-nobody}\n"
        "  - {topics: 路灯, units: 小镇}\n"
        "  - {categories: 投诉, units: 小镇}\n"
        "  - {topics: 用电, post: 书记}\n"
        "townships:\n"
        "  tt: []\n"
        "  t: 谁\n"
        "villages:\n"
        "  v:\n"
        "    - {topics: 桥, units: 小镇}\n"
        "    - {topics: 路灯, person: p-jw}\n"
        "    - {topics: 用水, post: 会计}\n",
    )
    assert folder.faults() == [
        "routing.yaml:2: 词表里没有“路登”这个事项",
        "routing.yaml:3: 这一条没有写 topics（事项）或 categories（类别）",
        "routing.yaml:4: 这一条没有写归谁：units（单位）、post（职务）或 person（人）",
        "routing.yaml:5: 没有找到单位“水利”；要写编号、全名或名称里的字",
        "routing.yaml:6: county.yaml 里没有编号为“p-nobody”的人",
        "routing.yaml:7: “路灯”在第 6 行已经写过，这一条用不上",
        "routing.yaml:8: categories：没有“投诉”这个类别；可以写：咨询、求助、建议、信息公开",
        "routing.yaml:9: 只写职务不知道是哪个单位的，请写上 units",
        "routing.yaml:11: county.yaml 里没有编号为“tt”的镇（是不是想写“t”？）",
        "routing.yaml:12: t：要写成列表（每行用 - 开头）",
        "routing.yaml:15: 村里的表只写 post 或 person；要转到镇里、县里的写在 townships 或 routes 里",
        "routing.yaml:16: 季文（p-jw）是小镇的人，管不到这里",
        "routing.yaml:17: 小村没有职务带“会计”的人",
    ]


def test_a_misspelt_file_name_is_not_silently_ignored(folder: "CountyFolder") -> None:
    folder.write("routings.yaml", "routes: []\n")
    assert folder.faults() == ["routings.yaml: 不认识这个文件（是不是想写“routing.yaml”？）"]
