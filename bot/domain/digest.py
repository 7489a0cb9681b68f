"""The digest of a township (巡群日报) as a value: one honest page a day, every row with its evidence (R20, R39).

It holds names of units and officers, never of villagers, no word that a villager wrote, and nothing of a clue.
Nobody is ranked: rows stand in the order of urgency, places in the order of the configuration (R110).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.categories import Category
from bot.domain.duty import Cannot
from bot.domain.patrol_sheet import PatrolFacts, PatrolSheet
from bot.domain.silence import Judgement
from bot.domain.tickets import State

FEWEST = 3
"""Counts of persons below this are suppressed: they would point at someone (DESIGN section 6)."""


class SectionKind(StrEnum):
    """The parts of the page, in the order in which they stand."""

    NEEDS_YOU = "needs_you"
    DUE_SOON = "due_soon"
    SLIPS = "slips"
    UNANSWERED = "unanswered"
    SILENT = "silent"
    OUTAGES = "outages"
    DUTY_GAPS = "duty_gaps"
    HEAT = "heat"
    DISCLOSURE = "disclosure"
    DONE = "done"


class Why(StrEnum):
    """Why a ticket stands in its section. One ticket stands in one section only."""

    EMERGENCY = "emergency"
    """Life or safety, and no cadre has answered (R8)."""
    OVERDUE = "overdue"
    UNCONFIRMED = "unconfirmed"
    """A cadre has answered, yet nobody closed it before it was due."""
    HOP_LATE = "hop_late"
    """The level that holds it should have dealt with it or passed it on (R2)."""
    DUE_SOON = "due_soon"
    UNANSWERED = "unanswered"
    DONE = "done"
    RUNNING = "running"
    """On its way and in time: in the sheet, not on the page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketRow:
    """A ticket as the digest shows it. Times are aware.

    ``matter`` is its place and topic, empty if the topic is unknown: a villager's own words may hold a name. ``owner``
    is a post and name, or a unit; ``owner_name`` the name alone. ``late_days`` counts working days since it was due.
    ``supporters`` is the number of accounts that joined it, 0 if fewer than ``FEWEST``.
    """

    ticket: str
    number: int
    village: str
    category: Category
    matter: str
    state: State
    owner: str
    owner_name: str
    said_at: datetime
    due_at: datetime
    why: Why
    urgent: bool = False
    provisional: bool = False
    answered: bool = False
    late_days: int = 0
    supporters: int = 0
    hop_due_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def evidence(self) -> tuple[str, ...]:
        """What the row rests on: its ticket."""
        return (self.ticket,)

    def is_overdue(self, at: datetime) -> bool:
        """Whether it was due by then and nobody has answered it for good."""
        return self.state.is_live and self.state is not State.ANSWERED and self.due_at <= at


@dataclass(frozen=True, kw_only=True, slots=True)
class CallsRow:
    """Calls for a cadre in a group that nobody answered: messages, not persons (R20)."""

    group: str
    name: str
    village: str
    calls: int

    @property
    def evidence(self) -> tuple[str, ...]:
        """What the row rests on: its group."""
        return (self.group,)


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupRow:
    """A group, how it sounds, and its messages of the last ``Burden.days`` days (R36). Counts of messages only."""

    group: str
    name: str
    village: str
    judgement: Judgement
    villager_messages: int = 0
    cadre_messages: int = 0
    facts: PatrolFacts | None = None
    """The day's counts: which of the three zeros are proven, and what would wake the group."""

    @property
    def evidence(self) -> tuple[str, ...]:
        """What the row rests on: its group."""
        return (self.group,)

    @property
    def sleeps(self) -> bool:
        """Whether the group is provably silent, or without any answer or any result for long (R36)."""
        return self.judgement.silence.is_silent or (self.facts is not None and self.facts.is_zombie)


@dataclass(frozen=True, kw_only=True, slots=True)
class GapRow:
    """Local days on which nobody is on a village's roster, in order (R28). ``groups`` are those left without.

    ``unpublished``: somebody was on duty, but the village did not publish that day's notice.
    """

    village: str
    days: tuple[date, ...]
    groups: tuple[str, ...]
    unpublished: bool = False

    @property
    def evidence(self) -> tuple[str, ...]:
        """What the row rests on: the groups that nobody looks after on these days."""
        return self.groups


