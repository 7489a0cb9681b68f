"""Hand-written fakes of what the practice hall stands on, and two worlds made of them."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from bot.domain.bindings import NO_BINDINGS, Bindings
from bot.domain.burden import Pace
from bot.domain.duty import Absence, DutyChange, DutyRecord
from bot.domain.media import Media, MediaState
from bot.domain.messages import (
    Incoming,
    Kind,
    Outgoing,
    OutKind,
    Recipient,
    ToGroup,
    ToPerson,
    recipient_key,
)
from bot.domain.rules import Rules
from bot.domain.tickets import Thread
from bot.media.kinds import extension_of, media_type_of
from bot.media.tray import Tray
from bot.ports import Line, SendState, Sent, StoreUnavailable
from bot.ports.platform import Attachment, NotAccepted
from bot.web.desk import HallDesk
from tests.web.small_county import FRIDAY, small_cast, small_office, ticket


class FakeSignal:
    """Tells every listener of every change."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()

    def ring(self) -> None:
        """Something changed."""
        for listener in self._listeners:
            listener.set()

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[None]]:
        """Hear of changes until the block ends."""
        heard = asyncio.Event()
        self._listeners.add(heard)
        try:
            yield self._changes(heard)
        finally:
            self._listeners.discard(heard)

    async def _changes(self, heard: asyncio.Event) -> AsyncIterator[None]:
        while True:
            await heard.wait()
            heard.clear()
            yield


class FakeRecords:
    """What the hall reads, in lists. ``broken`` is the reason for which nothing can be read, if any."""

    def __init__(self) -> None:
        self.came: list[tuple[str, Line]] = []
        self.went: list[Sent] = []
        self.open_windows: dict[str, datetime] = {}
        self.tickets: list[Thread] = []
        self.held: list[Sent] = []
        self.duty: list[DutyChange] = []
        self.media: list[Media] = []
        self.bound = NO_BINDINGS
        self.broken = ""

    def _check(self) -> None:
        if self.broken:
            raise StoreUnavailable(self.broken)

    async def waiting(self) -> Mapping[str, datetime]:
        """Conversations whose pieces are being joined."""
        self._check()
        return dict(self.open_windows)

    async def lines(self, recipient_key: str, conversation: str, *, limit: int) -> tuple[Line, ...]:
        """Both sides of a conversation."""
        self._check()
        lines = [line for where, line in self.came if where == conversation]
        lines += [line_of(sent) for sent in self.went if key_of(sent) == recipient_key]
        return tuple(sorted(lines, key=lambda line: line.at)[-limit:])

    async def sent_to(self, recipient_key: str, *, since: datetime) -> tuple[Sent, ...]:
        """What the bot said to a recipient."""
        self._check()
        return tuple(sent for sent in self.went if key_of(sent) == recipient_key and sent.created_at >= since)

    async def held_for(self, recipient_key: str) -> tuple[Sent, ...]:
        """What waits to be sent."""
        return tuple(sent for sent in self.held if key_of(sent) == recipient_key)

    async def duty_record(self, *, since: date) -> DutyRecord:
        """What officers changed of the roster; what is over long ago is left out."""
        changes = tuple(one for one in self.duty if not isinstance(one, Absence) or one.last >= since)
        return DutyRecord(version=len(self.duty), changes=changes)

    async def bindings(self) -> Bindings:
        """Whose conversation and account is whose."""
        return self.bound

    async def media_of_messages(self, keys: Sequence[tuple[str, str]]) -> tuple[Media, ...]:
        """What came with these messages."""
        return tuple(media for media in self.media if (media.platform, media.message) in keys)

    async def thread(self, ticket: str) -> Thread | None:
        """One ticket."""
        return next((thread for thread in self.tickets if thread.ticket.id == ticket), None)

    async def threads(self, villages: Sequence[str], *, since: datetime) -> tuple[Thread, ...]:
        """Live tickets, and ended ones with activity since then."""
        return tuple(
            thread
            for thread in self.tickets
            if thread.ticket.village in villages and (thread.ticket.state.is_live or thread.last_at >= since)
        )

    def say(
        self,
        to: Recipient,
        text: str,
        at: datetime,
        *,
        kind: OutKind = OutKind.NOTICE,
        ticket: str | None = None,
        choices: tuple[str, ...] = (),
        asked_of: str | None = None,
        quote: str | None = None,
        attachment: str | None = None,
        confidential: bool = False,
    ) -> None:
        """Let the bot say something."""
        number = f"b{len(self.went) + 1}"
        outgoing = Outgoing(
            to=to,
            kind=kind,
            text=text,
            dedupe_key=number,
            ticket=ticket,
            choices=choices,
            asked_of=asked_of,
            quote=quote,
            attachment=attachment,
            confidential=confidential,
        )
        sent = Sent(
            id=number,
            outgoing=outgoing,
            state=SendState.SENT,
            created_at=at,
            sent_at=at,
            platform_id=number,
        )
        self.went.append(sent)

    def keep_back(self, to: Recipient, text: str, *, until: datetime, pace: Pace = Pace.TOGETHER) -> None:
        """Let the bot keep something back for later."""
        number = f"h{len(self.held) + 1}"
        outgoing = Outgoing(to=to, kind=OutKind.PROMPT, text=text, dedupe_key=number, not_before=until)
        self.held.append(
            Sent(id=number, outgoing=outgoing, state=SendState.PENDING, created_at=until, attempts=0, pace=pace)
        )

    def hear(self, incoming: Incoming, conversation: str) -> None:
        """Let somebody say something."""
        line = Line(
            id=incoming.id,
            at=incoming.sent_at,
            sender=incoming.sender,
            name=incoming.name,
            kind=incoming.kind,
            text=incoming.text,
            from_bot=False,
            quote=incoming.quote,
            media=tuple(ref.kind for ref in incoming.media),
        )
        self.came.append((conversation, line))
        for ref in incoming.media:
            self.media.append(
                Media(
                    id=len(self.media) + 1,
                    platform=incoming.platform,
                    message=incoming.id,
                    ref=ref,
                    state=MediaState.WAITING,
                    arrived_at=incoming.sent_at,
                )
            )

    def fetched(self) -> None:
        """All that waits has been fetched."""
        self.media = [replace(one, state=MediaState.KEPT, digest=one.ref.handle) for one in self.media]

    async def handles_waiting(self, platform: str) -> frozenset[str]:
        """What is still to be fetched."""
        waiting = (one for one in self.media if one.state is MediaState.WAITING and one.platform == platform)
        return frozenset(one.ref.handle for one in waiting)


