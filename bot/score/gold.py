"""The annotation of a recorded chat: what a careful reader would have opened, joined, heard and left alone."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.domain.categories import APPEALS, Category
from bot.domain.faults import reason_of
from bot.domain.refusal import Refusal
from bot.score.fields import Fields


class _AppealLabel(StrEnum):
    CONSULTATION = Category.CONSULTATION
    HELP = Category.HELP
    SUGGESTION = Category.SUGGESTION
    DISCLOSURE = Category.DISCLOSURE


class GoldError(Refusal):
    """The annotation cannot be used. Its text is Chinese and names every fault."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldAppeal:
    """One appeal. ``messages`` holds all its pieces, pictures included; ``labels`` every category that is right.

    ``supporters`` are accounts, ``support_messages`` what they said.
    """

    key: str
    labels: tuple[Category, ...]
    urgent: bool
    messages: tuple[str, ...]
    followups: tuple[str, ...] = ()
    supporters: tuple[str, ...] = ()
    support_messages: tuple[str, ...] = ()
    first_cadre_reply: str | None = None
    closed_by_villager: str | None = None
    reopened_by: str | None = None
    what: str = ""

    @property
    def all_messages(self) -> frozenset[str]:
        """Every message that may rightly lie in its ticket."""
        single = (self.first_cadre_reply, self.closed_by_villager, self.reopened_by)
        return frozenset(
            (*self.messages, *self.followups, *self.support_messages, *(message for message in single if message))
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldClue:
    """One allegation, which may share a message with an appeal."""

    key: str
    messages: tuple[str, ...]
    what: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """From one instant to another, both included."""

    start: datetime
    end: datetime

    def meets(self, other: "Span") -> bool:
        """Whether the two have an instant in common."""
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class Gold:
    """The annotation of the chat called ``chat``. ``silent`` maps tempting messages to why they open nothing."""

    chat: str
    appeals: tuple[GoldAppeal, ...]
    clues: tuple[GoldClue, ...]
    silent: dict[str, str]
    heat: tuple[Span, ...] = ()

    @property
    def appeal_messages(self) -> frozenset[str]:
        """The pieces of all appeals."""
        return frozenset(message for appeal in self.appeals for message in appeal.messages)

    @property
    def all_messages(self) -> frozenset[str]:
        """Every message that it names."""
        return frozenset(self.silent).union(
            *(appeal.all_messages for appeal in self.appeals), *(clue.messages for clue in self.clues)
        )


def read_gold(path: Path) -> Gold:
    """Read an annotation; the chat is called by the file's name up to the first dot. Raises GoldError."""
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        message = f"打不开标注文件 {path}:{reason_of(error)}"
        raise GoldError(message) from error
    except UnicodeDecodeError as error:
        message = f"标注文件 {path} 不是 UTF-8 编码"
        raise GoldError(message) from error
    except json.JSONDecodeError as error:
        message = f"标注文件 {path} 不是完整的 JSON:第 {error.lineno} 行第 {error.colno} 个字符处"
        raise GoldError(message) from error
    faults: list[str] = []
    gold = _gold(Fields(value, where="整个文件", faults=faults), chat=path.name.partition(".")[0])
    if not faults:
        faults += _contradictions(gold)
    if faults:
        message = "\n".join([f"标注文件 {path} 有 {len(faults)} 处错误:", *faults])
        raise GoldError(message)
    return gold


def _gold(fields: Fields, *, chat: str) -> Gold:
    reasons = fields.part("silent_reasons", required=False)
    return Gold(
        chat=chat,
        appeals=tuple(_appeal(part) for part in fields.parts("appeals")),
        clues=tuple(
            GoldClue(key=part.text("key"), messages=part.texts("messages"), what=part.text("what", required=False))
            for part in fields.parts("clues")
        ),
        silent={message: reasons.text(message, required=False) for message in fields.texts("must_stay_silent")},
        heat=tuple(
            Span(start=part.moment("from"), end=part.moment("to")) for part in fields.parts("heat", required=False)
        ),
    )


def _appeal(fields: Fields) -> GoldAppeal:
    label: Category = Category(fields.choice("label", _AppealLabel))
    other = fields.text("alt_label", required=False)
    if other and other not in set(APPEALS):
        fields.fault(f"alt_label 不能是“{other}”,可以是 {'、'.join(APPEALS)},没有就留空")
        other = ""
    return GoldAppeal(
        key=fields.text("key"),
        labels=(label, Category(other)) if other else (label,),
        urgent=fields.flag("urgent"),
        messages=fields.texts("messages"),
        followups=fields.texts("followups"),
        supporters=fields.texts("supporters"),
        support_messages=fields.texts("support_messages"),
        first_cadre_reply=fields.text_or_null("first_cadre_reply"),
        closed_by_villager=fields.text_or_null("closed_by_villager", required=False),
        reopened_by=fields.text_or_null("reopened_by", required=False),
        what=fields.text("what", required=False),
    )


def _contradictions(gold: Gold) -> list[str]:
    """What no reader can mean, in Chinese."""
    things: tuple[GoldAppeal | GoldClue, ...] = (*gold.appeals, *gold.clues)
    counts = Counter(thing.key for thing in things)
    faults = [f"{key}:这个 key 用了 {count} 次" for key, count in counts.items() if count > 1]
    faults += [f"{thing.key}:messages 不能是空的" for thing in things if not thing.messages]
    faults += [
        f"{appeal.key}:{message} 既是诉求的一段,又在 must_stay_silent 里"
        for appeal in gold.appeals
        for message in appeal.messages
        if message in gold.silent
    ]
    faults += [
        f"heat:{span.start.isoformat()} 晚于 {span.end.isoformat()}" for span in gold.heat if span.end < span.start
    ]
    return faults
