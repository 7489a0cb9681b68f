"""值班表 of a month: who is on duty, the gaps, the swaps, and a sentence that a button writes for the officer."""

import re
from datetime import date

import pytest

from bot.domain.duty import Absence, Planned, Swap
from tests.web.small_county import FRIDAY
from tests.web.visits import Hall, get

# In the small county 李青山 is on duty every day, but on Saturday, 7 March 2026, it is 陈秀梅's turn.

TODAY = FRIDAY.date()


def day(page: str, number: int) -> str:
    """What stands on one day of the month."""
    days = re.split(r'<div role="listitem"', page)[1:]
    found = [one for one in days if f"月{number}日 周" in one]
    assert len(found) == 1
    return found[0]


async def test_a_month_shows_who_is_on_duty_and_lets_the_officer_swap_his_own_days_to_come(hall: Hall) -> None:
    client, _ = hall
    page = await get(client, "/panes/month", officer="u-li")
    assert "柳湾村值班表" in page
    assert "2026年3月" in page
    assert page.count('role="listitem"') == 31
    assert 'class="day c7 past"' in page, "the first of March 2026 is a Sunday"
    assert "李青山" in day(page, 2)
    assert "data-write" not in day(page, 2), "what is over is not swapped"
    assert 'aria-current="date"' in day(page, 6)
    assert 'data-write="换班 3月9日 "' in day(page, 9)
    assert 'data-write="换班 3月7日 陈秀梅"' in day(page, 7)
    assert "每天都有人值班" in page


async def test_another_officer_may_offer_to_stand_in(hall: Hall) -> None:
    client, _ = hall
    page = await get(client, "/panes/month", officer="u-chen")
    assert 'data-write="换班 3月9日 李青山"' in day(page, 9)
    assert 'aria-label="3月9日 周一 替班"' in day(page, 9)


async def test_gaps_swaps_and_a_groups_own_officer_are_seen(hall: Hall) -> None:
    client, made = hall
    made.records.duty += [
        Swap(village="liuwan", day=date(2026, 3, 10), giver="p-li", taker="p-chen"),
        Absence(person="p-li", first=date(2026, 3, 12), last=date(2026, 3, 13)),
        Planned(village="liuwan", day=date(2026, 3, 16), people=("p-chen",), group="lw1"),
    ]
    page = await get(client, "/panes/month", officer="u-li")
    assert "还有2天没有人值班" in page
    assert "替李青山" in day(page, 10)
    for number in (12, 13):
        assert " gap" in day(page, number)
        assert "没有人" in day(page, number)
        assert "data-write" not in day(page, number)
    assert "：陈秀梅" in day(page, 16)


async def test_months_are_turned_and_holidays_named(hall: Hall) -> None:
    client, _ = hall
    page = await get(client, "/panes/month", officer="u-li", month="2026-04")
    assert "2026年4月" in page
    assert "清明节" in day(page, 6)
    assert "month=2026-03" in page
    assert "month=2026-05" in page
    assert "调休上班" in day(await get(client, "/panes/month", month="2026-05"), 9)


@pytest.mark.parametrize("month", ["2026-13", "明年", "2020-01", "2031-01", "9999-12", "0001-01"])
async def test_a_month_that_is_not_there_is_said_so(hall: Hall, month: str) -> None:
    client, _ = hall
    response = await client.get("/panes/month", params={"month": month})
    assert response.status == 400
    assert "没有这个月的值班表" in await response.text()
