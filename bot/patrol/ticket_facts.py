"""The facts of jobs that are about one ticket."""

from dataclasses import dataclass

from bot.domain.tickets import Thread


@dataclass(frozen=True, kw_only=True)
class TicketFacts:
    """The ticket as it stands at the time of the job; None if it is gone."""

    thread: Thread | None
