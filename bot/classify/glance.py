"""A glance at words as they come in: may they be a cry for help? No words are cut, and nothing is decided by it."""

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from bot.classify import decision
from bot.classify.lexicon import BIAS, COLUMNS, GROUP, PAUSE, Lexicon
from bot.classify.normalise import Normaliser, shorten
from bot.classify.scoring import EVENNESS, is_group

_URGENT = COLUMNS.index("urgent")
_TELLING = 1.5
"""The least that a run of characters says for or against danger to be looked for."""
_TELLING_GROUP = 0.5
"""The same for a word group, whose words are looked for."""
_LONGEST = 3
"""Characters of such a run: most words have two."""
_PER_CHARACTER = 3
"""Runs of up to three characters that begin with one: by their number a long text is evened out."""
_ALARMS_AT = 4.5
"""The sum from which words without a word of danger may be a cry.

Of 1 735 texts that are judged one, two are overlooked; of small talk one message in fourteen is stopped at in vain.
"""


class Glance:
    """Holds no state but the lexicon: the same text always gives the same answer.

    Looks for the words of danger of the emergency rules (``decision.names_danger``). Without any, what the lexicon says
    about an emergency is added up over its words and over runs of characters, whether they are words or parts of two:
    it says yes too often, and hardly ever no.
    """

    def __init__(self, lexicon: Lexicon, normaliser: Normaliser) -> None:
        """See with this lexicon."""
        self._normaliser = normaliser
        weights = {name: row[_URGENT] for name, row in lexicon.weights.items() if name != BIAS}
        telling = {
            name.replace(PAUSE, " "): weight
            for name, weight in weights.items()
            if not is_group(name) and len(name) <= _LONGEST and abs(weight) >= _TELLING
        }
        dangers: set[str] = set()
        for group, words in lexicon.groups.items():
            weight = weights.get(f"{GROUP[0]}{group}{GROUP[1]}", 0.0)
            names_danger = decision.names_danger({group})
            if names_danger or abs(weight) >= _TELLING_GROUP:
                plain = {normaliser.normalise(word) for word in words} - {""}
                telling |= {word: telling.get(word, 0.0) + weight for word in plain}
                dangers |= plain if names_danger else set()
        self._weight_of = list(telling.values()).__getitem__
        self._dangers = frozenset(number for number, word in enumerate(telling) if word in dangers)
        self._runs = AhoCorasick(
            list(telling), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )

    def may_be_urgent(self, text: str) -> bool:
        """Whether a text may be a cry for help. Bounded in time for any text."""
        plain = self._normaliser.normalise(shorten(text))
        found = {which for which, _start, _end in self._runs.find_matches_as_indexes(plain, overlapping=True)}
        if not self._dangers.isdisjoint(found):
            return True
        total: float = sum(map(self._weight_of, found))
        needed: float = _ALARMS_AT * (_PER_CHARACTER * len(plain) + 1) ** EVENNESS
        return total >= needed
