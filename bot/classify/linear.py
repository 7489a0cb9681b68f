"""The classifier's sum by itself, and the smallest steps that put judged texts on the right side of it.

A greedy search with a hinge for each text: in every round the one word is moved that mends most for the size of its
step. It looks at the sum alone; what the rules of ``decision`` make of it is checked afterwards, with the classifier.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.classify.lexicon import BIAS, CATEGORIES, COLUMN, GROUP, PAUSE
from bot.classify.scoring import EVENNESS, is_group
from bot.classify.teachable import Sighting
from bot.domain.categories import Category

Change = Mapping[Category, float]
"""By how much more a word is to speak for a category."""

BOUND = 3.0
"""The most that a new word may be moved: what a strong word group of the lexicon weighs."""
NONE_BOUND = 1.5
"""The same for or against being no appeal at all: small talk leaves no tickets that could speak up for it."""
FAMILIAR_BOUND = 1.2
"""The same for a word that the lexicon knows: its weights rest on thousands of texts, not on a village's few."""
_STEP = 0.3
_STEPS = tuple(round(_STEP * number, 1) for number in range(round(BOUND / _STEP) + 1))
_PROBE = 0.6
_PROBED = 30
"""How many words are tried with every size of step in a round: those that do best with a middling one."""
_PRICE = 0.06
"""What a step of size 1 must gain: small steps are preferred, and a word that gains next to nothing is not proposed."""
_FAMILIAR_PRICE = 0.2
_WORTH = 0.05
_NONE = COLUMN[Category.NONE]
Row = tuple[float, ...]


@dataclass(kw_only=True, slots=True)
class Case:
    """A text in the search. ``wanted``: the margin by which its right category is to lead; ``weight``: what it counts.

    ``totals`` are its sums per category before evening out, over ``features`` features. ``words`` are those of its
    words that may be taught.
    """

    id: str
    right: int
    offset: float
    wanted: float
    weight: float
    totals: list[float]
    features: int
    words: frozenset[str]


