"""Which office or person an officer's words name: in full, shortened (建设办, 农服中心), or with one slip (水力站)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.categories import Level
from bot.domain.org import Organisation, Person, Unit
from bot.handlers.grammar import PUNCTUATION

_TOKEN = re.compile(r"[^\s,\uff0c。.!\uff01:\uff1a、;\uff1b]+")
_LEVEL_WORDS = {
    Level.TOWNSHIP: ("镇里", "镇上", "镇纪委", "镇纪检", "镇政府", "乡里", "乡纪委", "乡纪检", "乡政府", "街道"),
    Level.COUNTY: ("县里", "县上", "县纪委", "县纪检", "县专班", "区里", "区纪委", "市里"),
}
"""How people call the township and the county of their own village."""
_SHORTEST = 2
"""Characters that a shortened name has at least."""
_SHORTEST_WITH_SLIP = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """What the words name: the units that may be meant, the person if one was named, and the words that are left."""

    units: tuple[Unit, ...] = ()
    person: Person | None = None
    rest: str = ""


def named(words: str, units: Sequence[Unit], org: Organisation) -> Named:
    """Find the unit among ``units`` that the words begin with; several if they may mean several, else none."""
    words = words.strip(PUNCTUATION)
    for unit in sorted(units, key=lambda unit: -len(unit.name)):
        if words.startswith((unit.name, unit.id)):
            length = len(unit.name) if words.startswith(unit.name) else len(unit.id)
            return Named(units=(unit,), rest=_rest(words, length))
        if unit.name in words.split():
            return Named(units=(unit,), rest=words.replace(unit.name, "", 1).strip(PUNCTUATION))
    for person in _people(units, org):
        if words.startswith(person.name):
            return Named(units=(org.units[person.unit],), person=person, rest=_rest(words, len(person.name)))
    for level, spoken in _LEVEL_WORDS.items():
        found = tuple(unit for unit in units if unit.level is level)
        word = next((word for word in spoken if words.startswith(word)), None)
        if word is not None and found:
            return Named(units=found, rest=_rest(words, len(word)))
    return _shortened(words, units)


def _shortened(words: str, units: Sequence[Unit]) -> Named:
    first = _TOKEN.match(words)
    if first is None:
        return Named(rest=words)
    token = first[0]
    if len(token) >= _SHORTEST:
        for alike in (_within, _in_order, _one_slip):
            found = tuple(unit for unit in units if alike(token, unit.name))
            if found:
                return Named(units=found, rest=_rest(words, len(token)))
    # Without a pause behind it a shortened name must end like the name: 建设办需要立杆, but not 建设广场要钱.
    for length in range(len(token) - 1, _SHORTEST, -1):
        found = tuple(unit for unit in units if unit.name.endswith(token[:length]))
        if found:
            return Named(units=found, rest=_rest(words, length))
    return Named(rest=words)


def _people(units: Iterable[Unit], org: Organisation) -> Iterable[Person]:
    for unit in units:
        yield from org.people_of(unit.id)


def _rest(words: str, length: int) -> str:
    return words[length:].strip(PUNCTUATION)


def _within(token: str, name: str) -> bool:
    return token in name


def _in_order(token: str, name: str) -> bool:
    """Whether the name has all characters of the token, in their order: 农服中心 in 镇农业服务中心."""
    left = iter(name)
    return all(character in left for character in token)


def _one_slip(token: str, name: str) -> bool:
    """Whether the token is the name, or its end, with one character mistaken: 水力站 for 水利站."""
    end = name[-len(token) :]
    wrong = sum(one != other for one, other in zip(token, end, strict=False))
    return len(token) >= _SHORTEST_WITH_SLIP and len(end) == len(token) and wrong == 1
