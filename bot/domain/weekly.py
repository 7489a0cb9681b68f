"""The weekly summary as a value: units and matters in numbers, with what each rests on (R53, R55)."""

from dataclasses import dataclass

from bot.domain.common import Topic
from bot.domain.org import Person, Unit
from bot.domain.periods import Period
from bot.domain.results import Results
from bot.domain.slips import Slip
from bot.domain.visits import Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class Weekly:
    """One page of a township or of the county.

    ``now`` and ``before`` are the week's results and those of as many days before it; ``common`` are the quarter's
    common problems, ``late`` the notices and letters whose reply is overdue. ``prompts`` are messages that asked or
    reminded officers. ``parts`` are the townships in numbers, for the county alone. ``unclear`` are cadres whose names
    in the groups do not say who they are, in the order of the organisation's list: for the township alone (R32).
    """

    unit: Unit
    period: Period
    now: Results
    before: Results
    visits: tuple[Visit, ...]
    common: tuple[Topic, ...]
    late: tuple[Slip, ...]
    prompts: int
    parts: tuple[tuple[Unit, Results], ...] = ()
    unclear: tuple[Person, ...] = ()

    @property
    def is_calm(self) -> bool:
        """Whether nothing was said and nothing waits."""
        nothing = not (self.now.received or self.now.due or self.before.received)
        return nothing and not (self.visits or self.common or self.late or self.unclear)
