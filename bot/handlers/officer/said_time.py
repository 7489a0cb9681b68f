"""When somebody said what an officer registers later: 昨天下午, 周三, 3月5日上午; the clock starts there (R76)."""

import re
from datetime import datetime, time, timedelta

from bot.domain.workdays import SHANGHAI, local
from bot.handlers.officer.said_days import NoSuchDayError, days_said

_PARTS = {
    "凌晨": time(5),
    "清早": time(7),
    "早上": time(8),
    "上午": time(10),
    "中午": time(12),
    "下午": time(15),
    "傍晚": time(18),
    "晚上": time(20),
    "夜里": time(22),
}
_SHORT = {
    "昨晚": "昨天晚上",
    "昨夜": "昨天夜里",
    "今早": "今天早上",
    "今晨": "今天早上",
    "昨日": "昨天",
    "今日": "今天",
}
_NOW = re.compile(r"^(?:刚才|刚刚|现在|方才)(?:说的|打的|来的)?$")
_WHEN = re.compile(
    r"^(?P<day>大前天|前天|昨天|今天|上?个?(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}[月./]\d{1,2}[日号]?)?"
    rf"(?P<part>{'|'.join(_PARTS)})?"
    r"(?:(?P<hour>\d{1,2})(?:点(?:(?P<half>半)|(?P<past>\d{1,2})分?)?|[:\uff1a](?P<minute>\d{2})))?"
    r"(?:左右|的时候|说的|打的|来的|来说的|打来的)?$"
)
_NOON = time(12)
_AFTERNOON = ("下午", "傍晚", "晚上", "夜里")
_HALF_DAY = 12
_WEEK = timedelta(days=7)


def said_at(word: str, *, now: datetime) -> datetime | None:
    """The instant that one word means, never after ``now``; None if the word tells no time or no past one."""
    if _NOW.match(word):
        return now
    for short, long in _SHORT.items():
        word = word.replace(short, long)
    found = _WHEN.match(word)
    if found is None or not any((found["day"], found["part"], found["hour"])):
        return None
    here = local(now)
    day = here.date() if found["day"] is None else None
    if found["day"] == "大前天":
        day = here.date() - timedelta(days=3)
    if day is None:
        try:
            day = days_said(found["day"], today=here.date()).spans[0].first
        except (NoSuchDayError, IndexError):
            return None
        if day > here.date() and any(char in found["day"] for char in "周期拜"):
            day -= _WEEK
    clock = _clock(found)
    if clock is None:
        clock = here.time() if day == here.date() else _NOON
    at = datetime.combine(day, clock, SHANGHAI)
    if day > here.date():
        return None
    return min(at, now)


def _clock(found: re.Match[str]) -> time | None:
    if found["hour"] is None:
        return _PARTS[found["part"]] if found["part"] else None
    hour = int(found["hour"])
    if found["part"] in _AFTERNOON and hour < _HALF_DAY:
        hour += _HALF_DAY
    minute = 30 if found["half"] else int(found["minute"] or found["past"] or 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None
