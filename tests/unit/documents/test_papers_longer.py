"""Half-year, analysis, households: what stands in them, and that an office programme prints and opens all of it."""

import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bot.building import build_office
from bot.documents.official import write_paper
from bot.documents.papers_analysis import analysis_paper, coverage_paper
from bot.documents.papers_halfyear import halfyear_book, halfyear_paper
from bot.domain.analysis import analyse, stretches
from bot.domain.coverage import coverage
from bot.domain.halfyear import Clock, HalfYear, compare, half_named
from bot.domain.papers import Paper, Table
from bot.domain.periods import month_of
from bot.domain.results import results
from bot.domain.tickets import Thread
from bot.office import Office
from bot.settings import Settings
from tests.unit.documents.test_papers import bare, text_of, words
from tests.unit.domain.test_analysis import TICKETS, of
from tests.unit.domain.test_halfyear import alone, of_last_year, spoken_to
from tests.unit.domain.test_results import lamp
from tests.world import at

NOW = at("2026-07-06 09:00")
THREADS: tuple[Thread, ...] = (
    spoken_to(lamp(1), at("2026-03-06 10:00")),
    alone(lamp(2, topic="账目", text="张三家的账不对", due_at=at("2026-03-20 17:30"))),
    alone(lamp(3, topic="", place="", text="不想说的事", careful=True)),
    alone(of("shipan", 4, topic="水管")),
    *(alone(of_last_year(number, topic=f"事{number}")) for number in range(1, 13)),
)


@pytest.fixture(scope="module")
def office(settings: Settings) -> Office:
    """The demo county."""
    return build_office(settings)


def page(office: Office, *, county: bool = False, shipan_since: date = date(2025, 2, 3)) -> HalfYear:
    org = office.org
    inside = org.villages if county else org.villages_of("qinghe")
    villages = {village.id: village.name for village in inside if org.groups_of(village.id)}
    since = {**dict.fromkeys(villages, date(2024, 12, 1)), "shipan": shipan_since}
    return compare(
        THREADS,
        half_named("2026H1"),
        villages=villages,
        townships={
            one.name: [village.id for village in org.villages_of(one.id) if village.id in villages]
            for one in org.townships
        }
        if county
        else {},
        since=since,
        now=NOW,
        today=date(2026, 7, 6),
        clock=Clock(calendar=office.calendar, office_hours=office.rules.office_hours),
    )


def analysis(office: Office) -> Paper:
    march = month_of(date(2026, 3, 1))
    when = stretches(march, month_of(date(2026, 2, 1)), since=date(2026, 1, 1))
    villages = ("liuwan", "shipan", "xialing")
    households = {village: office.org.units[village].households for village in villages}
    return analysis_paper(
        office.org.units["qinghe"],
        "2026年3月",
        when,
        analyse(TICKETS, when, households=households, villages=3, least=10),
        total=results(TICKETS, march, now=NOW),
        before=results(TICKETS, month_of(date(2026, 2, 1)), now=NOW),
        tickets=TICKETS,
        known=coverage(office.org, villages),
        office=office,
    )


def longer(office: Office) -> dict[str, Paper]:
    return {
        "halfyear_town": halfyear_paper(page(office), office.org.units["qinghe"], office),
        "halfyear_county": halfyear_paper(page(office, county=True), office.org.county, office),
        "halfyear_alone": halfyear_paper(
            page(office, shipan_since=date(2024, 12, 1)), office.org.units["qinghe"], office
        ),
        "analysis": analysis(office),
        "coverage": coverage_paper(office.org.units["qinghe"], coverage(office.org, ["liuwan", "meixi"]), office),
    }


def text(paper: Paper) -> str:
    return "\n".join(words(paper))