@dataclass(kw_only=True)
class Sums:
    """Adds up what the lexicon's weights say of a text."""

    weights: Mapping[str, Row]
    _bias: Row = field(init=False)

    def __post_init__(self) -> None:
        self._bias = self.weights.get(BIAS, (0.0,) * (len(CATEGORIES) + 1))[: len(CATEGORIES)]

    def of(self, seen: Sighting) -> tuple[list[float], int]:
        """The totals per category and the number of features, as the scorer counts them."""
        names = {name.replace(" ", PAUSE) for name in seen.features if not is_group(name)}
        names |= {f"{GROUP[0]}{group}{GROUP[1]}" for group in seen.groups}
        rows = [self.weights[name] for name in sorted((names & self.weights.keys()) - {BIAS})]
        return [math.fsum(row[column] for row in rows) for column in range(len(CATEGORIES))], len(names)

    def margin(self, case: Case, totals: Sequence[float]) -> float:
        """By how much the right category leads before the next one; none starts with the handicap of its threshold."""
        even = math.pow(case.features, -EVENNESS)
        sums = [base + even * total for base, total in zip(self._bias, totals, strict=True)]
        sums[_NONE] += case.offset
        right = sums[case.right]
        sums[case.right] = -math.inf
        return right - max(sums)

    def loss(self, case: Case, totals: Sequence[float]) -> float:
        """What a text still lacks, weighted."""
        return case.weight * max(0.0, case.wanted - self.margin(case, totals))

    def rival(self, case: Case) -> int:
        """The category that leads, or comes closest, instead of the right one."""
        even = math.pow(case.features, -EVENNESS)
        sums = [base + even * total for base, total in zip(self._bias, case.totals, strict=True)]
        sums[_NONE] += case.offset
        sums[case.right] = -math.inf
        return max(range(len(sums)), key=sums.__getitem__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Move:
    word: str
    more: int
    less: int
    up: float
    down: float

    @property
    def size(self) -> float:
        return self.up + self.down


@dataclass(kw_only=True)
class Search:
    """Moves the weights of words, one word in a round. The cases are its own and change as it goes."""

    sums: Sums
    cases: Sequence[Case]
    supporters: Mapping[str, Mapping[int, int]]
    """Word → right category → how many corrected texts speak for moving the word that way."""
    familiar: frozenset[str]
    """Words that the lexicon knows already."""
    least: int
    most: int
    changes: dict[str, list[float]] = field(default_factory=dict)
    _with: dict[str, list[Case]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for case in self.cases:
            for word in case.words:
                self._with.setdefault(word, []).append(case)

    def run(self) -> dict[str, Change]:
        """The changes found, by word, in the order in which they were found."""
        for _ in range(self.most * 3):
            move = self._best()
            if move is None:
                break
            self._make(move)
        return {
            word: {
                category: amount for category, column in COLUMN.items() if (amount := round(change[column], 1)) != 0.0
            }
            for word, change in self.changes.items()
            if any(round(amount, 1) for amount in change)
        }

    def _best(self) -> _Move | None:
        probes = sorted(
            (
                (-self._gain(move), -self._support(move), -len(move.word), move.word, move.more, move.less, move)
                for move in self._openings()
            ),
            key=lambda row: row[:-1],
        )
        best: tuple[float, float, str] | None = None
        found: _Move | None = None
        for *_, probe in probes[:_PROBED]:
            for move in self._sizes(probe):
                price = _FAMILIAR_PRICE if move.word in self.familiar else _PRICE
                worth = self._gain(move) - price * move.size
                rank = (-round(worth, 9), move.size, move.word)
                if worth > _WORTH and (best is None or rank < best):
                    best, found = rank, move
        return found

    def _openings(self) -> Iterable[_Move]:
        """One middling step for every word in a text that is not right yet, but none against calling it a clue."""
        wanted = {
            (word, case.right, rival)
            for case in self.cases
            if self.sums.loss(case, case.totals) > 0 and (rival := self.sums.rival(case)) != COLUMN[Category.CLUE]
            for word in case.words
            if self.supporters.get(word, {}).get(case.right, 0) >= self.least
            and (word in self.changes or len(self.changes) < self.most)
        }
        for word, more, less in sorted(wanted):
            yield _Move(word=word, more=more, less=less, up=_PROBE, down=_PROBE)

    def _sizes(self, probe: _Move) -> Iterable[_Move]:
        now = self.changes.get(probe.word, [0.0] * len(CATEGORIES))
        more, less = (self._bound(probe.word, column) for column in (probe.more, probe.less))
        for up in _STEPS:
            for down in _STEPS:
                inside = round(now[probe.more] + up, 6) <= more and round(now[probe.less] - down, 6) >= -less
                if inside and (up or down):
                    yield _Move(word=probe.word, more=probe.more, less=probe.less, up=up, down=down)

    def _bound(self, word: str, column: int) -> float:
        if word in self.familiar:
            return FAMILIAR_BOUND
        return NONE_BOUND if column == _NONE else BOUND

    def _support(self, move: _Move) -> int:
        return self.supporters[move.word][move.more]

    def _gain(self, move: _Move) -> float:
        gain = 0.0
        for case in self._with[move.word]:
            gain += self.sums.loss(case, case.totals) - self.sums.loss(case, self._after(case, move))
        return gain

    def _after(self, case: Case, move: _Move) -> list[float]:
        totals = list(case.totals)
        totals[move.more] += move.up
        totals[move.less] -= move.down
        return totals

    def _make(self, move: _Move) -> None:
        for case in self._with[move.word]:
            case.totals = self._after(case, move)
        change = self.changes.setdefault(move.word, [0.0] * len(CATEGORIES))
        change[move.more] += move.up
        change[move.less] -= move.down
