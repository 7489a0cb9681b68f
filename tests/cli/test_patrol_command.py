"""``xiaowei patrol log``: the counts of the groups of a township, for an operator or an inspector's desk."""

import json
from datetime import date

import pytest

from bot.commands.patrol import patrol_sheet
from bot.domain.refusal import Refusal
from bot.settings import Settings
from tests.cli.conftest import Command
from tests.world import at


@pytest.mark.usefixtures("migrated")
def test_a_day_without_a_word_is_written_down_group_by_group(xiaowei: Command, anew: Command) -> None:
    told = anew("patrol", "log", "清禾镇", "--date", "2026-03-06")
    assert told.code == 0, told.err
    assert told.out.startswith("【巡群日志】清禾镇 2026-03-06（截至23:59）\n\n柳湾村“柳湾村村民群①”\n")
    assert "  消息：村民0条（没有人说话），干部0条，小微0条\n" in told.out
    assert "  值班公告没发，每日一条没发\n" in told.out
    rows = [
        json.loads(line)
        for line in xiaowei("patrol", "log", "qinghe", "--date", "2026-03-06", "--json").out.splitlines()
    ]
    assert rows[0]["group"] == "g-lw1"
    assert {row["silence"] for row in rows} == {"unheard"}
    assert {(row["villager_messages"], tuple(row["zeros"])) for row in rows} == {(0, ())}


@pytest.mark.parametrize(
    ("township", "day", "said"),
    [
        ("无名镇", None, "没有这个乡镇：无名镇。有：qinghe（清禾镇）"),
        ("清禾镇", date(2026, 3, 7), "2026-03-07还没到"),
    ],
)
async def test_what_cannot_be_is_said_plainly(settings: Settings, township: str, day: date | None, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        await patrol_sheet(settings, township, day=day, now=at("2026-03-06 17:00"))