def test_a_village_without_last_years_data_is_named_and_left_out_of_the_comparison(office: Office) -> None:
    said = text(longer(office)["halfyear_town"])
    assert "3个村里有2个村上年同期有完整的数据，只拿这2个村比：收到件数减少75%（今年3件，上年12件）。" in said
    assert "没有上年同期完整数据的村：石畔村（2025年2月3日起）。标为无数据，不按零算。" in said
    assert "现将清禾镇2026年上半年群众诉求办理情况" in said
    whole = text(longer(office)["halfyear_alone"])
    assert "与上年同期相比，收到件数减少67%（今年4件，上年12件）。" in whole
    assert "没有上年同期完整数据" not in whole


def test_in_villages_small_counts_are_not_told_and_villages_stand_in_their_usual_order(office: Office) -> None:
    (*_, kinds) = [block for block in longer(office)["halfyear_town"].blocks if isinstance(block, Table)]
    assert [row[0] for row in kinds.rows] == ["柳湾村", "石畔村", "霞岭村"]
    assert not [cell for row in kinds.rows for cell in row[1:] if cell in ("1", "2")]


def test_the_analysis_names_topics_where_they_came_up_and_only_numbers_of_matters(office: Office) -> None:
    tables = [block for block in analysis(office).blocks if isinstance(block, Table)]
    assert tables[0].rows == (
        ("路灯", "4", "4", "无数据", "3.0", "3"),
        ("水管", "3", "少于3", "无数据", "2.2", "1"),
    )
    assert tables[1].rows == (("路灯", "4", "柳湾村（1、2号）、石畔村（1号）、霞岭村（7号）"),)
    assert tables[2].rows[0] == ("柳湾村", "612", "2", "554", "91")


def test_nothing_repeats_a_villagers_words_or_names_an_officer(office: Office) -> None:
    for name, paper in longer(office).items():
        said = text(paper)
        assert not [word for word in ("张三", "不想说", "阿珍") if word in said], name
        assert not [person.name for person in office.org.people.values() if person.name in said], name


def test_the_workbook_holds_the_comparison_and_what_it_rests_on(office: Office) -> None:
    book = CalamineWorkbook.from_filelike(
        BytesIO(halfyear_book(page(office), THREADS, office.org.units["qinghe"], office))
    )
    assert book.sheet_names == ["对比", "分月", "工单明细"]
    header, town, liuwan, shipan, *_ = book.get_sheet_by_name("对比").to_python()[2:]
    assert header[:4] == ["单位", "收到", "上年同期", "变化"]
    assert town[:3] == ["清禾镇", 4, "无数据"]
    assert liuwan[:4] == ["柳湾村", 3, 12, "减少75%"]
    assert (shipan[2], shipan[10]) == ("无数据", "小微2025年2月3日起在群里")
    _, *tickets = book.get_sheet_by_name("工单明细").to_python()
    assert len(tickets) == 15, "all but the one that needs care"
    days = [date(2026, 3, 6), date(2026, 3, 11), date(2026, 3, 10)]
    assert ["石畔村", 4, *days, "已办结", "按时"] in tickets


def test_printed_nothing_of_a_longer_paper_is_lost(office: Office, tmp_path: Path) -> None:
    papers = longer(office)
    for name, paper in papers.items():
        (tmp_path / f"{name}.docx").write_bytes(write_paper(paper, office.wording))
    (tmp_path / "book.xlsx").write_bytes(halfyear_book(page(office), THREADS, office.org.units["qinghe"], office))
    files = [*(f"{name}.docx" for name in papers), "book.xlsx"]
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    made = ["soffice", profile, "--headless", "--convert-to", "pdf", *files]
    subprocess.run(made, check=True, capture_output=True, timeout=300, cwd=tmp_path)  # noqa: S603 - our own files
    for name, paper in papers.items():
        printed = text_of(tmp_path / f"{name}.pdf", office)
        lost = [line for said in words(paper) for line in said.splitlines() if bare(line) not in printed]
        assert lost == [], name
    assert "减少75%" in text_of(tmp_path / "book.pdf", office)
