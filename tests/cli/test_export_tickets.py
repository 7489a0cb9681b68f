"""``xiaowei export tickets``: the ledger that offices keep, as somebody may have it."""

import asyncio
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from bot.commands.export import ExportError, export_tickets
from bot.handlers.judge import Judge
from bot.settings import Settings
from tests.cli.conftest import Command
from tests.flow.village import Village
from tests.world import at

HEADS = [
    "编号",
    "来源",
    "受理时间",
    "村",
    "类别",
    "事项",
    "承办单位、承办人",
    "办结时限",
    "办理状态",
    "办结时间",
    "是否按时",
    "办理结果",
    "答复方式",
    "公开情况",
    "成效",
    "满意度",
    "是否延期",
    "流转",
    "督办时间",
    "督办单号、等级",
    "督办时限",
    "户数",
    "重办次数",
]


@pytest.fixture
def lived(tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge) -> Settings:
    """Settings over a database in which a lamp was mended and a private matter is open."""

    async def live() -> Path:
        village = await Village.wakes(folder=tmp_path, empty=empty_database, settings=settings, judge=judge)
        await village.says("阿珍", "二组路灯又不亮了")
        await village.says("桂婶", "我家门口的路灯也不亮", after=30)
        await village.wait(minutes=5)
        await village.officer("1 办结 阿珍家门口的灯换了灯泡,今晚亮")
        await village.officer("柳湾1 成效 处理人员", who="周明礼")
        await village.says("六叔", "=1+1 我家低保这个月的钱还没到账,帮我问问", group=None, after=60)
        await village.wait(minutes=5)
        await village.closes()
        return village.database

    database = asyncio.run(live())
    environment = settings.environment.model_copy(
        update={"database_url": type(settings.environment.database_url)(f"sqlite:///{database}")}
    )
    return replace(settings, environment=environment)


def ledger(lived: Settings, reader: str, out: Path, **wanted: object) -> list[list[object]]:
    asked = {"village": None, "days": (None, None)} | wanted
    asyncio.run(export_tickets(lived, reader, out=out, now=at("2026-03-06 18:00"), **asked))  # type: ignore[arg-type]
    return rows_of(out, 0)


def rows_of(out: Path, sheet: int) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(BytesIO(out.read_bytes()))
    return [list(row) for row in book.get_sheet_by_index(sheet).to_python()]


def test_the_ledger_has_the_columns_of_the_paper_one_and_names_no_villager(lived: Settings, tmp_path: Path) -> None:
    out = tmp_path / "l.xlsx"
    rows = ledger(lived, "周明礼", out)
    assert rows[0] == HEADS
    lamp = dict(zip(HEADS, rows[1], strict=True))
    assert lamp["编号"] == "柳湾村〔2026〕1号"
    assert (lamp["来源"], lamp["类别"], lamp["事项"]) == ("群里", "求助", "二组路灯")
    assert (lamp["办理状态"], lamp["是否按时"], lamp["满意度"], lamp["户数"]) == ("已办结", "按时", "未评价", 2)
    assert lamp["办理结果"] == "某家门口的灯换了灯泡,今晚亮"
    assert lamp["成效"] == "处理人员"
    text = str(rows)
    assert not [name for name in ("阿珍", "桂婶", "六叔", "u-az", "u-gs", "u-ls") if name in text]
    page = ZipFile(out).read("xl/worksheets/sheet1.xml").decode()
    assert 'topLeftCell="B2"' in page
    assert 'paperSize="9"' in page
    assert 'orientation="landscape"' in page
    assert 'wrapText="1"' in ZipFile(out).read("xl/styles.xml").decode()


def test_that_a_person_was_dealt_with_is_for_the_discipline_role_alone(lived: Settings, tmp_path: Path) -> None:
    rows = ledger(lived, "张春根", tmp_path / "l.xlsx")
    assert dict(zip(HEADS, rows[1], strict=True))["成效"] == "解决困难"
    assert "处理人员" not in str(rows_of(tmp_path / "l.xlsx", 1))
    ledger(lived, "周明礼", tmp_path / "m.xlsx")
    assert rows_of(tmp_path / "m.xlsx", 1)[-1][-1] == 1


def test_another_village_sees_nothing_of_it(lived: Settings, tmp_path: Path) -> None:
    out = tmp_path / "l.xlsx"
    days = (None, None)
    for reader in ("秦小燕", "程文娟", "彭学峰"):
        written = export_tickets(lived, reader, out=out, now=at("2026-03-06 18:00"), village=None, days=days)
        assert asyncio.run(written) == 0
    assert not out.exists()


def test_who_only_looks_after_the_machine_gets_no_ledger(lived: Settings, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="不能导出"):
        ledger(lived, "石一航", tmp_path / "l.xlsx")
    with pytest.raises(ExportError, match="没有这个村"):
        ledger(lived, "周明礼", tmp_path / "l.xlsx", village="不在的村")


@pytest.mark.usefixtures("migrated")
def test_the_command_says_when_there_is_nothing(xiaowei: Command, anew: Command, tmp_path: Path) -> None:
    out = tmp_path / "l.xlsx"
    done = anew("export", "tickets", "--role-of", "周明礼", "--out", str(out), "--from", "2026-03-01")
    assert (done.code, done.out.strip()) == (0, "没有符合条件的工单，没有写文件。")
    assert not out.exists()
    wrong = xiaowei("export", "tickets", "--role-of", "周明礼", "--out", str(out), "--to", "三月")
    assert wrong.code == 1
    assert "看不懂这个日期" in wrong.err
