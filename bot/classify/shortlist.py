"""Which of many open matters some words may be about: a quick, generous choice, that ``matter`` then judges exactly.

Texts are compared by the characters and pairs of characters that they share; what stands in few texts counts more.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from heapq import nlargest
from itertools import chain
from math import log

from bot.domain.tickets import Sketch

_LOOKED_AT = 300
"""Characters of a text that are compared: a long letter says early what it is about."""
_KEPT = 4096
"""Texts whose pieces are remembered: 20 MB of everyday messages, 130 MB if every one of them is a long letter."""
_NO_WORD = re.compile(r"\W+")


def alike(words: str, sketches: Sequence[Sketch], *, most: int) -> tuple[str, ...]:
    """The ids of the ``most`` tickets whose text is most like these words, the likest first.

    All of them, in the order given, where there are no more than that. Of equally like ones those with the latest
    activity; one with just these words always comes before the others. Fewer if not as many share a single character.
    """
    if len(sketches) <= most:
        return tuple(sketch.id for sketch in sketches)
    said = _pieces(words)
    known = [(sketch, _pieces(sketch.text)) for sketch in sketches]
    shared = [(sketch, its, common) for sketch, its in known if (common := said & its)]
    weights = _weights(chain.from_iterable(common for _, _, common in shared), of=len(sketches))
    ranked = (
        (its == said, sum(weights[piece] for piece in common) / min(len(said), len(its)), sketch.active_at, sketch.id)
        for sketch, its, common in shared
    )
    return tuple(id_ for _, _, _, id_ in nlargest(most, ranked))


def _weights(found: Iterable[str], *, of: int) -> dict[str, float]:
    """How much a piece tells: the fewer of all the texts have it, the more."""
    return {piece: log(1 + of / texts) for piece, texts in Counter(found).items()}


@lru_cache(maxsize=_KEPT)
def _pieces(text: str) -> frozenset[str]:
    """The characters and the pairs of neighbours, without punctuation; each string kept once for all texts."""
    plain = _NO_WORD.sub("", text[:_LOOKED_AT])
    pairs = (plain[at : at + 2] for at in range(len(plain) - 1))
    return frozenset(sys.intern(piece) for piece in chain(plain, pairs))
