"""What the bot needs of the memory of conversations and accounts: who and where they are on real platforms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.bindings import Bindings, Room


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """Who was heard in a conversation of our store: accounts and the names that they bore, since ``first_at``."""

    first_at: datetime | None = None
    accounts: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


class BindingStore(Protocol):
    """Bindings lie over the configuration; rooms are what platforms tell of their conversations."""

    async def bindings_version(self) -> str:
        """Another word after every change of the bindings or of what codes are derived from."""
        ...

    async def bindings(self) -> Bindings:
        """All bindings, with the secrets of the codes."""
        ...

    async def room(self, platform: str, conversation: str) -> Room:
        """What is known of a conversation; an empty name if its platform never told one."""
        ...

    async def rooms(self, keys: Sequence[tuple[str, str]]) -> tuple[Room, ...]:
        """What is known of these conversations, by platform and conversation; unknown ones are left out."""
        ...

    async def room_named(self, platform: str, conversation: str, name: str, *, now: datetime) -> None:
        """Keep how a conversation is called."""
        ...

    async def spoken_in(self, conversation: str, *, since: datetime) -> Spoken:
        """Who wrote in a conversation of the store (``group:g-lw1``, ``unknown:wechat/…``) since then."""
        ...

    async def heard_from(self, platform: str, account: str) -> datetime | None:
        """When an account last wrote anything, to the bot or in a group."""
        ...

    async def settle_in(self, platform: str, conversation: str, group: str, *, now: datetime) -> None:
        """Make what was heard in a conversation before it was bound the group's own.

        Its messages of the last day are handled as the group's, in their order, none of them twice.
        """
        ...
