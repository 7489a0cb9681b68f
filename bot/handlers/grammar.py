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
    FALSE_ALARM = "false_alarm"
    EXTEND = "extend"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    GRANT_CATEGORY = "grant_category"
    REFUSE_CATEGORY = "refuse_category"
    PAUSE = "pause"
    RESUME = "resume"
    TIMES = "times"
    RETURN = "return"
    SUPERVISE = "supervise"
    NO_SUPERVISION = "no_supervision"
    REPORT = "report"
    CROSS_CHECK = "cross_check"
    MERGE = "merge"
    PART = "part"
    SPLIT = "split"
    UNJOIN = "unjoin"
    ANSWER_PRIVATELY = "answer_privately"
    ANSWER_IN_PERSON = "answer_in_person"
    ANSWER_BY_PHONE = "answer_by_phone"
    TOLD = "told"
    EFFECT = "effect"
    EVIDENCE = "evidence"
    PICTURES = "pictures"
    DRAFT = "draft"
    KEEP_ANSWER = "keep_answer"
    LIST = "list"
    DUTY = "duty"
    CLUES = "clues"
    DIGEST = "digest"
    HELP = "help"
    ACKNOWLEDGE = "acknowledge"

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
        Verb.FALSE_ALARM,
        Verb.EXTEND,
        Verb.GRANT_EXTENSION,
        Verb.REFUSE_EXTENSION,
        Verb.GRANT_CATEGORY,
        Verb.REFUSE_CATEGORY,
        Verb.PAUSE,
        Verb.RESUME,
        Verb.TIMES,
        Verb.RETURN,
        Verb.SUPERVISE,
        Verb.NO_SUPERVISION,
        Verb.REPORT,
        Verb.CROSS_CHECK,
        Verb.MERGE,
        Verb.PART,
        Verb.SPLIT,
        Verb.UNJOIN,
        Verb.ANSWER_PRIVATELY,
        Verb.ANSWER_IN_PERSON,
        Verb.ANSWER_BY_PHONE,
        Verb.TOLD,
        Verb.EFFECT,
        Verb.EVIDENCE,
        Verb.PICTURES,
        Verb.DRAFT,
        Verb.KEEP_ANSWER,
    }
)

