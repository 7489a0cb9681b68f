"""What officers' corrections would teach the lexicon: words to add or re-weigh, and what each would change.

Nothing is learned by itself. The search of ``linear`` makes proposals; here the classifier itself judges them on all
stored examples, and a person accepts or leaves them. Equal examples and an equal lexicon give equal advice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import log
from typing import NamedTuple

from bot.classify.classifier import Classifier
from bot.classify.lexicon import BIAS, CATEGORIES, COLUMN, COLUMNS, PAUSE, Lexicon
from bot.classify.linear import Case, Change, Row, Search, Sums
from bot.classify.scoring import is_group
from bot.classify.teachable import Reader
from bot.domain.categories import APPEALS, Category
from bot.domain.rules import Certainty
from bot.domain.verdicts import NO_CONTEXT, Context

MOST = 20
"""Words that are proposed at once: as many as a person will read."""
_AHEAD = 0.25
"""By how much a corrected text is to be right: not by a hair."""
_KEPT_AHEAD = 0.2
"""Down to what a text that is right may fall without costing anything."""
_KEPT_WEIGHT = 2.0
_HARM_WEIGHT = 2
"""A text that becomes wrong weighs as much as two that become right."""
_ROUNDS = 4
_FURTHER = 0.4
"""By how much more a text is to lead in the next round if the classifier did not follow the sum."""
_KNOWN_WELL_AT = 0.6
"""Weight from which a word has been learned from many texts already."""
_CODE_LENGTH = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A ticket's words, masked and without names, and the category that a person holds right (NONE: no appeal).

    ``corrected``: the person thought otherwise than the bot; if not, the example is a counterweight.
    """

    id: str
    text: str
    right: Category
    corrected: bool
    context: Context = NO_CONTEXT


class Effect(NamedTuple):
    """Ids of the corrected examples that would become right, and of all examples that would become worse.

    Worse is: right now and wrong then; no emergency any more, or one without need; no longer looked at in confidence.
    """

    mends: tuple[str, ...]
    harms: tuple[str, ...]

    @property
    def value(self) -> int:
        """What it is worth: harm counts double."""
        return len(self.mends) - _HARM_WEIGHT * len(self.harms)


NO_EFFECT = Effect((), ())


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """One word. ``change``: by how much its weights move; ``row``: its weights then, as in ``weights.tsv``.

    ``known``: it has a row already. ``because``: the corrected examples with this word that it is meant for.
    ``alone``: its effect without the others.
    """

    word: str
    change: tuple[tuple[Category, float], ...]
    known: bool
    because: tuple[str, ...]
    row: Row
    alone: Effect = NO_EFFECT


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """All suggestions with their common effect, and what became of the examples.

    ``already``: corrected examples that the lexicon judges right by now. ``guarded``: those that it takes for an
    emergency or a clue, of which nothing is ever unlearned. ``left``: those that the suggestions do not mend.
    """

    suggestions: tuple[Suggestion, ...]
    together: Effect
    corrected: int
    confirmed: int
    already: tuple[str, ...]
    guarded: tuple[str, ...]
    left: tuple[str, ...]
    least: int

    @property
    def code(self) -> str:
        """A short sign of this list: another as soon as anything of it is another."""
        digest = sha256(repr((self.suggestions, self.together)).encode()).hexdigest()[:_CODE_LENGTH]
        return f"{self.least}-{digest}"


class _Judged(NamedTuple):
    """What the bot would make of a text: the category of the ticket that it would open, NONE if it opened none."""

    outcome: Category
    urgent: bool
    watched: bool


