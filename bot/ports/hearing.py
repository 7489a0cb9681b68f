"""What door 1 asks the store about many bursts at once: what surrounds each of them, in few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.messages import Message
from bot.domain.tickets import Sketch
from bot.ports import Sent, Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a decision about one burst wants to see of the stored past.

    Of ``conversation`` what arrived since ``since`` before the burst's first order number; what was sent to ``reader``
    since ``sent_since``. Without a ``village`` nothing of tickets: else as much as a shortlist needs of those that live
    or were active since ``active_since``, and which of them, active since ``own_since``, the ``accounts`` spoke of.
    """

    platform: str
    conversation: str
    since: datetime
    before_seq: int
    reader: str
    sent_since: datetime
    village: str | None = None
    active_since: datetime
    accounts: tuple[tuple[str, ...], ...] = ()
    """Accounts, in sets: each set has a share of its own."""
    own_since: datetime
    villager: str | None = None
    """The account of a villager, of whom is asked whether it is left alone, and the village's next number."""
    group: str | None = None
    """Where that is wanted which, since ``unanswered_since``, may need an officer's word."""
    unanswered_since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What surrounds one burst: each part empty where it was not asked for."""

    recent: tuple[Message, ...] = ()
    sent: tuple[Sent, ...] = ()
    sketches: tuple[Sketch, ...] = ()
    own: frozenset[str] = frozenset()
    """Ids of the tickets that the accounts spoke of."""
    number: int = 1
    alone: bool = False
    unanswered: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Most:
    """How much of it is wanted of one burst: the latest messages, and of each set of accounts the latest tickets."""

    recent: int
    own: int


class HearingStore(Store, Protocol):
    """The store as door 1 sees it."""

    async def surroundings(self, looks: Sequence[Look], *, year: int, most: Most) -> tuple[Seen, ...]:
        """For each burst what surrounds it, all seen at one moment. ``year``: of the next ticket's number."""
        ...
