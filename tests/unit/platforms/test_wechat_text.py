"""How WeChat writes quotations and calls into words."""

import pytest

from bot.domain.messages import BOT, EVERYONE
from bot.platforms.wechat_text import calling, mentions, quotation, title_in

OWN = frozenset({"小微", "柳湾 小微"})
NAMES = {"阿珍": "wx-az", "小微": "wx-bot"}


@pytest.mark.parametrize("dashes", ["- - - - - - - - - - - - - - -", "-----", "—————————", "- - -"])
@pytest.mark.parametrize("colon", [":", "："])
def test_a_quotation_is_taken_apart(dashes: str, colon: str) -> None:
    found = quotation(f"「阿珍{colon}水管爆了\n快来人」\n{dashes}\n马上到\n别急")
    assert found is not None
    assert (found.name, found.said, found.words) == ("阿珍", "水管爆了\n快来人", "马上到\n别急")


@pytest.mark.parametrize(
    "text", ["「阿珍:水管爆了」马上到", "他说「路灯:坏了」\n-----\n修吗", "「没有冒号」\n-----\n好", ""]
)
def test_what_only_looks_like_a_quotation_stays_as_it_is(text: str) -> None:
    assert quotation(text) is None


def test_a_long_text_of_dashes_and_brackets_is_read_quickly() -> None:
    assert quotation("「a:" + "」\n- - " * 20_000) is None


@pytest.mark.parametrize(
    ("text", "ids", "called"),
    [
        ("@小微\u2005在吗", (), (BOT,)),
        ("@柳湾 小微 在吗", (), (BOT,)),
        ("问一下@小微", (), (BOT,)),
        ("@小微信群 怎么进", (), ()),
        ("user@小微.com", (), ()),
        ("@阿珍\u2005 @小微 看看", (), (BOT, "wx-az")),
        ("@陌生人 你好", (), ()),
        ("看看", ("wx-bot", "wx-ly"), (BOT, "wx-ly")),
        ("@所有人 停水", (), (EVERYONE,)),
        ("@all 停水", (), (EVERYONE,)),
        ("停水", ("@all",), (EVERYONE,)),
        ("没有叫谁", (), ()),
    ],
)
def test_who_is_called(text: str, ids: tuple[str, ...], called: tuple[str, ...]) -> None:
    assert mentions(text, ids, account="wx-bot", own_names=OWN, names=NAMES) == called


def test_nobody_is_called_twice_by_the_bot() -> None:
    assert calling("已经报修", ("阿珍", "", "老杨")) == "@阿珍\u2005@老杨\u2005已经报修"
    assert calling("@阿珍 已经报修", ("阿珍",)) == "@阿珍 已经报修"


def test_the_title_of_a_card_is_found_in_its_xml() -> None:
    assert title_in("<msg><appmsg><title><![CDATA[三月公开]]></title></appmsg></msg>") == "三月公开"
    assert title_in("<msg></msg>") == ""
    assert title_in("三月公开") == "三月公开"
