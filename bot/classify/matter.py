"""Whether two texts are about the same matter. Precision first: a wrong merge hides somebody's appeal."""

import re
from functools import lru_cache

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


def similarity(a: str, b: str) -> float:
    """Return 0..1: how much two texts tell of one matter, by content words, in any order.

    Texts that name different numbered places (二组, 四组) score at most 0.3 whatever else they share.
    """
    first, second = _content(a), _content(b)
    if not first or not second:
        return 0.0
    score = 0.5 * _overlap(first, second) + 0.5 * fuzz.partial_ratio(first, second) / 100
    here, there = _numbered_places(a), _numbered_places(b)
    if here and there and _conflict(here, there):
        return min(score, _DIFFERENT_PLACE)
    return score


@lru_cache(maxsize=2048)
def _content(text: str) -> str:
    return _EMPTY_WORDS.sub("", _NOISE.sub("", text[:_LOOKED_AT]))


def _overlap(first: str, second: str) -> float:
    left = {first[n : n + 2] for n in range(len(first) - 1)} or {first}
    right = {second[n : n + 2] for n in range(len(second) - 1)} or {second}
    return len(left & right) / min(len(left), len(right))


def _numbered_places(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for number, kind in _NUMBERED.findall(text[:_LOOKED_AT]):
        found.setdefault(kind, set()).add(_DIGITS.get(number, number))
    return found


def _conflict(here: dict[str, set[str]], there: dict[str, set[str]]) -> bool:
    return any(not (here[kind] & there[kind]) for kind in here.keys() & there.keys())
