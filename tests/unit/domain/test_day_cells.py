"""Days as they stand in a table that somebody filled in."""

from datetime import date, datetime

import pytest

from bot.domain.day_cells import UnreadableDayError, day_in

TODAY = date(2026, 12, 20)


@pytest.mark.parametrize(
    "written",
    [
        date(2026, 12, 21),
        datetime(2026, 12, 21, 8, 30),  # noqa: DTZ001 - what a cell holds
        "2026-12-21",
        "2026/12/21",
        "2026.12.21",
        "2026年12月21日",
        "2026-12-21 00:00:00",
        "20261221",
        20261221,
        20261221.0,
        46377.0,
        "12月21日",
        "12月21号",
        "12/21",
        "12-21",
        " 12.21 ",
        "12月21日（周一）",
        "12月21日 星期一",
    ],
)
def test_one_day_however_it_is_written(written: object) -> None:
    assert day_in(written, today=TODAY) == date(2026, 12, 21)


def test_without_a_year_it_is_the_nearest_one() -> None:
    assert day_in("1月3日", today=TODAY) == date(2027, 1, 3)
    assert day_in("11月30日", today=TODAY) == date(2026, 11, 30)
    assert day_in("2月29日", today=date(2028, 2, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (12.1, "分不清"),
        ("下周一", "看不出是哪一天"),
        ("13月1日", "没有这一天"),
        ("2026-02-30", "没有这一天"),
        ("2月30日", "没有这一天"),
        ("12月21日（周二）", "是星期一"),
        (7, "看不出是哪一天"),
        (True, "不是日期"),
    ],
)
def test_what_is_no_day_is_said_with_what_to_write(written: object, said: str) -> None:
    with pytest.raises(UnreadableDayError, match=said):
        day_in(written, today=TODAY)
