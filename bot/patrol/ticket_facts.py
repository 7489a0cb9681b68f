"""The facts of jobs that are about one ticket."""

from dataclasses import dataclass

from bot.domain.tickets import Thread, TicketEvent


@dataclass(frozen=True, kw_only=True)
class TicketFacts:
    """The ticket as it stands at the time of the job, None if it is gone, and what happened to it, oldest first."""

    thread: Thread | None
    history: tuple[TicketEvent, ...] = ()
