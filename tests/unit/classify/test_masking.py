import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.masking import HIDDEN, has_private_number, mask

MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
GAPS = st.sampled_from(["", " ", "-", "  ", "\u200b", "—", "_", "\u3000"])
SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")
WORDS = st.text(alphabet="路灯坏了找我打这个电话 ,。:\n微信号栋组家王李", max_size=30)
"""What stands around a number; free of digits, so that what is left of the number can be told."""


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("找我13812345678", "找我138****5678"),
        ("138-1234-5678 或 +86 13912345678", "138****5678 或 139****5678"),
        ("13812345678", "138****5678"),
        ("138.1234.5678", "138****5678"),
        ("138 1234\u30005678", "138****5678"),
        ("捐款50000 13812345678", "捐款50000 138****5678"),
        ("138123456783组的老王", "138****56783组的老王"),
        ("138 123 45678", HIDDEN),
        ("1381 234 5678", HIDDEN),
        ("1 3 8 1 2 3 4 5 6 7 8", HIDDEN),
        ("幺三八一二三四五六七八", HIDDEN),
        ("打一三八 一二三四 五六七八 找我", f"打{HIDDEN} 找我"),
        ("村部0838-5551234", f"村部{HIDDEN}"),
        ("村部(0838)5551234", f"村部{HIDDEN}"),
        ("座机是 5551234", f"座机是 {HIDDEN}"),
    ],
)
def test_telephone_numbers_are_hidden_however_they_are_written(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert has_private_number(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证11010519491231002X办的", f"身份证{HIDDEN}办的"),
        ("身份证110105194912310021,", f"身份证{HIDDEN},"),
        ("110105 1949 1231 002X", HIDDEN),
        ("老身份证号110105491231002", f"老身份证号{HIDDEN}"),
        ("打到6222021234567890123这张卡", f"打到{HIDDEN}这张卡"),
        ("卡号6222 0212 3456 7890", f"卡号{HIDDEN}"),
        ("6222021 234567890123 这张", f"{HIDDEN} 这张"),
        ("护照E12345678", f"护照{HIDDEN}"),
        ("社保卡号 62220212345", f"社保卡号 {HIDDEN}"),
        ("户号 1234560", f"户号 {HIDDEN}"),
        ("户号 1234567890 欠费", f"户号 {HIDDEN} 欠费"),
        ("车是川A12345的", f"车是{HIDDEN}的"),
        ("新能源 粤B·D12345", f"新能源 {HIDDEN}"),
    ],
)
def test_cards_papers_and_plates_are_hidden(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("微信 abc12345", f"微信 {HIDDEN}"),
        ("vx:wang_xiaohong", f"vx:{HIDDEN}"),
        ("加v laowang88", f"加v {HIDDEN}"),
        ("QQ 123456789", f"QQ {HIDDEN}"),
        ("QQ 1234560", f"QQ {HIDDEN}"),
        ("qq号：12345678", f"qq号：{HIDDEN}"),
        ("发到 lisi_99@example.com 就行", f"发到 {HIDDEN} 就行"),
        ("30.572815, 104.066801", HIDDEN),
        ("在东经104.0668 北纬30.5728那里", f"在{HIDDEN}{HIDDEN}那里"),
    ],
)
def test_chat_names_mail_and_coordinates_are_hidden(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("3栋2单元501王大妈家漏水", f"3栋2单元{HIDDEN}王大妈家漏水"),
        ("王大妈家3栋2单元501漏水", f"王大妈家3栋2单元{HIDDEN}漏水"),
        ("二组18号李大爷家停水", f"二组{HIDDEN}李大爷家停水"),
        ("3栋2单元501漏水", "3栋2单元501漏水"),
        ("幸福路18号门口", "幸福路18号门口"),
    ],
)
def test_a_door_number_is_hidden_only_beside_a_name(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "捐了600块",
        "拨款 12345678元",
        "账户余额38600.50元",
        "微信收了50000块",
        "微信 20000块",
        "收入 2300 1500 1800 2600",
        "1500 2000 350",
        "2026年3月6日9点12分",
        "2026-03-06至2026-04-07",
        "20260306 20260308",
        "2021 2022 2023 2024",
        "社保 2025-2026 年度",
        "医保卡 20260306 到账",
        "医保 2026 400元",
        "08:30-12:00 14:30-17:30",
        "0830-1200 1430-1730",
        "亩产1200斤 共38600元",
        "面积1234.5678平方",
        "1.5亩 2.25亩 13.5亩",
        "编号20260306001",
        "编号 202603060012345678",
        "12345 110 120 119 12388 95598",
        "微信12345平台",
        "电话12345",
        "400-820-8820",
        "微信群 QQ群",
        "开奖 13 15 17 19 21 3",
        "二〇二六年三月",
        "一三五逢集 二四六不赶",
        "川菜A套餐",
        "WX 你好",
        "3栋2单元501",
        "",
    ],
)
def test_money_dates_areas_lots_hours_and_public_numbers_stay(text: str) -> None:
    assert mask(text) == text
    assert not has_private_number(text)


def test_a_text_without_private_numbers_keeps_its_wide_digits() -> None:
    assert mask("２组３栋 共１２３４５元") == "２组３栋 共１２３４５元"


@given(st.text(), MOBILE, st.text())
def test_no_mobile_number_gets_through(before: str, number: str, after: str) -> None:
    assert number not in mask(f"{before} {number} {after}") or number in before or number in after


@given(before=WORDS, number=MOBILE, after=WORDS, gaps=st.tuples(GAPS, GAPS))
def test_no_grouping_brings_the_digits_of_a_mobile_through(
    before: str, number: str, after: str, gaps: tuple[str, str]
) -> None:
    written = f"{number[:3]}{gaps[0]}{number[3:7]}{gaps[1]}{number[7:]}"
    shown = re.sub(r"[^0-9]", "", mask(f"{before}{written}{after}"))
    assert shown in {"", number[:3] + number[7:]}


@given(before=WORDS, number=MOBILE, after=WORDS, gap=GAPS)
def test_no_mobile_spelt_digit_by_digit_gets_through(before: str, number: str, after: str, gap: str) -> None:
    assert not re.search(r"[0-9]", mask(f"{before}{gap.join(number)}{after}")) or not gap


@given(before=WORDS, number=MOBILE, after=WORDS)
def test_no_mobile_in_chinese_digits_gets_through(before: str, number: str, after: str) -> None:
    spoken = number.translate(SPOKEN)
    assert spoken not in mask(f"{before}{spoken}{after}")
    assert spoken[3:] not in mask(f"{before}{spoken}{after}")


@given(st.one_of(st.text(), st.text(alphabet="0123456789 -.*138Xx@微信号栋组王家幺三,:a", max_size=80)))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "138 ", "6222 ", "a@", "a.", "微信", "卡号1 ", "栋12", "户主王小明", "王a", "一", "13812345678 ", "1-"],
)
def test_any_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    """Ten times the length would take a hundred times as long if anything were tried again and again."""
    short, long = piece * (2_000 // len(piece)), piece * (20_000 // len(piece))
    assert _seconds(long) < 40 * _seconds(short) + 0.02


def _seconds(text: str) -> float:
    """The least processor time of three maskings."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        mask(text)
        spent.append(time.process_time() - start)
    return min(spent)
