"""What the practice hall stands on: filled by ``bot.app``, read by every page of the hall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from secrets import token_bytes
from typing import Protocol

from aiohttp import web

from bot.domain.bindings import Bindings
from bot.domain.duty import DutyRecord
from bot.domain.media import Media
from bot.domain.org import without_doubles
from bot.domain.tickets import Thread
from bot.domain.workdays import local
from bot.office import Office
from bot.ports import Line, Sent, Signal
from bot.ports.mail import Attachments
from bot.ports.media import Uploads
from bot.ports.platform import Receiver
from bot.web.labels import Labels


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

    async def held_for(self, recipient_key: str) -> tuple[Sent, ...]:
        """Return what waits to be sent to a recipient, by id."""
        ...

    async def duty_record(self, *, since: date) -> DutyRecord:
        """Return what officers changed of the roster, as far as it matters on or after a local day."""
        ...

    async def bindings(self) -> Bindings:
        """Return which conversation and account is whose."""
        ...

    async def media_of_messages(self, keys: Sequence[tuple[str, str]]) -> tuple[Media, ...]:
        """Return the media of messages, by platform and id, in order of arrival."""
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
    shelf: Attachments
    uploads: Uploads
    real: bool = False
    """Whether real people are written to as well: then the clock stands by itself (decision 0015), and nobody can be
    played who has a real account, because what is said as him would be done in real matters."""
    shared: bool = False
    """Whether other processes work over the same database: then nobody can move their time either."""
    secret: bytes = field(default_factory=partial(token_bytes, 32), repr=False)
    """What the addresses of pictures are sealed with; they end with the process."""
    labels: Labels = field(default_factory=Labels, repr=False)

    @property
    def clock_moves(self) -> bool:
        """Whether the clock may be moved."""
        return not (self.real or self.shared)

    async def of_today(self) -> "HallDesk":
        """Return the desk with the roster and the accounts as they are now. Raises StoreUnavailable."""
        office = self.office
        if self.real:
            office = office.with_bindings(await self.store.bindings())
            office = replace(office, org=without_doubles(office.org))
        record = await self.store.duty_record(since=local(self.clock.now()).date())
        return replace(self, office=office.with_duty(record))


DESK = web.AppKey("desk", HallDesk)
