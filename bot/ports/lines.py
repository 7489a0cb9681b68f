"""How the lines to the platforms stand, as it is kept: seen by every process, by ``check``, the page and the digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ports.platform import Gap, LineState


@dataclass(frozen=True, kw_only=True, slots=True)
class LineRecord:
    """The line to a platform. Times are aware; ``at`` is since when it is in this state.

    ``whole_at`` is the last instant at which it was known to be whole, by whatever process; None: never yet.
    ``down_since`` is when the latest trouble began (it is over if ``state`` is ONLINE), None if there was none.
    ``why`` is for an operator; ``qr`` is what the code to scan contains, a login: shown to the operator alone.
    """

    platform: str
    state: LineState
    at: datetime
    account: str = ""
    why: str = ""
    qr: str | None = None
    whole_at: datetime | None = None
    down_since: datetime | None = None

    @property
    def is_online(self) -> bool:
        """Whether everything that the platform lets the bot hear is heard."""
        return self.state is LineState.ONLINE


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """Who owns something until when (aware). ``holder`` names a process for an operator."""

    name: str
    holder: str
    until: datetime


class LineStore(Protocol):
    """What is kept of the lines. Every method may raise StoreUnavailable."""

    async def line_states(self) -> tuple[LineRecord, ...]:
        """Every line known, by platform."""
        ...

    async def save_line(self, line: LineRecord) -> None:
        """Keep how a line stands."""
        ...

    async def still_whole(self, platform: str, *, at: datetime) -> None:
        """Keep that a line was whole at an instant; an earlier one than is known changes nothing."""
        ...

    async def add_gap(self, gap: Gap) -> bool:
        """Keep a time in which nothing was heard; False if it is known. Empty ones are left out."""
        ...

    async def gaps(self, *, since: datetime) -> tuple[Gap, ...]:
        """The gaps that ended after an instant, by their beginning."""
        ...

    async def echoed(self, group: str, *, at: datetime) -> None:
        """Keep that the bot's own post came back from a group (R36)."""
        ...

    async def take_lease(self, name: str, holder: str, *, now: datetime, until: datetime) -> Lease:
        """Own something until then if it is free, over, or one's own; returns who owns it now."""
        ...

    async def give_up_lease(self, name: str, holder: str) -> None:
        """Let others have it at once."""
        ...

    async def leases(self) -> Sequence[Lease]:
        """All of them, over or not, by name."""
        ...
