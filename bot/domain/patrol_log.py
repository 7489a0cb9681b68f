"""The patrol sheet as it is signed and filed (巡群日志): each group's facts, what was urged, who confirmed it (R39)."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.patrol_sheet import PatrolFacts


@dataclass(frozen=True, kw_only=True, slots=True)
class Urged:
    """What an inspector urged a village to do: a reminder, or the supervision order of a ticket. ``at`` is aware.

    ``number`` is the ticket's, 0 for a reminder. ``by`` is the post and name of the person.
    """

    at: datetime
    by: str
    number: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class LogRow:
    """One group. ``awaited`` counts matters of its village that wait for publication, ``heated`` its quarrels."""

    facts: PatrolFacts
    awaited: int = 0
    heated: int = 0
    urged: tuple[Urged, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """What an inspector added; ``by`` is the post and name, ``at`` aware."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmed:
    """An inspector of the township and when he confirmed the day (aware), None if he has not."""

    by: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PatrolLog:
    """The sheet of a township (by name) and a local day, from 00:00 to ``until`` (aware)."""

    township: str
    day: date
    until: datetime
    rows: tuple[LogRow, ...]
    confirmed: tuple[Confirmed, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def is_confirmed(self) -> bool:
        """Whether anybody stands for the day."""
        return any(one.at is not None for one in self.confirmed)
