import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.matter import similarity


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("四组堰塘上头的水管爆了", "堰塘那根大水管爆了 水往公路上飙"),
        ("2栋电梯又停了 第三天了", "2栋电梯停了三天"),
    ],
)
def test_two_tellings_of_one_matter_are_close(a: str, b: str) -> None:
    assert similarity(a, b) >= 0.45


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("二组路灯坏了", "四组路灯坏了"),
        ("3栋电梯停了", "6栋电梯停了"),
        ("路灯坏了", "低保名单没贴出来"),
        ("", "路灯坏了"),
    ],
)
def test_another_place_or_topic_is_another_matter(a: str, b: str) -> None:
    assert similarity(a, b) <= 0.3


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_mutual_and_between_nought_and_one(a: str, b: str) -> None:
    there, back = similarity(a, b), similarity(b, a)
    assert 0 <= there <= 1
    assert there == pytest.approx(back)
