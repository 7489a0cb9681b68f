"""Loads what decisions about bindings, new logins and recalled words may know."""

from datetime import datetime, timedelta

from bot.domain.bindings import Room
from bot.domain.messages import Message, ToAccount, ToGroup, recipient_key
from bot.domain.org import Group
from bot.domain.tickets import Thread
from bot.handlers import binding, rebinding
from bot.office import Office
from bot.ports import Store

_SPOKE_WITHIN = timedelta(days=30)
"""How far back somebody spoke in a group that fell silent."""
_JUST_NOW = timedelta(hours=24)
"""How far back an unknown chat is looked at: what is older is not handled as a group's any more."""
_MOST_GROUPS = 20


class BindingFacts:
    """Stands between the store and the decisions about who and where."""

    def __init__(self, *, store: Store, office: Office) -> None:
        """Load for this office."""
        self._store = store
        self._office = office

    async def tries(self, message: Message) -> int:
        """How many codes the sender has sent privately within the last hour, this one not counted."""
        key = recipient_key(ToAccount(platform=message.platform, account=message.sender))
        since = message.received_at - binding.TRIES_WITHIN
        return binding.tries(await self._store.recent(key, since=since, before_seq=message.seq))

    async def places(self, message: Message, here: Group | None, word: binding.Said) -> binding.Places:
        """The chat in which a group's code was said, and the one that the group has until now."""
        conversation = (message.group or "") if here is None else here.conversation
        room = await self._store.room(message.platform, conversation)
        group = binding.group_meant(word, self._office)
        if group is None or not group.conversation:
            return binding.Places(here=here, conversation=conversation, room=room)
        heard = await self._store.hearing([group.id])
        return binding.Places(
            here=here,
            conversation=conversation,
            room=room,
            old_room=await self._store.room(group.platform, group.conversation),
            old_heard_at=heard[group.id].heard_at,
        )

    async def new_login(self, message: Message, *, now: datetime) -> rebinding.Facts | None:
        """What may have become of an unknown chat; None for one without a name, or without a group called like it."""
        conversation = message.group or ""
        room = await self._store.room(message.platform, conversation)
        if not room.name:
            return None
        groups = await self._called_like(room)
        if not 0 < len(groups) <= _MOST_GROUPS:
            return None
        spoken = await self._store.spoken_in(message.conversation, since=now - _JUST_NOW)
        hearing = await self._store.hearing([group.id for group, _ in groups])
        silent = [
            rebinding.Silent(
                group=group,
                name=name,
                heard_at=hearing[group.id].heard_at,
                spoken=await self._store.spoken_in(recipient_key(ToGroup(group=group.id)), since=now - _SPOKE_WITHIN),
            )
            for group, name in groups
        ]
        return rebinding.Facts(
            conversation=conversation,
            name=room.name,
            spoken=spoken,
            groups=silent,
            alive=await self._alive([group for group, _ in groups], message.platform, since=spoken.first_at),
        )

    async def _called_like(self, room: Room) -> list[tuple[Group, str]]:
        """Bound groups of the platform that are called like a chat, each with the name that the platform last told."""
        bound = [
            group
            for group in self._office.org.groups.values()
            if group.platform == room.platform and group.conversation
        ]
        known = await self._store.rooms([(group.platform, group.conversation) for group in bound])
        names = {one.conversation: one.name for one in known}
        return [
            (group, names.get(group.conversation, ""))
            for group in bound
            if rebinding.alike(room.name, group, names.get(group.conversation, ""))
        ]

    async def _alive(self, groups: list[Group], platform: str, *, since: datetime | None) -> frozenset[str]:
        """People of the groups' villages and above whose account was heard since the unknown chat began."""
        org = self._office.org
        units = {unit for group in groups for unit in org.line_of(group.village)}
        found = set()
        for person in (person for unit in sorted(units) for person in org.people_of(unit)):
            for account in person.accounts:
                heard = None if account.platform != platform else await self._store.heard_from(platform, account.id)
                if heard is not None and since is not None and heard >= since:
                    found.add(person.id)
        return frozenset(found)

    async def recalled(self, recall: Message) -> tuple[Message | None, Thread | None]:
        """The message that was taken back, and the ticket to which it belongs."""
        if recall.quote is None:
            return None, None
        found = await self._store.said([(recall.platform, recall.quote)])
        target = next((one for one in found if one.conversation == recall.conversation), None)
        return target, None if target is None else await self._store.linked(recall.platform, recall.quote)
