"""What the discipline role can say about clues: a code and a word, in either order, forgiving in form."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.clues import CaseState
from bot.handlers.grammar import PUNCTUATION


class ClueVerb(StrEnum):
    """What is wanted of the ledger."""

    LIST = "list"
    READ = "read"
    HAND_OVER = "hand_over"
    ACCEPT = "accept"
    CONCLUDE = "conclude"
    LINE = "line"
    DRAFT = "draft"
    DOUBT = "doubt"
    CONFIRM_DOUBT = "confirm_doubt"
    PICTURES = "pictures"


_SPELLINGS: Final[dict[ClueVerb, tuple[str, ...]]] = {
    ClueVerb.CONFIRM_DOUBT: ("确认诬告", "确认是诬告"),
    ClueVerb.DOUBT: ("认定诬告", "认定为诬告", "定为诬告"),
    ClueVerb.HAND_OVER: (
        "转交",
        "转交给",
        "移送",
        "移送给",
        "移交",
        "移交给",
        "转给",
        "交给",
        "转办",
        "交叉检查",
        "交叉",
    ),
    ClueVerb.ACCEPT: ("受理", "已受理", "接收", "立案", "收下"),
    ClueVerb.CONCLUDE: ("结果", "处理结果", "核查结果", "结论", "办结", "了结"),
    ClueVerb.LINE: ("群里提醒", "群内提醒", "群提醒", "提醒群里", "在群里提醒"),
    ClueVerb.DRAFT: ("澄清稿", "澄清说明", "澄清"),
    ClueVerb.PICTURES: ("图片", "照片", "看图", "看图片", "看照片", "图", "附件"),
    ClueVerb.READ: ("看", "查看", "看看", "读", "内容"),
}
_BY_SPELLING: Final = {word: verb for verb, words in _SPELLINGS.items() for word in words}
_WORDS: Final = sorted(_BY_SPELLING, key=len, reverse=True)

_RESULTS: Final = {
    "部分属实": CaseState.PARTLY,
    "部份属实": CaseState.PARTLY,
    "部分查实": CaseState.PARTLY,
    "不实待澄清": CaseState.UNTRUE,
    "不属实": CaseState.UNTRUE,
    "不实": CaseState.UNTRUE,
    "失实": CaseState.UNTRUE,
    "查无实据": CaseState.UNTRUE,
    "没有此事": CaseState.UNTRUE,
    "基本属实": CaseState.VERIFIED,
    "属实": CaseState.VERIFIED,
    "查实": CaseState.VERIFIED,
}
"""The results that can be said; a false accusation is not among them: it has a command of its own (R58)."""
_EXCUSED: Final = re.compile(r"^[,，、\s]*(?:容错|可以容错|予以容错)[,，、\s]*")

_CODE: Final = re.compile(r"(?<![0-9A-Za-z])[A-Za-z][0-9A-Za-z]{4}(?![0-9A-Za-z])")
_LIST: Final = frozenset({"线索", "保密线索", "线索列表", "线索台账", "看线索", "查线索", "查看线索"})
_FULL_WIDTH: Final = {0xFEE0 + char: chr(char) for char in range(0x21, 0x7F)} | {0x3000: " "}


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueCommand:
    """One sentence understood. ``code`` is empty for the list; ``rest`` are the words after the verb."""

    verb: ClueVerb
    code: str = ""
    rest: str = ""


def parse(text: str) -> ClueCommand | None:
    """What the sentence wants of the ledger, or None if it is about something else."""
    line = text.translate(_FULL_WIDTH).strip(PUNCTUATION)
    if line in _LIST:
        return ClueCommand(verb=ClueVerb.LIST)
    found = _CODE.search(line)
    if found is None:
        return None
    before = line[: found.start()].strip(f"{PUNCTUATION}#").removeprefix("线索").strip(PUNCTUATION)
    after = line[found.end() :].strip(f"{PUNCTUATION}号").strip(PUNCTUATION)
    code = found.group().upper()
    if before and before in _BY_SPELLING:
        return ClueCommand(verb=_BY_SPELLING[before], code=code, rest=after)
    if before:
        return None
    if not after:
        return ClueCommand(verb=ClueVerb.READ, code=code)
    word = next((word for word in _WORDS if after.startswith(word)), None)
    if word is not None:
        return ClueCommand(verb=_BY_SPELLING[word], code=code, rest=after.removeprefix(word).strip(PUNCTUATION))
    if result(after) is not None:
        return ClueCommand(verb=ClueVerb.CONCLUDE, code=code, rest=after)
    return ClueCommand(verb=ClueVerb.READ, code=code, rest=after)


@dataclass(frozen=True, kw_only=True, slots=True)
class Conclusion:
    """A result in words: ``excused`` for a mistake in honest work (R58)."""

    state: CaseState
    words: str
    excused: bool


def result(words: str) -> Conclusion | None:
    """The result that the words begin with, None if it is none."""
    spoken = words.strip(PUNCTUATION)
    known = next((word for word in sorted(_RESULTS, key=len, reverse=True) if spoken.startswith(word)), None)
    if known is None:
        return None
    rest = spoken.removeprefix(known).strip(PUNCTUATION)
    excused = _EXCUSED.match(rest)
    rest = rest if excused is None else rest[excused.end() :]
    return Conclusion(state=_RESULTS[known], words=rest.strip(PUNCTUATION), excused=excused is not None)
