"""Times and kinds of message in the words of a page: labels between bubbles, the practice clock, small tags."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages import OutKind
from bot.domain.workdays import WorkCalendar, local

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

TAGS = {
    OutKind.RECEIPT: "回执",
    OutKind.PROMPT: "请您答复",
    OutKind.RESULT: "办理结果",
    OutKind.QUESTION: "请选择",
    OutKind.REMINDER: "催办提醒",
    OutKind.OVERDUE: "超期提醒",
    OutKind.TRANSFER: "转办",
    OutKind.DUTY: "今日值班",
    OutKind.CONTENT: "每日一条",
    OutKind.DIGEST: "巡群日报",
    OutKind.RATING: "请您评价",
    OutKind.EMERGENCY: "紧急",
    OutKind.ALERT: "预警",
    OutKind.NOTICE: "通知",
}

_A_WEEK = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockFace:
    """The practice clock as it is shown. ``kind`` says whether the day is worked, and why not."""

    year: str
    day: str
    weekday: str
    kind: str
    rest: bool
    time: str
    machine: str


def clock_face(now: datetime, calendar: WorkCalendar) -> ClockFace:
    """Return the practice clock in words: date, weekday, working day or holiday, time of day (local)."""
    here = local(now)
    name = calendar.name_of(here.date())
    kind = "调休上班" if calendar.is_make_up(here.date()) else "工作日"
    return ClockFace(
        year=f"{here.year}年",
        day=f"{here.month}月{here.day}日",
        weekday=WEEKDAYS[here.weekday()],
        kind=kind if name is None else f"休息日 · {name}",
        rest=name is not None,
        time=here.strftime("%H:%M"),
        machine=here.isoformat(timespec="minutes"),
    )


def time_label(at: datetime, now: datetime) -> str:
    """Return the time between bubbles, as people are used to it: ``09:12``, ``昨天 17:00``, ``周三 08:30``."""
    here, today = local(at), local(now).date()
    clock = here.strftime("%H:%M")
    days = (today - here.date()).days
    if days == 0:
        return clock
    if days == 1:
        return f"昨天 {clock}"
    if 1 < days < _A_WEEK:
        return f"{WEEKDAYS[here.weekday()]} {clock}"
    year = "" if here.year == today.year else f"{here.year}年"
    return f"{year}{here.month}月{here.day}日 {clock}"


def left_until(due: datetime, now: datetime) -> str:
    """Return how far off a due time is, or how long it has passed: ``还有2天``, ``还有3小时``, ``已超过1天``."""
    gap = abs(due - now)
    head = "还有" if due >= now else "已超过"
    if gap >= timedelta(days=1):
        return f"{head}{gap.days}天"
    if gap >= timedelta(hours=1):
        return f"{head}{gap.seconds // 3600}小时"
    return f"{head}{max(1, gap.seconds // 60)}分钟"
