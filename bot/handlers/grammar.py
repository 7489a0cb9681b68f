"""What officers can say (DESIGN section 10): plain Chinese, forgiving in form, understood by a few short rules."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What an officer wants done."""

    CLOSE = "close"
    PROGRESS = "progress"
    TRANSFER = "transfer"
    RECATEGORISE = "recategorise"
    NOT_AN_APPEAL = "not_an_appeal"
    NOT_AN_ANSWER = "not_an_answer"
    LIST = "list"
    DUTY = "duty"
    CLUES = "clues"
    DIGEST = "digest"
    HELP = "help"
    ACKNOWLEDGE = "acknowledge"
    LATER = "later"

    @property
    def needs_ticket(self) -> bool:
        """Whether it is said about one ticket."""
        return self in _ABOUT_A_TICKET


_ABOUT_A_TICKET = frozenset(
    {
        Verb.CLOSE,
        Verb.PROGRESS,
        Verb.TRANSFER,
        Verb.RECATEGORISE,
        Verb.NOT_AN_APPEAL,
        Verb.NOT_AN_ANSWER,
    }
)

SPELLINGS: dict[Verb, tuple[str, ...]] = {
    Verb.NOT_AN_ANSWER: ("不是答复", "不是答覆", "这不是答复"),
    Verb.NOT_AN_APPEAL: ("不是诉求", "不是述求", "不是素求", "不算诉求", "不属于诉求", "非诉求", "误报", "不用管这条"),
    Verb.CLOSE: (
        "办结",
        "办接",
        "半结",
        "办洁",
        "办节",
        "伴结",
        "办结了",
        "结案",
        "办完了",
        "办完",
        "办好了",
        "办好",
        "已办结",
        "已办好",
        "已办",
        "完结",
        "處理完了",
        "处理完了",
        "处理好了",
        "解决了",
        "搞定了",
        "搞定",
    ),
    Verb.PROGRESS: ("进展", "进度", "近展", "进站", "进展是", "在办", "正在办", "还在办"),
    Verb.TRANSFER: ("转办", "转半", "转辦", "传办", "转交", "移交", "转给", "上报"),
    Verb.RECATEGORISE: ("改类", "该类", "改累", "改类别", "改为", "改成"),
    Verb.LATER: ("合并", "延期", "换班"),
    Verb.LIST: ("待办", "代办", "带办", "待辦", "还有哪些", "没办的", "未办"),
    Verb.DUTY: ("值班", "直班", "谁值班", "今天谁值班"),
    Verb.CLUES: ("线索", "保密线索"),
    Verb.DIGEST: ("日报", "巡群日报"),
    Verb.HELP: ("帮助", "帮忙", "怎么用", "帮组", "帮主", "help", "?", "\uff1f", "菜单"),
    Verb.ACKNOWLEDGE: ("收到", "好的", "知道了", "晓得了", "马上去", "ok", "嗯", "接"),
}
"""The words for each verb, common slips of the input method included; longer spellings are tried first."""

PUNCTUATION = " \t\r\n,\uff0c。.!\uff01:\uff1a、"
"""What may stand around words without meaning anything."""

_TAKEN_BACK = ("不了", "不成", "不掉", "了吗", "了没", "吗", "没?", "没\uff1f", "?", "\uff1f")
"""What turns a verb before it into something else: 办结不了, 办好了吗."""
_ASKED_BACK = "没有"
"""Turns a verb that it stands right behind into a question; after a pause it begins an answer: 12 办结 没有漏水了."""

_COMES = re.compile(r"收到|知道了|晓得了|马上|这就|立刻|我去|我到|到了|已到|在路上|赶过去|赶到|过去了|来了|好的")
_CANNOT = re.compile(r"不了|不到|不在|外地|没空|来不及|赶不|没在|[吗么呢?\uff1f]")

_BY_SPELLING = {spelling: verb for verb, spellings in SPELLINGS.items() for spelling in spellings}
_WORDS = "|".join(re.escape(word) for word in sorted(_BY_SPELLING, key=len, reverse=True))
_NUMBER = r"(?P<number>\d{1,4}|[一二两三四五六七八九十百零]{1,6})"
_UNIT = r"\s*(?:号|號)?\s*(?:工单|单子|件)?\s*"
_MARK = r"[\s,\uff0c、:\uff1a.。#]*"
_NUMBER_FIRST = re.compile(
    rf"^{_MARK}(?P<village>[^\W\d_]{{0,8}}?)\s*[#\uff03]?第?{_NUMBER}{_UNIT}{_MARK}(?P<verb>{_WORDS}){_MARK}(?P<rest>.*)$",
    re.DOTALL,
)
_VERB_FIRST = re.compile(
    rf"^{_MARK}(?P<verb>{_WORDS}){_MARK}(?:(?P<village>[^\W\d_]{{0,8}}?)[#\uff03]?第?{_NUMBER}(?:号|號)?(?=[\s,\uff0c:\uff1a]|$))?{_MARK}(?P<rest>.*)$",
    re.DOTALL,
)
_NUMBER_ONLY = re.compile(
    rf"^{_MARK}(?P<village>[^\W\d_]{{0,8}}?)\s*[#\uff03]?第?{_NUMBER}(?:号|號|\s){_MARK}(?P<rest>\S.*)$", re.DOTALL
)
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0x3000: " "}
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One sentence understood. ``verb`` is None where only a number and words were given: ``12 明天上午到``.

    ``village`` is what stood before the number (柳湾12), to tell equal numbers of several villages apart.
    """

    verb: Verb | None
    number: int | None = None
    village: str = ""
    rest: str = ""


def parse(text: str) -> Command | None:
    """What the sentence says, or None if it is free speech."""
    line = text.translate(_FULL_WIDTH).strip()
    for pattern in (_NUMBER_FIRST, _VERB_FIRST):
        found = pattern.match(line)
        if found is not None:
            verb = _BY_SPELLING[found["verb"]]
            if _taken_back(line[found.end("verb") :], found["rest"]):
                continue
            if verb.needs_ticket or verb is Verb.LATER or not (found["rest"].strip(PUNCTUATION) or found["village"]):
                return _command(found, verb)
    found = _NUMBER_ONLY.match(line)
    return None if found is None else _command(found, None)


def choice(text: str) -> int | None:
    """The number of a bare choice: ``1``, ``1.``, ``选1``, ``一``; None for anything else."""
    line = text.translate(_FULL_WIDTH).strip().removeprefix("选").strip(" .。、,\uff0c!\uff01号")
    if line in _DIGITS:
        return _DIGITS[line]
    return int(line) if line.isascii() and line.isdigit() and len(line) == 1 else None


def _taken_back(after_verb: str, rest: str) -> bool:
    return rest.startswith(_TAKEN_BACK) or rest.strip(PUNCTUATION) == "没" or after_verb.startswith(_ASKED_BACK)


def comes(text: str) -> bool:
    """Whether an officer who was rung says that he sees to it: 收到,马上到; not 我在外地去不了."""
    return bool(_COMES.search(text)) and not _CANNOT.search(text)


def _command(found: re.Match[str], verb: Verb | None) -> Command:
    number = found["number"]
    return Command(
        verb=verb,
        number=None if number is None else _value(number),
        village=(found["village"] or "").strip(),
        rest=found["rest"].strip(" \t\r\n,\uff0c:\uff1a"),
    )


def _value(number: str) -> int:
    """12, 十二, 一百零三 as an integer."""
    if number.isascii():
        return int(number)
    total = digit = 0
    for char in number:
        if char in ("十", "百"):
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[char] if not total and digit else _DIGITS[char]
    return total + digit