SPELLINGS: dict[Verb, tuple[str, ...]] = {
    Verb.NOT_AN_ANSWER: ("不是答复", "不是答覆", "这不是答复"),
    Verb.FALSE_ALARM: ("不是险情", "没有险情", "不是紧急", "不是急事", "没有危险", "没危险", "虚惊一场"),
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
    Verb.TRANSFER: (
        "转办",
        "转半",
        "转辦",
        "传办",
        "转交",
        "移交",
        "转给",
        "上报",
        "办不了",
        "管不了",
        "解决不了",
        "处理不了",
        "村里办不了",
        "我们办不了",
        "我办不了",
    ),
    Verb.RETURN: (
        "退回",
        "退会",
        "退回去",
        "退件",
        "不归我们管",
        "不归我管",
        "不归我们",
        "不是我们管",
        "不该我们管",
        "不归本单位管",
        "不属于我们管",
    ),
    Verb.SUPERVISE: ("督办", "督辦", "发督办单", "发督办"),
    Verb.NO_SUPERVISION: ("不督办", "不发督办", "不发督办单", "不用督办"),
    Verb.REPORT: ("报书记", "报支书", "报告书记", "报给书记", "报村书记", "请示书记"),
    Verb.CROSS_CHECK: ("交叉核查", "交叉检查", "异地核查"),
    Verb.RECATEGORISE: ("改类", "该类", "改累", "改类别", "改为", "改成"),
    Verb.EXTEND: (
        "延期",
        "延其",
        "言期",
        "沿期",
        "申请延期",
        "要延期",
        "想延期",
        "延时",
        "延长",
        "延迟",
        "顺延",
        "推迟",
        "宽限",
        "展期",
        "再延",
        "延",
    ),
    Verb.GRANT_EXTENSION: ("同意延期", "同意延其", "同意延长", "同意展期", "可以延期", "准予延期", "批准延期"),
    Verb.REFUSE_EXTENSION: ("不同意延期", "不同意延其", "不同意延长", "不准延期", "不予延期", "不批准延期"),
    Verb.GRANT_CATEGORY: ("同意改类", "同意改类别", "可以改类", "准予改类", "批准改类"),
    Verb.REFUSE_CATEGORY: ("不同意改类", "不同意改类别", "不准改类", "不予改类", "不批准改类"),
    Verb.PAUSE: ("等材料", "等才料", "等资料", "等证件", "缺材料", "差材料", "补材料", "等补材料", "待补材料"),
    Verb.RESUME: (
        "材料到了",
        "才料到了",
        "材料齐了",
        "材料到齐了",
        "材料收到了",
        "材料收到",
        "材料已到",
        "材料来了",
        "材料交了",
        "资料到了",
        "资料齐了",
        "不等了",
    ),
    Verb.TIMES: ("时限", "期限", "时线", "什么时候到期", "几时到期", "哪天到期", "还有几天", "剩几天"),
    Verb.EFFECT: ("成效", "成校", "程效", "改成效", "成果"),
    Verb.EVIDENCE: ("佐证", "佐政", "照片佐证", "是照片", "的照片"),
    Verb.PICTURES: ("图片", "照片", "图", "看图", "看图片", "看照片", "看看图片", "看看照片", "发图片", "相片", "语音"),
    Verb.DRAFT: ("发稿", "发搞", "发稿子", "照稿发", "就发稿", "用稿子"),
    Verb.KEEP_ANSWER: ("存答复", "存答覆", "存大复", "存成答复", "保存答复"),
    Verb.MERGE: ("合并", "和并", "合井", "合拼", "归并", "并到", "并入", "并进"),
    Verb.PART: ("拆开", "折开", "取消合并", "撤销合并", "不合并"),
    Verb.SPLIT: ("拆分", "折分", "拆成", "分成两件", "拆成两件", "是两件", "是两件事"),
    Verb.UNJOIN: ("拆出", "折出", "拆出来", "不是一件", "不是一件事", "不是同一件", "不是同一件事", "不是一回事"),
    Verb.ANSWER_PRIVATELY: ("私下答复", "私下答覆", "私下回复", "私聊答复", "私聊回复", "私信答复", "单独答复"),
    Verb.ANSWER_IN_PERSON: ("当面答复", "当面答覆", "当面回复", "上门答复"),
    Verb.ANSWER_BY_PHONE: ("电话答复", "电话答覆", "电话回复"),
    Verb.TOLD: ("已告知", "告知了", "已转告", "转告了", "已经告诉", "告诉了"),
    Verb.LIST: ("待办", "代办", "带办", "待辦", "还有哪些", "没办的", "未办"),
    Verb.DUTY: ("值班", "直班", "谁值班", "今天谁值班"),
    Verb.CLUES: ("线索", "保密线索"),
    Verb.DIGEST: ("日报", "巡群日报"),
    Verb.HELP: ("帮助", "帮忙", "怎么用", "帮组", "帮主", "help", "?", "\uff1f", "菜单"),
    Verb.ACKNOWLEDGE: ("收到", "回执", "已收到", "好的", "知道了", "晓得了", "马上去", "ok", "嗯", "接"),
}
"""The words for each verb, common slips of the input method included; longer spellings are tried first."""

PUNCTUATION = " \t\r\n,\uff0c。.!\uff01:\uff1a、"
"""What may stand around words without meaning anything."""

_TAKEN_BACK = ("不了", "不成", "不掉", "了吗", "了没", "吗", "没?", "没\uff1f", "?", "\uff1f")
"""What turns a verb before it into something else: 办结不了, 办好了吗."""
_ASKED_BACK = "没有"
"""Turns a verb that it stands right behind into a question; after a pause it begins an answer: 12 办结 没有漏水了."""

_COMES = re.compile(r"收到|知道了|晓得了|马上|这就|立刻|我去|我到|到了|已到|在路上|赶过去|赶到|过去了|来了|好的")
_IS_AWAY = re.compile(r"(?:[去来赶回到]不了|赶不[到回过]|来不及|[不没]在[村家镇]|不在本地|在外[地面头]|走不开)")
_ASKS = re.compile(r"[吗么呢?\uff1f]")
_CANNOT = re.compile(r"不了|不到|不在|外地|没空|来不及|赶不|没在|[吗么呢?\uff1f]")

