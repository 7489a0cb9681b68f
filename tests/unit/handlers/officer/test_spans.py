"""How long somebody asks for, as people write it with their thumbs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.officer.spans import Wish, wish

TODAY = date(2026, 3, 9)
DUE = date(2026, 3, 11)


@pytest.mark.parametrize(
    ("words", "days", "reason"),
    [
        ("3天 等配件", 3, "等配件"),
        ("3天，等配件", 3, "等配件"),
        ("三天等配件", 3, "等配件"),
        ("3 天 等配件", 3, "等配件"),
        ("三个工作日 等配件", 3, "等配件"),
        ("十二天 等配件", 12, "等配件"),
        ("两日", 2, ""),
        ("再要2天 因为下雨", 2, "下雨"),
        ("一周 等厂家", 5, "等厂家"),
        ("两个星期,等厂家", 10, "等厂家"),
        ("等配件 3天", 3, "等配件"),
        ("等配件要3天。", 3, "等配件"),
        ("原因：等配件", None, "等配件"),
        ("等配件", None, "等配件"),
        ("", None, ""),
    ],
)
def test_days_and_the_reason(words: str, days: int | None, reason: str) -> None:
    assert wish(words, today=TODAY, due=DUE) == Wish(days=days, reason=reason)


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("到周五 等配件", date(2026, 3, 13)),
        ("周五前 等配件", date(2026, 3, 13)),
        ("延到星期三等配件", date(2026, 3, 18)),  # due on a Wednesday: the next one is meant
        ("下周一 等配件", date(2026, 3, 16)),
        ("下下周一 等配件", date(2026, 3, 23)),
        ("明天 等配件", date(2026, 3, 10)),
        ("大后天 等配件", date(2026, 3, 12)),
        ("到3月16日 等配件", date(2026, 3, 16)),
        ("3.16 等配件", date(2026, 3, 16)),
        ("到1月5日 等配件", date(2027, 1, 5)),
        ("到16号 等配件", date(2026, 3, 16)),
        ("到5号 等配件", date(2026, 4, 5)),
    ],
)
def test_a_day_and_the_reason(words: str, until: date) -> None:
    assert wish(words, today=TODAY, due=DUE) == Wish(until=until, reason="等配件")


def test_a_day_that_does_not_exist_is_asked_for_again() -> None:
    said = wish("到2月31日 等配件", today=TODAY, due=DUE)
    assert (said.days, said.until) == (None, None)


@given(st.text(st.sampled_from("延到至下周月日号天个工作一二三十廿0123456789.等配件 ,因为"), max_size=12))
def test_no_words_are_too_strange(words: str) -> None:
    said = wish(words, today=date(2026, 1, 31), due=date(2026, 1, 31))
    assert said.days is None or said.until is None
