"""What the bot needs of the changes that officers make to their own office: the roster and the answers they keep."""

from datetime import date
from typing import Protocol

from bot.domain.duty import DutyRecord
from bot.domain.knowledge import KeptAnswer


class OfficeChanges(Protocol):
    """Changes that lie over the configuration. Each has a version, so that a glance tells whether to read it again."""

    async def duty_version(self) -> int:
        """Grows with every change of the roster, 0 before the first."""
        ...

    async def duty_record(self, *, since: date) -> DutyRecord:
        """What officers changed of the roster, as far as it matters on or after a local day."""
        ...

    async def answers_version(self) -> int:
        """Grows with every answer kept or dropped, 0 before the first."""
        ...

    async def kept_answers(self) -> tuple[KeptAnswer, ...]:
        """The answers that count now (R106)."""
        ...
