"""Sentences are filled with what villagers wrote, and that can be anything."""

import pytest

from bot.wording import Wording, WordingError


def test_a_sentence_is_filled_with_its_values() -> None:
    wording = Wording({"receipt.opened": "{name}，记下了，{days} 天内答复"})
    assert wording.say("receipt.opened", name="阿珍", days=3) == "阿珍，记下了，3 天内答复"


def test_braces_in_what_a_villager_wrote_stay_what_they_are() -> None:
    wording = Wording({"quote": "“{text}”"})
    assert wording.say("quote", text="{days} {0} {text.__class__} }{") == "“{days} {0} {text.__class__} }{”"


def test_doubled_braces_are_single_ones() -> None:
    assert Wording({"a": "{{{name}}}"}).say("a", name="x") == "{x}"


def test_a_sentence_without_holes_needs_no_values_and_passes_over_others() -> None:
    assert Wording({"a": "好的"}).say("a", name="阿珍") == "好的"


def test_whether_there_is_a_sentence_can_be_asked() -> None:
    wording = Wording({"a": "好"})
    assert "a" in wording
    assert "b" not in wording


def test_a_missing_sentence_is_named() -> None:
    with pytest.raises(WordingError, match=r"receipt\.open"):
        Wording({}).say("receipt.open")


def test_a_missing_value_is_named_with_its_sentence() -> None:
    with pytest.raises(WordingError, match=r"receipt\.opened.*'due'"):
        Wording({"receipt.opened": "{due} 前"}).say("receipt.opened", name="阿珍")


@pytest.mark.parametrize("template", ["{", "}", "{}", "{0}", "{a.b}", "{a[0]}", "{a!r}", "{a:>3}", "{ a }", "{{a}"])
def test_anything_but_a_plain_name_is_refused_where_the_sentences_are_taken_in(template: str) -> None:
    with pytest.raises(WordingError, match="k: stray brace"):
        Wording({"k": template})
