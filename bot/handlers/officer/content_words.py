"""How officers speak of the daily item: 存入素材 …, 素材, 素材 通过 柳湾村3, 素材 停用 3, and the choices of a day."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.handlers.grammar import PUNCTUATION


class Act(StrEnum):
    """What an officer wants of the daily item."""

    STORE = "store"
    LIST = "list"
    LOOK = "look"
    RELEASE = "release"
    RETURN = "return"
    STOP = "stop"
    POST = "post"
    OTHER = "other"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One sentence. ``number`` and ``village`` name an item, ``rest`` is what follows; ``day`` is a local day."""

    act: Act
    rest: str = ""
    village: str = ""
    number: int = 0
    day: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What an officer wrote to be stored, part by part; what is missing is empty."""

    title: str = ""
    text: str = ""
    source: str = ""
    link: str = ""
    without_picture: bool = False


_ACTS = {
    "看": Act.LOOK,
    "通过": Act.RELEASE,
    "同意": Act.RELEASE,
    "退回": Act.RETURN,
    "不通过": Act.RETURN,
    "停用": Act.STOP,
    "停": Act.STOP,
    "删": Act.STOP,
    "删除": Act.STOP,
}
_STORE = re.compile(r"^\s*(?:存入?|入库|收进?)\s*素材[\s:：,，。]*(?P<rest>.*)$", re.DOTALL)
_LIST = re.compile(r"^\s*(?:看看?|查看?)?\s*素材(?:列表|清单|库)?[\s。.?？]*$")
_OF_ONE = re.compile(
    rf"^\s*素材\s*(?P<act>{'|'.join(sorted(_ACTS, key=len, reverse=True))})\s*"
    r"(?P<village>[^\W\d_]{0,10}?)\s*(?P<number>\d{1,4})\s*[号號]?(?P<rest>.*)$",
    re.DOTALL,
)
_OF_A_DAY = re.compile(r"^\s*素材 (?P<act>定|换|不发) (?P<day>\d{4}-\d{2}-\d{2}) (?P<village>\S+)(?: (?P<rest>.+))?$")
_DAY_ACTS = {"定": Act.POST, "换": Act.OTHER, "不发": Act.NONE}

_PARTS = {
    "标题": "title",
    "题目": "title",
    "内容": "text",
    "正文": "text",
    "出处": "source",
    "来源": "source",
    "链接": "link",
}
_PART = re.compile(rf"(?:^|(?<=[\s,，。;；!！?？]))(?P<part>{'|'.join(_PARTS)})\s*[:：]\s*")
_NO_PICTURE = re.compile(r"^\s*不(?:配|要)图[\s,，。]*")


def read(text: str) -> Said | None:
    """What a sentence says of the daily item; None if it is about something else."""
    stored = _STORE.match(text)
    if stored is not None:
        return Said(act=Act.STORE, rest=stored["rest"].strip())
    if _LIST.match(text):
        return Said(act=Act.LIST)
    one = _OF_ONE.match(text)
    if one is not None:
        rest = one["rest"].strip(PUNCTUATION)
        return Said(act=_ACTS[one["act"]], village=one["village"], number=int(one["number"]), rest=rest)
    of_day = _OF_A_DAY.match(text)
    day = None if of_day is None else _day(of_day["day"])
    if of_day is None or day is None:
        return None
    return Said(act=_DAY_ACTS[of_day["act"]], village=of_day["village"], day=day, rest=of_day["rest"] or "")


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def draft(words: str) -> Draft:
    """The parts of what is to be stored: with their names, else the first line is the title of several."""
    bare = _NO_PICTURE.sub("", words)
    marks = list(_PART.finditer(bare))
    found: dict[str, str] = {}
    for position, mark in enumerate(marks):
        end = marks[position + 1].start() if position + 1 < len(marks) else len(bare)
        found.setdefault(_PARTS[mark["part"]], bare[mark.end() : end].strip(" \t\r\n;；"))
    before = (bare[: marks[0].start()] if marks else bare).strip()
    if "text" not in found:
        title, line, rest = before.partition("\n")
        if line and "title" not in found:
            found["title"], before = title.strip(), rest.strip()
        found["text"] = before
    return Draft(
        title=found.get("title", "").strip(PUNCTUATION + "《》"),
        text=found["text"],
        source=found.get("source", "").strip(PUNCTUATION),
        link=found.get("link", ""),
        without_picture=bare != words,
    )
