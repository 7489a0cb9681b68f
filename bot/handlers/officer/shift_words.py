"""What officers say about their shifts: 请假, 销假, 换班 and its answer, 交接, 接. Forgiving in form."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Shift(StrEnum):
    """What an officer wants done about a shift."""

    LEAVE = "leave"
    BACK = "back"
    SWAP = "swap"
    AGREE = "agree"
    REFUSE = "refuse"
    HANDOVER = "handover"
    TAKE = "take"
    LEAVE_IT = "leave_it"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One sentence understood. ``numbers`` are those of tickets, ``village`` what stood before the first of them.

    ``before`` is what stood before the verb, so that the sentence may be about something else after all.
    """

    what: Shift
    words: str = ""
    before: str = ""
    who: str = ""
    numbers: tuple[int, ...] = ()
    village: str = ""


_MARK = r"[\s,\uff0c、:\uff1a.。!\uff01#\uff03]*"
_ENDS = r"[\s。.!\uff01~\uff5e]*$"
_WHO = r"(?P<who>[^\d\s,\uff0c、。]{2,16}?)"
_NUMBERS = r"第?\d{1,4}(?:号|號)?(?:\s*[、,\uff0c和\s]\s*第?\d{1,4}(?:号|號)?)*"
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)} | {0x3000: " "}

_LEAVE_WORD = r"(?:请假|請假|请个假|请下假|请家|清假|休假|调休)"
_BEFORE_LEAVE = r"(?P<before>[^。!?\uff01\uff1f]{0,30}?)"
_SWAP_WORD = r"(?:换班|換班|换斑|换版|还班|调班|倒班|换个班|换一下班|换下班)"
_TAKES = r"(?:接下来?了?|接了|接手了?|接收|接办|接)"

_FORMS: tuple[tuple[Shift, re.Pattern[str]], ...] = (
    (Shift.REFUSE, re.compile(rf"^{_MARK}(?:不同意换班|换班不同意|换班不行|不换班|不换){_MARK}(?P<words>.*)$")),
    (Shift.AGREE, re.compile(rf"^{_MARK}(?:同意换班|换班同意|同意换){_MARK}(?P<words>.*)$")),
    (
        Shift.BACK,
        re.compile(rf"^{_MARK}我?(?:要|想)?(?:销假|消假|取消请假|请假取消|不请假了?|回来上班了?){_MARK}(?P<words>.*)$"),
    ),
    (Shift.SWAP, re.compile(rf"^{_MARK}我?(?:想|要|申请)?{_SWAP_WORD}{_MARK}(?P<words>.*)$")),
    (
        Shift.SWAP,
        re.compile(
            rf"^{_MARK}(?P<before>.{{0,16}}?)我?(?:想|要|请)?(?:跟|和|与|同){_WHO}(?:换|調|调|倒)(?:一下|个|下)?(?P<words>.*)$"
        ),
    ),
    (Shift.SWAP, re.compile(rf"^{_MARK}(?P<before>.{{0,16}}?){_WHO}替我(?P<words>.*?)(?:值班|的班|顶班|班)?{_ENDS}")),
    (Shift.LEAVE, re.compile(rf"^{_MARK}{_BEFORE_LEAVE}{_LEAVE_WORD}(?P<words>.*)$")),
    (
        Shift.LEAVE_IT,
        re.compile(rf"^{_MARK}我?(?:不接|接不了|不方便接|没法接|暂时不接)(?P<words>){_ENDS}"),
    ),
    (Shift.TAKE, re.compile(rf"^{_MARK}(?:我|我来|都|全|全都|全部)*{_TAKES}(?:全部|所有的)?(?P<words>){_ENDS}")),
    (
        Shift.TAKE,
        re.compile(
            rf"^{_MARK}(?P<village>[^\W\d_]{{0,8}}?)(?P<numbers>{_NUMBERS})\s*(?:工单|件)?\s*(?:我|都)*{_TAKES}(?P<words>){_ENDS}"
        ),
    ),
    (
        Shift.TAKE,
        re.compile(
            rf"^{_MARK}我?{_TAKES}{_MARK}(?P<village>[^\W\d_]{{0,8}}?)(?P<numbers>{_NUMBERS})(?P<words>){_ENDS}"
        ),
    ),
    (
        Shift.HANDOVER,
        re.compile(
            rf"^{_MARK}(?P<village>[^\W\d_]{{0,8}}?)(?P<numbers>{_NUMBERS}){_MARK}(?:工单)?(?:交接班|交接|交班|交结){_MARK}(?P<words>.*)$"
        ),
    ),
    (
        Shift.HANDOVER,
        re.compile(
            rf"^{_MARK}(?:交接班|交接|交班|交结){_MARK}(?P<village>[^\W\d_]{{0,8}}?)(?P<numbers>{_NUMBERS}){_MARK}(?P<words>.*)$"
        ),
    ),
    (Shift.HANDOVER, re.compile(rf"^{_MARK}(?:交接班|交接|交班|交结)(?P<words>){_ENDS}")),
)
_NOT_ABOUT_ME = re.compile(r"^(?:的|了吗|了没|吗|没|条|制度|手续)")
_CHINESE = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_CHINESE_NUMBER = re.compile(r"(?P<number>[一二两三四五六七八九十]{1,4})(?=\s*(?:号|號|工单|件|接|交接))")


def read(text: str) -> Said | None:
    """What the sentence says about a shift, or None if it is about something else."""
    line = _CHINESE_NUMBER.sub(lambda found: str(_number(found["number"])), text.translate(_WIDE).strip())
    for what, form in _FORMS:
        found = form.match(line)
        if found is None:
            continue
        parts = found.groupdict()
        words = " ".join(part for key in ("before", "who", "words") if (part := (parts.get(key) or "").strip()))
        if what is Shift.LEAVE and _NOT_ABOUT_ME.match(parts["words"].strip()):
            return None
        numbers = tuple(int(number) for number in re.findall(r"\d+", parts.get("numbers") or ""))
        return Said(
            what=what,
            words=words,
            before=(parts.get("before") or "").strip(),
            who=parts.get("who") or "",
            numbers=numbers,
            village=(parts.get("village") or "").strip(),
        )
    return None


def _number(word: str) -> int:
    if "十" not in word:
        return int("".join(str(_CHINESE[char]) for char in word))
    tens, _, ones = word.partition("十")
    return 10 * (_CHINESE.get(tens[-1:], 1) if tens else 1) + (_CHINESE.get(ones[:1], 0) if ones else 0)
