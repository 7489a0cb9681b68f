"""Hide private numbers before anything but the raw store sees a text: phones, identity and bank cards, plates and more.

Money, dates, years, areas, lot numbers, working hours and public numbers (12345, 110, 95598) stay. No pattern holds an
unbounded quantifier, and what a group repeats can be read in one way only: any text takes time in proportion to its
length.
"""

import re
from collections.abc import Callable

from bot.classify.names import SURNAMES

HIDDEN = "〔号码已隐去〕"

_SPOKEN = "零〇○幺一二三四五六七八九壹贰叁肆伍陆柒捌玖"
_WIDE = re.compile("[０-９Ｘｘ＠＋－．]")
_FULL_WIDTH = str.maketrans({
    **{0xFF10 + digit: str(digit) for digit in range(10)},
    0xFF38: "X", 0xFF58: "x", 0xFF20: "@", 0xFF0B: "+", 0xFF0D: "-", 0xFF0E: ".",
})  # fmt: skip
_NARROW = r"\-–—_ \u00a0\u2005\u200b-\u200f\u2060\u3000\ufeff"
_GAP = rf"[./{_NARROW}]{{0,2}}"
"""What people put between the digits of one number."""
_CUE = re.compile(
    rf"[@＠0-9０-９A-Za-z栋幢座元楼组路街巷弄村{_SPOKEN}](?:(?<=[@＠])|"
    r"(?<=[0-9０-９])[^\u4e00-\u9fff]{0,2}[0-9０-９][^\u4e00-\u9fff]{0,2}[0-9０-９][^\u4e00-\u9fff]{0,2}[0-9０-９]|"
    r"(?<=[A-Za-z])[^\u4e00-\u9fff]?[A-Za-z0-9０-９_-]{4}|(?<=[栋幢座元楼组路街巷弄村])[0-9０-９][0-9０-９号]|"
    rf"(?<=[{_SPOKEN}])[ 、,，-]?[{_SPOKEN}][ 、,，-]?[{_SPOKEN}][ 、,，-]?[{_SPOKEN}])"
)
"""A text without any of these holds nothing private: most messages end here."""

