"""What the bot needs of the schedule's memory: which runs of which jobs are due, done or missed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.outcome import Job, Slot


class SlotStore(Protocol):
    """The runs of scheduled jobs, each unique for ever."""

    async def due_slots(self, now: datetime) -> tuple[Slot, ...]:
        """Slots that are due and neither done nor missed, oldest first."""
        ...

    async def last_slots(self) -> Mapping[tuple[str, str], Slot]:
        """The latest slot known of each (job, scope), done or not."""
        ...

    async def add_slots(self, slots: Sequence[Slot]) -> None:
        """Schedule; slots already known are left alone."""
        ...

    async def drop_slots(self, slots: Sequence[Slot]) -> None:
        """Forget slots that are not done (the schedule was changed)."""
        ...

    async def miss_slots(self, slots: Sequence[Slot], *, now: datetime) -> None:
        """Record that pending slots were noticed too late to be run; they stand among the troubles."""
        ...

    async def pending_slots(self, *, job: Job | None = None) -> tuple[Slot, ...]:
        """All slots not done, or those of a job, oldest first."""
        ...

    async def slots_of(self, job: Job, *, since: datetime) -> tuple[Slot, ...]:
        """The runs of a job that were due since then, whatever became of them, oldest first."""
        ...

    async def next_slot(self) -> datetime | None:
        """When the next run, or another try of one, is due; None if none is planned."""
        ...

    async def postpone(self, slot: Slot, cause: str, *, until: datetime) -> None:
        """Record why a run failed; it is due again at ``until``."""
        ...
