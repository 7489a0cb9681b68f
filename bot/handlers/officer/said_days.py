"""Days as people say them: 明天, 周三, 下周五, 3月2日到6日, 后天起3天. Local days, seen from the day of speaking."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_RELATIVE = {
    "前天": -2,
    "昨天": -1,
    "今天": 0,
    "今日": 0,
    "今儿": 0,
    "明天": 1,
    "明日": 1,
    "明儿": 1,
    "后天": 2,
    "大后天": 3,
}
_WEEKDAYS = {char: day for day, char in enumerate("一二三四五六日")} | {"天": 6} | {str(n + 1): n for n in range(7)}
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)} | {0x3000: " "}
_DAY = (
    r"(?:\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号號]?"
    r"|\d{1,2}\s*[月./]\s*\d{1,2}\s*[日号號]?"
    r"|\d{1,2}\s*[日号號]"
    r"|大后天|后天|明天|明日|明儿|今天|今日|今儿|昨天|前天"
    r"|(?:下下|下个?|这个?|本|上个?)?(?:周|星期|礼拜)[一二三四五六日天1-7])"
)
_SPAN = re.compile(rf"(?P<first>{_DAY})(?:\s*(?:到|至|[-~\uff5e—–\uff0d])\s*(?P<last>{_DAY}))?")
_COUNT = re.compile(r"(?:起|开始)?\s*(?P<count>\d{1,3}|半)\s*(?:天|日(?!\d))")
_SPOKEN_NUMBER = re.compile(r"[零一二两三四五六七八九十]+(?=\s*(?:月|日|号|號|天))")
_WEEKDAY = re.compile(r"(?P<which>下下|下个?|这个?|本|上个?)?(?:周|星期|礼拜)(?P<day>.)")
_PAST_WITHIN = timedelta(days=60)
"""A day without a year that lies so short a time back is meant as past, not as next year's."""


_BACKWARDS_WITHIN = timedelta(days=180)
"""An end that lies so short a time before the beginning is a slip, not next year's day."""


class NoSuchDayError(ValueError):
    """A day that no calendar has: 2月30日. The text is what was said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Local days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def days(self) -> Iterator[date]:
        """Every day of it."""
        day = self.first
        while day <= self.last:
            yield day
            day += timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """The days that a sentence names, in their order, and the words around them."""

    spans: tuple[Span, ...]
    rest: str


def days_said(text: str, *, today: date) -> Said:
    """Read all days of a sentence; raises NoSuchDayError for a day that cannot be.

    A weekday alone is the next one, today included; a day without a month the next such day. A number of days counts
    from the day before it, or from today.
    """
    line = _SPOKEN_NUMBER.sub(lambda found: str(_number(found[0])), text.translate(_WIDE))
    spans: list[Span] = []
    rest: list[str] = []
    at = 0
    for found in _SPAN.finditer(line):
        rest.append(line[at : found.start()])
        at = found.end()
        first = _day(found["first"], base=spans[-1].last if spans else today, today=today)
        last = first if found["last"] is None else _day(found["last"], base=first, today=today)
        spans.append(Span(first=first, last=last))
    rest.append(line[at:])
    words = " ".join(part.strip() for part in rest if part.strip())
    counted = _COUNT.search(words)
    if counted is not None and len(spans) <= 1 and (not spans or spans[0].first == spans[0].last):
        count = 1 if counted["count"] == "半" else max(int(counted["count"]), 1)
        first = spans[0].first if spans else today
        spans = [Span(first=first, last=first + timedelta(days=count - 1))]
        words = _COUNT.sub(" ", words, count=1)
    return Said(spans=tuple(spans), rest=words.strip(" \t,\uff0c、。.:\uff1a"))


def _day(said: str, *, base: date, today: date) -> date:
    """One day; ``base`` is what it may not lie before, if it leaves that open."""
    compact = re.sub(r"\s", "", said)
    if compact in _RELATIVE:
        return today + timedelta(days=_RELATIVE[compact])
    weekday = _WEEKDAY.fullmatch(compact)
    if weekday is not None:
        return _weekday(weekday["which"] or "", _WEEKDAYS[weekday["day"]], base=base, today=today)
    parts = [int(part) for part in re.findall(r"\d+", compact)]
    try:
        return _date(parts, base=base, today=today)
    except ValueError as error:
        raise NoSuchDayError(compact) from error


def _weekday(which: str, day: int, *, base: date, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if not which:
        return base + timedelta(days=(day - base.weekday()) % 7)
    weeks = 2 if which == "下下" else 1 if which[0] == "下" else -1 if which[0] == "上" else 0
    return monday + timedelta(days=7 * weeks + day)


def _date(parts: list[int], *, base: date, today: date) -> date:
    """Year, month and day; month and day; or the day alone. Raises ValueError for what no calendar has."""
    if len(parts) == 3:  # noqa: PLR2004 - year, month, day
        return date(*parts)
    if len(parts) == 2:  # noqa: PLR2004 - month, day
        month, day = parts
        passed = base - (_PAST_WITHIN if base == today else _BACKWARDS_WITHIN)
        return _first_from(passed, ((year, month, day) for year in range(base.year, base.year + 9)))
    (day,) = parts
    months = ((base.year + (base.month - 1 + step) // 12, (base.month - 1 + step) % 12 + 1) for step in range(12))
    return _first_from(base, ((year, month, day) for year, month in months))


def _first_from(base: date, wanted: Iterator[tuple[int, int, int]]) -> date:
    for parts in wanted:
        try:
            day = date(*parts)
        except ValueError:
            continue
        if day >= base:
            return day
    message = "no such day"
    raise ValueError(message)


def _number(word: str) -> int:
    """十二 as 12; a row of digits (一二) as it stands."""
    if "十" not in word:
        return int("".join(str(_DIGITS[char]) for char in word))
    tens, _, ones = word.partition("十")
    return 10 * (_DIGITS.get(tens[-1:], 1) if tens else 1) + (_DIGITS.get(ones[:1], 0) if ones else 0)
