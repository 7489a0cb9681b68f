"""Whether two texts are about the same matter. Precision first: a wrong merge hides somebody's appeal."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

_LOOKED_AT = 600
_NOISE = re.compile(r"[\s,\uff0c。.!\uff01?\uff1f;\uff1b、:\uff1a…~@]+")
_NUMBERED = re.compile(r"([0-9一二三四五六七八九十]{1,3})(组|社|队|栋|号楼|单元|楼)")
_DIGITS = dict(zip("一二三四五六七八九", "123456789", strict=True)) | {"十": "10"}
_EMPTY_WORDS = re.compile(
    "请问|你好|麻烦|我们|我家|咱们|这个|那个|怎么|什么|没有|还是|就是|一下|大家|今天|昨天|现在|已经|"
    "[了的吗呢啊吧都也又不没有是在我你他]"
)
_DIFFERENT_PLACE = 0.3


class _Matter(NamedTuple):
    """What of a text is compared."""

    content: str
    pairs: frozenset[str]
    places: Mapping[str, frozenset[str]]


def similarity(a: str, b: str) -> float:
    """Return 0..1: how much two texts tell of one matter, by content words, in any order.

    Texts that name different numbered places (二组, 四组) score at most 0.3 whatever else they share.
    """
    one, other = _told(a), _told(b)
    if not one.content or not other.content:
        return 0.0
    overlap = len(one.pairs & other.pairs) / min(len(one.pairs), len(other.pairs))
    score = 0.5 * overlap + 0.5 * fuzz.partial_ratio(one.content, other.content) / 100
    return min(score, _DIFFERENT_PLACE) if _conflict(one.places, other.places) else score


@lru_cache(maxsize=2048)
def _told(text: str) -> _Matter:
    """Taken apart once: the same open matters are compared with every message."""
    seen = text[:_LOOKED_AT]
    content = _EMPTY_WORDS.sub("", _NOISE.sub("", seen))
    pairs = frozenset(content[n : n + 2] for n in range(len(content) - 1)) or frozenset({content})
    return _Matter(content, pairs, _numbered_places(seen))


def _numbered_places(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for number, kind in _NUMBERED.findall(text):
        found[kind] = found.get(kind, frozenset()) | {_DIGITS.get(number, number)}
    return found


def _conflict(here: Mapping[str, frozenset[str]], there: Mapping[str, frozenset[str]]) -> bool:
    return any(not (here[kind] & there[kind]) for kind in here.keys() & there.keys())
