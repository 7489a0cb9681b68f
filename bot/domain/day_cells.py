"""Local days as people write them into a table: real dates, 2026-12-01, 12月1日, 12/1, 20261201, a weekday beside."""

import re
from datetime import date, datetime, timedelta

_WEEKDAYS = "一二三四五六日"
_WEEKDAY = re.compile(r"[(（]?(?:星期|礼拜|周)([一二三四五六日天])[)）]?")
_WITH_YEAR = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[T\s]+0{1,2}:00(?::00)?)?")
_IN_A_ROW = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WITHOUT_YEAR = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_EXCEL_BEGINS = date(1899, 12, 30)
_SERIALS = range(36_526, 73_050)
"""Excel's count of days for the years 2000 to 2099: a date whose cell lost its format."""


class UnreadableDayError(Exception):
    """A cell that names no day; the text says why and what to write instead, in Chinese."""


def day_in(value: object, *, today: date) -> date:
    """The local day in a cell; without a year the one nearest to ``today``. Raises UnreadableDayError."""
    match value:
        case datetime():
            return value.date()
        case date():
            return value
        case bool():
            pass
        case int() | float():
            return _of_number(value, today)
        case str():
            return _of_words(value, today)
    message = f"“{value}”不是日期，请写成 {_example(today)}"
    raise UnreadableDayError(message)


def _of_number(value: float, today: date) -> date:
    if value != int(value):
        message = f"“{value}”分不清是哪一天（12.1 和 12.10 在表里是同一个数），请写成 {_example(today)}"
        raise UnreadableDayError(message)
    whole = int(value)
    if whole in _SERIALS:
        return _EXCEL_BEGINS + timedelta(days=whole)
    return _of_words(str(whole), today)


def _of_words(text: str, today: date) -> date:
    weekday = _WEEKDAY.search(text)
    words = _WEEKDAY.sub("", text).strip()
    if (found := _WITH_YEAR.fullmatch(words) or _IN_A_ROW.fullmatch(words)) is not None:
        day = _real(int(found[1]), int(found[2]), int(found[3]), text)
    elif (found := _WITHOUT_YEAR.fullmatch(words)) is not None:
        day = _nearest(int(found[1]), int(found[2]), text, today)
    else:
        message = f"“{text}”看不出是哪一天，请写成 {_example(today)}"
        raise UnreadableDayError(message)
    said = None if weekday is None else _WEEKDAYS.index(weekday[1].replace("天", "日"))
    if said is not None and said != day.weekday():
        message = f"“{text}”：{day}是星期{_WEEKDAYS[day.weekday()]}，日期和星期对不上，请改对其中一个"
        raise UnreadableDayError(message)
    return day


def _nearest(month: int, day: int, text: str, today: date) -> date:
    """The year that makes it nearest: 1月3日 written in December is next year's."""
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue  # 29 February of another year
    if not found:
        _real(today.year, month, day, text)
    return min(found, key=lambda one: abs(one - today))


def _real(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        message = f"“{text}”：没有这一天，请看看日历"
        raise UnreadableDayError(message) from error


def _example(today: date) -> str:
    return f"{today.isoformat()} 或 {today.month}月{today.day}日"
