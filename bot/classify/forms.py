"""Forms of speech that people use towards one another, as the lexicon lists them: laughing, pressing, pointing back.

Each word of a list is looked for as it stands, or is a small pattern (``[甲乙]``, ``(甲|乙)``, ``.{1,4}``), in the text
as it was written: dialect and punctuation are what tells here.
"""

import re
from collections.abc import Iterable
from enum import Enum

from bot.classify.lexicon import Lexicon

_NUMBERED_GROUP = re.compile(r"\\\d")
_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_NEVER = "(?!)"
_EDGE = r"[\s,，。]"


class Form(Enum):
    """What is asked of a text; the value is the name of the list in the lexicon."""

    LAUGHS = "笑"
    PRESSES = "追问"
    POINTS_BACK = "指前事"
    WANTS_WORD = "盼回音"
    TO_OFFICE = "找公家"
    TO_TRADER = "找生意人"
    SECOND_MATTER = "另有一问"
    FURTHER_MATTER = "另有一事"
    PROMISES = "许诺"
    PLANS = "打算"
    DONE = "办成"
    NOT_DONE = "没办成"
    ASKS_BACK = "反问"
    ASKS_PROGRESS = "问下文"
    SOUNDS_OUT = "探口风"
    ASKS_POLITELY = "客气问"
    TROUBLE = "遭难处"
    SPARED = "没遭到"
    OWN_MATTER = "自己有事"
    TOO = "也这样"
    AGREES_OUTRIGHT = "跟着问"
    SAW = "亲眼见"


class Forms:
    """Knows the lists of one lexicon; a list that it lacks is found in no text."""

    def __init__(self, lexicon: Lexicon) -> None:
        lists = lexicon.forms
        self._patterns = {form: _compiled(lists.get(form.value, ())) for form in Form}
        self._own_house = re.compile(
            f"(?:{_any(lists.get('应声', ()))})?[,， ]*(?:{_any(lists.get('自家', ()))})(?!的)"
        )
        no_thing = re.escape("".join(lists.get("不是东西", ())))
        self._missed = re.compile(
            f"(?:^|{_EDGE})([^\\s,，。{no_thing}]{{1,5}})(?:{_any(lists.get('在哪呢', ()))})(?=$|[\\s,，。?？])"
        )

    def said(self, form: Form, text: str) -> bool:
        """Whether the form stands anywhere in the text."""
        return any(pattern.search(text) for pattern in self._patterns[form])

    def begins(self, form: Form, text: str) -> bool:
        """Whether the text opens with the form."""
        return any(pattern.match(text) for pattern in self._patterns[form])

    def starts(self, form: Form, text: str) -> list[int]:
        """Where the form begins in the text, from left to right."""
        return sorted(found.start() for pattern in self._patterns[form] for found in pattern.finditer(text))

    def of_own_house(self, text: str, *, at_once: bool = False) -> bool:
        """Whether somebody speaks of himself, his house or group; ``at_once``: first of all, as in 对头 我家也停了."""
        found = self._own_house.match(text) if at_once else self._own_house.search(text)
        return found is not None

    def missed(self, text: str) -> str:
        """What the text asks the whereabouts of, empty if nothing: 铲车 of 十点了咧 铲车呢."""
        found = self._missed.search(text)
        return "" if found is None else found.group(1)


def _compiled(words: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """One pattern for all words, and one more for each that says a character twice (来不来): its groups are counted."""
    apart = [word for word in words if _NUMBERED_GROUP.search(word)]
    together = [word for word in words if word not in apart]
    return tuple(re.compile(pattern) for pattern in (_any(together), *apart))


def _any(words: Iterable[str]) -> str:
    return "|".join(_GROUP.sub("(?:", word) for word in words) or _NEVER
