"""Which conversations this process may handle: all that wait if it is the only one, else those that it has taken."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.ports import Store

FURTHEST = timedelta(minutes=10)
"""No conversation is looked at again later than that: what seems to be was put there before the clock went back."""


class Turns(Protocol):
    """One batch is in hand at a time. Every method but ``woken`` may raise StoreUnavailable."""

    async def begin(self) -> None:
        """See what waits, after a start."""
        ...

    async def find(self, now: datetime) -> None:
        """See again what waits: messages may have moved to another conversation."""
        ...

    def woken(self, conversation: str, now: datetime) -> None:
        """A message was stored."""
        ...

    async def take(self, now: datetime) -> Sequence[str]:
        """Conversations that are due, the longest due first; they are in hand until ``done`` or ``let_go``."""
        ...

    async def done(self, again: Mapping[str, datetime | None], now: datetime) -> None:
        """The batch was handled; ``again``: when to look at each once more, None if nothing waits."""
        ...

    async def let_go(self) -> None:
        """The batch was not handled to its end: it waits as before."""
        ...

    async def next_due(self) -> datetime | None:
        """When a conversation is due next, None if only a message can bring one."""
        ...


class OwnTurns:
    """``Turns`` of the only process: what is due when is remembered here, and found in the inbox after a start."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wakes: dict[str, datetime] = {}
        self._hand: dict[str, datetime] = {}

    async def begin(self) -> None:
        """What waits is due since it came."""
        self._wakes = dict(await self._store.waiting())

    async def find(self, now: datetime) -> None:
        """What waits is due at once."""
        for conversation in await self._store.waiting():
            self._wakes.setdefault(conversation, now)

    def woken(self, conversation: str, now: datetime) -> None:
        """A conversation is due at once."""
        self._wakes[conversation] = now

    async def take(self, now: datetime) -> Sequence[str]:
        """Everything that is due; a message that arrives meanwhile wakes its conversation again."""
        latest = now + FURTHEST
        due = sorted((at, conversation) for conversation, at in self._wakes.items() if not now < at <= latest)
        self._hand = {conversation: self._wakes.pop(conversation) for _, conversation in due}
        return tuple(self._hand)

    async def done(self, again: Mapping[str, datetime | None], now: datetime) -> None:
        """Nothing is in hand any more."""
        del now
        self._hand = {}
        for conversation, at in again.items():
            if at is not None:
                self._wakes[conversation] = min(at, self._wakes.get(conversation, at))

    async def let_go(self) -> None:
        """The database was away, say: the messages still wait."""
        self._wakes = self._hand | self._wakes
        self._hand = {}

    async def next_due(self) -> datetime | None:
        """The first."""
        return min(self._wakes.values(), default=None)
