"""What a plain text shows: which words of which groups, and the words that it is made of."""

from collections.abc import Iterable
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, NamedTuple, cast

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from bot.classify.lexicon import Lexicon
from bot.classify.normalise import Normaliser

if TYPE_CHECKING:
    from rjieba import Jieba

_TERM_FREQUENCY = 50_000
_NONE: frozenset[str] = frozenset()


class Hit(NamedTuple):
    """One word of the lexicon found in the plain text, with its place in it."""

    word: str
    start: int
    end: int
    groups: tuple[str, ...]


class Finder:
    """Finds the lexicon's words: where words overlap, the leftmost and then the longest counts.

    That is how false friends are told apart: 救命番薯 and 火锅 are words of their own and hide 救命 and 火.
    """

    def __init__(self, lexicon: Lexicon, normaliser: Normaliser) -> None:
        by_word: dict[str, dict[str, None]] = {}
        for group, words in lexicon.groups.items():
            for word in words:
                plain = normaliser.normalise(word)
                if plain:
                    by_word.setdefault(plain, {})[group] = None
        self._words = sorted(by_word)
        self._groups = [tuple(by_word[word]) for word in self._words]
        self._automaton = AhoCorasick(
            self._words, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
        )

    def scan(self, plain: str) -> list[tuple[int, int, int]]:
        """Return the words found in a normalised text, from left to right, as number, start and end."""
        return self._automaton.find_matches_as_indexes(plain)

    def groups_of(self, found: Iterable[tuple[int, int, int]]) -> frozenset[str]:
        """Return the groups of the words that a scan found."""
        groups = self._groups
        return _NONE.union(*[groups[which] for which, _start, _end in found])

    def find(self, plain: str) -> list[Hit]:
        """Return the words found in a normalised text, from left to right, each with its place and its groups."""
        words, groups = self._words, self._groups
        return [Hit(words[which], start, end, groups[which]) for which, start, end in self.scan(plain)]

    def groups(self, plain: str) -> frozenset[str]:
        """Return only the groups of the words in a normalised text."""
        return self.groups_of(self.scan(plain))

    def named(self, which: int) -> tuple[str, tuple[str, ...]]:
        """Return a word by its number, with its groups."""
        return self._words[which], self._groups[which]


class Segmenter:
    """Cuts a text into words: jieba's algorithm in its fast twin, with the lexicon's own terms added."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._jieba = _jieba()
        for term in lexicon.terms:
            self._jieba.add_word(term, _TERM_FREQUENCY, None)

    def cut(self, plain: str) -> list[str]:
        """Return the words of a normalised text; new words are not guessed (HMM off), which keeps it repeatable."""
        return self._jieba.cut(plain, False)


def _jieba() -> "Jieba":
    """A segmenter with its dictionary.

    Importing the package would fill another one with the whole dictionary, for functions that nobody here calls; so
    only its compiled part is loaded.
    """
    package = find_spec("rjieba")
    compiled = package and PathFinder.find_spec("rjieba.rjieba", package.submodule_search_locations)
    if compiled is None or compiled.loader is None:
        message = "rjieba is not installed"
        raise ImportError(message)
    module = module_from_spec(compiled)
    compiled.loader.exec_module(module)
    return cast("Jieba", module.Jieba())
