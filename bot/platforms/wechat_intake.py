"""From an announced message to a stored one: fetched, read, handed over in order, kept until it is stored.

A gateway keeps nothing and needs no acknowledgement, so what could not be stored waits here and is tried again; when
too much waits, no more is read from the gateway, which then holds it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from bot.domain.messages import Incoming, Kind
from bot.domain.whereabouts import whereabouts
from bot.platforms.wechat_memory import Echoes, Lately, Seen, print_of
from bot.platforms.wechat_names import Names
from bot.platforms.wechat_options import WechatTiming
from bot.platforms.wechat_order import Order, Turn
from bot.platforms.wechat_reading import (
    NAME,
    Payload,
    Type,
    card_text,
    conversation_of,
    incoming,
    payload_of,
    says_nothing,
    shown,
)
from bot.platforms.wechat_sending import CARD_PRINT, FILE_PRINT
from bot.platforms.wechat_text import mentions, quotation, tidy
from bot.platforms.wechat_wire import Fault, Wire, WireFault, messages
from bot.ports import Clock
from bot.ports.platform import Gap, Host, NotAccepted, Remembers

MOST: Final = 1_000
"""Messages under way at once; more wait with the gateway."""
_ATTEMPTS: Final = 4
"""How often a payload is asked for."""
_FETCHED_AT_ONCE: Final = 64


class Intake:
    """Takes announced messages in."""

    def __init__(
        self,
        *,
        wire: Wire,
        names: Names,
        lately: Lately,
        echoes: Echoes,
        clock: Clock,
        timing: WechatTiming,
        account: Callable[[], str],
    ) -> None:
        """``account`` tells who the bot is, empty while nobody is logged in."""
        self._wire = wire
        self._names = names
        self._lately = lately
        self._echoes = echoes
        self._clock = clock
        self._timing = timing
        self._account = account
        self._seen = Seen()
        self._recalled = Seen()
        self._order = Order(overtaking=timing.overtaking)
        self._places = asyncio.Semaphore(MOST)
        self._fetching = asyncio.Semaphore(_FETCHED_AT_ONCE)
        self._idle = asyncio.Event()
        self._idle.set()
        self._under_way = 0
        self._log = structlog.get_logger("wechat")

    @property
    def full(self) -> bool:
        """Whether so much waits that nothing is read from the gateway."""
        return self._places.locked()

    async def settle(self) -> None:
        """Wait until everything that was heard is stored."""
        await self._idle.wait()

    async def message(self, id_: str, host: Host, group: asyncio.TaskGroup) -> None:
        """A message was announced; returns when there is room for the next."""
        if not id_:
            await self._lost(host, at=self._clock.now(), why="网关报来一条没有编号的消息,内容取不到")
            return
        if id_ in self._seen:
            return
        await self._begin()
        turn = self._order.announced()
        group.create_task(self._guarded(partial(self._message, id_, turn, host), turn, host))

    async def happening(self, told: Incoming, host: Host, group: asyncio.TaskGroup) -> None:
        """Somebody came, left, or a room got another name; returns when there is room for the next."""
        if told.id in self._seen:
            return
        await self._begin()
        turn = self._order.announced()
        group.create_task(self._guarded(partial(self._happening, told, turn, host), turn, host))

    async def _begin(self) -> None:
        await self._places.acquire()
        self._under_way += 1
        self._idle.clear()

    async def _guarded(self, work: Callable[[], Awaitable[None]], turn: Turn, host: Host) -> None:
        began = self._clock.now()
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - the door: one unreadable message must not stop the line; it is counted
            self._log.error("message_not_read", where=whereabouts(error))
            await self._lost(host, at=began, why="一条消息读不懂")
        finally:
            self._order.drop(turn)
            self._places.release()
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def _message(self, id_: str, turn: Turn, host: Host) -> None:
        heard_at = self._clock.now()
        payload = await self._payload(id_)
        if payload is None:
            await self._lost(host, at=heard_at, why="网关取不出一条消息的内容")
            return
        self._order.place(turn, conversation_of(payload, account=self._account()))
        if not await self._echo(payload, host) and not says_nothing(payload):
            name, text, _ = await asyncio.gather(
                self._names.of(payload.room, payload.talker), self._text(payload), self._own_name(payload)
            )
            async with self._order.in_turn(turn):
                await self._recall(payload, text, host)
                await self._store(self._placed(self._read(payload, name, text)), host)
                self._remember(payload, name, text)
        self._seen.add(id_)

    async def _happening(self, told: Incoming, turn: Turn, host: Host) -> None:
        self._order.place(turn, told.group or told.sender)
        if told.group and told.kind is Kind.RENAME:
            self._names.learn(told.group, "", told.text)
        if told.group and told.kind is Kind.JOIN:
            self._names.seen_in(told.group, told.sender)
        name = await self._names.of(told.group or "", told.sender) if told.sender else ""
        async with self._order.in_turn(turn):
            await self._store(self._placed(replace(told, name=name)), host)
        self._seen.add(told.id)

    async def _recall(self, payload: Payload, text: str, host: Host) -> None:
        """Once, when something is quoted that this process has not heard: know what was said before it ran."""
        conversation = conversation_of(payload, account=self._account())
        quoted = quotation(text) if payload.type in (Type.TEXT, Type.UNKNOWN) else None
        if quoted is None or conversation in self._recalled or not isinstance(host, Remembers):
            return
        if self._lately.quoted(conversation, name=quoted.name, text=quoted.said) is None:
            said = await host.said_before(NAME, conversation, private=not payload.room)
            self._lately.before(conversation, said)
            if said:
                self._recalled.add(conversation)

    async def _own_name(self, payload: Payload) -> None:
        """Know what the bot is called in a room before somebody may be calling it."""
        if payload.room and self._account() and "@" in payload.text:
            await self._names.of(payload.room, self._account())

    async def _payload(self, id_: str) -> Payload | None:
        """What was said; None if the gateway cannot tell."""
        pause = self._timing.retry
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with self._fetching:
                    told = await self._wire.call("message_payload", messages.MessagePayloadRequest(id=id_))
            except WireFault as error:
                if attempt == _ATTEMPTS or error.fault in (Fault.BAD_REQUEST, Fault.UNSUPPORTED):
                    self._log.warning("payload_not_told", fault=error.fault, attempts=attempt)
                    return None
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._timing.longest_retry)
            else:
                return payload_of(told, event_id=id_, now=self._clock.now())
        return None

    async def _echo(self, payload: Payload, host: Host) -> bool:
        """Whether the bot said it itself: then it is proof that the conversation is heard, and nothing more."""
        account = self._account()
        conversation = conversation_of(payload, account=account)
        if account and payload.talker != account:
            return False
        key = self._echoes.ours(conversation=conversation, id_=payload.id, print_=_print(payload))
        if not account and key is None:
            return False
        if key is not None:
            known = self._echoes.result(key.rpartition("/")[0])
            if known is not None and known != payload.id:
                self._echoes.call(payload.id, ours=known)
        else:  # somebody writes by hand with the bot's own account
            self._lately.note(conversation, payload.id, name="", text=shown(payload, payload.text))
        await host.echoed(NAME, conversation, at=payload.at)
        return True

    async def _text(self, payload: Payload) -> str:
        """The words, or what a card says."""
        try:
            if payload.type == Type.URL:
                told = await self._wire.call("message_url", messages.MessageUrlRequest(id=payload.id))
                return card_text(told.url_link.title, told.url_link.description, told.url_link.url)
            if payload.type == Type.MINI_PROGRAM:
                told = await self._wire.call("message_mini_program", messages.MessageMiniProgramRequest(id=payload.id))
                program = told.mini_program
                return card_text(program.title, program.description, program.page_path)
            if payload.type == Type.LOCATION:
                told = await self._wire.call("message_location", messages.MessageLocationRequest(id=payload.id))
                return card_text(told.location.name, told.location.address, "")
        except WireFault as error:
            self._log.warning("card_not_told", fault=error.fault)
            return ""
        return payload.text if payload.type not in (Type.CONTACT, Type.CHAT_HISTORY) else ""

    def _read(self, payload: Payload, name: str, text: str) -> Incoming:
        conversation = conversation_of(payload, account=self._account())
        if payload.type == Type.RECALLED:
            quote = self._echoes.known_as(payload.text.strip()) if payload.text.strip() else None
            return incoming(payload, name=name, text="", quote=quote)
        if payload.type not in (Type.TEXT, Type.UNKNOWN):
            return incoming(payload, name=name, text=text)
        quoted = quotation(text)
        quote = None
        if quoted is not None:
            text = quoted.words
            quote = self._lately.quoted(conversation, name=quoted.name, text=quoted.said)
        called: tuple[str, ...] = ()
        if payload.room:
            called = mentions(
                text,
                payload.mention_ids,
                account=self._account(),
                own_names=self._own_names(payload.room),
                names=self._names.in_room(payload.room) if "@" in text else {},
            )
        return incoming(payload, name=name, text=tidy(text), mentions=called, quote=quote)

    def _placed(self, told: Incoming) -> Incoming:
        """The same with the name of its room, as far as it is known."""
        return replace(told, group_name=self._names.topic(told.group)) if told.group else told

    def _own_names(self, room: str) -> frozenset[str]:
        account = self._account()
        if not account:
            return frozenset()
        self._names.wish(room, account)
        return frozenset(filter(None, (self._names.known(room, account), self._names.known("", account))))

    def _remember(self, payload: Payload, name: str, text: str) -> None:
        quoted = quotation(text)
        words = quoted.words if quoted is not None else text
        conversation = conversation_of(payload, account=self._account())
        if payload.type != Type.RECALLED:
            self._lately.note(conversation, payload.id, name=name, text=shown(payload, words))
        if payload.room:
            self._names.seen_in(payload.room, payload.talker)

    async def _store(self, told: Incoming, host: Host) -> None:
        """Hand over until it is accepted."""
        pause = self._timing.retry
        while True:
            try:
                await host.receive(told)
            except NotAccepted:
                self._log.warning("message_kept", waiting=self._under_way)
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._timing.longest_retry)
            else:
                return

    async def _lost(self, host: Host, *, at: datetime, why: str) -> None:
        self._log.error("message_lost")
        await host.missed(Gap(platform=NAME, account=self._account(), since=at, until=self._clock.now(), why=why))


def _print(payload: Payload) -> str:
    if payload.type in (Type.URL, Type.MINI_PROGRAM):
        return CARD_PRINT
    return print_of(payload.text) if payload.type in (Type.TEXT, Type.UNKNOWN) else FILE_PRINT