def key_of(sent: Sent) -> str:
    """To whom it was sent."""
    return recipient_key(sent.outgoing.to)


def line_of(sent: Sent) -> Line:
    """A sent message as a line."""
    return Line(
        id=sent.id,
        at=sent.sent_at or sent.created_at,
        sender="",
        name="小微",
        kind=Kind.TEXT,
        text=sent.outgoing.text,
        from_bot=True,
        quote=sent.outgoing.quote,
        out_kind=sent.outgoing.kind,
        ticket=sent.outgoing.ticket,
        confidential=sent.outgoing.confidential,
        attachment=sent.outgoing.attachment,
    )


class FakeFiles:
    """``ports.media.UploadFiles`` and a shelf, in a dictionary. ``full`` is what the disk says, if anything."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.names: dict[str, str] = {}
        self.full: OSError | None = None

    async def put(self, data: bytes) -> str:
        """Keep."""
        if self.full is not None:
            raise self.full
        digest = sha256(data).hexdigest()
        self.held[digest] = data
        return digest

    async def get(self, digest: str) -> bytes | None:
        """Give."""
        if self.full is not None:
            raise self.full
        return self.held.get(digest)

    async def remove(self, digest: str) -> None:
        """Take away."""
        self.held.pop(digest, None)

    async def digests(self) -> tuple[str, ...]:
        """What is there."""
        return tuple(self.held)

    async def load(self, digest: str) -> Attachment | None:
        """What delivery and the hall would hand out."""
        data = await self.get(digest)
        if data is None:
            return None
        media_type = media_type_of(data) or "application/octet-stream"
        name = self.names.get(digest, f"{digest[:8]}.{extension_of(media_type)}")
        return Attachment(name=name, media_type=media_type, data=data)


class FakeReceiver:
    """Takes messages into the records.

    ``refusing`` is the reason for which it takes none, if any; a message with the word ``refuses`` is not taken either.
    """

    def __init__(self, records: FakeRecords, signal: FakeSignal) -> None:
        self.received: list[Incoming] = []
        self.refusing = ""
        self.refuses = ""
        self._records = records
        self._signal = signal

    async def receive(self, incoming: Incoming) -> bool:
        """Store, or refuse."""
        if self.refusing:
            raise NotAccepted(self.refusing)
        if self.refuses and self.refuses in incoming.text:
            message = "磁盘满了，消息没有存下来，请联系运维。"
            raise NotAccepted(message)
        self.received.append(incoming)
        where = f"account:practice/{incoming.sender}" if incoming.group is None else f"group:{incoming.group[2:]}"
        self._records.hear(incoming, where)
        if incoming.group is not None:
            self._records.open_windows[where] = incoming.sent_at
        self._signal.ring()
        return True


class FakeClock:
    """Stands still until it is moved; moving it ends every join window."""

    def __init__(self, now: datetime, records: FakeRecords, signal: FakeSignal) -> None:
        self._now = now
        self._records = records
        self._signal = signal

    def now(self) -> datetime:
        """Where it stands."""
        return self._now

    async def move_to(self, at: datetime) -> None:
        """Go there."""
        self._now = at
        self._records.open_windows.clear()
        self._signal.ring()


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything of a test: the desk, and the fakes behind it."""

    desk: HallDesk
    records: FakeRecords
    receiver: FakeReceiver
    signal: FakeSignal
    clock: FakeClock
    files: FakeFiles
    tray: FakeFiles

    def fetch(self) -> None:
        """Let the fetcher take everything that waits."""
        for one in self.records.media:
            if one.state is MediaState.WAITING:
                self.files.held[one.ref.handle] = self.tray.held[one.ref.handle]
        self.records.fetched()


