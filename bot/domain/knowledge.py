"""What the county knows beforehand: its list of powers, and answers that officers kept for the next time (R106).

Only what stands in the list is ever said; what is missing there is left out, and a question about something else finds
nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Power:
    """One matter of the list: who does it, what to bring, how long it takes, where to complain if it is not done.

    Empty fields are not known. ``asked_as`` are the words by which villagers call it; ``unit`` and ``post`` name the
    office and the person in the words of the county's own configuration, ``responsible`` says it for all others.
    """

    id: str
    name: str
    asked_as: tuple[str, ...]
    responsible: str
    unit: str = ""
    post: str = ""
    conditions: str = ""
    materials: str = ""
    time: str = ""
    where: str = ""
    complain: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptAnswer:
    """An answer that an officer kept for a unit's villages. The same unit and name again replaces it.

    ``asked`` and ``text`` are masked and name nobody; an empty ``text`` means that it was dropped.
    """

    unit: str
    name: str
    topic: str
    asked: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """The list, whether the county has confirmed it, and the kept answers."""

    powers: tuple[Power, ...] = ()
    confirmed: bool = True
    answers: tuple[KeptAnswer, ...] = ()


NO_KNOWLEDGE = Knowledge()

_ASKS_HOW = re.compile(
    "怎么|怎样|咋|如何|哪里|哪儿|在哪|去哪|到哪|找谁|找哪|谁管|谁负责|归谁|材料|手续|条件|要带|带什么|带啥|要什么|要啥|需要|办理|申请|"
    "申报|流程|程序|多久|几天|多长时间|能不能办|可以办|能办|给办"
)
_ASKS_ELSE = re.compile(
    "多少|标准|几号发|哪天发|什么时候发|几时发|到账|没到|发没发|没发|为什么|为啥|怎么还|怎么没|怎么停|怎么少|咋没|咋停|咋还|"
    "名单|公示|截止|谁家|批下来没|批了没"
)
"""What the list does not tell: amounts, days of payment, why one's own matter has gone wrong."""


def listed(words: str, powers: Iterable[Power]) -> Power | None:
    """The one matter of the list that is asked about: how it is done, by whom, with what. None if in doubt (R106).

    The longest name counts (危房改造 before 建房); two matters of equal length are a doubt.
    """
    if _ASKS_HOW.search(words) is None or _ASKS_ELSE.search(words) is not None:
        return None
    found = [(_longest_name_in(words, power), power) for power in powers]
    longest = max((length for length, _ in found), default=0)
    best = [power for length, power in found if length == longest > 0]
    return best[0] if len(best) == 1 else None


def _longest_name_in(words: str, power: Power) -> int:
    return max((len(name) for name in power.asked_as if name in words), default=0)


def kept_for(answers: Sequence[KeptAnswer], units: Sequence[str]) -> tuple[KeptAnswer, ...]:
    """The answers that count in a place, whose units run from it upwards; of one name the nearest."""
    nearest: dict[str, KeptAnswer] = {}
    for unit in units:
        for answer in answers:
            if answer.unit == unit:
                nearest.setdefault(answer.name, answer)
    return tuple(nearest.values())


SAME_QUESTION = 0.55
"""Share of the meaningful pairs of characters of the shorter question from which both ask the same."""
_FEWEST_PAIRS = 2
_IN_EVERY_QUESTION = re.compile(
    "请问|问一下|问下|想问|打听|一下|大家|有没有人|谁知道|知道|晓得|您好|你好|麻烦|谢谢|小微|书记|主任|会计|现在|今年|我们|我家|我|你|您|"
    "村里|咱|[的了吗呢啊吧嘛么呀哦是在要有个这那就都也还]"
)
_APART = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")


def likeness(one: str, other: str) -> float:
    """How much of the shorter of two questions stands in the other, from 0 to 1; 0 for what says next to nothing."""
    pairs, others = _pairs(one), _pairs(other)
    fewer = min(len(pairs), len(others))
    return len(pairs & others) / fewer if fewer >= _FEWEST_PAIRS else 0.0


def _pairs(text: str) -> frozenset[str]:
    runs = _APART.sub(" ", _IN_EVERY_QUESTION.sub(" ", text)).split()
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1))
