"""How officers speak of days and shifts."""

from datetime import date

import pytest

from bot.handlers.officer.said_days import NoSuchDayError, days_said
from bot.handlers.officer.shift_words import Shift, read

FRIDAY = date(2026, 3, 6)


def march(*days: int) -> tuple[date, ...]:
    return tuple(date(2026, 3, day) for day in days)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("今天", march(6, 6)),
        ("明天", march(7, 7)),
        ("后天下午", march(8, 8)),
        ("周三", march(11, 11)),
        ("周五", march(6, 6)),
        ("星期天", march(8, 8)),
        ("下周五", march(13, 13)),
        ("本周三", march(4, 4)),
        ("周一到周三", march(9, 11)),
        ("3月9日到3月13日", march(9, 13)),
        ("3月9号至13号", march(9, 13)),
        ("三月十二号", march(12, 12)),
        ("3.12", march(12, 12)),
        ("2026-03-12", march(12, 12)),
        ("9号到11号", march(9, 11)),
        ("2号", (date(2026, 4, 2), date(2026, 4, 2))),
        ("3天", march(6, 8)),
        ("明天起三天", march(7, 9)),
        ("３月１２日", march(12, 12)),
        ("12月30日到1月2日", (date(2026, 12, 30), date(2027, 1, 2))),
        ("3月2日", march(2, 2)),
        ("3月20日到3月12日", march(20, 12)),
    ],
)
def test_days_are_read_as_they_are_said(said: str, days: tuple[date, date]) -> None:
    (span,) = days_said(f"请 {said}", today=FRIDAY).spans
    assert (span.first, span.last) == days


def test_words_around_the_days_are_left() -> None:
    assert days_said("周三 陈秀梅", today=FRIDAY).rest == "陈秀梅"
    assert days_said("没有日子", today=FRIDAY).spans == ()


@pytest.mark.parametrize("said", ["2月30日", "2026-13-01", "45号"])
def test_a_day_that_cannot_be_is_named(said: str) -> None:
    with pytest.raises(NoSuchDayError, match=said):
        days_said(said, today=FRIDAY)


@pytest.mark.parametrize(
    ("said", "what", "numbers"),
    [
        ("请假 明天", Shift.LEAVE, ()),
        ("明天请假", Shift.LEAVE, ()),
        ("销假", Shift.BACK, ()),
        ("换班 周三 李四", Shift.SWAP, ()),
        ("还班 周三 李四", Shift.SWAP, ()),
        ("跟李四换周三", Shift.SWAP, ()),
        ("李四替我周三值班", Shift.SWAP, ()),
        ("同意换班", Shift.AGREE, ()),
        ("不同意换班", Shift.REFUSE, ()),
        ("接", Shift.TAKE, ()),
        ("全部接下", Shift.TAKE, ()),
        ("12 接", Shift.TAKE, (12,)),
        ("十二号我接", Shift.TAKE, (12,)),
        ("接 12、13号", Shift.TAKE, (12, 13)),
        ("不接", Shift.LEAVE_IT, ()),
        ("交接", Shift.HANDOVER, ()),
        ("12 交接 王五", Shift.HANDOVER, (12,)),
        ("交接 12", Shift.HANDOVER, (12,)),
    ],
)
def test_shifts_are_understood_in_many_forms(said: str, what: Shift, numbers: tuple[int, ...]) -> None:
    found = read(said)
    assert found is not None
    assert (found.what, found.numbers) == (what, numbers)


@pytest.mark.parametrize(
    "said",
    ["接到通知明天停电", "在接水管", "请假的人是谁", "老张请假了吗", "跟他换灯泡", "12 办结 已换灯泡", "收到", "值班"],
)
def test_other_words_are_left_alone(said: str) -> None:
    assert read(said) is None
