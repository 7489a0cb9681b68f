"""Bindings and conversations as the rest of the bot asks for them: every method one transaction."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.domain.bindings import Bindings, Room
from bot.ports.bindings import Spoken
from bot.store import bindings
from bot.store.engine import Database


class BindingRecords:
    """``ports.bindings.BindingStore``, mixed into the store."""

    database: Database

    async def bindings_version(self) -> str:
        """Another word after every change of the bindings or of what codes are derived from."""
        return await self.database.read(bindings.version)

    async def bindings(self) -> Bindings:
        """All bindings, with the secrets of the codes."""
        return await self.database.read(bindings.everything)

    async def room(self, platform: str, conversation: str) -> Room:
        """What is known of a conversation; an empty name if its platform never told one."""
        found = await self.rooms([(platform, conversation)])
        return found[0] if found else Room(platform=platform, conversation=conversation)

    async def rooms(self, keys: Sequence[tuple[str, str]]) -> tuple[Room, ...]:
        """What is known of these conversations; unknown ones are left out."""
        return await self.database.read(partial(bindings.rooms, keys=keys)) if keys else ()

    async def room_named(self, platform: str, conversation: str, name: str, *, now: datetime) -> None:
        """Keep how a conversation is called."""
        work = partial(bindings.name_room, platform=platform, conversation=conversation, name=name, now=now)
        await self.database.write(work)

    async def spoken_in(self, conversation: str, *, since: datetime) -> Spoken:
        """Who wrote in a conversation of the store since then."""
        return await self.database.read(partial(bindings.spoken_in, conversation=conversation, since=since))

    async def heard_from(self, platform: str, account: str) -> datetime | None:
        """When an account last wrote anything, to the bot or in a group."""
        return await self.database.read(partial(bindings.heard_from, platform=platform, account=account))

    async def settle_in(self, platform: str, conversation: str, group: str, *, now: datetime) -> None:
        """Make what was heard in a conversation before it was bound the group's own."""
        work = partial(bindings.settle_in, platform=platform, conversation=conversation, group=group, now=now)
        await self.database.write(work)
