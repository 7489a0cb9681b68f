"""What a comparison gives: a figure for every measure, and by name everything that went wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What is counted; the order is that of the report."""

    APPEALS = "appeals_found"
    TICKETS = "tickets_true"
    CATEGORIES = "category_right"
    PIECES = "pieces_joined"
    FOLLOWUPS = "followups_attached"
    SUPPORTERS = "supporters_attached"
    REPLIES = "replies_recognised"
    EMERGENCIES = "emergencies_at_once"
    SILENCE = "silence_kept"
    CLUES = "clues_found"
    CLUE_MESSAGES = "clue_messages_found"
    CLUES_APART = "clues_kept_apart"
    CLUE_ROWS = "clue_rows_true"
    HEAT = "heat_noticed"


class Problem(StrEnum):
    """What went wrong; the order is that of the report."""

    EMERGENCY_LATE = "emergency not told at once"
    CLUE_LEAKED = "clue not kept apart"
    CLUE_MISSED = "clue missed"
    APPEAL_MISSED = "appeal missed"
    SILENCE_BROKEN = "silence broken"
    TICKET_FALSE = "false ticket"
    EMERGENCY_FALSE = "false emergency"
    CLUE_FALSE = "false clue"
    MERGED = "appeals merged into one ticket"
    CATEGORY_WRONG = "wrong category"
    PIECE_LOOSE = "pieces not joined"
    FOLLOWUP_LOOSE = "follow-ups not attached"
    SUPPORTER_LOOSE = "supporters not attached"
    REPLY_WRONG = "cadre reply not recognised"
    STRAY = "messages that do not belong to the ticket"
    HEAT_MISSED = "heat not noticed"
    HEAT_FALSE = "false heat"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """``hits`` of ``of``. ``of_all`` is the larger number to divide by where only found appeals are counted."""

    hits: int = 0
    of: int = 0
    of_all: int | None = None

    @property
    def ratio(self) -> float | None:
        """The share from 0 to 1; None if there was nothing to count."""
        return self.hits / self.of if self.of else None

    @property
    def ratio_of_all(self) -> float | None:
        """The share over all appeals; None if there was nothing to count or the distinction does not exist."""
        return self.hits / self.of_all if self.of_all else None

    def __add__(self, other: "Figure") -> "Figure":
        """Both counts together."""
        both = None if self.of_all is None and other.of_all is None else (self.of_all or 0) + (other.of_all or 0)
        return Figure(hits=self.hits + other.hits, of=self.of + other.of, of_all=both)


@dataclass(frozen=True, kw_only=True, slots=True)
class Miss:
    """One thing to mend: the annotation's key and words (empty if it has none), the messages and what they say."""

    chat: str
    problem: Problem
    key: str = ""
    what: str = ""
    ticket: int | None = None
    messages: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """How one chat, or several together, came out: a figure for every measure."""

    chats: tuple[str, ...]
    figures: Mapping[Measure, Figure]
    misses: tuple[Miss, ...]


def total(scores: Iterable[Score]) -> Score:
    """Several chats as one: counts are added before dividing, so that a long chat weighs more (micro-average)."""
    parts = tuple(scores)
    return Score(
        chats=tuple(chat for part in parts for chat in part.chats),
        figures={measure: sum((part.figures[measure] for part in parts), Figure()) for measure in Measure},
        misses=tuple(miss for part in parts for miss in part.misses),
    )
