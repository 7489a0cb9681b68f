"""Who is called what in which room: asked slowly, one by one, and remembered; WeChat locks accounts that ask fast."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from bot.platforms.wechat_options import WechatTiming
from bot.platforms.wechat_wire import Fault, Wire, WireFault, messages
from bot.ports import Clock
from bot.ports.platform import Member

_NAMES: Final = 20_000
_LISTS: Final = 1_000
_WAITING: Final = 2_000
_UNANSWERED: Final = timedelta(minutes=10)
"""How long nobody asks again for a name that was not told."""
_LISTED: Final = timedelta(hours=1)
"""How long a list of members is believed."""

_TOLD_NOTHING: Final = frozenset({Fault.FAILED, Fault.BAD_REQUEST, Fault.UNSUPPORTED})
"""The gateway answered, but told no name."""

_Key = tuple[str, str]
"""A room, empty for outside any, and an account, empty for the room itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    name: str
    until: datetime


class Names:
    """Looks names up in the background and remembers them, a bounded number."""

    def __init__(self, *, wire: Wire, clock: Clock, random: Random, timing: WechatTiming) -> None:
        """Know nobody yet."""
        self._wire = wire
        self._clock = clock
        self._random = random
        self._timing = timing
        self._known: OrderedDict[_Key, _Known] = OrderedDict()
        self._lists: OrderedDict[str, tuple[tuple[str, ...], datetime]] = OrderedDict()
        self._urgent: OrderedDict[_Key, asyncio.Event] = OrderedDict()
        self._idle: OrderedDict[_Key, asyncio.Event] = OrderedDict()
        self._work = asyncio.Event()

    async def run(self) -> None:
        """Look up what is wanted, until cancelled: first those for whom a message waits."""
        while True:
            await self._work.wait()
            waiting = self._urgent or self._idle
            if not waiting:
                self._work.clear()
                continue
            key = next(iter(waiting))
            try:
                name = await self._ask(*key)
            except WireFault as error:
                if error.fault not in _TOLD_NOTHING:
                    # The line is not whole: nothing was asked, so nothing is concluded.
                    await asyncio.sleep(self._timing.lookup)
                    continue
                name = ""
            self.learn(*key, name)
            for queue in (self._urgent, self._idle):
                done = queue.pop(key, None)
                if done is not None:
                    done.set()
            await asyncio.sleep(self._timing.lookup * (1 + self._random.random() / 2))

    def learn(self, room: str, account: str, name: str) -> None:
        """Remember a name; the empty one means that none was told."""
        remembered = timedelta(seconds=self._timing.remembered) if name else _UNANSWERED
        self._known[room, account] = _Known(name=name, until=self._clock.now() + remembered)
        self._known.move_to_end((room, account))
        while len(self._known) > _NAMES:
            self._known.popitem(last=False)

    def known(self, room: str, account: str) -> str | None:
        """The name if it is known; None if nobody asked lately. The empty string: asked, and none was told."""
        known = self._known.get((room, account))
        return known.name if known is not None and known.until > self._clock.now() else None

    def wish(self, room: str, account: str) -> None:
        """Have a name looked up when there is time."""
        if account and self.known(room, account) is None and (room, account) not in self._urgent:
            self._enqueue(self._idle, (room, account))

    def topic(self, room: str) -> str:
        """What a room is called, empty until it was looked up."""
        known = self.known(room, "")
        if known is None:
            self._enqueue(self._urgent, (room, ""))
        return known or ""

    async def of(self, room: str, account: str) -> str:
        """The name, waited for a short while; empty if it does not come in time."""
        known = self.known(room, account)
        if known is not None:
            return known
        asked = self._enqueue(self._urgent, (room, account))
        try:
            async with asyncio.timeout(self._timing.name):
                await asked.wait()
        except TimeoutError:
            self._urgent.pop((room, account), None)  # nobody waits for it any more
            self.wish(room, account)
        return self.known(room, account) or ""

    def in_room(self, room: str) -> Mapping[str, str]:
        """The accounts of a room by the names that are known of it; a name that two bear names nobody."""
        found: dict[str, str] = {}
        twice: set[str] = set()
        members = self._lists.get(room, ((), None))[0]
        for account in members:
            name = self.known(room, account)
            if name and found.setdefault(name, account) != account:
                twice.add(name)
        return {name: account for name, account in found.items() if name not in twice}

    def seen_in(self, room: str, account: str) -> None:
        """Somebody spoke in a room, so belongs to it."""
        members, until = self._lists.get(room, ((), self._clock.now()))
        if account not in members:
            self._lists[room] = (*members, account), until
            self._trim_lists()

    async def members(self, room: str) -> tuple[Member, ...]:
        """Who is in a room, with the names known so far; the others' names are looked up by and by."""
        members, until = self._lists.get(room, ((), self._clock.now()))
        if until <= self._clock.now():
            try:
                told = await self._wire.call("room_member_list", messages.RoomMemberListRequest(id=room))
            except WireFault:
                return tuple(Member(account=one, name=self.known(room, one) or "") for one in members)
            members = tuple(dict.fromkeys(str(one) for one in told.member_ids))
            self._lists[room] = members, self._clock.now() + _LISTED
            self._trim_lists()
        for one in members:
            self.wish(room, one)
        return tuple(Member(account=one, name=self.known(room, one) or "") for one in members)

    async def count(self, room: str) -> int | None:
        """How many the gateway says are in a room; None if it does not say. No name is looked up for it."""
        try:
            told = await self._wire.call("room_member_list", messages.RoomMemberListRequest(id=room))
        except WireFault:
            return None
        return len(set(told.member_ids)) or None

    def forget_account(self, account: str) -> None:
        """Somebody changed: what is known of them is out of date."""
        for key in [key for key in self._known if key[1] == account]:
            del self._known[key]

    def forget_room(self, room: str) -> None:
        """A room changed: its topic and its list are out of date; its names stay, to ask no more than needed."""
        self._known.pop((room, ""), None)
        self._lists.pop(room, None)

    def _trim_lists(self) -> None:
        while len(self._lists) > _LISTS:
            self._lists.popitem(last=False)

    def _enqueue(self, queue: OrderedDict[_Key, asyncio.Event], key: _Key) -> asyncio.Event:
        done = queue.setdefault(key, asyncio.Event())
        while len(queue) > _WAITING:
            _, dropped = queue.popitem(last=False)
            dropped.set()
        self._work.set()
        return done

    async def _ask(self, room: str, account: str) -> str:
        if not account:
            return str((await self._wire.call("room_payload", messages.RoomPayloadRequest(id=room))).topic)
        if room:
            request = messages.RoomMemberPayloadRequest(id=room, member_id=account)
            try:
                member = await self._wire.call("room_member_payload", request)
            except WireFault as error:
                if error.fault not in _TOLD_NOTHING:
                    raise
            else:
                if member.room_alias or member.name:
                    return str(member.room_alias or member.name)
        contact = await self._wire.call("contact_payload", messages.ContactPayloadRequest(id=account))
        return str(contact.name)
