"""One message to many groups: what an officer composed once, where it goes, and how it is taken back (R43).

Only ever added to: the latest step of a mailing counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SPREAD = timedelta(seconds=4)
"""Between two groups: fifteen a minute, so that with everything else a robot stays below twenty (R43)."""


class MailingState(StrEnum):
    """Where a mailing stands."""

    DRAFT = "draft"
    """Shown to its author; nobody else has seen it."""
    SENT = "sent"
    """Handed to the outbox, group by group."""
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailing:
    """One step of a mailing. ``number`` is counted within the unit that sends, ``step`` within the mailing, from 1.

    ``text`` is what the officer wrote, ``groups`` our ids of the groups of this step: all of them, or those that get it
    again. ``picture`` is a content hash. ``by`` is the person.
    """

    unit: str
    number: int
    step: int
    state: MailingState
    text: str
    groups: tuple[str, ...]
    by: str
    at: datetime
    picture: str | None = None

    @property
    def id(self) -> str:
        """The mailing, whatever step."""
        return f"{self.unit}:{self.number}"

    def key(self, group: str) -> str:
        """The dedupe key under which this step goes to a group: never twice."""
        return f"many:{self.id}:{self.step}:{group}"


class Arrived(StrEnum):
    """What became of a mailing in one group."""

    WAITING = "waiting"
    SENT = "sent"
    UNSURE = "unsure"
    """Nobody knows; it is never sent a second time."""
    FAILED = "failed"
    STOPPED = "stopped"
    """Taken back before it went out."""
    LEAVING = "leaving"
    """Is being taken back."""
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, kw_only=True, slots=True)
class MailFate:
    """What became of one send. ``at`` is when it arrived, ``why`` why it did not, or why it could not be taken back."""

    key: str
    state: Arrived
    at: datetime | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recall:
    """An officer wants messages taken back. ``keys`` are their dedupe keys, ``by`` the person."""

    keys: tuple[str, ...]
    by: str


def whole(steps: Iterable[Mailing]) -> tuple[Mailing, ...]:
    """The mailings as they stand: of each the last step, by unit and number."""
    found: dict[tuple[str, int], Mailing] = {}
    for step in sorted(steps, key=lambda one: (one.unit, one.number, one.step)):
        found[step.unit, step.number] = step
    return tuple(found.values())


def fate_keys(steps: Iterable[Mailing]) -> tuple[str, ...]:
    """The keys of all sends of these steps."""
    return tuple(step.key(group) for step in steps if step.state is MailingState.SENT for group in step.groups)


def where_it_stands(steps: Iterable[Mailing], fates: Mapping[str, MailFate]) -> dict[str, MailFate]:
    """What became of a mailing in each group, by the last time that it was meant for it."""
    found: dict[str, MailFate] = {}
    for step in sorted(steps, key=lambda one: one.step):
        if step.state is MailingState.SENT:
            for group in step.groups:
                key = step.key(group)
                found[group] = fates.get(key, MailFate(key=key, state=Arrived.WAITING))
    return found


def instants(count: int, begin: datetime) -> tuple[datetime, ...]:
    """When each of so many sends goes, the first at ``begin``."""
    return tuple(begin + SPREAD * place for place in range(count))
