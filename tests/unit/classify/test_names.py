"""Before anybody learns from a villager's words, the names in them go."""

import pytest

from bot.classify.names import NameHider


@pytest.fixture(scope="module")
def hider() -> NameHider:
    return NameHider(["李青山", "石一航", "张春根"])


def test_officers_nicknames_and_mentions_become_one_sign(hider: NameHider) -> None:
    said = "@李青山 阿珍家门口的灯,张春根来看过,老杨也知道"
    assert hider.hide(said, ["阿珍", "老杨"]) == "@〔名〕 〔名〕家门口的灯,〔名〕来看过,〔名〕也知道"


def test_of_a_nickname_in_parts_the_name_goes_and_the_number_of_the_group_stays(hider: NameHider) -> None:
    assert hider.hide("二组路灯坏了,阿珍报的", ["二组-阿珍🌸"]) == "二组路灯坏了,〔名〕报的"


def test_capitals_make_no_difference(hider: NameHider) -> None:
    assert hider.hide("找 rose 要钥匙", ["Rose"]) == "找 〔名〕 要钥匙"


def test_a_surname_before_a_title_goes_and_the_title_stays(hider: NameHider) -> None:
    assert hider.hide("陈主任说向书记反映") == "〔名〕主任说向书记反映"


def test_who_gives_a_name_unasked_is_not_remembered(hider: NameHider) -> None:
    assert hider.hide("我叫王桂花,家里没水") == "我叫〔名〕,家里没水"


def test_a_nickname_of_one_character_leaves_the_text_readable(hider: NameHider) -> None:
    assert hider.hide("水管爆了没水", ["水", " ", ""]) == "水管爆了没水"


def test_a_nickname_is_text_and_no_pattern(hider: NameHider) -> None:
    assert hider.hide("找 a.b 修,不是 acb", ["a.b"]) == "找 〔名〕 修,不是 acb"


def test_nobody_known_changes_nothing() -> None:
    assert NameHider([]).hide("二组路灯不亮") == "二组路灯不亮"
