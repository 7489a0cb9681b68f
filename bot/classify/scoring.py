"""Add up the weights of what a text shows into a probability for each category."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from bot.classify.lexicon import BIAS, CATEGORIES, COLUMNS, GROUP, WORD, Lexicon
from bot.domain.categories import Category

EVENNESS = 0.35
"""How much a long text is evened out: the sum of weights is divided by the number of features to this power."""
EDGE = "_"
"""Stands for a pause and for both ends of a text in the runs of characters of ``weights.tsv``."""

_FIELD = 32
_SCALE = 10_000
_HALF = 1 << (_FIELD - 1)
_MASK = (1 << _FIELD) - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """The probabilities of a text: one per category, which add up to 1, and that of an emergency by itself."""

    by_category: Mapping[Category, float]
    urgent: float

    def best(self) -> Category:
        """Return the likeliest category."""
        return max(self.by_category, key=self.by_category.__getitem__)


class Scorer:
    """Sums the weights of three kinds of features: runs of characters, whole words and word groups.

    All runs are found in one pass of one automaton. All columns of one feature are packed into one whole number, so
    that one addition adds them all.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        runs: list[str] = []
        self._runs: list[int] = []
        self._words: dict[str, int] = {}
        self._groups: dict[str, int] = {}
        for name, weights in lexicon.weights.items():
            if name == BIAS or not name:
                continue
            packed = _pack(weights)
            if name[0] == WORD and len(name) > 1:
                self._words[name[1:]] = packed
            elif name[0] == GROUP[0] and name[-1] == GROUP[1]:
                self._groups[name[1:-1]] = packed
            else:
                runs.append(name)
                self._runs.append(packed)
        self._automaton = (
            AhoCorasick(runs, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)
            if runs
            else None
        )
        self._weights = lexicon.weights
        self._bias = lexicon.weights.get(BIAS, (0.0,) * len(COLUMNS))

    def score(self, plain: str, words: Iterable[str], groups: Iterable[str]) -> Scores:
        """Score a normalised text by its runs of characters, its words and its word groups; each counts once."""
        known: list[int] = []
        if self._automaton is not None:
            runs = self._runs
            found = self._automaton.find_matches_as_indexes(edged(plain), overlapping=True)
            known += [runs[which] for which in {which for which, _start, _end in found}]
        by_word, by_group = self._words, self._groups
        known += [by_word[word] for word in set(words) if word in by_word]
        known += [by_group[group] for group in groups if group in by_group]
        even = len(known) ** -EVENNESS if known else 0.0
        sums = [base + even * part for base, part in zip(self._bias, _unpack(sum(known)), strict=True)]
        urgent = 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, sums.pop()))))
        return Scores(by_category=dict(zip(CATEGORIES, _softmax(sums), strict=True)), urgent=urgent)

    def weight(self, name: str, category: Category) -> float:
        """Return the weight of one feature for one category; 0 for an unknown feature."""
        row = self._weights.get(name)
        return row[_COLUMN[category]] if row else 0.0


_COLUMN = {category: number for number, category in enumerate(CATEGORIES)}


def edged(plain: str) -> str:
    """Return a normalised text with its pauses and ends marked, as the runs of ``weights.tsv`` are written."""
    return f"{EDGE}{plain}{EDGE}".replace(" ", EDGE)


def _pack(weights: Sequence[float]) -> int:
    total = 0
    for weight in reversed(weights):
        total = (total << _FIELD) + round(weight * _SCALE)
    return total


def _unpack(total: int) -> list[float]:
    parts = []
    for _ in COLUMNS:
        part = ((total + _HALF) & _MASK) - _HALF
        parts.append(part / _SCALE)
        total = (total - part) >> _FIELD
    return parts


def _softmax(sums: Sequence[float]) -> list[float]:
    top = max(sums)
    powers = [math.exp(value - top) for value in sums]
    whole = sum(powers)
    return [power / whole for power in powers]
