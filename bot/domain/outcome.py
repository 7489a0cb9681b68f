"""What a decision wants done: a value, committed as a whole or not at all (DESIGN section 3)."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Self

from bot.domain.clues import CaseChange, Clue
from bot.domain.duty import DutyChange
from bot.domain.knowledge import KeptAnswer
from bot.domain.messages import Message, Outgoing
from bot.domain.tickets import Link, Ticket, TicketEvent


class Job(StrEnum):
    """What the schedule can ask for: one file each in ``bot/patrol``."""

    DUTY_NOTICE = "duty_notice"
    DAILY_CONTENT = "daily_content"
    RECEIPT = "receipt"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    HOP = "hop"
    PAUSE = "pause"
    ESCALATION = "escalation"
    CALLED_OFF = "called_off"
    FIRST_WORD = "first_word"
    RATING = "rating"
    DIGEST = "digest"
    PAGE = "page"
    CLUE_WATCH = "clue_watch"
    HANDOVER = "handover"
    HANDOVER_AGAIN = "handover_again"
    OWNERS = "owners"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Slot:
    """One run of one job, unique for ever. ``scope`` is what it is about: a group, a township, a ticket."""

    at: datetime
    job: Job
    scope: str


class Mark(StrEnum):
    """What a handled message is remembered as, apart from tickets."""

    MAYBE = "maybe"
    """Perhaps a question: the duty officer finds it under 可能需要回复 (taxonomy, practical rule 11)."""
    PING = "ping"
    """Somebody called a cadre without saying why: it wants an answer but opens no ticket."""
    CLUE = "clue"
    """Set aside for the discipline role: nobody else is ever shown it under a mark."""
    UNKNOWN_GROUP = "unknown_group"
    """Heard in a group that nobody has configured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A ticket in its new form and the events that led there, in order."""

    ticket: Ticket
    events: tuple[TicketEvent, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Everything that one decision changes. ``marks`` pairs the order number of a message with its mark.

    ``unlinks`` are taken away before ``links`` are added: a link moves by standing in both, under another ticket.
    ``heard`` are messages that an officer brought in: they are kept like those that came in, and count as handled.
    """

    changes: tuple[Change, ...] = ()
    links: tuple[Link, ...] = ()
    unlinks: tuple[Link, ...] = ()
    heard: tuple[Message, ...] = ()
    sends: tuple[Outgoing, ...] = ()
    clues: tuple[Clue, ...] = ()
    cases: tuple[CaseChange, ...] = ()
    slots: tuple[Slot, ...] = ()
    marks: tuple[tuple[int, Mark], ...] = ()
    duty: tuple[DutyChange, ...] = ()
    answers: tuple[KeptAnswer, ...] = ()

    def __add__(self, other: Self) -> Self:
        """Both, this one first. The same ticket may stand in both: the later form wins, all events stay."""
        return type(self)(**{part.name: getattr(self, part.name) + getattr(other, part.name) for part in fields(self)})


NOTHING = Outcome()