_NOTHING_MORE = r"(?=\s*(?:[^\W\d_]{0,8}?[#\uff03]?第?\d{1,4}\s*[号號]?)?[\s。.!\uff01?\uff1f]*$)"
"""Nothing but a ticket's number may follow: 12 图片, 看图 12, not 12 照片已经拍了."""
_ONLY_BEFORE = {"延": r"(?=\s*[\d一二两三四五六七八九十到至])"} | dict.fromkeys(SPELLINGS[Verb.PICTURES], _NOTHING_MORE)
"""What must follow a short spelling so that it is a verb: 延3天, not 延安路."""
_BY_SPELLING = {spelling: verb for verb, spellings in SPELLINGS.items() for spelling in spellings}
_WORDS = "|".join(re.escape(word) + _ONLY_BEFORE.get(word, "") for word in sorted(_BY_SPELLING, key=len, reverse=True))
_NUMBER = r"(?P<number>\d{1,4}|[一二两三四五六七八九十百零]{1,6})"
_UNIT = r"\s*(?:号|號)?\s*(?:工单|单子|件)?\s*"
_MARK = r"[\s,\uff0c、:\uff1a.。#]*"
_NUMBER_FIRST = re.compile(
    rf"^{_MARK}(?P<village>[^\W\d_]{{0,8}}?)\s*[#\uff03]?第?{_NUMBER}{_UNIT}{_MARK}(?P<verb>{_WORDS}){_MARK}(?P<rest>.*)$",
    re.DOTALL,
)
_VERB_FIRST = re.compile(
    rf"^{_MARK}(?P<verb>{_WORDS}){_MARK}(?:(?P<village>[^\W\d_]{{0,8}}?)[#\uff03]?第?{_NUMBER}(?:号|號)?(?=[\s,\uff0c:\uff1a]|$)(?!\s*个?(?:工作日|天)))?{_MARK}(?P<rest>.*)$",
    re.DOTALL,
)
_NUMBER_ONLY = re.compile(
    rf"^{_MARK}(?P<village>[^\W\d_]{{0,8}}?)\s*[#\uff03]?第?{_NUMBER}(?:号|號|\s){_MARK}(?P<rest>\S.*)$", re.DOTALL
)
_BARE = re.compile(
    r"^(?P<village>[^\W\d_]{0,8}?)[#\uff03]?第?(?P<number>\d{1,4})\s*(?P<unit>号|號|件)?[\s。.?\uff1f]*$"
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
            if verb is not Verb.TIMES and _taken_back(line[found.end("verb") :], found["rest"]):
                continue
            if verb.needs_ticket or not (found["rest"].strip(PUNCTUATION) or found["village"]):
                return _command(found, verb)
    found = _NUMBER_ONLY.match(line)
    return None if found is None else _command(found, None)


def choice(text: str) -> int | None:
    """The number of a bare choice: ``1``, ``1.``, ``选1``, ``一``; None for anything else."""
    line = text.translate(_FULL_WIDTH).strip().removeprefix("选").strip(" .。、,\uff0c!\uff01号")
    if line in _DIGITS:
        return _DIGITS[line]
    return int(line) if line.isascii() and line.isdigit() and len(line) == 1 else None


def bare_number(text: str) -> Command | None:
    """A ticket's number and nothing else: ``12``, ``柳湾12号``; a single digit only with 号, it may be a choice."""
    found = _BARE.match(text.translate(_FULL_WIDTH).strip())
    if found is None or (len(found["number"]) == 1 and not found["unit"] and not found["village"]):
        return None
    return Command(verb=Verb.TIMES, number=_value(found["number"]), village=found["village"].removesuffix("第"))


def number_in(text: str) -> int | None:
    """The first number that stands in words, as digits or spoken: 9号, 第二户."""
    found = re.search(_NUMBER, text.translate(_FULL_WIDTH))
    return None if found is None else _value(found["number"])


def _taken_back(after_verb: str, rest: str) -> bool:
    return rest.startswith(_TAKEN_BACK) or rest.strip(PUNCTUATION) == "没" or after_verb.startswith(_ASKED_BACK)


def comes(text: str) -> bool:
    """Whether an officer who was rung says that he sees to it: 收到,马上到; not 我在外地去不了."""
    return bool(_COMES.search(text)) and not _CANNOT.search(text)


def cannot_come(text: str) -> bool:
    """Whether an officer who was rung says that he cannot: 我在外地去不了; a question is no such word."""
    return bool(_IS_AWAY.search(text)) and not _ASKS.search(text)


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
