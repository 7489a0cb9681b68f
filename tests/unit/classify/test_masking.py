import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.masking import HIDDEN, has_private_number, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("找我13812345678", "找我138****5678"),
        ("138-1234-5678 或 +86 13912345678", "138****5678 或 139****5678"),
        ("13812345678", "138****5678"),
        ("身份证11010519491231002X办的", f"身份证{HIDDEN}办的"),
        ("身份证110105194912310021,", f"身份证{HIDDEN},"),
        ("打到6222021234567890123这张卡", f"打到{HIDDEN}这张卡"),
        ("卡号6222 0212 3456 7890", f"卡号{HIDDEN}"),
        ("车是川A12345的", f"车是{HIDDEN}的"),
        ("新能源 粤B·D12345", f"新能源 {HIDDEN}"),
        ("村部0838-5551234", f"村部{HIDDEN}"),
    ],
)
def test_private_numbers_are_hidden(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert has_private_number(text)


@pytest.mark.parametrize(
    "text",
    ["捐了600块", "2026年3月6日9点12分", "3栋2单元501", "亩产1200斤 共38600元", "编号20260306001", "", "川菜A套餐"],
)
def test_money_dates_and_house_numbers_stay(text: str) -> None:
    assert mask(text) == text
    assert not has_private_number(text)


@given(st.text(), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text())
def test_no_mobile_number_gets_through(before: str, number: str, after: str) -> None:
    assert number not in mask(f"{before} {number} {after}") or number in before or number in after


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once) == once
