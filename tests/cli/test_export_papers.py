"""``xiaowei export slip`` and its like: Word files over what the bot knows, and plain words for what it does not."""

import asyncio
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from pydantic import SecretStr

from bot.commands.papers import (
    PaperError,
    export_agenda,
    export_order,
    export_ranking,
    export_slip,
    export_weekly,
)
from bot.commands.units import UnknownUnit
from bot.domain import slips
from bot.domain.outcome import Outcome
from bot.domain.slips import Finding, Ground, SlipKind
from bot.handlers.judge import Judge
from bot.settings import Settings
from tests.flow.village import Village
from tests.world import at

NOW = at("2026-04-01 10:00")


@pytest.fixture
def lived(tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge) -> Settings:
    """Settings over a database with one open lamp and a candidate of March for 柳湾村."""

    async def live() -> Path:
        village = await Village.wakes(folder=tmp_path, empty=empty_database, settings=settings, judge=judge)
        await village.says("阿珍", "二组路灯又不亮了")
        await village.wait(minutes=5)
        findings = (Finding(ground=Ground.OVERDUE, evidence=("liuwan-2026-1",)),)
        slip = slips.candidate(
            month="2026-03", kind=SlipKind.NOTICE, unit="liuwan", office="qinghe", findings=findings, at=NOW, by="bot"
        )
        await village.store.commit(Outcome(slips=(slip,)), now=NOW)
        await village.closes()
        return village.database

    url = SecretStr(f"sqlite:///{asyncio.run(live())}")
    return replace(settings, environment=settings.environment.model_copy(update={"database_url": url}))


def words(file: Path) -> str:
    document = Document(BytesIO(file.read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_every_paper_can_be_had_as_a_file(lived: Settings, tmp_path: Path) -> None:
    out = tmp_path / "paper.docx"
    asyncio.run(export_slip(lived, "柳湾村", kind=SlipKind.NOTICE, month=None, out=out, talk=False, now=NOW))
    assert "廉情提示单" in words(out)
    assert "二组路灯" in words(out)
    asyncio.run(export_slip(lived, "liuwan", kind=SlipKind.NOTICE, month="2026-03", out=out, talk=True, now=NOW))
    assert "不发给被谈话单位" in words(out)
    asyncio.run(export_order(lived, "柳湾村1", assignment=False, out=out, now=NOW))
    assert "督办单" in words(out)
    asyncio.run(export_order(lived, "liuwan-2026-1", assignment=True, out=out, now=NOW))
    assert "交办单" in words(out)
    text = asyncio.run(export_ranking(lived, "清禾镇", month=None, out=out, now=NOW))
    assert "柳湾村：到期1件，按时办好0件" in text
    assert "上年同期没有可比的数据" in words(out)
    assert "一周小结" in asyncio.run(export_weekly(lived, "云溪县", day=None, out=out, now=NOW))
    assert asyncio.run(export_agenda(lived, "柳湾村", day=None, out=out, now=NOW)) == 1
    assert "求助：二组路灯" in words(out)


def test_what_there_is_not_is_said_plainly(lived: Settings, tmp_path: Path) -> None:
    out = tmp_path / "paper.docx"
    with pytest.raises(PaperError, match="没有列为候选"):
        asyncio.run(export_slip(lived, "石畔村", kind=SlipKind.NOTICE, month=None, out=out, talk=False, now=NOW))
    with pytest.raises(UnknownUnit, match="没有这个单位：水里村"):
        asyncio.run(export_slip(lived, "水里村", kind=SlipKind.NOTICE, month=None, out=out, talk=False, now=NOW))
    with pytest.raises(PaperError, match="看不懂这个月份"):
        asyncio.run(export_ranking(lived, "清禾镇", month="三月", out=out, now=NOW))
    with pytest.raises(PaperError, match="没有这件工单"):
        asyncio.run(export_order(lived, "柳湾村99", assignment=False, out=out, now=NOW))
    assert not out.exists()
