"""An inspector writes down in one line what only people know of: meetings, talks, checks (R73)."""

from dataclasses import replace
from pathlib import Path

from docx import Document
from pydantic import SecretStr

from bot.commands.patrol_log import patrol_log
from bot.commands.review import export_duties
from bot.domain.messages import OutKind
from bot.engine import senses_of
from bot.patrol.digest_facts import DigestFacts
from tests.flow.village import Village
from tests.world import at

INSPECTOR = "周明礼"


async def test_a_month_of_one_line_entries_stands_in_the_list_of_what_was_done(
    village: Village, tmp_path: Path
) -> None:
    assert await village.officer("记会 3月5日 调度路灯的事", who=INSPECTOR) == (
        "记下了，算进清禾镇这个月的履职清单：3月5日（周四）开会：调度路灯的事\n记错了回“划掉”；回“履职”看这个月记了哪些。"
    )
    assert "3月6日（周五）检查走访：柳湾村公开栏" in await village.officer("记检查 柳湾村公开栏", who=INSPECTOR)
    assert "3月6日（周五）约谈1次" in await village.officer("记约谈", who=INSPECTOR)
    assert "立行立改：井盖当场盖好" in await village.officer("记整改，井盖当场盖好", who=INSPECTOR)
    assert await village.officer("划掉", who=INSPECTOR) == "划掉了，不算数：3月6日（周五）立行立改：井盖当场盖好"
    assert await village.officer("履职", who=INSPECTOR) == (
        "清禾镇这个月记下3次：\n· 3月6日（周五）约谈1次\n· 3月6日（周五）检查走访：柳湾村公开栏\n"
        "· 3月5日（周四）开会：调度路灯的事"
    )
    await village.until("2026-04-01 10:00")
    (told,) = [text for text in await village.told(INSPECTOR, OutKind.DIGEST) if "【提示候选】" in text]
    assert "上个月您这边记下的：开会1次、约谈1次、检查走访1次" in told
    out = tmp_path / "清单.docx"
    url = SecretStr(f"sqlite:///{village.database}")
    here = village.settings.environment.model_copy(update={"database_url": url})
    settings = replace(village.settings, environment=here)
    await village.closes()
    await export_duties(settings, "清禾镇", month="2026-03", out=out, now=at("2026-04-01 10:00"))
    (_, done) = Document(str(out)).tables
    await village.opens()
    counts = {row.cells[0].text: row.cells[1].text for row in done.rows}
    assert (counts["会议、调度（次）"], counts["约谈（次）"], counts["走访、检查（次）"]) == ("1", "1", "1")
    assert (counts["通报（期）"], counts["现场立行立改（件，没有工单的）"]) == ("0", "0")


async def test_the_patrol_sheet_of_the_day_shows_what_was_done(village: Village) -> None:
    await village.officer("记检查 柳湾村公开栏", who=INSPECTOR)
    await village.officer("记会", who=INSPECTOR)
    await village.officer("划掉", who=INSPECTOR)
    digests = DigestFacts(store=village.store, office=village.office, senses=senses_of(village.platforms()))
    log = await patrol_log(village.store, digests, village.office, "qinghe", at=at("2026-03-06 17:00"))
    assert [remark.text for remark in log.remarks] == ["检查走访：柳湾村公开栏"]


async def test_what_has_not_happened_or_is_long_past_is_not_written_down(village: Village) -> None:
    assert await village.officer("记会 3月9日 春耕", who=INSPECTOR) == "3月9日（周一）还没到，办了再记。"
    assert "只能记最近31天的" in await village.officer("记走访 2026-01-20", who=INSPECTOR)
    assert "没有可以划掉的" in await village.officer("划掉", who=INSPECTOR)
    assert (await village.officer("履职", who=INSPECTOR)).startswith("清禾镇这个月还没有记过。")


async def test_nobody_strikes_what_another_wrote_and_a_village_writes_nothing(village: Village) -> None:
    await village.officer("记通报 第3期", who=INSPECTOR)
    assert "没有可以划掉的" in await village.officer("划掉", who="陶雨林")
    await village.officer("记会 村民代表会", who="李青山")
    assert "清禾镇这个月记下1次" in await village.officer("履职", who="陶雨林")


async def test_the_county_is_asked_of_which_township(village: Village) -> None:
    asked = await village.officer("记会 督导", who="林静敏")
    assert asked.startswith("哪个镇的？\n1 ")
    assert "督导" in await village.officer("1", who="林静敏")


async def test_words_that_only_begin_alike_are_no_entry(village: Village) -> None:
    await village.officer("记会计的账", who=INSPECTOR)
    assert "还没有记过" in await village.officer("履职", who=INSPECTOR)
