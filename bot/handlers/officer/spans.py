"""How long somebody asks for, as people write it: 3天, 三个工作日, 一周, 到周五, 到3月12日; and why."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.handlers.grammar import PUNCTUATION

WORKING_WEEK = 5
"""Working days that somebody means who says 一周."""

_NUMBER = r"\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]"
_LEAD = r"(?:再|要|想|申请|请|延长|延|多|给|大约|大概|约)*\s*"
_DAYS = re.compile(
    rf"^{_LEAD}(?P<count>{_NUMBER})\s*个?\s*(?P<unit>工作日|天|日|周|星期|礼拜)(?![一二三四五六日天\d])"
    rf"|(?<![\d月])(?P<last>{_NUMBER})\s*个?\s*(?P<last_unit>工作日|天)[。.!\uff01]?$"
)
_TO = r"^(?:延)?(?:到|至)?\s*"
_RELATIVE = {"今天": 0, "明天": 1, "明日": 1, "大后天": 3, "后天": 2, "后日": 2}
_NEAR = re.compile(rf"{_TO}(?P<near>{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})")
_WEEKDAY = re.compile(rf"{_TO}(?P<next>下+个?)?(?:这|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-6])")
_DATE = re.compile(rf"{_TO}(?P<month>\d{{1,2}})\s*[月./-]\s*(?P<day>\d{{1,2}})\s*[日号]?")
_DAY = re.compile(r"^(?:延)?(?:到|至)\s*(?P<only>\d{1,2})\s*[日号]")
_TAIL = re.compile(r"^(?:之?前|为止|止|下班前?|晚上|上午|下午)")
_ABOUT = re.compile(r"(?:还|大概|大约|估计|起码)?(?:需要|要|得|等)?(?:大概|大约|约)?$")
_WHY = re.compile(r"^(?:因为|由于|原因是?|理由是?|主要是)[:\uff1a]?\s*")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "天": 7, "日": 7}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """How much longer, either as working days or as the last day, neither if nothing was said; and the reason."""

    days: int | None = None
    until: date | None = None
    reason: str = ""


def wish(words: str, *, today: date, due: date) -> Wish:
    """What ``words`` ask for. A weekday or a day of the month alone means the next one after the day it was ``due``."""
    said = words.strip(PUNCTUATION)
    found = _DAYS.search(said)
    if found is not None:
        count, unit = (found["count"] or found["last"]), (found["unit"] or found["last_unit"])
        days = _value(count) * (WORKING_WEEK if unit in ("周", "星期", "礼拜") else 1)
        return Wish(days=days, reason=_reason(said[: found.start()], said[found.end() :]))
    for pattern in (_NEAR, _WEEKDAY, _DATE, _DAY):
        found = pattern.match(said)
        until = None if found is None else _day(found, today=today, due=due)
        if found is not None and until is not None:
            return Wish(until=until, reason=_reason("", _TAIL.sub("", said[found.end() :])))
    return Wish(reason=_reason("", said))


def _day(found: re.Match[str], *, today: date, due: date) -> date | None:
    """The day that is meant, None if the calendar has no such day."""
    groups = found.groupdict()
    if groups.get("near"):
        return today + timedelta(days=_RELATIVE[groups["near"]])
    if groups.get("weekday"):
        named = _value(groups["weekday"]) - 1
        if groups["next"]:
            monday = today - timedelta(days=today.weekday())
            return monday + timedelta(weeks=groups["next"].count("下"), days=named)
        after = max(today, due)
        return after + timedelta(days=(named - after.weekday() - 1) % 7 + 1)
    try:
        if groups.get("month"):
            meant = date(today.year, int(groups["month"]), int(groups["day"]))
            return meant if meant >= today else meant.replace(year=today.year + 1)
        meant = due.replace(day=int(groups["only"]))
        return meant if meant > due else (due.replace(day=1) + timedelta(days=32)).replace(day=int(groups["only"]))
    except ValueError:
        return None


def _reason(before: str, after: str) -> str:
    joined = " ".join(part for part in (_ABOUT.sub("", before.strip(PUNCTUATION)), after.strip(PUNCTUATION)) if part)
    return _WHY.sub("", joined).strip(PUNCTUATION)


def _value(number: str) -> int:
    """3, 三, 十二 as an integer."""
    if number.isascii():
        return int(number)
    tens, _, ones = number.rpartition("十")
    if "十" not in number:
        return _DIGITS[number]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
