"""Chat as people copy it out of a chat program: who said what, and when if that was copied too. Pure reading.

Understood are a line with date, time and name before the words (either order), a line of the date alone, and
``阿珍: 二组路灯又不亮了``. What stands before the first name, such as the title of a chat record, is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.messages import Kind
from bot.domain.workdays import SHANGHAI, local

LONGEST_NAME = 24
"""Characters of a nickname at most: what is longer before a colon is a sentence."""

_DATE = r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})日?"
_SECOND = r"(?:[:\uff1a](?P<second>\d{2}))?"
_TIME = rf"(?P<half>上午|下午|凌晨|早上|中午|晚上)?(?P<hour>\d{{1,2}})[:\uff1a](?P<minute>\d{{2}}){_SECOND}"
_NAME = rf"(?P<name>\S.{{0,{LONGEST_NAME - 1}}}?)"
_HEADS = (
    re.compile(rf"^\[?{_DATE}[,\uff0c ]\s*{_TIME}\]?\s+{_NAME}\s*[:\uff1a]?$"),
    re.compile(rf"^{_NAME}\s+{_DATE}\s+{_TIME}$"),
    re.compile(rf"^{_NAME}\s+{_TIME}$"),
)
_DAY_ALONE = re.compile(rf"^[—\-=·\s]*{_DATE}(?:\s*(?:星期|周).)?[—\-=·\s]*$")
_NAMED = re.compile(rf"^(?P<name>[^\s:\uff1a\d][^\s:\uff1a]{{0,{LONGEST_NAME - 1}}})\s*[:\uff1a]\s*(?P<text>.*)$")
_TITLE = re.compile(r"聊天记录\s*$")
_THINGS = {"图片": Kind.IMAGE, "照片": Kind.IMAGE, "视频": Kind.FILE, "文件": Kind.FILE, "语音": Kind.VOICE}
_THING = re.compile(r"^\[(?P<what>[^\[\]]{1,12})\]$")
_GONE = re.compile(r"撤回了一条消息|^\[?该消息(?:已撤回|类型暂不能展示)")
_AFTERNOON = ("下午", "晚上")
_NOON = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One message of copied chat. ``at`` is aware, None if no time was copied; ``name`` empty if nobody was named."""

    name: str
    text: str
    at: datetime | None = None
    kind: Kind = Kind.TEXT


def read(text: str, *, now: datetime) -> tuple[Said, ...]:
    """The messages of copied chat in their order; none if nobody is named. A time without a date is the last such."""
    lines = [line.strip().removeprefix("\ufeff") for line in text.replace("\r\n", "\n").split("\n")]
    timed = any(_head(line) for line in lines)
    found = _by_heads(lines, now) if timed else _by_names(lines)
    return tuple(_thing(said) for said in found if said.text and not _GONE.search(said.text))


def title(text: str) -> str:
    """The first line if it is the title of a chat record, otherwise nothing."""
    first = text.strip().split("\n", 1)[0].strip()
    return first if _TITLE.search(first) else ""


def is_copied(text: str, *, now: datetime) -> bool:
    """Whether a text is copied chat without anybody having to say so: dated heads, a title, or several named lines."""
    said = read(text, now=now)
    lines = [line for line in text.split("\n") if line.strip()]
    named = sum(1 for line in lines if _NAMED.match(line.strip()))
    return bool(said) and (said[0].at is not None or bool(title(text)) or (len(said) > 1 and named == len(lines)))


def _head(line: str) -> re.Match[str] | None:
    return next((found for pattern in _HEADS if (found := pattern.match(line))), None)


def _by_heads(lines: list[str], now: datetime) -> Iterator[Said]:
    day: date | None = None
    said: Said | None = None
    for line in lines:
        alone = _DAY_ALONE.match(line)
        head = None if alone is not None else _head(line)
        if alone is not None:
            day = _date(alone) or day
        elif head is not None:
            if said is not None:
                yield said
            day = _date(head) or day
            said = Said(name=head["name"].strip(), text="", at=_at(head, day, now))
        elif said is not None and line:
            said = replace(said, text=f"{said.text}\n{line}".strip())
    if said is not None:
        yield said


def _by_names(lines: list[str]) -> Iterator[Said]:
    said: Said | None = None
    for line in lines:
        named = _NAMED.match(line)
        if named is not None:
            if said is not None:
                yield said
            said = Said(name=named["name"], text=named["text"].strip())
        elif said is not None and line:
            said = replace(said, text=f"{said.text}\n{line}".strip())
    if said is not None:
        yield said


def _date(found: re.Match[str]) -> date | None:
    groups = found.groupdict()
    if not groups.get("year"):
        return None
    try:
        return date(int(groups["year"]), int(groups["month"]), int(groups["day"]))
    except ValueError:
        return None


def _at(head: re.Match[str], day: date | None, now: datetime) -> datetime | None:
    hour, minute, second = int(head["hour"]), int(head["minute"]), int(head["second"] or 0)
    if head["half"] in _AFTERNOON and hour < _NOON:
        hour += _NOON
    here = local(now)
    try:
        at = datetime.combine(day or here.date(), here.timetz().replace(hour=hour, minute=minute, second=second))
    except ValueError:
        return None
    at = at.replace(microsecond=0, tzinfo=SHANGHAI)
    if at > now and day is None:
        at -= timedelta(days=1)
    return min(at, now)


def _thing(said: Said) -> Said:
    """A picture is copied as [图片]: that it was there is kept, the word is not."""
    thing = _THING.match(said.text)
    kind = None if thing is None else next((kind for word, kind in _THINGS.items() if word in thing["what"]), None)
    return said if kind is None else replace(said, text="", kind=kind)
