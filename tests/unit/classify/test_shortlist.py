"""Which open matters some words may be about: a generous choice, in which what is said again is never missing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.shortlist import alike
from bot.domain.tickets import Sketch

MORNING = datetime(2026, 3, 6, 1, tzinfo=UTC)
MATTERS = (
    "二组路灯又不亮了",
    "三组水管爆了没人修",
    "垃圾清运车好几天没来",
    "请问医保到哪里缴",
    "建议在村口装个减速带",
    "修渠的账什么时候贴出来",
    "五保户的补助这个月没到账",
    "老井旁的路塌了半边",
    "低保公示怎么没看到",
    "图书室周末开不开门",
)
TEXTS = st.text(alphabet="路灯不亮水管爆裂没人修二三组村口的了吗,。 ", min_size=0, max_size=12)


def sketch(number: int, text: str) -> Sketch:
    return Sketch(
        id=f"v-{number:04}",
        live=True,
        urgent=False,
        group="g-1",
        requester=f"u-{number}",
        text=text,
        active_at=MORNING + timedelta(minutes=number),
    )


def sketches(*texts: str) -> list[Sketch]:
    return [sketch(number, text) for number, text in enumerate(texts)]


def texts_of(ids: tuple[str, ...], known: list[Sketch]) -> list[str]:
    return [one.text for id_ in ids for one in known if one.id == id_]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("路灯还是不亮,二组", "二组路灯又不亮了"),
        ("水管又爆了", "三组水管爆了没人修"),
        ("灯呢?", "二组路灯又不亮了"),
        ("我也想问医保在哪缴", "请问医保到哪里缴"),
        ("垃圾车呢,都臭了", "垃圾清运车好几天没来"),
    ],
)
def test_the_likest_matter_comes_first(words: str, first: str) -> None:
    known = sketches(*MATTERS)
    assert texts_of(alike(words, known, most=3), known)[0] == first


def test_where_few_are_open_nothing_is_left_out() -> None:
    known = sketches(*MATTERS)
    assert alike("哈哈哈", known, most=len(MATTERS)) == tuple(one.id for one in known)
    assert alike("随便说说", [], most=20) == ()


@pytest.mark.parametrize("words", ["", "  ", "👌🙏", "?!"])
def test_words_without_a_word_are_like_nothing(words: str) -> None:
    assert alike(words, sketches(*MATTERS, "", "👌"), most=3) == ()


def test_words_like_nothing_find_nothing() -> None:
    assert alike("xyz", sketches(*MATTERS), most=3) == ()


def test_of_equally_like_matters_the_latest_are_looked_at() -> None:
    known = sketches(*["路灯不亮"] * 30)
    assert alike("路灯不亮", known, most=3) == ("v-0029", "v-0028", "v-0027")


def test_a_long_letter_is_found_by_what_it_says_first() -> None:
    letter = "关于三组饮水管道长期漏水的反映。" + "尊敬的领导您好,情况如下。" * 200
    known = sketches(*MATTERS, letter)
    assert texts_of(alike("三组饮水管道还在漏", known, most=2), known)[0] == letter


@given(others=st.lists(TEXTS, min_size=5, max_size=40), said=TEXTS, at=st.integers(min_value=0))
def test_what_is_said_again_in_the_same_words_is_always_found(others: list[str], said: str, at: int) -> None:
    place = at % len(others)
    known = sketches(*others[:place], said, *others[place:])
    found = texts_of(alike(said, known, most=3), known)
    assert not spoken(said) or spoken(said) in map(spoken, found)


def spoken(text: str) -> set[str]:
    """What is heard of a text: its characters and which follow one another."""
    plain = "".join(character for character in text if character not in ",。 ")
    return {*plain, *(plain[at : at + 2] for at in range(len(plain) - 1))}


@given(texts=st.lists(TEXTS, max_size=40), words=TEXTS, most=st.integers(min_value=1, max_value=25))
def test_it_names_known_tickets_once_and_not_too_many_and_always_the_same(
    texts: list[str], words: str, most: int
) -> None:
    known = sketches(*texts)
    found = alike(words, known, most=most)
    assert len(found) <= most
    assert len(set(found)) == len(found)
    assert set(found) <= {one.id for one in known}
    assert found == alike(words, known, most=most)
    if len(known) > most:
        assert found == alike(words, known[::-1], most=most)
