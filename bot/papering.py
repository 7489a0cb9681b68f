"""Papers that go into a chat as files: who is to have which one, the same for handler and schedule (R17, R63).

A handler writes no file: it asks for one by a run of ``Job.PAPER``, which is committed with what it decided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.outcome import Job, Slot
from bot.domain.tickets import Thread, Ticket

_SEPARATOR = "|"
_BETWEEN = ","


class Wanted(StrEnum):
    """Which paper, and what goes with it."""

    SHOWN = "shown"
    """A notice or letter as it stands, in words and as a file: the answer to the one who asked."""
    SLIP = "slip"
    """A notice or letter that has just been issued: the file alone, the words are on their way."""
    ORDER = "order"
    """A supervision order that has just been issued: likewise."""
    ASSIGNMENT = "assignment"
    """What the county gives to a department about a ticket: the draft that somebody asked for, with a line of words."""
    AGENDA = "agenda"
    """What a village has to study on Tuesday: likewise, ``about`` is the id of the village (R62)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperWish:
    """A paper for these people, by id. ``about`` is the id of a slip or ticket.

    ``step``: which form of the slip, or which order of the ticket, counted from 1: what is changed meanwhile does not
    get into a paper that was issued before.
    """

    wanted: Wanted
    about: str
    step: int
    readers: Sequence[str]

    def slot(self, at: datetime) -> Slot:
        """The run of the job that brings it, at an instant."""
        scope = (self.wanted, self.about, str(self.step), _BETWEEN.join(self.readers))
        return Slot(at=at, job=Job.PAPER, scope=_SEPARATOR.join(scope))


def on_agenda(threads: Iterable[Thread]) -> tuple[Ticket, ...]:
    """The tickets that a village studies: live ones, by due time and number; none that needs care (R62)."""
    live = (one.ticket for one in threads if one.ticket.state.is_live and not one.ticket.careful)
    return tuple(sorted(live, key=lambda ticket: (ticket.due_at, ticket.number)))


def wish_of(slot: Slot) -> PaperWish:
    """The wish behind a run. Raises ValueError for a scope that was not made by ``PaperWish.slot``."""
    wanted, about, step, readers = slot.scope.split(_SEPARATOR)
    return PaperWish(wanted=Wanted(wanted), about=about, step=int(step), readers=tuple(readers.split(_BETWEEN)))
