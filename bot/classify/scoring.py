"""Add up the weights of what a text shows into a probability for each category."""

import struct
from collections.abc import Collection, Mapping, Sequence
from itertools import chain, repeat
from math import copysign, exp
from operator import add
from typing import NamedTuple

from bot.classify.lexicon import BIAS, CATEGORIES, COLUMNS, GROUP, PAUSE, Lexicon
from bot.domain.categories import Category

EVENNESS = 0.35
"""How much a long text is evened out: the sum of weights is divided by the number of features to this power."""
_FIELD = 32
_SCALE = 1_000
"""Weights of at most 100 on the longest text looked at stay far inside a field of 32 bits."""
_FIELDS = struct.Struct(f"<{len(COLUMNS)}i")
_HALF = 1 << (_FIELD - 1)
_HALVES = sum(_HALF << (_FIELD * number) for number in range(len(COLUMNS)))
"""Half of what each field holds: added, it keeps a sum below zero from borrowing of the field above; flipped back, it
leaves what a signed whole number looks like."""
_FURTHEST = 50.0
_NOTHING = (0.0,) * len(COLUMNS)
_ZEROS = repeat(0)


class Scores(NamedTuple):
    """The probabilities of a text: one per category, which add up to 1, and that of an emergency by itself."""

    by_category: dict[Category, float]
    urgent: float

    def best(self) -> Category:
        """Return the likeliest category."""
        return max(self.by_category, key=self.by_category.__getitem__)


class Scorer:
    """Sums the weights of what a text is made of: single characters, words, two words in a row, and word groups.

    All columns of one feature are packed into one whole number, so that one addition adds them all.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        packed = _packed(lexicon.weights)
        self._of_group = {name[1:-1]: packed.pop(name) for name in [*filter(is_group, packed)]}.get
        self._of_run = {name.replace(PAUSE, " "): value for name, value in packed.items()}.get
        self._weights = lexicon.weights
        self._bias = lexicon.weights.get(BIAS, _NOTHING)

    def score(self, plain: str, words: Sequence[str], groups: Collection[str]) -> Scores:
        """Score a normalised text by its characters, its words and its word groups; each counts once."""
        found = runs(plain, words)
        total = sum(map(self._of_run, found, _ZEROS)) + sum(map(self._of_group, groups, _ZEROS))
        even = (len(found) + len(groups)) ** -EVENNESS / _SCALE
        parts = _FIELDS.unpack(((total + _HALVES) ^ _HALVES).to_bytes(_FIELDS.size, "little"))
        *sums, urgent = [base + even * part for base, part in zip(self._bias, parts, strict=True)]
        if not -_FURTHEST < urgent < _FURTHEST:
            urgent = copysign(_FURTHEST, urgent)
        return Scores(_softmax(sums), 1.0 / (1.0 + exp(-urgent)))

    def weights(self, name: str) -> tuple[float, ...]:
        """Return the weights of one feature, one per column of ``COLUMNS``; zeros for an unknown feature."""
        return self._weights.get(name, _NOTHING)


def runs(plain: str, words: Sequence[str]) -> set[str]:
    """Return the characters, the words and every two neighbouring words of a normalised text; a blank is a pause."""
    return {*plain, *words, *map(add, (" ", *words), (*words, " "))}


def is_group(name: str) -> bool:
    """Whether a feature is a word group, written in brackets of its own."""
    return name[:1] == GROUP[0] and name[-1:] == GROUP[1]


def _packed(weights: Mapping[str, Sequence[float]]) -> dict[str, int]:
    """Every row as one whole number; all of them at once, because there are some sixty thousand."""
    rows_by_name = {name: row for name, row in weights.items() if name != BIAS}
    halves = [*map(_Halves().__getitem__, chain.from_iterable(rows_by_name.values()))]
    data = struct.pack(f"<{len(halves)}I", *halves)
    size = _FIELDS.size
    rows = (int.from_bytes(data[at : at + size], "little") - _HALVES for at in range(0, len(data), size))
    return dict(zip(rows_by_name, rows, strict=True))


class _Halves(dict[float, int]):
    """What a weight is in its field, half of what that holds added: few weights differ, and each is rounded once."""

    def __missing__(self, weight: float) -> int:
        half = self[weight] = round(weight * _SCALE) + _HALF
        return half


def _softmax(sums: Sequence[float]) -> dict[Category, float]:
    top = max(sums)
    powers = [exp(value - top) for value in sums]
    whole = sum(powers)
    return {category: power / whole for category, power in zip(CATEGORIES, powers, strict=True)}
