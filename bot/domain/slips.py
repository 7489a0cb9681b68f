"""Integrity notices and reminder letters: drafted from facts, issued by a person, answered, looked at again (R63, R64).

A slip is never issued by the bot: it begins as a candidate, and only a person's number and word send it out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class SlipKind(StrEnum):
    """Which paper it becomes."""

    NOTICE = "notice"
    """廉情提示单, to a village (R63)."""
    LETTER = "letter"
    """提醒提示函, to a department."""


class SlipState(StrEnum):
    """Where a slip stands."""

    CANDIDATE = "candidate"
    """The facts speak for it; nobody has decided."""
    ISSUED = "issued"
    REPLIED = "replied"
    RETURNED = "returned"
    """The reply was not enough: another is owed."""
    CLOSED = "closed"
    """销号: the reply was looked at and is enough."""
    DROPPED = "dropped"
    """A person decided that none is called for."""

    @property
    def owes_reply(self) -> bool:
        """Whether its receiver has to answer."""
        return self in (SlipState.ISSUED, SlipState.RETURNED)

    @property
    def is_ended(self) -> bool:
        """Whether nothing more happens to it."""
        return self in (SlipState.CLOSED, SlipState.DROPPED)


class Ground(StrEnum):
    """What speaks for a slip, in the order in which it is told."""

    OVERDUE = "overdue"
    REOPENED = "reopened"
    DISSATISFIED = "dissatisfied"
    SUPERVISED = "supervised"
    UNPUBLISHED = "unpublished"
    """Somebody asked for what ought to be public, and it was not published in time."""
    SILENT = "silent"
    """A group in which villagers have provably said nothing for too long (R36)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One ground with what it rests on: ids of tickets, or of groups for a silent one."""

    ground: Ground
    evidence: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many cases it rests on."""
        return len(self.evidence)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip:
    """A notice or letter of one month to one unit. Times are aware.

    ``month`` is ``2026-02``; ``unit`` the id of the receiver, ``office`` that of the township or county whose
    discipline office issues it. ``step`` counts its changes from 1. ``number`` is what the issuing person gave it.
    ``remind_at`` and ``due_at`` are of the reply that is owed now, ``words`` the last reply or the last remark on it.
    """

    month: str
    kind: SlipKind
    unit: str
    office: str
    findings: tuple[Finding, ...]
    state: SlipState
    step: int
    by: str
    at: datetime
    number: str = ""
    issued_by: str = ""
    issued_at: datetime | None = None
    remind_at: datetime | None = None
    due_at: datetime | None = None
    reply: str = ""
    replied_by: str = ""
    replied_at: datetime | None = None
    remark: str = ""

    @property
    def id(self) -> str:
        """Its key: one slip per kind, month and receiver."""
        return f"{self.kind}-{self.month}-{self.unit}"

    def is_overdue(self, now: datetime) -> bool:
        """Whether a reply is owed and its time is over (R64)."""
        return self.state.owes_reply and self.due_at is not None and self.due_at <= now


class NotNow(Exception):  # noqa: N818 - reads as what it is
    """A move that the slip's state does not allow."""

    def __init__(self, slip: Slip, move: str) -> None:
        """Name both."""
        super().__init__(f"{move} is not possible for a slip that is {slip.state}")


def candidate(
    *, month: str, kind: SlipKind, unit: str, office: str, findings: Iterable[Finding], at: datetime, by: str
) -> Slip:
    """A slip that a person may issue."""
    return Slip(
        month=month,
        kind=kind,
        unit=unit,
        office=office,
        findings=tuple(findings),
        state=SlipState.CANDIDATE,
        step=1,
        by=by,
        at=at,
    )


def issued(slip: Slip, *, number: str, at: datetime, by: str, remind_at: datetime, due_at: datetime) -> Slip:
    """A person gives it a number and sends it out; the receiver owes a reply by ``due_at`` (R64). Raises NotNow."""
    if slip.state is not SlipState.CANDIDATE:
        raise NotNow(slip, "issuing")
    moved = _moved(slip, SlipState.ISSUED, at=at, by=by)
    return replace(moved, number=number, issued_by=by, issued_at=at, remind_at=remind_at, due_at=due_at)


def dropped(slip: Slip, *, reason: str, at: datetime, by: str) -> Slip:
    """A person decides that none is called for. Raises NotNow."""
    if slip.state is not SlipState.CANDIDATE:
        raise NotNow(slip, "dropping")
    return replace(_moved(slip, SlipState.DROPPED, at=at, by=by), remark=reason)


def replied(slip: Slip, *, words: str, at: datetime, by: str) -> Slip:
    """The receiver's opinion; a later one replaces it until it is looked at. Raises NotNow."""
    if not slip.state.owes_reply and slip.state is not SlipState.REPLIED:
        raise NotNow(slip, "replying")
    return replace(_moved(slip, SlipState.REPLIED, at=at, by=by), reply=words, replied_by=by, replied_at=at)


def sent_back(slip: Slip, *, reason: str, at: datetime, by: str, remind_at: datetime, due_at: datetime) -> Slip:
    """The reply is not enough: another is owed by ``due_at``. Raises NotNow."""
    if slip.state is not SlipState.REPLIED:
        raise NotNow(slip, "sending back")
    moved = _moved(slip, SlipState.RETURNED, at=at, by=by)
    return replace(moved, remark=reason, remind_at=remind_at, due_at=due_at)


def closed(slip: Slip, *, remark: str, at: datetime, by: str) -> Slip:
    """The reply was looked at and is enough: 销号. Raises NotNow."""
    if slip.state is not SlipState.REPLIED:
        raise NotNow(slip, "closing")
    return replace(_moved(slip, SlipState.CLOSED, at=at, by=by), remark=remark)


def _moved(slip: Slip, state: SlipState, *, at: datetime, by: str) -> Slip:
    return replace(slip, state=state, step=slip.step + 1, at=at, by=by)
