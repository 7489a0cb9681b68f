"""The chain of ticket events: each carries the hash of the one before it in the village. Pure.

It makes silent edits of the history visible (DESIGN section 9). Somebody who can rewrite the whole database can also
rewrite the whole chain: against that, keep the heads that ``xiaowei audit verify`` prints somewhere else.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

GENESIS: Final = "0" * 64
"""What stands before the first event of a village."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The last event of a village's chain, as recorded beside it."""

    position: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What an event says, exactly as stored. ``data`` is its canonical JSON."""

    ticket: str
    at: datetime
    kind: str
    actor: str
    data: str
    rule: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One event as it lies in the chain."""

    position: int
    content: Content
    prev_hash: str
    hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """A place where a village's chain does not hold; ``what`` says in Chinese what must have happened."""

    village: str
    position: int
    what: str


def entry_hash(prev_hash: str, content: Content) -> str:
    """The hash of an event: SHA-256 over the canonical JSON of all that it says and of what stands before it."""
    instant = content.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [prev_hash, content.ticket, instant, content.kind, content.actor, content.data, content.rule]
    return sha256(json.dumps(said, separators=(",", ":")).encode("ascii")).hexdigest()


def breaks(village: str, entries: Iterable[Entry], head: Head | None) -> Iterator[Break]:
    """Every place where the chain of a village does not hold. ``entries`` come by position, the lowest first."""
    last = Head()
    for entry in entries:
        expected = last.position + 1
        if entry.position != expected:
            yield Break(village=village, position=expected, what=_gap(expected, entry.position))
        elif entry.prev_hash != last.hash:
            yield Break(
                village=village, position=entry.position, what="与前一条接不上：记录被插入、调换过次序或整条换过"
            )
        if entry.hash != entry_hash(entry.prev_hash, entry.content):
            yield Break(village=village, position=entry.position, what=f"内容被改动过（工单 {entry.content.ticket}）")
        last = Head(position=entry.position, hash=entry.hash)
    yield from _at_the_end(village, last, head)


def _gap(expected: int, found: int) -> str:
    if found < expected:
        return f"位置编号不对：出现了第 {found} 条"
    missing = found - expected
    return f"缺少 {missing} 条记录（第 {expected} 条起）：被删除过"


def _at_the_end(village: str, last: Head, head: Head | None) -> Iterator[Break]:
    if head is None:
        if last.position:
            yield Break(village=village, position=last.position, what="链尾登记不见了，无法证明末尾没有被删除")
    elif head.position > last.position:
        missing = head.position - last.position
        yield Break(village=village, position=last.position + 1, what=f"末尾少了 {missing} 条记录：被删除过")
    elif head.position < last.position:
        extra = last.position - head.position
        yield Break(village=village, position=head.position + 1, what=f"末尾多了 {extra} 条记录：不是本程序写入的")
    elif head.hash != last.hash:
        yield Break(village=village, position=last.position, what="最后一条与链尾登记不符：被换过或改动过")
