"""Add up the weights of a text's features into a probability for each category."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.classify.lexicon import BIAS, CATEGORIES, COLUMNS, Lexicon
from bot.domain.categories import Category

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
    """Sums weights. All columns of one feature are packed into one whole number, so that one addition adds them all."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._packed = {name: _pack(weights) for name, weights in lexicon.weights.items() if name != BIAS}
        self._weights = lexicon.weights
        self._bias = lexicon.weights.get(BIAS, (0.0,) * len(COLUMNS))

    def score(self, names: Iterable[str]) -> Scores:
        """Score the features of a text. A feature counts once; long texts are evened out by the number of features."""
        packed = self._packed
        known = [packed[name] for name in set(names) if name in packed]
        even = 1.0 / math.sqrt(len(known)) if known else 0.0
        sums = [base + even * part for base, part in zip(self._bias, _unpack(sum(known)), strict=True)]
        urgent = 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, sums.pop()))))
        return Scores(by_category=dict(zip(CATEGORIES, _softmax(sums), strict=True)), urgent=urgent)

    def weight(self, name: str, category: Category) -> float:
        """Return the weight of one feature for one category; 0 for an unknown feature."""
        row = self._weights.get(name)
        return row[CATEGORIES.index(category)] if row else 0.0


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
