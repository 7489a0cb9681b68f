"""Recorded chats: JSON Lines to messages and back (DESIGN section 9)."""

import codecs
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.faults import reason_of
from bot.domain.messages import Incoming, Kind
from bot.domain.refusal import Refusal

_KEYS = ("id", "at", "platform", "group", "sender", "name", "kind", "text", "mentions", "quote")
_UTF8_BOM = codecs.BOM_UTF8
_OTHER_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SHOWN = 40
_KINDS = ", ".join(Kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class BadLine:
    """A line that is no message. ``line`` counts from 1, blank lines included; ``reason`` is Chinese."""

    line: int
    reason: str

    def __str__(self) -> str:
        """Return it as the operator reads it."""
        return f"第 {self.line} 行:{self.reason}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatFile:
    """A recorded chat in the order of the file, which is the order of delivery, and what could not be read of it."""

    messages: tuple[Incoming, ...]
    bad: tuple[BadLine, ...] = ()


class ChatFileError(Refusal):
    """The file cannot be replayed. Its text names every bad line; ``bad`` is empty if the file itself is at fault."""

    def __init__(self, message: str, *, bad: tuple[BadLine, ...] = ()) -> None:
        """Say what is wrong, in Chinese, the bad lines below it."""
        self.bad = bad
        super().__init__("\n".join([message, *map(str, bad)]))


class _RowError(Exception):
    """What is wrong with one line, in Chinese."""


def read_chat(path: Path, *, skip_bad: bool) -> ChatFile:
    """Read a recorded chat.

    Nothing is sorted and repeated ids are kept: late and doubled deliveries are for the inbox to deal with. Raises
    ChatFileError if the file cannot be opened or holds no message at all, and, unless ``skip_bad``, for bad lines.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"打不开聊天记录 {path}:{reason_of(error)}"
        raise ChatFileError(message) from error
    if data.startswith(_OTHER_BOMS):
        message = f"聊天记录 {path} 是 UTF-16 编码,请另存为 UTF-8"
        raise ChatFileError(message)
    messages: list[Incoming] = []
    bad: list[BadLine] = []
    # Split as bytes: one broken character spoils its own line only, and U+2028 inside a message ends nothing.
    for number, line in enumerate(data.split(b"\n"), start=1):
        content = line.removeprefix(_UTF8_BOM).strip(b" \t\r")
        if not content:
            continue
        try:
            messages.append(_message(content))
        except _RowError as error:
            bad.append(BadLine(line=number, reason=str(error)))
    if not messages and not bad:
        message = f"聊天记录 {path} 是空的,里面没有一条消息"
        raise ChatFileError(message)
    if not messages:
        message = f"聊天记录 {path} 没有一行读得懂"
        raise ChatFileError(message, bad=tuple(bad))
    if bad and not skip_bad:
        message = f"聊天记录 {path} 有 {len(bad)} 行读不懂"
        raise ChatFileError(message, bad=tuple(bad))
    return ChatFile(messages=tuple(messages), bad=tuple(bad))


def write_chat(messages: Iterable[Incoming]) -> str:
    """Return the messages as the text of a recorded chat; ``read_chat`` gives back the same."""
    return "".join(
        json.dumps(
            {
                "id": message.id,
                "at": message.sent_at.isoformat(),
                "platform": message.platform,
                "group": message.group,
                "sender": message.sender,
                "name": message.name,
                "kind": message.kind,
                "text": message.text,
                "mentions": list(message.mentions),
                "quote": message.quote,
            },
            ensure_ascii=False,
        )
        + "\n"
        for message in messages
    )


def _message(line: bytes) -> Incoming:
    row = _object(line)
    wrong: list[str] = []
    if unknown := sorted(set(row).difference(_KEYS)):
        wrong.append(f"不认识的字段 {'、'.join(map(_shown, unknown))}")
    fields = _Fields(row, wrong)
    message = Incoming(
        platform=fields.word("platform", default="practice"),
        id=fields.word("id"),
        group=fields.word_or_null("group", hint="群聊写群号,私聊写 null"),
        sender=fields.word("sender"),
        name=fields.text("name"),
        kind=fields.kind(),
        text=fields.text("text"),
        sent_at=fields.moment("at"),
        mentions=fields.words("mentions"),
        quote=fields.word_or_null("quote") if "quote" in row else None,
    )
    if wrong:
        raise _RowError(";".join(wrong))
    return message


def _object(line: bytes) -> dict[str, Any]:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        message = f"第 {error.start + 1} 个字节起不是 UTF-8 编码"
        raise _RowError(message) from error
    try:
        row = json.loads(text, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        message = f"不是完整的 JSON(第 {error.pos + 1} 个字符处)"
        raise _RowError(message) from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or brackets nested thousands deep.
        message = "不是聊天记录的 JSON"
        raise _RowError(message) from error
    if not isinstance(row, dict):
        message = "不是一条消息:整行应是 {…}"
        raise _RowError(message)
    return row


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        keys = [key for key, _ in pairs]
        message = f"字段写了两遍 {'、'.join(_shown(key) for key in row if keys.count(key) > 1)}"
        raise _RowError(message)
    return row


def _shown(word: str) -> str:
    """Words from outside, short and safe to print."""
    short = word if len(word) <= _SHOWN else word[:_SHOWN] + "…"
    return short if short.isprintable() else json.dumps(short, ensure_ascii=True)


class _Fields:
    """Takes a row's fields one by one, and notes what is wrong with each instead of stopping at the first."""

    def __init__(self, row: dict[str, Any], wrong: list[str]) -> None:
        self._row = row
        self._wrong = wrong

    def text(self, key: str, *, default: str | None = "") -> str:
        """Words that may be empty; a missing key without a default is a fault."""
        value = self._row.get(key, default)
        if key not in self._row and default is None:
            return self._fault(f"缺少 {key}")
        if not isinstance(value, str):
            return self._fault(f"{key} 应是文字")
        if reason := _unstorable(value):
            return self._fault(f"{key} {reason}")
        return value

    def word(self, key: str, *, default: str | None = None) -> str:
        """An identifier: never blank."""
        faults = len(self._wrong)
        value = self.text(key, default=default)
        if not value.strip() and len(self._wrong) == faults:
            return self._fault(f"{key} 不能是空的")
        return value

    def word_or_null(self, key: str, *, hint: str = "") -> str | None:
        if key not in self._row:
            # Taking a missing group for "private" would change who may see the message.
            return self._fault(f"缺少 {key}({hint})")
        return None if self._row[key] is None else self.word(key)

    def words(self, key: str) -> tuple[str, ...]:
        value = self._row.get(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
            self._fault(f"{key} 应是文字的列表")
            return ()
        if reason := _unstorable("".join(value)):
            self._fault(f"{key} {reason}")
        return tuple(value)

    def kind(self) -> Kind:
        faults = len(self._wrong)
        value = self.text("kind", default=Kind.TEXT)
        try:
            return Kind(value)
        except ValueError:
            if len(self._wrong) == faults:
                self._fault(f"kind 不能是“{_shown(value)}”,可以是 {_KINDS}")
            return Kind.TEXT

    def moment(self, key: str) -> datetime:
        faults = len(self._wrong)
        value = self.text(key, default=None)
        nowhen = datetime.min.replace(tzinfo=UTC)
        if len(self._wrong) > faults:
            return nowhen
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self._fault(f"{key} 不是 ISO 8601 时间:“{_shown(value)}”,应写成 2026-03-06T09:12:03+08:00")
            return nowhen
        if at.tzinfo is None:
            self._fault(f"{key} 没有写时区:“{_shown(value)}”,北京时间请在末尾加 +08:00")
            return nowhen
        try:
            at.astimezone(UTC)
        except OverflowError:
            self._fault(f"{key} 超出了日历:“{_shown(value)}”")
            return nowhen
        return at

    def _fault(self, reason: str) -> str:
        self._wrong.append(reason)
        return ""


def _unstorable(text: str) -> str:
    """Why a database would refuse the text, or nothing."""
    if "\x00" in text:
        return "里有空字符(NUL)"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "里有半个表情符号(不成对的 \\ud800—\\udfff)"
    return ""
