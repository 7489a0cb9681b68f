"""WeChat through a Wechaty gateway: what the bot hears of it and says through it, behind the port of platforms.

The parts: ``wechat_line`` keeps the connection, ``wechat_intake`` takes messages in, ``wechat_sending`` sends,
``wechat_names`` looks members up, ``wechat_media`` gets files, ``wechat_reading`` and ``wechat_text`` read, and
``wechat_wire`` is the only one that speaks to the libraries.
"""

import asyncio
from asyncio import TaskGroup
from collections.abc import Awaitable, Callable, Mapping
from enum import IntEnum
from random import Random
from typing import Any, Final

import structlog

from bot.domain.messages import Incoming, Kind, MediaRef
from bot.domain.whereabouts import whereabouts
from bot.platforms import wechat_media
from bot.platforms.wechat_intake import Intake
from bot.platforms.wechat_line import Line
from bot.platforms.wechat_memory import Echoes, Lately, Seen
from bot.platforms.wechat_names import Names
from bot.platforms.wechat_options import WechatTiming, WechatTls
from bot.platforms.wechat_reading import NAME, event_fields, membership, renaming, word
from bot.platforms.wechat_sending import Sending
from bot.platforms.wechat_wire import Wire, WireFault, messages
from bot.ports import Clock
from bot.ports.platform import Capabilities, Host, Knock, KnockKind, Member, Parcel


class _Event(IntEnum):
    """Events by the protocol's numbers; those that are not listed prove the line and mean nothing else."""

    MESSAGE = 2
    ERROR = 16
    FRIENDSHIP = 17
    ROOM_INVITE = 18
    ROOM_JOIN = 19
    ROOM_LEAVE = 20
    ROOM_TOPIC = 21
    SCAN = 22
    LOGIN = 25
    LOGOUT = 26
    DIRTY = 27


_ASKS_TO_BE_FRIEND: Final = 2
_CONTACT: Final = 2
"""The kind of things that changed: an account, not a room."""
_KNOCKS_AT_ONCE: Final = 20


