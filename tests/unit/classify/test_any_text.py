"""Whatever people or machines send is answered with a verdict, in bounded time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classify.classifier import Classifier
from bot.classify.lexicon import Lexicon
from bot.classify.normalise import HEAD, TAIL, Normaliser, shorten
from bot.domain.categories import Category
from bot.domain.verdicts import Context

CONTEXTS = st.builds(Context, by_cadre=st.booleans(), private=st.booleans(), to_bot=st.booleans(), voice=st.booleans())
VILLAGE = st.text(alphabet="路灯坏了公示低保支书钱不是但就@ ,。?!1380\u200b😂灯火主任", max_size=120)


@settings(max_examples=120)
@given(text=st.one_of(VILLAGE, st.text(alphabet=st.characters(), max_size=200)), context=CONTEXTS)
def test_any_text_gets_a_verdict(classifier: Classifier, text: str, context: Context) -> None:
    verdict = classifier.classify(text, context)
    assert 0 <= verdict.confidence <= 1
    assert verdict.label is Category.HELP or not verdict.urgent
    assert classifier.classify(text, context) == verdict
    classifier.is_urgent(text)


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "\ud800\udfff\ud800", "\x00\x07\x1b[31m", "😂😂😂👍", "\u202e\u200fשלום", "@@@@@@", "?", "。。。"],
)
def test_odd_characters_are_no_appeal(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).label is Category.NONE


def test_half_an_emoji_does_not_hide_where_the_lamp_is(classifier: Classifier) -> None:
    verdict = classifier.classify("二组路灯坏了三天没人修\ud83d")
    assert (verdict.label, verdict.place) == (Category.HELP, "二组")


def test_a_county_may_map_characters_beyond_the_common_plane() -> None:
    normaliser = Normaliser(Lexicon(characters={"𡎚": "坎"}))
    assert normaliser.normalise("𡎚下面那条路😂") == "坎下面那条路😂"


@pytest.mark.parametrize(
    "text",
    ["路灯坏了 " * 200_000, "啊" * 1_000_000, "1" * 1_000_000, "@" * 1_000_000, "不是" * 500_000, "1234 " * 200_000,
     "http://" + "a" * 1_000_000, "二组" * 500_000],
    ids=["sentence", "one letter", "digits", "mentions", "turns", "cards", "link", "places"],
)  # fmt: skip
def test_a_megabyte_is_answered_like_a_few_pages(classifier: Classifier, text: str) -> None:
    start = time.process_time()
    classifier.classify(text)
    assert time.process_time() - start < 2


def test_of_a_long_text_both_ends_are_read(classifier: Classifier) -> None:
    filler = "今天天气很好。" * 2000
    assert "二组" in classifier.classify(f"{filler}二组路灯坏了三天没人修").public_text
    assert len(shorten(filler)) <= HEAD + TAIL + 1
