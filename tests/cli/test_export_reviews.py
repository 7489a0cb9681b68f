"""``xiaowei export halfyear | analysis | coverage``: papers over longer times, and plain words for what cannot be."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.commands.papers import PaperError
from bot.commands.review import export_analysis, export_coverage, export_duties, export_halfyear
from bot.domain.refusal import Refusal
from bot.settings import Settings
from tests.cli.test_export_papers import lived, words
from tests.world import at

__all__ = ["lived"]
NOW = at("2026-04-01 10:00")
Make = Callable[[Settings, Path], object]


def test_a_county_that_began_this_year_is_told_honestly_that_there_is_nothing_to_compare(
    lived: Settings, tmp_path: Path
) -> None:
    out = tmp_path / "half.docx"
    name = asyncio.run(export_halfyear(lived, None, half="2026H1", out=out, now=NOW))
    assert name == "云溪县2026年上半年群众诉求与上年同期对比情况"
    said = words(out)
    assert "云溪县2026年上半年（截至2026年3月31日）" in said
    assert "收到群众诉求1件" in said
    assert "上年同期（从2025年1月1日起）小微还没有到这些村的群里，没有可比的数据，不作比较。" in said
    assert "柳湾村（2026年3月6日起）" in said
    asyncio.run(export_halfyear(lived, "清禾镇", half="2026年上半年", out=tmp_path / "half.xlsx", now=NOW))
    assert (tmp_path / "half.xlsx").read_bytes().startswith(b"PK")


def test_a_month_a_quarter_and_the_households(lived: Settings, tmp_path: Path) -> None:
    out = tmp_path / "a.docx"
    assert asyncio.run(export_analysis(lived, "清禾镇", month=None, quarter=None, out=out, now=NOW)) == (
        "清禾镇2026年3月群众诉求数据分析"
    )
    assert "没有3件以上的同类问题" in words(out)
    assert "户数" not in words(out), "not unless the county wants it"
    asyncio.run(export_analysis(lived, None, month=None, quarter="2026Q1", out=out, now=NOW))
    assert "现将云溪县2026年第1季度" in words(out)
    asyncio.run(export_coverage(lived, "清禾镇", out=out, now=NOW))
    assert "不排名、不通报" in words(out)
    assert "612" in words(out)


def test_the_three_lists_are_filled_from_what_happened_and_name_nobody(lived: Settings, tmp_path: Path) -> None:
    out = tmp_path / "d.docx"
    name = asyncio.run(export_duties(lived, "清禾镇", month="2026-03", out=out, now=NOW))
    assert name == "清禾镇2026年3月责任、任务、履职清单"
    said = words(out)
    assert "还没办完的诉求1件，其中已经超期的1件。" in said
    assert "0天（共22个工作日）" in said
    assert "会议、调度（次）\n0" in said, "counted from what the discipline office writes down"
    assert "联络员" in said
    assert not [person.name for person in lived.county.people.values() if person.name in said]
    with pytest.raises(PaperError, match="还没有开始"):
        asyncio.run(export_duties(lived, "清禾镇", month="2026-05", out=out, now=NOW))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda s, p: export_halfyear(s, None, half="去年", out=p / "a.docx", now=NOW), "看不懂这个半年：去年"),
        (lambda s, p: export_halfyear(s, None, half="2026H2", out=p / "a.docx", now=NOW), "还没有开始"),
        (lambda s, p: export_halfyear(s, None, half="2026H1", out=p / "a.pdf", now=NOW), "结尾，现在是 a.pdf"),
        (lambda s, p: export_halfyear(s, "水里镇", half="2026H1", out=p / "a.docx", now=NOW), "没有这个单位：水里镇"),
        (
            lambda s, p: export_analysis(s, None, month=None, quarter="2026", out=p / "a.docx", now=NOW),
            "看不懂这个季度：2026",
        ),
        (
            lambda s, p: export_analysis(s, None, month="三月", quarter=None, out=p / "a.docx", now=NOW),
            "看不懂这个月份：三月",
        ),
    ],
)
def test_what_cannot_be_is_said_plainly(lived: Settings, tmp_path: Path, make: Make, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        asyncio.run(make(lived, tmp_path))  # type: ignore[arg-type] # each makes a coroutine
    assert not list(tmp_path.glob("a.*"))