_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,80}\.[A-Za-z]{2,10}(?![A-Za-z])")
_CONTACT = re.compile(
    r"(?<![A-Za-z])((?:微信|薇信|威信|v信|vx|wx|weixin|wechat|qq|扣扣|抠抠|企鹅|钉钉|加我?v)(?:号码|号|id)?)"
    r"([ :：是为,，]{0,3})"
    r"([A-Za-z0-9_][A-Za-z0-9_-]{4,19})(?![A-Za-z0-9_.-])",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"((?:护照|社保卡?|医保卡?|银行卡|储蓄卡|存折|卡号|[账帐]号|[账帐]户|户号|电表|水表|气表|缴费号|参保号|残疾证|低保证|优待证|"
    r"结婚证|房产证|驾驶证|驾照|军官证|通行证|身份证|证件|证号|病历|住院号|学号|保单|车架)[号码编证是为:： #]{0,4})"
    r"([A-Za-z]{0,3}[0-9][0-9 -]{4,30}[0-9Xx])(?![0-9A-Za-z.])"
)
_ID = re.compile(
    rf"(?<![0-9])[1-9][0-9]{{5}}{_GAP}(?:19|20)[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{3}}{_GAP}[0-9Xx]"
    r"(?![0-9])"
)
_OLD_ID = re.compile(r"(?<![0-9])[1-8][0-9]{5}[2-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}(?![0-9])")
"""Fifteen digits, as identity cards had until 1999."""
_CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]{0,2}[0-9]){15,18}(?![0-9])")
_MOBILE = re.compile(
    rf"(?<![0-9])(?:(?:\+|00)?86{_GAP})?(1[3-9][0-9]){_GAP}([0-9]{{4}}){_GAP}([0-9]{{4}})(?=[0-9]{{1,2}}[组社队栋幢号楼]|(?![0-9]))"
)
_LOOSE_MOBILE = re.compile(
    rf"(?<![0-9])(?:(?:\+|00)?86{_GAP})?(1[{_NARROW}]{{0,2}}[3-9](?:[{_NARROW}]{{0,2}}[0-9]){{9}})(?![0-9])"
)
_SPOKEN_MOBILE = re.compile(
    rf"[一幺壹1][ 、,，-]?[三四五六七八九叁肆伍陆柒捌玖3-9](?:[ 、,，-]?[{_SPOKEN}0-9]){{9}}(?:[{_SPOKEN}]{{1,7}})?"
)
_LANDLINE = re.compile(
    r"(?<![0-9])(?:[(（]?0[1-9][0-9]{1,2}[)）]?[ -]{0,2}[2-9][0-9]{6,7}|"
    r"(?<=[话机号码是为打:： ])[2-9][0-9]{6,7})(?![0-9])"
)
_PHONE_LABEL = re.compile(r"(?:电话|座机|固话|手机)[号码是为打:： ]{0,4}$")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z][ ·•.-]?"
    r"(?=[A-Za-z0-9]{0,5}[0-9])[A-HJ-NP-Za-hj-np-z0-9]{5,6}(?![A-Za-z0-9])"
)
_COORDINATES = re.compile(
    r"(?<![0-9.])[0-9]{1,3}\.[0-9]{4,15}[,， ]{1,2}[0-9]{1,3}\.[0-9]{4,15}(?![0-9.])|"
    r"(?:东经|北纬|经度|纬度)[是为:： ]{0,2}[0-9]{1,3}[.°度][0-9.°度分秒′″'\" ]{1,20}"
)
_SURNAME = "".join(sorted(SURNAMES))
_CALLED = (
    rf"[老小阿]?[{_SURNAME}][\u4e00-\u9fff]{{0,2}}(?:(?<!大)家|户|大爷|大妈|大娘|大叔|大伯|大哥|大姐|奶奶|爷爷|阿姨|师傅|老师|"
    "先生|女士|老汉|老太|婶|嫂|叔|伯)"
)
_DOOR = r"[栋幢座元楼][0-9]{2,4}(?![0-9*])(?:室|号|房)?|[组路街巷弄村][0-9]{1,4}号(?!楼|院|线|桥)"
_DOOR_THEN_NAME = re.compile(rf"({_DOOR})(?=[ ,，的是住]{{0,2}}(?:{_CALLED}))")
_NAME_THEN_DOOR = re.compile(
    rf"((?:{_CALLED}|(?:我叫|我是|户主|姓名|住户)[:： ]?[{_SURNAME}][\u4e00-\u9fff]{{1,2}})"
    rf"[ ,，:：住在是]{{0,3}}[\u4e00-\u9fff0-9]{{0,8}}?)({_DOOR})"
)
_LOT = re.compile(
    r"(?:编号|单号|批号|批次|合同号?|项目|订单|发票|流水号?|宗地|地块|工单|文号|票号|代码)[号码:： 是为]{0,3}$"
)
_ROUND = re.compile(
    r"(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]|[0-9]{1,6}0|[01][0-9][0-5][0-9]|2[0-4][0-5][0-9]"
)
"""Years, dates, hours and round amounts, as they stand side by side in accounts and notices."""
_DATED = re.compile(r"(?:19|20)[0-9]{2}(?:[01][0-9](?:[0-3][0-9])?)?")
_UNITS = frozenset("元块万千百十亩斤吨度方米户人个次年月日天点时分毛角%")
_PUBLIC = frozenset({"12345", "12388", "12348", "12315", "12350", "12393", "12333", "12369", "12320", "12377", "95598"})
_BEFORE = 12
"""Characters looked back at for what a number is called."""
_MOBILE_DIGITS, _FEWEST, _SPOKEN_LEAST, _GROUPS, _CARD_GROUP = 11, 6, 5, 4, 3


def mask(text: str) -> str:
    """Return the text with mobile numbers as 138****5678 and other private numbers as a plain note.

    Hidden are mobiles in any grouping and in Chinese digits, landlines, identity and bank cards, number plates, mail
    addresses, chat names behind 微信 or QQ, numbers behind 护照, 社保卡, 户号 and the like, coordinates, and door
    numbers beside a person's name. Masking twice changes nothing more.
    """
    if not _CUE.search(text):
        return text
    digits = text.translate(_FULL_WIDTH) if _WIDE.search(text) else text
    before, hidden = digits, _hide(digits)
    # What stood between two numbers may become part of one when the first is gone; each round hides at least a digit.
    while hidden != before:
        before, hidden = hidden, _hide(hidden)
    return hidden if hidden != digits else text


def has_private_number(text: str) -> bool:
    """Whether the text holds a number that ``mask`` hides."""
    return mask(text) != text