class Learner:
    """Learns from examples, for one lexicon. It changes neither."""

    def __init__(
        self, lexicon: Lexicon, certainty: Certainty, examples: Sequence[Example], *, places: Iterable[str] = ()
    ) -> None:
        """``places``: names of villages and towns, which are never proposed."""
        self._lexicon = lexicon
        self._certainty = certainty
        self._examples = tuple(sorted(examples, key=lambda example: example.id))
        classifier = Classifier(lexicon, certainty)
        self._now = {example.id: self._judge(classifier, example) for example in self._examples}
        reader = Reader(lexicon, places)
        self._seen = {example.id: reader.read(example.text) for example in self._examples}
        self._used = self._weights_used()
        self._effects: dict[frozenset[tuple[str, Row]], Effect] = {}
        self._sums = Sums(weights=lexicon.weights)
        self._wrong = tuple(example for example in self._examples if example.corrected and not self._is_right(example))
        self._learnable = tuple(example for example in self._wrong if not self._is_guarded(example))

    def advise(self, *, least: int = 2, most: int = MOST) -> Advice:
        """The smallest set of words found that mends the corrected examples, each spoken for by ``least`` of them.

        No suggestion, and not the whole, makes more examples worse than it puts right.
        """
        found = self._pruned(self._found(least, most))
        together = self.effect(found)
        if not _is_good(together):
            found, together = (), NO_EFFECT
        return Advice(
            suggestions=found,
            together=together,
            corrected=sum(example.corrected for example in self._examples),
            confirmed=sum(not example.corrected for example in self._examples),
            already=tuple(example.id for example in self._examples if example.corrected and self._is_right(example)),
            guarded=tuple(example.id for example in self._wrong if self._is_guarded(example)),
            left=tuple(example.id for example in self._learnable if example.id not in together.mends),
            least=least,
        )

    def effect(self, suggestions: Sequence[Suggestion]) -> Effect:
        """What the suggestions would change together, judged by the classifier itself."""
        asked = frozenset((suggestion.word, suggestion.row) for suggestion in suggestions)
        if asked not in self._effects:
            self._effects[asked] = self._effect(suggestions)
        return self._effects[asked]

    def _effect(self, suggestions: Sequence[Suggestion]) -> Effect:
        words = [suggestion.word for suggestion in suggestions]
        touched = [one for one in self._examples if any(word in self._seen[one.id].plain for word in words)]
        if not touched:
            return NO_EFFECT
        rows = {suggestion.word: suggestion.row for suggestion in suggestions}
        taught = replace(self._lexicon, weights={**self._used, **rows})
        classifier = Classifier(taught, self._certainty)
        after = {example.id: self._judge(classifier, example) for example in touched}
        return Effect(
            mends=tuple(
                example.id
                for example in touched
                if example.corrected and not self._is_right(example) and after[example.id].outcome is example.right
            ),
            harms=tuple(example.id for example in touched if self._is_worse(example, after[example.id])),
        )

    def _weights_used(self) -> Mapping[str, Row]:
        """The weights that any example can show: with only these a classifier is built sooner and judges the same."""
        shown = {PAUSE}.union(*(seen.plain for seen in self._seen.values()))
        return {
            name: row
            for name, row in self._lexicon.weights.items()
            if name == BIAS or is_group(name) or shown.issuperset(name)
        }

    def _judge(self, classifier: Classifier, example: Example) -> _Judged:
        verdict = classifier.classify(example.text, example.context)
        clue = verdict.label is Category.CLUE
        opens = verdict.label in APPEALS and verdict.confidence >= self._certainty.open_ticket
        outcome = verdict.label if opens or clue else Category.NONE
        return _Judged(outcome, verdict.urgent, clue or verdict.suspects_clue)

    def _is_right(self, example: Example) -> bool:
        return self._now[example.id].outcome is example.right

    def _is_guarded(self, example: Example) -> bool:
        now = self._now[example.id]
        return now.urgent or now.outcome is Category.CLUE

    def _is_worse(self, example: Example, after: _Judged) -> bool:
        now = self._now[example.id]
        spoiled = self._is_right(example) and after.outcome is not example.right
        return spoiled or now.urgent is not after.urgent or (now.watched and not after.watched)

    # Finding

    def _found(self, least: int, most: int) -> tuple[Suggestion, ...]:
        """Search, let the classifier judge, and search again with more lead where it did not follow the sum."""
        by_word = self._speakers()
        wanted: dict[str, float] = {}
        best: tuple[Suggestion, ...] = ()
        best_effect = NO_EFFECT
        for _ in range(_ROUNDS):
            found = self._searched(by_word, wanted, least, most)
            effect = self.effect(found)
            if (effect.value, -len(found)) > (best_effect.value, -len(best)):
                best, best_effect = found, effect
            missed = [example.id for example in self._learnable if example.id not in effect.mends]
            if not found or not (missed or effect.harms):
                break
            for id_ in (*missed, *effect.harms):
                wanted[id_] = wanted.get(id_, 0.0) + _FURTHER
        return best

    def _speakers(self) -> dict[str, dict[Category, tuple[str, ...]]]:
        """Word → right category → the corrected examples that speak for it."""
        found: dict[str, dict[Category, tuple[str, ...]]] = {}
        for example in self._learnable:
            for word in sorted(self._seen[example.id].words):
                by_right = found.setdefault(word, {})
                by_right[example.right] = (*by_right.get(example.right, ()), example.id)
        return found

    def _searched(
        self,
        by_word: Mapping[str, Mapping[Category, tuple[str, ...]]],
        further: Mapping[str, float],
        least: int,
        most: int,
    ) -> tuple[Suggestion, ...]:
        words = frozenset(word for word, by_right in by_word.items() if max(map(len, by_right.values())) >= least)
        learnable = {example.id for example in self._learnable}
        cases = [
            self._case(example, words, further.get(example.id, 0.0), corrected=example.id in learnable)
            for example in self._examples
            if (example.id in learnable or self._is_right(example))
            and not words.isdisjoint(self._seen[example.id].features)
        ]
        supporters = {word: {COLUMN[right]: len(ids) for right, ids in by_word[word].items()} for word in words}
        changes = Search(
            sums=self._sums,
            cases=cases,
            supporters=supporters,
            familiar=frozenset(word for word in words if self._is_familiar(word)),
            least=least,
            most=most,
        ).run()
        return tuple(self._suggestion(word, change, by_word[word]) for word, change in changes.items())

    def _is_familiar(self, word: str) -> bool:
        row = self._lexicon.weights.get(word, (0.0,))
        return max(map(abs, row)) >= _KNOWN_WELL_AT

    def _case(self, example: Example, words: frozenset[str], further: float, *, corrected: bool) -> Case:
        seen = self._seen[example.id]
        totals, features = self._sums.of(seen)
        needed = self._certainty.appeal_to_bot if example.context.to_bot else self._certainty.appeal
        case = Case(
            id=example.id,
            right=COLUMN[example.right],
            offset=log(needed / (1 - needed)),
            wanted=_AHEAD + further,
            weight=1.0 if corrected else _KEPT_WEIGHT,
            totals=totals,
            features=features,
            words=words & seen.features,
        )
        if not corrected:
            case.wanted = min(_KEPT_AHEAD, self._sums.margin(case, totals)) + further
        return case

    def _suggestion(self, word: str, change: Change, speakers: Mapping[Category, tuple[str, ...]]) -> Suggestion:
        because = sorted(id_ for category, ids in speakers.items() if change.get(category, 0.0) >= 0 for id_ in ids)
        return Suggestion(
            word=word,
            change=tuple(sorted(change.items(), key=lambda part: (-part[1], CATEGORIES.index(part[0])))),
            known=word in self._lexicon.weights,
            because=tuple(because),
            row=self._moved(word, change),
        )

    def _moved(self, word: str, change: Change) -> Row:
        """The word's row after the change; what a word weighs for an emergency stays as it is."""
        row = list(self._lexicon.weights.get(word, (0.0,) * len(COLUMNS)))
        for category, amount in change.items():
            row[COLUMN[category]] = round(row[COLUMN[category]] + amount, 3)
        return tuple(row)

    # Choosing

    def _pruned(self, found: tuple[Suggestion, ...]) -> tuple[Suggestion, ...]:
        """Leave out what harms by itself and whatever the others can do without, the last found first."""
        judged = [replace(one, alone=self.effect([one])) for one in found]
        kept = [one for one in judged if len(one.alone.harms) <= len(one.alone.mends)]
        value = self.effect(kept).value
        for one in reversed(list(kept)):
            others = [other for other in kept if other is not one]
            without = self.effect(others).value
            if without >= value:
                kept, value = others, without
        return tuple(kept)


def _is_good(effect: Effect) -> bool:
    return len(effect.mends) > len(effect.harms)
