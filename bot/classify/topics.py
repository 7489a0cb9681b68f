"""Find what a text is about: an item of the power list or of the disclosure catalogue, or an everyday matter."""

from collections.abc import Iterable
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from rapidfuzz import fuzz

from bot.classify.lexicon import FIRST, NO_TOPIC, TOGETHER, VAGUE, Lexicon
from bot.classify.normalise import Normaliser

LOOKED_AT = 400
"""Characters of the plain text looked at: a letter names its matter in its title and first sentences."""
NEAR = 8
"""Characters that may stand between the two words of a pair (灯+不亮)."""
_VAGUE, _PLAIN, _FIRST = 1, 1_000, 1_000_000
"""What one character of a word counts: a vague word never outweighs a plain one, nor a plain one a word of danger."""
_FUZZY_TEXT = 60
"""Characters that are compared by likeness: who makes a typing error in a long text also writes the word rightly."""
_FUZZY_WORD = 4
"""Shortest word compared by likeness: of three characters with a wrong one two are left, in many words."""
_ALIKE = 75.0
"""Least likeness, 0..100: of four characters three in their places, of five four."""


class _Atom(NamedTuple):
    """What finding one run of characters tells: of a topic by itself, and of others beside a second run."""

    topic: str
    weight: int
    partners: dict[int, tuple[str, int]]


class _Word(NamedTuple):
    """A word of the lexicon: its parts (two for a pair) and what it counts."""

    parts: tuple[str, ...]
    topic: str
    weight: int


class Topics:
    """Knows the words of the topics. Holds no state but the lexicon."""

    def __init__(self, lexicon: Lexicon, normaliser: Normaliser | None = None) -> None:
        words = list(_read_words(lexicon, normaliser or Normaliser(lexicon)))
        runs = {run: number for number, run in enumerate(dict.fromkeys(run for word in words for run in word.parts))}
        self._atoms = _atoms(words, runs)
        self._automaton = (
            AhoCorasick(list(runs), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA)
            if runs
            else None
        )
        self._candidates = [
            (word.parts[0], word.topic)
            for word in words
            if len(word.parts) == 1 and len(word.parts[0]) >= _FUZZY_WORD and word.weight and word.weight < _FIRST
        ]
        by_pair: dict[str, list[int]] = {}
        for number, (word, _topic) in enumerate(self._candidates):
            for pair in {word[:2], word[-2:]}:
                by_pair.setdefault(pair, []).append(number)
        self._with_pair = list(by_pair.values())
        self._pairs = AhoCorasick(list(by_pair), implementation=Implementation.DFA) if by_pair else None

    def topic(self, plain: str) -> str:
        """Return the topic of a normalised text, empty if none is sure enough.

        Words of danger come first, vague ones (补贴, 名单) last; between topics of one rank the longer and more
        numerous words win, then what is said first. Only a text without any such word is compared by likeness, to
        forgive a wrong character in a long word.
        """
        if self._automaton is None:
            return ""
        scores = self._scores(plain[:LOOKED_AT])
        if not scores:
            return self._alike(plain[:_FUZZY_TEXT])
        return max(scores, key=scores.__getitem__) if len(scores) > 1 else next(iter(scores))

    def _scores(self, plain: str) -> dict[str, int]:
        """Add up the words of each topic, each word once; topics stand in the order in which they are said."""
        scores: dict[str, int] = {}
        counted: set[object] = set()
        halves: list[tuple[int, int]] = []
        for which, start, end in self._automaton.find_matches_as_indexes(plain) if self._automaton else ():
            topic, weight, partners = self._atoms[which]
            if weight and which not in counted:
                counted.add(which)
                scores[topic] = scores.get(topic, 0) + weight
            if not partners:
                continue
            for other, other_end in halves:
                pair = partners.get(other)
                if pair is None or start - other_end > NEAR or pair in counted:
                    continue
                counted.add(pair)
                topic, weight = pair
                scores[topic] = scores.get(topic, 0) + weight
            halves.append((which, end))
        return scores

    def _alike(self, plain: str) -> str:
        """Return the topic whose long word the text holds with a wrong character in it; empty if two are as like.

        The first and the last character must be right: 一户一格 is not 一户一宅, 村民代表怎么 not 村民代表会. So with
        one wrong character the first or the last two are right, and only words that share them are compared.
        """
        pairs = self._pairs.find_matches_as_indexes(plain, overlapping=True) if self._pairs else ()
        best, found = _ALIKE, ""
        for number in sorted({number for pair, _start, _end in pairs for number in self._with_pair[pair]}):
            word, topic = self._candidates[number]
            if not _is_framed(word, plain):
                continue
            place = fuzz.partial_ratio_alignment(word, plain, score_cutoff=best)
            window = plain[place.dest_start : place.dest_end] if place is not None else ""
            if (
                place is None
                or len(window) != len(word)
                or " " in window
                or (window[0], window[-1]) != (word[0], word[-1])
            ):
                continue
            found = topic if place.score > best or found in {"", topic} else ""
            best = place.score
        return found


def _read_words(lexicon: Lexicon, normaliser: Normaliser) -> Iterable[_Word]:
    """Bring the words into the plain form that texts are looked at in: a county writes them as people do."""
    for name, words in lexicon.topics.items():
        for written in words:
            marked = written[0] in {FIRST, VAGUE}
            parts = tuple(normaliser.normalise(part) for part in written[marked:].split(TOGETHER))
            weight = {FIRST: _FIRST, VAGUE: _VAGUE}.get(written[0], _PLAIN) * sum(map(len, parts))
            if all(parts):
                yield _Word(parts, name, 0 if name == NO_TOPIC else weight)


def _atoms(words: list[_Word], runs: dict[str, int]) -> list[_Atom]:
    atoms = [_Atom("", 0, {}) for _run in runs]
    for word in words:
        numbers = [runs[part] for part in word.parts]
        if len(numbers) == 1:
            which = numbers[0]
            atoms[which] = atoms[which]._replace(topic=word.topic, weight=word.weight)
            continue
        first, second = numbers
        atoms[first].partners[second] = atoms[second].partners[first] = (word.topic, word.weight)
    return atoms


def _is_framed(word: str, plain: str) -> bool:
    """Whether the first and the last character of a word stand as far apart somewhere: a glance before the likeness."""
    first, last, apart = word[0], word[-1], len(word) - 1
    start = plain.find(first)
    while start >= 0:
        if plain.startswith(last, start + apart):
            return True
        start = plain.find(first, start + 1)
    return False
