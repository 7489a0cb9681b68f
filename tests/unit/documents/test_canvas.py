import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents.canvas import Canvas, Ink, shorten, width_of, wrap

SIZE = 38
TEN = width_of("村" * 10, SIZE)


def test_a_village_name_with_a_rare_character_is_drawn_with_its_own_glyph() -> None:
    def ink(text: str) -> bytes:
        page = Canvas(100, 80, "#FFFFFF")
        page.put((10, 10), text, Ink(size=SIZE, colour="#000000"))
        return page.image.tobytes()

    unknown = ink("\U000e0fff")
    drawn = [ink(mark) for mark in "圩垸塅㘵埗"]
    assert unknown not in drawn
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一二三四五六七八九十", ["一二三四五六七八九十"]),
        ("一二三四五六七八九十，百", ["一二三四五六七八九", "十，百"]),
        ("一二三四五六七八九（十）", ["一二三四五六七八九", "（十）"]),
        ("一二三四五六七八九1200元", ["一二三四五六七八九", "1200元"]),
        ("一二三四五六七17:30前办", ["一二三四五六七17:30", "前办"]),
        ("，" * 12, ["，" * 10, "，" * 2]),
        ("1" * 60, ["1" * 18, "1" * 18, "1" * 18, "1" * 6]),
    ],
)
def test_lines_break_as_chinese_is_set(text: str, lines: list[str]) -> None:
    assert list(wrap(text, SIZE, TEN)) == lines


@settings(max_examples=40)
@given(text=st.text(alphabet="青石村李，。（）“”12ab: ", max_size=80), width=st.integers(min_value=60, max_value=600))
def test_no_line_is_wider_than_its_column_and_no_word_is_lost(text: str, width: int) -> None:
    lines = list(wrap(text, SIZE, width))
    assert all(width_of(line, SIZE) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_long_name_keeps_the_end_that_tells_it_from_its_neighbours() -> None:
    name = "上下青石坝高山移民新村第3安置点"
    short = shorten(name, SIZE, TEN)
    assert (short[:2], short[-4:]) == ("上下", "3安置点")
    assert width_of(short, SIZE) <= TEN
    assert shorten("青石村", SIZE, TEN) == "青石村"
