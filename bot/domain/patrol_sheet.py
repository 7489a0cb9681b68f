"""The patrol sheet of a township and day (巡群日志) as a value: one row of counts for each group (R39, R40).

It holds names of units only: no villager, no officer, no word that anybody wrote, and nothing of a clue. Rows stand in
the order of the configuration; nothing is ranked (R110).
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.silence import Judgement
from bot.domain.zombie import Wake, Zero


@dataclass(frozen=True, kw_only=True, slots=True)
class PatrolFacts:
    """What is on record of one group on one local day, from 00:00 to ``PatrolSheet.at``. ``village`` is its name.

    ``bot_messages`` are the bot's own lines: shown, never activity and never an answer. ``speakers`` is the number of
    villagers who spoke, 0 if fewer than ``digest.FEWEST`` did. ``asked`` is what wanted an answer: tickets opened by
    the group's words of the day, and words kept under 可能需要回复; ``answered`` those of them that a cadre has
    answered or settled until then. ``first_reply_minutes`` is the median, in office minutes, until a cadre first
    answered one of the day's tickets in the group, None if none was answered so. ``results`` are appeals that were
    brought to an end, ``published`` what was published (an objection about publicity closed, a cadre's post that
    publishes). ``unanswered`` and ``overdue`` are live tickets of the group at that instant, of whatever day.

    ``gap_minutes``: how long the group could not be heard. ``judgement`` and ``zeros`` rest on the days up to this one;
    ``zeros`` is empty for a group that is not provably heard; ``interaction_days`` and ``effect_days`` are the windows
    of two of them, in days, which are longer for a small group. ``wake`` are the proposals for a group with a zero, the
    first one first.
    """

    group: str
    name: str
    village: str
    judgement: Judgement
    villager_messages: int = 0
    cadre_messages: int = 0
    bot_messages: int = 0
    speakers: int = 0
    asked: int = 0
    answered: int = 0
    first_reply_minutes: int | None = None
    results: int = 0
    published: int = 0
    unanswered: int = 0
    overdue: int = 0
    daily_item: bool = False
    duty_notice: bool = False
    gap_minutes: int = 0
    zeros: tuple[Zero, ...] = ()
    interaction_days: int = 0
    effect_days: int = 0
    wake: tuple[Wake, ...] = ()

    @property
    def evidence(self) -> tuple[str, ...]:
        """What the row rests on: its group."""
        return (self.group,)

    @property
    def is_zombie(self) -> bool:
        """Whether at least one of the three zeros is proven (R36)."""
        return bool(self.zeros)


@dataclass(frozen=True, kw_only=True, slots=True)
class PatrolSheet:
    """The sheet of one township and local day, as of ``at`` (aware, on that day). ``name`` is the township's."""

    township: str
    name: str
    day: date
    at: datetime
    rows: tuple[PatrolFacts, ...]

    def of(self, group: str) -> PatrolFacts | None:
        """A group's row, or None for a group that is not of this township."""
        return next((row for row in self.rows if row.group == group), None)