def _hide(text: str) -> str:
    hidden = _EMAIL.sub(HIDDEN, text) if "@" in text else text
    for glance, steps in _STEPS:
        if glance.search(hidden):
            for pattern, replace in steps:
                hidden = pattern.sub(replace, hidden)
    return hidden


def _contact(found: re.Match[str]) -> str:
    label, gap, name = found.groups()
    plain = name.isascii() and name.isalpha()
    if plain and not (label.endswith(("号", "码")) or label[-2:].lower() == "id" or set(gap) & set(":：是为")):
        return found.group()
    if name.isdigit() and (name in _PUBLIC or _has_unit(found) or _DATED.fullmatch(name)):
        return found.group()
    return f"{label}{gap}{HIDDEN}"


def _labelled(found: re.Match[str]) -> str:
    label, number = found.groups()
    groups = re.findall(r"[0-9]+", number)
    dated = _DATED.fullmatch(groups[0])
    few = sum(map(len, groups)) < _FEWEST
    return found.group() if dated or few or _has_unit(found) else label + HIDDEN


def _card(found: re.Match[str]) -> str:
    number = found.group()
    groups = re.findall(r"[0-9]+", number)
    if len(groups) == 1:
        return number if _is_lot(found) else HIDDEN
    grouped = groups[0][0] in "34569" and min(map(len, groups[:-1])) > _CARD_GROUP
    if not grouped or _MOBILE.search(number) or all(map(_ROUND.fullmatch, groups)):
        return number
    return HIDDEN


def _loose_mobile(found: re.Match[str]) -> str:
    groups = re.findall(r"[0-9]+", found.group(1))
    one_by_one = len(groups) == _MOBILE_DIGITS
    few = len(groups) <= _GROUPS and min(map(len, groups[1:]), default=0) > 1
    amounts = all(map(_ROUND.fullmatch, groups))
    return HIDDEN if one_by_one or (few and not amounts) else found.group()


def _spoken_mobile(found: re.Match[str]) -> str:
    return HIDDEN if sum(found.group().count(digit) for digit in _SPOKEN) >= _SPOKEN_LEAST else found.group()


def _landline(found: re.Match[str]) -> str:
    if found.group()[0] in "(（0":
        return found.group() if _is_lot(found) else HIDDEN
    return HIDDEN if _PHONE_LABEL.search(_words_before(found)) else found.group()


def _old_id(found: re.Match[str]) -> str:
    return found.group() if _is_lot(found) else HIDDEN


def _door(found: re.Match[str]) -> str:
    return found.group(1)[0] + HIDDEN


def _door_behind(found: re.Match[str]) -> str:
    return found.group(1) + found.group(2)[0] + HIDDEN


def _has_unit(found: re.Match[str]) -> bool:
    return found.string[found.end() : found.end() + 2].lstrip()[:1] in _UNITS


def _is_lot(found: re.Match[str]) -> bool:
    return _LOT.search(_words_before(found)) is not None


def _words_before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - _BEFORE) : found.start()]


_Step = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
_ROW = re.compile(r"[0-9](?:[^0-9\u4e00-\u9fff]{0,30}[0-9]){5}")
_STEPS: tuple[tuple[re.Pattern[str], tuple[_Step, ...]], ...] = (
    (re.compile("[A-Za-z0-9_][A-Za-z0-9_-]{4}"), ((_CONTACT, _contact),)),
    (
        _ROW,
        (
            (_LABELLED, _labelled),
            (_ID, HIDDEN),
            (_OLD_ID, _old_id),
            (_CARD, _card),
            (_MOBILE, r"\1****\3"),
            (_LOOSE_MOBILE, _loose_mobile),
        ),
    ),
    (_SPOKEN_MOBILE, ((_SPOKEN_MOBILE, _spoken_mobile),)),
    (_ROW, ((_LANDLINE, _landline),)),
    (_PLATE, ((_PLATE, HIDDEN),)),
    (re.compile(r"\.[0-9]{4}|[经纬]"), ((_COORDINATES, HIDDEN),)),
    (re.compile(_DOOR), ((_DOOR_THEN_NAME, _door), (_NAME_THEN_DOOR, _door_behind))),
)
"""The kinds of numbers, the surest first: a later pattern sees what an earlier one left.

Before each stands what none of them can do without, so that a text that only holds a date is passed over quickly.
"""
