"""What can be said about integrity notices and reminder letters: 提示单, 签发 提示单 柳湾村 文号, 回复 提示单 …"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.slips import SlipKind
from bot.handlers.grammar import PUNCTUATION


class SlipVerb(StrEnum):
    """What is wanted of a slip."""

    SHOW = "show"
    ISSUE = "issue"
    DROP = "drop"
    REPLY = "reply"
    CLOSE = "close"
    BACK = "back"


_SPELLINGS: Final[dict[SlipVerb, tuple[str, ...]]] = {
    SlipVerb.DROP: ("不签发", "不发", "不用发", "先不发"),
    SlipVerb.ISSUE: ("签发", "签法", "发出", "印发", "下发"),
    SlipVerb.REPLY: ("回复", "回覆", "反馈", "答复", "书面反馈"),
    SlipVerb.CLOSE: ("销号", "消号", "销好", "复核通过", "审结"),
    SlipVerb.BACK: ("退回", "打回", "复核退回", "不通过"),
    SlipVerb.SHOW: ("看", "查看", "看看", "草稿", "导出"),
}
_BY_SPELLING: Final = {word: verb for verb, words in _SPELLINGS.items() for word in words}
_VERBS: Final = "|".join(sorted(_BY_SPELLING, key=len, reverse=True))
_KINDS: Final = {
    "廉情提示单": SlipKind.NOTICE,
    "廉情提醒单": SlipKind.NOTICE,
    "连情提示单": SlipKind.NOTICE,
    "提示单": SlipKind.NOTICE,
    "提醒提示函": SlipKind.LETTER,
    "提示函": SlipKind.LETTER,
    "提醒函": SlipKind.LETTER,
}
_NAMES: Final = "|".join(_KINDS)
_GAP: Final = r"[\s,\uff0c、:\uff1a。]*"
_SENTENCE: Final = re.compile(
    rf"^{_GAP}(?P<verb>{_VERBS})?{_GAP}(?P<kind>{_NAMES})(?:列表|候选|清单)?{_GAP}(?P<rest>.*)$", re.DOTALL
)
_THEN_VERB: Final = re.compile(rf"^(?P<unit>\S+?)[\s,\uff0c]+(?P<verb>{_VERBS}){_GAP}(?P<rest>.*)$", re.DOTALL)
_NUMBER: Final = re.compile(
    r"(?P<head>[^\W\d_]{0,12})\s*[〔\[【(\uff08]\s*(?P<year>20\d{2})\s*[〕\]】)\uff09]\s*第?(?P<number>\d{1,4})\s*[号號]"
)
_MONTH: Final = re.compile(r"(?:(?P<year>20\d{2})[年-])?(?P<month>\d{1,2})(?:月份?|(?<=-\d\d)(?!\d))")
_FULL_WIDTH: Final = {0xFF10 + digit: str(digit) for digit in range(10)} | {0x3000: " "}


@dataclass(frozen=True, kw_only=True, slots=True)
class SlipCommand:
    """One sentence understood: ``rest`` are the words behind, which may begin with a unit and a month."""

    verb: SlipVerb
    kind: SlipKind
    rest: str = ""


def parse(text: str) -> SlipCommand | None:
    """What the sentence wants of a slip, or None if it is about something else."""
    line = text.translate(_FULL_WIDTH).strip()
    found = _SENTENCE.match(line)
    if found is None:
        return None
    rest = found["rest"].strip(PUNCTUATION)
    kind = _KINDS[found["kind"]]
    if found["verb"] is not None:
        return SlipCommand(verb=_BY_SPELLING[found["verb"]], kind=kind, rest=rest)
    later = _THEN_VERB.match(rest)
    if later is not None:
        words = f"{later['unit']} {later['rest']}".strip()
        return SlipCommand(verb=_BY_SPELLING[later["verb"]], kind=kind, rest=words)
    return SlipCommand(verb=SlipVerb.SHOW, kind=kind, rest=rest)


def number_in(words: str) -> str:
    """The number that a person gives to a paper, in the brackets of the standard: 清廉提〔2026〕3号; empty for none."""
    found = _NUMBER.search(words)
    return "" if found is None else f"{found['head']}〔{found['year']}〕{found['number']}号"


def month_in(words: str) -> tuple[int | None, int, str] | None:
    """The month that the words begin with, as year (None if it is not said), month, and the words behind it."""
    found = _MONTH.match(words.strip(PUNCTUATION))
    if found is None or not 1 <= int(found["month"]) <= 12:  # noqa: PLR2004 - months of a year
        return None
    year = None if found["year"] is None else int(found["year"])
    return year, int(found["month"]), words.strip(PUNCTUATION)[found.end() :].strip(PUNCTUATION)