class WechatPlatform:
    """The adapter to one gateway, and through it to one WeChat account."""

    def __init__(
        self,
        *,
        endpoint: str,
        token: str,
        clock: Clock,
        random: Random,
        tls: WechatTls | None = None,
        timing: WechatTiming | None = None,
        daily_cap: int | None = 2_000,
    ) -> None:
        """``endpoint`` is ``host:port``; raises ValueError for anything else. Nothing is connected yet."""
        timing = timing or WechatTiming()
        self._timing = timing
        self._clock = clock
        self._daily_cap = daily_cap
        self._wire = Wire(endpoint=endpoint, token=token, tls=tls or WechatTls(), timing=timing)
        echoes, lately = Echoes(), Lately()
        self._names = Names(wire=self._wire, clock=clock, random=random, timing=timing)
        self._sending = Sending(wire=self._wire, names=self._names, echoes=echoes, lately=lately, timing=timing)
        self._intake = Intake(
            wire=self._wire,
            names=self._names,
            lately=lately,
            echoes=echoes,
            clock=clock,
            timing=timing,
            account=lambda: self._line.account,
        )
        self._line = Line(
            wire=self._wire, clock=clock, random=random, timing=timing, suspended=lambda: self._intake.full
        )
        self._knocked = Seen()
        self._knocking = asyncio.Semaphore(_KNOCKS_AT_ONCE)
        self._log = structlog.get_logger("wechat")

    @property
    def name(self) -> str:
        """The word that stands in messages and configuration."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """What WeChat can do, and how fast it may be written to (no official figure: see the manual)."""
        return Capabilities(
            hears_all=True,
            echoes_own=True,
            cards=True,
            member_list=True,
            recall=True,
            files=self._sending.carries_files,
            stable_ids=False,
            pause_seconds=2.0,
            jitter_seconds=3.0,
            daily_cap=self._daily_cap,
        )

    async def run(self, host: Host) -> None:
        """Hear until cancelled; what was heard by then is still stored if that takes no longer than a second."""
        async with asyncio.TaskGroup() as group:
            looking_up = group.create_task(self._names.run())

            async def handle(kind: int, payload: str) -> None:
                await self._event(kind, payload, host, group)

            try:
                await self._line.run(host, handle, settle=self._settle)
            finally:
                looking_up.cancel()

    async def send(self, parcel: Parcel) -> str:
        """Send and return the id; raises SendFailed."""
        return await self._sending.send(parcel)

    async def was_sent(self, parcel: Parcel) -> bool | None:
        """True if it came back; None otherwise: what timed out may still be delivered later."""
        return self._sending.was_sent(parcel)

    async def recall(self, to: str, platform_id: str) -> None:
        """Take a message back; raises SendFailed."""
        del to  # WeChat finds a message by its id alone
        await self._sending.recall(platform_id)

    async def fetch(self, media: MediaRef, *, most: int) -> bytes:
        """The bytes behind a reference; raises FetchFailed."""
        return await wechat_media.fetch(media, most=most, wire=self._wire, timing=self._timing)

    async def members(self, conversation: str) -> tuple[Member, ...]:
        """Who is in a room; the names come by and by, so some may still be empty."""
        return await self._names.members(conversation)

    async def count(self, conversation: str) -> int | None:
        """How many are in a room, None if the gateway does not say."""
        return await self._names.count(conversation)

    async def _settle(self) -> None:
        try:
            async with asyncio.timeout(self._timing.settle):
                await self._intake.settle()
        except TimeoutError:
            self._log.error("stopped_with_messages_under_way")

    async def _event(self, kind: int, payload: str, host: Host, group: TaskGroup) -> None:
        """One event of the gateway, whatever it contains."""
        fields = event_fields(payload)
        if fields is None:
            self._log.warning("event_not_read", type=kind)
            return
        match kind:
            case _Event.MESSAGE:
                await self._line.message_came(host)
                await self._intake.message(word(fields, "messageId"), host, group)
            case _Event.ROOM_JOIN | _Event.ROOM_LEAVE | _Event.ROOM_TOPIC:
                for told in self._happened(kind, fields):
                    await self._intake.happening(told, host, group)
            case _Event.LOGIN | _Event.LOGOUT | _Event.SCAN:
                await self._account_event(kind, fields, host)
            case _Event.FRIENDSHIP:
                self._knock(word(fields, "friendshipId"), self._friend, host, group)
            case _Event.ROOM_INVITE:
                self._knock(word(fields, "roomInvitationId"), self._invitation, host, group)
            case _Event.DIRTY:
                changed, id_ = fields.get("payloadType"), word(fields, "payloadId")
                (self._names.forget_account if changed == _CONTACT else self._names.forget_room)(id_)
            case _Event.ERROR:
                self._log.warning("gateway_reports_error")
            case _:
                pass  # heartbeats and the like prove the line, which is noted where they arrive

    async def _account_event(self, kind: int, fields: Mapping[str, Any], host: Host) -> None:
        if kind == _Event.LOGIN:
            account = word(fields, "contactId")
            self._names.wish("", account)
            self._sending.carries_files = True  # perhaps another gateway stands there now
            await self._line.logged_in(host, account)
        elif kind == _Event.LOGOUT:
            await self._line.logged_out(host)
        else:
            status = fields.get("status")
            await self._line.scan(host, qr=word(fields, "qrcode"), status=status if isinstance(status, int) else 0)

    def _happened(self, kind: int, fields: Mapping[str, Any]) -> tuple[Incoming, ...]:
        now = self._clock.now()
        if kind == _Event.ROOM_TOPIC:
            renamed = renaming(fields, now=now)
            return () if renamed is None else (renamed,)
        joined = Kind.JOIN if kind == _Event.ROOM_JOIN else Kind.LEAVE
        return membership(fields, kind=joined, account=self._line.account, now=now)

    def _knock(self, id_: str, answer: Callable[[str, Host], Awaitable[None]], host: Host, group: TaskGroup) -> None:
        """Somebody asks to be let in; asked about once, beside everything else."""
        if not id_ or id_ in self._knocked:
            return
        self._knocked.add(id_)
        group.create_task(self._answer(id_, answer, host))

    async def _answer(self, id_: str, answer: Callable[[str, Host], Awaitable[None]], host: Host) -> None:
        try:
            async with self._knocking:
                await answer(id_, host)
        except WireFault as error:
            self._log.warning("knock_not_answered", fault=error.fault)
        except Exception as error:  # noqa: BLE001 - the door: a request that goes wrong must not stop the line
            self._log.error("knock_not_answered", where=whereabouts(error))

    async def _friend(self, id_: str, host: Host) -> None:
        told = await self._wire.call("friendship_payload", messages.FriendshipPayloadRequest(id=id_))
        if int(told.type) != _ASKS_TO_BE_FRIEND:
            return
        name = await self._names.of("", told.contact_id)
        knock = self._knock_of(id_, KnockKind.FRIEND, account=told.contact_id, name=name, words=told.hello)
        if await host.admits(knock):
            await self._wire.call("friendship_accept", messages.FriendshipAcceptRequest(id=id_))

    async def _invitation(self, id_: str, host: Host) -> None:
        told = await self._wire.call("room_invitation_payload", messages.RoomInvitationPayloadRequest(id=id_))
        name = await self._names.of("", told.inviter_id)
        knock = self._knock_of(id_, KnockKind.ROOM, account=told.inviter_id, name=name, words=told.topic)
        if await host.admits(knock):
            await self._wire.call("room_invitation_accept", messages.RoomInvitationAcceptRequest(id=id_))

    def _knock_of(self, id_: str, kind: KnockKind, *, account: str, name: str, words: str) -> Knock:
        at = self._clock.now()
        return Knock(platform=NAME, id=id_, kind=kind, account=account, name=name, words=words, at=at)