@dataclass(frozen=True, kw_only=True, slots=True)
class VacancyRow:
    """Open tickets whose owner cannot see to them, and nobody in line could take them over (R10).

    ``owner`` is the name alone, empty for somebody who is on no list any more; ``tickets`` are ids, each once.
    """

    village: str
    owner: str
    why: Cannot
    tickets: tuple[str, ...]

    @property
    def evidence(self) -> tuple[str, ...]:
        """What the row rests on: the tickets that wait for somebody."""
        return self.tickets


@dataclass(frozen=True, kw_only=True, slots=True)
class OutageRow:
    """A time in which a platform could not be heard: what was said then in these groups is lost. Both ends aware."""

    platform: str
    since: datetime
    until: datetime
    why: str
    groups: tuple[str, ...]

    @property
    def evidence(self) -> tuple[str, ...]:
        """What the row rests on: the groups that were not heard."""
        return self.groups


@dataclass(frozen=True, kw_only=True, slots=True)
class HeatRow:
    """A quarrel in a group; ``began`` is aware. Nobody is named (R45).

    ``told``: whether anybody who answers for the village has been told of it privately.
    """

    group: str
    name: str
    village: str
    began: datetime
    told: bool = True

    @property
    def evidence(self) -> tuple[str, ...]:
        """What the row rests on: its group."""
        return (self.group,)


@dataclass(frozen=True, kw_only=True, slots=True)
class SlipRow:
    """A notice or letter whose reply is overdue (R64). ``name`` is what it is called, ``due_at`` aware."""

    slip: str
    unit: str
    name: str
    due_at: datetime
    late_days: int

    @property
    def evidence(self) -> tuple[str, ...]:
        """What the row rests on: its paper."""
        return (self.slip,)


Row = TicketRow | CallsRow | GroupRow | GapRow | VacancyRow | OutageRow | HeatRow | SlipRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One part of the page; never empty."""

    kind: SectionKind
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class VillageCount:
    """A village's tickets in numbers. The four are disjoint: a ticket that is overdue is not also counted as open."""

    village: str
    overdue: int = 0
    due_soon: int = 0
    open: int = 0
    done: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.overdue + self.due_soon + self.open + self.done


@dataclass(frozen=True, kw_only=True, slots=True)
class DayLoad:
    """What the officers of a township got unasked on one local day, a bundle being one: numbers without names (R110).

    ``messages`` went to all of them together, ``most`` to the one who got the most.
    """

    day: date
    messages: int
    most: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Burden:
    """What the bot asked of officers in the last ``days`` days, against what was closed in them."""

    prompts: int
    closed: int
    days: int
    loads: tuple[DayLoad, ...] = ()
    """The local days on which anybody got something, in order."""

    @property
    def most_in_a_day(self) -> int:
        """The most messages that any one officer got unasked on one day: a number without a name (R110)."""
        return max((load.most for load in self.loads), default=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """One township's page. ``at`` is the aware instant that it speaks of, ``since`` that of the page before it.

    ``township`` is the unit's id, ``name`` its name. ``tickets`` and ``groups`` are complete, for the sheet;
    ``sections`` hold what the page shows. ``mentions_only`` are the groups about whose silence nothing can be said.
    """

    township: str
    name: str
    at: datetime
    since: datetime
    sections: tuple[Section, ...]
    tickets: tuple[TicketRow, ...]
    groups: tuple[GroupRow, ...]
    villages: tuple[VillageCount, ...]
    burden: Burden
    mentions_only: tuple[str, ...] = ()
    outages: tuple[OutageRow, ...] = ()
    """All of them since the page before, for the sheet; the page leaves out what took less than a minute."""
    pushed_down: int = 0
    """How often the tickets of the page, ended ones included, were sent back downwards (R16)."""
    patrol: PatrolSheet | None = None
    """The day's counts of each group, and which of them sleep (R36, R39)."""

    def rows(self, kind: SectionKind) -> tuple[Row, ...]:
        """The rows of a section, none if the page has no such section."""
        return next((section.rows for section in self.sections if section.kind is kind), ())

    @property
    def is_calm(self) -> bool:
        """Whether nothing needs anybody: at most there is something done to tell."""
        return all(section.kind is SectionKind.DONE for section in self.sections)
