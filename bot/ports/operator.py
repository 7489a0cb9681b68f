"""How the whole bot stands, as an operator asks it: read from the database, so it is true of all processes together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ports.lines import LineRecord
from bot.ports.platform import Gap

GIVEN_UP_IN_DOUBT = "不知道有没有发到，不再重发"
"""How the record of a send begins whose result will never be known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failing:
    """A run of the schedule that failed and is tried again: how often it failed, and where in the code (no content)."""

    job: str
    due_at: datetime
    tries: int
    cause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How things stand at an instant. Times are aware; nothing in it tells of a person, a group or a text.

    ``waiting`` messages came in and are not handled, the first of them came at ``waiting_since``, the first that may be
    a cry for help at ``crying_since``. ``unsent`` messages might have gone by now, the first of them since
    ``unsent_since``. ``in_doubt`` sends may or may not have arrived and
    are being found out about; the results of ``given_up`` became unknown for good in the last day, the last of them at
    ``given_up_at``. ``late_since`` is when the oldest run of the schedule was due that nobody has tried yet; ``missed``
    runs of the last day were found too late. ``gaps`` ended within the last day.
    """

    at: datetime
    waiting: int = 0
    waiting_since: datetime | None = None
    crying_since: datetime | None = None
    unsent: int = 0
    unsent_since: datetime | None = None
    in_doubt: int = 0
    given_up: int = 0
    given_up_at: datetime | None = None
    late_since: datetime | None = None
    missed: int = 0
    failing: tuple[Failing, ...] = ()
    lines: tuple[LineRecord, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Marks:
    """Where counting has come to: order numbers of the newest inbox row, outbox row and ticket event that are counted.

    ``open_messages`` and ``open_sends`` are rows up to there that had no result yet.
    """

    inbox: int
    outbox: int
    events: int
    open_messages: frozenset[int] = frozenset()
    open_sends: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What came to an end since some marks: messages and sends by their state, new tickets by category."""

    marks: Marks
    messages: Mapping[str, int]
    sends: Mapping[str, int]
    tickets: Mapping[str, int]


class OperatorStore(Protocol):
    """What an operator's metrics and alarms are counted from. Every method may raise StoreUnavailable."""

    async def standing(self, now: datetime) -> Standing:
        """How things stand: a few queries on partial indexes, cheap at any size of the database."""
        ...

    async def marks(self) -> Marks:
        """Where counting begins: everything up to now is left out, but what is open is counted when it ends."""
        ...

    async def counted(self, marks: Marks, *, before: datetime) -> Counted:
        """What came to an end since the marks, of rows made before an instant, and the marks for the next look.

        ``before`` lies some seconds back: where several processes write, a lower number may appear after a higher.
        """
        ...

    async def remember(self, key: str, value: str) -> None:
        """Keep a small fact of the installation."""
        ...

    async def recall(self, key: str) -> str | None:
        """A small fact kept by ``remember``."""
        ...
