"""What is a binding word, and what only begins like one."""

import pytest

from bot.handlers.binding import codes_in, said


@pytest.mark.parametrize(
    "text",
    [
        "绑定 12345678",
        "绑定12345678",
        "绑定：1234 5678",
        "绑定码 1234-5678。",
        "绑定码是12345678",
        "绑定 \uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
        "小微绑定 12345678",
        "小微，绑定 12345678",
        "@小微 绑定 12345678",
        "@小微\u2005绑定 12345678",
        "@柳湾办事助手\u2005绑定 12345678",
        "  綁定 12345678  ",
    ],
)
def test_a_code_is_understood_however_it_is_written(text: str) -> None:
    word = said(text)
    assert word is not None
    assert (word.digits, word.instead) == ("12345678", False)


def test_the_word_alone_has_no_code() -> None:
    word = said("绑定")
    assert word is not None
    assert word.digits == ""


@pytest.mark.parametrize(
    "text",
    [
        "绑定银行卡怎么弄",
        "医保绑定 12345678 对吗",
        "12345678",
        "绑定 123",
        "我的微信绑定不了",
        "绑定 12345678 谢谢",
        "",
    ],
)
def test_anything_else_is_no_binding_word(text: str) -> None:
    assert said(text) is None


def test_somebody_wants_to_be_somebody_else() -> None:
    word = said("绑定 12345678 换人")
    assert word is not None
    assert word.instead


def test_a_code_is_found_in_the_words_of_a_friend_request() -> None:
    assert codes_in("我是柳湾村李青山，绑定 1234 5678") == ("12345678",)
    assert codes_in("我是柳湾村李青山") == ()
