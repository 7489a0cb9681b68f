"""Whether words take up other words: what people repeat when they chase, doubt or answer one another.

A chaser names the thing (泵站修好没有), a doubter throws the answer back (标准内?标准是在哪条墙缝里量的). Counted are
pairs of characters that carry meaning; what everybody says about everything is left out.
"""

import re
from functools import lru_cache

from bot.classify.lexicon import Lexicon

LOOKED_AT = 600
"""Characters of a text that are compared: people take up what was said first, and time stays bounded."""
_APART = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")
_PAIR = 2
_KEPT = 2048
"""Texts that are remembered as they were split: the same open matters are compared with every message."""


class Echo:
    """Compares texts by the characters that the lexicon does not call empty."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._empty = _any(lexicon.forms.get("空话", ()))
        self._particles = _any(lexicon.forms.get("虚字", ()))
        self._runs = lru_cache(_KEPT)(self._split)
        self._pairs = lru_cache(_KEPT)(self._paired)

    def shared(self, one: str, other: str) -> int:
        """How many pairs of characters with a meaning of their own stand in both texts."""
        return len(self._pairs(one) & self._pairs(other))

    def shared_characters(self, one: str, other: str) -> int:
        """How many meaningful characters stand in both: tells something only of words that follow one another."""
        return len(set("".join(self._runs(one))) & set("".join(self._runs(other))))

    def has_subject(self, text: str) -> bool:
        """Whether the words name anything by themselves; 人呢 and 到底管不管 lean on what was said before."""
        return bool(self._pairs(text))

    def _paired(self, text: str) -> frozenset[str]:
        return frozenset(run[at : at + _PAIR] for run in self._runs(text) for at in range(len(run) - 1))

    def _split(self, text: str) -> tuple[str, ...]:
        plain = self._empty.sub(" ", text[:LOOKED_AT])
        return tuple(_APART.sub(" ", self._particles.sub(" ", plain)).split())


def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, the longest where several begin at the same place."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
