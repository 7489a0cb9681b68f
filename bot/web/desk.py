"""What the practice hall stands on: filled by ``bot.app``, read by every page of the hall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import web

from bot.domain.tickets import Thread
from bot.office import Office
from bot.platform_port import Receiver
from bot.ports import Line, Sent, Signal

PRACTICE = "practice"
"""The platform whose groups and accounts the hall shows."""


class Records(Protocol):
    """The part of ``ports.Store`` that the hall reads. Every method may raise StoreUnavailable."""

    async def waiting(self) -> Mapping[str, datetime]:
        """Return the conversations whose pieces are still being joined."""
        ...

    async def lines(self, recipient_key: str, conversation: str, *, limit: int) -> tuple[Line, ...]:
        """Return the last lines of a conversation, both sides, oldest first."""
        ...

    async def sent_to(self, recipient_key: str, *, since: datetime) -> tuple[Sent, ...]:
        """Return what was sent to a recipient since then, oldest first."""
        ...

    async def thread(self, ticket: str) -> Thread | None:
        """Return one ticket by its id."""
        ...

    async def threads(self, villages: Sequence[str], *, since: datetime) -> tuple[Thread, ...]:
        """Return live tickets of the villages, and ended ones with activity since then."""
        ...


class HallClock(Protocol):
    """The practice clock."""

    def now(self) -> datetime:
        """Return the present instant of the practice county, aware."""
        ...

    async def move_to(self, at: datetime) -> None:
        """Go forward to an instant, and play everything that falls due on the way, in order."""
        ...


class Player(Protocol):
    """A villager one can speak as."""

    @property
    def account(self) -> str:
        """The account on the practice platform."""
        ...

    @property
    def nickname(self) -> str:
        """What the group calls him."""
        ...

    @property
    def hint(self) -> str:
        """What one might try to say as him."""
        ...


class Cast(Protocol):
    """All villagers one can speak as (``hall.yaml``)."""

    def of(self, group: str) -> Sequence[Player]:
        """Return those of a group, by our own id of it."""
        ...


@dataclass(frozen=True, kw_only=True)
class HallDesk:
    """Everything that the pages of the practice hall need."""

    store: Records
    receiver: Receiver
    signal: Signal
    office: Office
    hall: Cast
    clock: HallClock


DESK = web.AppKey("desk", HallDesk)