def world(now: datetime = FRIDAY) -> World:
    """Two villages of one township, on a working day; nothing has been said yet."""
    records, signal = FakeRecords(), FakeSignal()
    receiver = FakeReceiver(records, signal)
    clock = FakeClock(now, records, signal)
    files, tray = FakeFiles(), FakeFiles()
    desk = HallDesk(
        store=records,
        receiver=receiver,
        signal=signal,
        office=small_office(),
        hall=small_cast(),
        clock=clock,
        shelf=files,
        uploads=Tray(platform="practice", files=tray, records=records, rules=Rules().media),
    )
    return World(desk=desk, records=records, receiver=receiver, signal=signal, clock=clock, files=files, tray=tray)


def lively(now: datetime = FRIDAY) -> World:
    """A morning in 柳湾村: a question in the group, a prompt to the officer, an answer."""
    made = world(now)
    minute = timedelta(minutes=1)
    for ago, sender, name, text in (
        (52, "u-ls", "六叔", "豆腐出锅了没有"),
        (20, "u-az", "阿珍", "二组路灯又不亮了,晚上黑灯瞎火的,老人孩子走路不安全"),
        (12, "u-li", "李青山", "收到,我下午带电工去看"),
    ):
        incoming = Incoming(
            platform="practice", id=f"m{ago}", group="c-lw1", sender=sender, name=name, kind=Kind.TEXT, text=text,
            sent_at=now - ago * minute,
        )  # fmt: skip
        made.records.hear(incoming, "group:lw1")
    group, officer = ToGroup(group="lw1"), ToPerson(person="p-li")
    key = "liuwan-2026-3"
    made.records.tickets.append(ticket(3, said_at=now - 20 * minute))
    made.records.say(
        group,
        "今天值班:李青山(村委会副主任)。有事在群里说一声就行。",
        now - 42 * minute,
        kind=OutKind.DUTY,
    )
    made.records.say(
        group,
        "阿珍,您说的路灯的事记下了(3号),李青山负责,3月11日（周三）17:30前答复。",
        now - 19 * minute,
        kind=OutKind.RECEIPT,
        ticket=key,
        quote="m20",
    )
    made.records.say(
        officer,
        "3号 求助 · 二组路灯\n阿珍:二组路灯又不亮了\n3月11日（周三）17:30前办结。可以直接回:办结 已换灯泡",
        now - 19 * minute,
        kind=OutKind.PROMPT,
        ticket=key,
    )
    made.records.say(
        officer,
        "您在群里答复了阿珍,这件事算办结了吗?\n1 办结\n2 还没有",
        now - 11 * minute,
        kind=OutKind.QUESTION,
        ticket=key,
        choices=("3 办结 收到,我下午带电工去看", "3 进展 收到,我下午带电工去看"),
    )
    return made
