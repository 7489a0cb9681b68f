"""Which festival a day is and in which of the 24 solar terms it lies, by the lunar calendar (R37)."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from lunar_python import Lunar, Solar

TERMS = (
    "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑",
    "立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至", "小寒", "大寒",
)  # fmt: skip
"""The solar terms in their order; each lasts until the next begins."""
MONTHS: Mapping[str, int] = {f"{month}月": month for month in range(1, 13)}

_LUNAR: Mapping[tuple[int, int], str] = {
    (1, 1): "春节",
    (1, 15): "元宵",
    (5, 5): "端午",
    (7, 7): "七夕",
    (8, 15): "中秋",
    (9, 9): "重阳",
    (12, 8): "腊八",
    (12, 23): "小年",
}
_SOLAR: Mapping[tuple[int, int], str] = {
    (1, 1): "元旦",
    (3, 8): "妇女节",
    (3, 12): "植树节",
    (5, 1): "劳动节",
    (5, 4): "青年节",
    (6, 1): "儿童节",
    (7, 1): "建党节",
    (8, 1): "建军节",
    (9, 10): "教师节",
    (10, 1): "国庆节",
    (12, 4): "宪法日",
}
_EVE = "除夕"
FESTIVALS = frozenset((*_LUNAR.values(), *_SOLAR.values(), _EVE))
"""Days that are known by name; a leap month has none of them a second time."""
_LONGEST_TERM = 17
"""Days; no solar term lasts longer."""
_DAY = timedelta(days=1)


@lru_cache(maxsize=1024)
def festivals_on(day: date) -> frozenset[str]:
    """The festivals that a local day is, most days none."""
    lunar = _lunar(day)
    names = {_LUNAR.get((lunar.getMonth(), lunar.getDay())), _SOLAR.get((day.month, day.day))}
    if _LUNAR.get((_lunar(day + _DAY).getMonth(), _lunar(day + _DAY).getDay())) == "春节":
        names.add(_EVE)
    return frozenset(name for name in names if name is not None)


@lru_cache(maxsize=1024)
def begins_on(day: date) -> str:
    """The solar term that begins on a local day, empty on most days."""
    return str(_lunar(day).getJieQi())


@lru_cache(maxsize=1024)
def term_of(day: date) -> str:
    """The solar term in which a local day lies."""
    for back in range(_LONGEST_TERM):
        found = begins_on(day - timedelta(days=back))
        if found:
            return found
    message = f"no solar term before {day}"
    raise LookupError(message)


def _lunar(day: date) -> Lunar:
    return Solar.fromYmd(day.year, day.month, day.day).getLunar()
