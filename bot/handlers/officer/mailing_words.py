"""How officers speak of one message to many groups: 群发 …, 群发记录, 重发 3, 撤回 群发 3, and a draft's choices."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What an officer wants of a mailing."""

    COMPOSE = "compose"
    BODY = "body"
    """The groups are chosen, the next message is the text."""
    SEND = "send"
    MORNING = "morning"
    URGENT = "urgent"
    MASK = "mask"
    WITHOUT_PICTURE = "without_picture"
    CHANGE = "change"
    DROP = "drop"
    LOG = "log"
    AGAIN = "again"
    RECALL = "recall"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One sentence. ``number`` names a mailing, None for the latest; ``rest`` is what follows."""

    act: Act
    rest: str = ""
    number: int | None = None


_STEPS = {
    "发": Act.SEND,
    "早上发": Act.MORNING,
    "急事发": Act.URGENT,
    "隐去号码": Act.MASK,
    "不配图": Act.WITHOUT_PICTURE,
    "改": Act.CHANGE,
    "算了": Act.DROP,
}
_NUMBER = r"(?:第?(?P<number>\d{1,4})\s*[号號]?)?[\s。.!！]*$"
_LOG = re.compile(rf"^\s*(?:看看?|查看?)?\s*群发\s*(?:的)?\s*(?:记录|纪录|日志|情况)\s*{_NUMBER}")
_AGAIN = re.compile(
    r"^\s*(?:群发\s*重[发發]\s*|重[发發]\s*群发\s*|重[发發]\s*(?=第?\d))第?(?P<number>\d{1,4})?\s*[号號]?[\s。.!！]*$"
)
_RECALL = re.compile(rf"^\s*(?:撤回\s*(?:第?(?P<first>\d{{1,4}})\s*[号號]?\s*)?群发|群发\s*撤回)\s*{_NUMBER}")
_STEP = re.compile(rf"^\s*群发\s*(?P<act>{'|'.join(sorted(_STEPS, key=len, reverse=True))})\s*(?P<number>\d{{1,4}})$")
_BODY = re.compile(r"^群发 正文 (?P<rest>[^\n]+)$")
_COMPOSE = re.compile(r"^\s*群[发發](?:消息|通知|一下)?[\s:：,，。]*(?P<rest>.*)$", re.DOTALL)
_HEADER = re.compile(r"^(?P<names>[^:：\n]{1,20000})[:：]\s*(?P<body>.*)$", re.DOTALL)
_BETWEEN = re.compile(r"[、,，;；\s]+")


def read(text: str) -> Said | None:
    """What a sentence says of mailings; None if it is about something else."""
    for pattern, act in ((_LOG, Act.LOG), (_AGAIN, Act.AGAIN), (_RECALL, Act.RECALL)):
        found = pattern.match(text)
        if found is not None:
            number = found["number"] or found.groupdict().get("first")
            return Said(act=act, number=int(number) if number else None)
    step = _STEP.match(text)
    if step is not None:
        return Said(act=_STEPS[step["act"]], number=int(step["number"]))
    body = _BODY.match(text)
    if body is not None:
        return Said(act=Act.BODY, rest=body["rest"])
    composed = _COMPOSE.match(text)
    return None if composed is None else Said(act=Act.COMPOSE, rest=composed["rest"].strip())


def header(words: str) -> tuple[tuple[str, ...], str]:
    """The names before the first colon, and what follows: 柳湾村、石畔村：明天停水; no names without a colon."""
    found = _HEADER.match(words)
    if found is None:
        return (), words
    names = tuple(name for name in _BETWEEN.split(found["names"]) if name)
    return names, found["body"].strip()
