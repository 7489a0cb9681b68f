"""A village in which a story happens: the whole bot over a real database file, under a clock that the story moves."""

import re
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from bot.building import build_office
from bot.clock import SetClock
from bot.connecting import practice_platforms
from bot.domain.messages import BOT, Incoming, Kind, OutKind, ToAccount, ToGroup, ToPerson, recipient_key
from bot.domain.tickets import Thread, ticket_id
from bot.domain.workdays import local
from bot.engine import Engine, play
from bot.handlers.judge import Judge
from bot.office import Office
from bot.patrol.recurring import triggers
from bot.phrasing import as_sent
from bot.ports import Line, SendState, Sent
from bot.ports.platform import Platform
from bot.settings import Settings
from bot.store import SqlStore, dump, open_store
from tests.world import GROUP, VILLAGE, account, at, name_of

EVERYDAY = frozenset({OutKind.DUTY, OutKind.CONTENT})
"""What the bot posts every morning whatever happens; left out of a chat unless a story is about it."""
MOST_LINES = 10_000


class Village:
    """Tell it who says what; ask it what everybody saw."""

    def __init__(self, *, database: Path, settings: Settings, judge: Judge, begins: datetime) -> None:
        self.database = database
        self.settings = settings
        self.judge = judge
        self.clock = SetClock(begins)
        self.store: SqlStore
        self.engine: Engine
        self._said = 0

    @classmethod
    async def wakes(
        cls, *, folder: Path, empty: Path, settings: Settings, judge: Judge, begins: str = "2026-03-06 08:00"
    ) -> "Village":
        """A fresh village in the morning."""
        database = folder / "village.db"
        shutil.copy(empty, database)
        shutil.copy(empty.with_name("clue.keys"), folder)
        village = cls(database=database, settings=settings, judge=judge, begins=at(begins))
        await village.opens()
        return village

    @classmethod
    async def goes_on(cls, before: "Village", *, folder: Path) -> "Village":
        """A copy of a village that is closed: all that happened there has happened here as well."""
        shutil.copy(before.database, folder)
        shutil.copy(before.database.with_name("clue.keys"), folder)
        database = folder / before.database.name
        village = cls(database=database, settings=before.settings, judge=before.judge, begins=before.now)
        village._said = before._said  # noqa: SLF001 - one of its own
        await village.opens()
        return village

    # The machine

    @property
    def now(self) -> datetime:
        """The village's time."""
        return self.clock.now()

    @property
    def office(self) -> Office:
        """What decisions lean on."""
        return build_office(self.settings)

    def platforms(self) -> Mapping[str, Platform]:
        """What the village talks through."""
        return practice_platforms(self.settings)

    async def opens(self) -> None:
        """Open the database and start the bot."""
        self.store = await open_store(f"sqlite:///{self.database}", durable=False)
        self.engine = Engine(store=self.store, office=self.office, judge=self.judge, platforms=self.platforms())
        await self.engine.start(now=self.now)

    async def closes(self) -> None:
        """The bot is gone; the file stays."""
        await self.store.close()

    async def restarts(self, *, settings: Settings | None = None) -> None:
        """The bot goes down and comes back, perhaps under a changed configuration."""
        await self.closes()
        self.settings = settings or self.settings
        await self.opens()

    # What happens

    async def says(
        self,
        name: str,
        text: str,
        *,
        group: str | None = GROUP,
        kind: Kind = Kind.TEXT,
        quote: str | None = None,
        calls: str | None = None,
        after: float = 5,
        message_id: str | None = None,
        sent_at: datetime | None = None,
    ) -> str:
        """Somebody says something ``after`` seconds, in a group or (``group=None``) to the bot alone.

        ``calls``: whom the message mentions, 小微 or an officer. Returns the message's id.
        """
        await self.wait(seconds=after)
        self._said += 1
        mentions = () if calls is None else (BOT if calls == "小微" else account(calls),)
        incoming = Incoming(
            platform="practice",
            id=message_id or f"m{self._said}",
            group=group,
            sender=account(name),
            name=name,
            kind=kind,
            text=text,
            sent_at=sent_at or self.now,
            mentions=mentions,
            quote=quote,
        )
        await self.engine.receive(incoming, now=self.now)
        return incoming.id

    async def shows(self, name: str, *, group: str | None = GROUP, after: float = 5) -> str:
        """Somebody sends a picture."""
        return await self.says(name, "", group=group, kind=Kind.IMAGE, after=after)

    async def officer(self, text: str, *, who: str = "李青山", quote: str | None = None, after: float = 5) -> str:
        """An officer writes to the bot; returns what the bot answered at once."""
        before = len(await self._to(who))
        await self.says(who, text, group=None, quote=quote, after=after)
        await self.wait(seconds=0)
        return "\n".join(sent.outgoing.text for sent in (await self._to(who))[before:])

    async def reads_clues(self, who: str) -> str:
        """All that somebody finds in the ledger: the list, and every case of it."""
        listed = await self.officer("线索", who=who)
        codes = re.findall(r"^([A-Z][0-9A-Z]{4})\u3000", listed, re.MULTILINE)
        return "\n".join([listed, *[await self.officer(f"线索 {code}", who=who) for code in codes]])

    async def wait(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        """Time passes, and what falls due happens at its time."""
        await play(self.engine, self.clock, until=self.now + timedelta(seconds=seconds, minutes=minutes, hours=hours))

    async def until(self, when: str) -> None:
        """Time passes until then."""
        await play(self.engine, self.clock, until=at(when))

    # What people see

    async def group_chat(self, group: str = GROUP, *, everyday: bool = False) -> str:
        """A whole group chat, one line a message."""
        return await self._chat(recipient_key(ToGroup(group=group)), recipient_key(ToGroup(group=group)), everyday)

    async def private_chat(self, name: str) -> str:
        """Somebody's whole private chat with the bot."""
        ident = account(name)
        conversation = recipient_key(ToAccount(platform="practice", account=ident))
        person = ident.replace("u-", "p-")
        known = person in self.settings.county.people
        return await self._chat(recipient_key(ToPerson(person=person)) if known else conversation, conversation, True)

    async def whole_story(self, *names: str, group: str = GROUP) -> str:
        """The group and the private chats of these people, as one text."""
        parts = [f"== 群 ==\n{await self.group_chat(group)}"]
        parts += [f"== 小微和{name} ==\n{await self.private_chat(name)}" for name in names]
        return "\n".join(parts)

    async def _chat(self, recipient: str, conversation: str, everyday: bool) -> str:
        lines = as_sent(await self.store.lines(recipient, conversation, limit=MOST_LINES), self.office)
        ids = {line.id: f"“{line.text[:10]}”" for line in lines}
        return "\n".join(_shown(line, ids) for line in lines if everyday or line.out_kind not in EVERYDAY) + "\n"

    async def sent(self, kind: OutKind | None = None) -> list[Sent]:
        """What the bot sent, all of it or one kind, in the order of sending."""
        found = [
            one
            for one in await self.store.all_sent()
            if one.state is SendState.SENT and (kind is None or one.outgoing.kind is kind)
        ]
        return sorted(found, key=lambda one: (one.sent_at or one.created_at, int(one.id[1:])))

    async def _to(self, name: str) -> list[Sent]:
        to = ToPerson(person=account(name).replace("u-", "p-"))
        return [one for one in await self.sent() if one.outgoing.to == to]

    async def told(self, name: str, kind: OutKind | None = None) -> list[str]:
        """What an officer was told, with the time of it: ``03-06 08:05 …``."""
        return [
            f"{local(one.sent_at or one.created_at):%m-%d %H:%M} {one.outgoing.text}"
            for one in await self._to(name)
            if kind is None or one.outgoing.kind is kind
        ]

    async def last_to(self, name: str, kind: OutKind) -> Sent:
        """The latest message of a kind to an officer."""
        return [one for one in await self._to(name) if one.outgoing.kind is kind][-1]

    async def ticket(self, number: int, village: str = VILLAGE) -> Thread:
        """A ticket with its messages."""
        thread = await self.store.thread(ticket_id(village, local(self.now).year, number))
        assert thread is not None, f"there is no ticket {number}"
        return thread

    async def tickets(self) -> list[Thread]:
        """All tickets."""
        return list(await self.store.all_threads())

    async def events(self, number: int, village: str = VILLAGE) -> list[str]:
        """The history of a ticket in words."""
        history = await self.store.history(ticket_id(village, local(self.now).year, number))
        return [event.kind.value for event in history]

    async def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """All tables."""
        return await dump(self.store)


def _shown(line: Line, ids: Mapping[str, str]) -> str:
    when = f"{local(line.at):%m-%d %H:%M}"
    who = f"小微[{line.out_kind}]" if line.from_bot else name_of(line.sender)
    quoted = "" if line.quote is None else f"(引用{ids.get(line.quote, '别处的话')})"
    words = line.text if line.kind is Kind.TEXT or line.text else f"[{line.kind.value}]"
    return f"{when} {who}{quoted}: {words}"


def recurring_jobs(office: Office) -> int:
    """How many posts the schedule knows."""
    return len(triggers(office))
