"""Which conversations this process may handle: those due longest if it is the only one, else those that it has taken.

Where more is due than one batch holds, what may be a cry for help goes first (decision 0021).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, Protocol

from bot.ports import Store

FURTHEST = timedelta(minutes=10)
"""No conversation is looked at again later than that: what seems to be was put there before the clock went back."""
MOST: Final = 100
"""Conversations in one batch: half a second's work, after which it is looked again who cries for help."""
OTHERS: Final = 25
"""Of these as many are at least the longest due: they get on at a quarter of the speed however many cry for help, and
cries wait a third longer than if nobody else was heard."""
MOST_CRIES: Final = 300
"""Conversations in which somebody may cry for help, in one batch: most are only looked at closer, and given back."""


class Turns(Protocol):
    """One batch is in hand at a time. Every method but ``woken`` may raise StoreUnavailable."""

    async def begin(self) -> None:
        """See what waits, after a start."""
        ...

    async def find(self, now: datetime) -> None:
        """See again what waits: messages may have moved to another conversation."""
        ...

    def woken(self, conversation: str, now: datetime, *, urgent: bool = False) -> None:
        """A message was stored; ``urgent``: it may be a cry for help."""
        ...

    async def take(self, now: datetime) -> Sequence[str]:
        """Conversations that are due, the longest due first; they are in hand until ``done`` or ``let_go``.

        If there are more than a batch holds, those are taken first in which something waits that may be a cry for help.
        """
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
        self._crying: set[str] = set()
        self._hand: dict[str, datetime] = {}
        self._cried: frozenset[str] = frozenset()
        """Of those in hand, those that were taken because somebody may cry for help there."""

    async def begin(self) -> None:
        """What waits is due since it came."""
        self._wakes = dict(await self._store.waiting())
        self._crying = set(await self._store.crying())

    async def find(self, now: datetime) -> None:
        """What waits is due at once."""
        for conversation in await self._store.waiting():
            self._wakes.setdefault(conversation, now)
        self._crying |= await self._store.crying()

    def woken(self, conversation: str, now: datetime, *, urgent: bool = False) -> None:
        """A conversation is due at once; one that waits for its turn keeps its place."""
        self._wakes[conversation] = min(now, self._wakes.get(conversation, now))
        if urgent:
            self._crying.add(conversation)

    async def take(self, now: datetime) -> Sequence[str]:
        """Everything that is due, if that is no more than a batch; what arrives meanwhile wakes its conversation again.

        Of more than that those first in which somebody may cry for help, then the longest due.
        """
        latest = now + FURTHEST
        due = sorted((at, conversation) for conversation, at in self._wakes.items() if not now < at <= latest)
        taken = [conversation for _, conversation in due]
        if len(taken) > MOST:
            first = list(islice((one for one in taken if one in self._crying), MOST_CRIES))
            known = frozenset(first)
            places = max(OTHERS, MOST - len(first))
            taken = [*first, *islice((one for one in taken if one not in known), places)]
        self._hand = {conversation: self._wakes.pop(conversation) for conversation in taken}
        self._cried = frozenset(self._crying.intersection(taken))
        self._crying -= self._cried
        return tuple(taken)

    async def done(self, again: Mapping[str, datetime | None], now: datetime) -> None:
        """Nothing is in hand any more."""
        del now
        for conversation, at in again.items():
            if at is not None:
                self._wakes[conversation] = min(at, self._wakes.get(conversation, at))
        still = {conversation for conversation in self._cried if again.get(conversation) is not None}
        self._hand, self._cried = {}, frozenset()
        if still:
            self._crying |= still  # unless it is known better
            self._crying -= still - await self._store.crying()

    async def let_go(self) -> None:
        """The database was away, say: the messages still wait."""
        self._wakes = self._hand | self._wakes
        self._crying |= self._cried
        self._hand, self._cried = {}, frozenset()

    async def next_due(self) -> datetime | None:
        """The first."""
        return min(self._wakes.values(), default=None)
