"""What a user would pick instead: a NoneBot2 bot that looks for the same words and writes each message by itself."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Literal

import nonebot
from nonebot.adapters import Adapter, Bot, Event, Message, MessageSegment
from nonebot.message import handle_event
from nonebot.plugin import on_message
from nonebot.rule import Rule, keyword

from bot.classify.lexicon import read_lexicon
from bot.domain.messages import Incoming
from bot.settings import Settings

_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE messages (platform TEXT, message TEXT, conversation TEXT, sender TEXT, name TEXT, kind TEXT, text TEXT,
                       at TEXT, UNIQUE (platform, message));
CREATE TABLE tickets (id INTEGER PRIMARY KEY, conversation TEXT, sender TEXT, text TEXT, state TEXT, at TEXT);
CREATE TABLE replies (id INTEGER PRIMARY KEY, conversation TEXT, text TEXT, state TEXT);
"""


class _Segment(MessageSegment["_Words"]):
    @classmethod
    def get_message_class(cls) -> type["_Words"]:
        return _Words

    def __str__(self) -> str:
        return str(self.data["text"])

    def is_text(self) -> bool:
        return True


class _Words(Message[_Segment]):
    @classmethod
    def get_segment_class(cls) -> type[_Segment]:
        return _Segment

    @staticmethod
    def _construct(msg: str) -> list[_Segment]:  # type: ignore[override]  # a list is an iterable
        return [_Segment("text", {"text": msg})]


class _Said(Event):
    incoming: Incoming

    def get_type(self) -> Literal["message"]:  # type: ignore[override]
        return "message"

    def get_event_name(self) -> str:
        return "message.group"

    def get_event_description(self) -> str:
        return ""

    def get_user_id(self) -> str:
        return self.incoming.sender

    def get_session_id(self) -> str:
        return f"{self.incoming.group}_{self.incoming.sender}"

    def get_message(self) -> Message[_Segment]:
        return _Words(self.incoming.text)

    def get_plaintext(self) -> str:
        return self.incoming.text

    def is_tome(self) -> bool:
        return False


class _Quiet(Adapter):
    @classmethod
    def get_name(cls) -> str:
        return "bench"

    async def _call_api(self, bot: Bot, api: str, **data: object) -> None:
        del bot, api, data


class _Bot(Bot):
    async def send(self, event: Event, message: object, **kwargs: object) -> None:
        del event, message, kwargs


def nonebot_into(file: Path, settings: Settings) -> Callable[[Sequence[Incoming]], Awaitable[None]]:
    """A bot over a file of its own, with every word by which the product's lexicon knows what people want."""
    lexicon, _ = read_lexicon(settings.lexicon_folders)
    words = sorted({word for name in lexicon.topics for word in (name, *lexicon.topics[name]) if len(word) > 1})
    nonebot.init(driver="~none", log_level="CRITICAL", command_start={"/"})
    adapter = _Quiet(nonebot.get_driver())
    bot = _Bot(adapter, "bench")
    database = sqlite3.connect(file)
    database.executescript(_TABLES)

    def store(said: Incoming) -> None:
        row = (
            said.platform,
            said.id,
            said.group,
            said.sender,
            said.name,
            said.kind.value,
            said.text,
            said.sent_at.isoformat(),
        )
        database.execute("INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    appeal = on_message(rule=Rule() & keyword(*words), priority=1, block=True)
    other = on_message(priority=2, block=True)

    @appeal.handle()
    async def _open(event: _Said) -> None:
        said = event.incoming
        store(said)
        ticket = (said.group, said.sender, said.text, "open", said.sent_at.isoformat())
        database.execute("INSERT INTO tickets (conversation, sender, text, state, at) VALUES (?, ?, ?, ?, ?)", ticket)
        database.execute(
            "INSERT INTO replies (conversation, text, state) VALUES (?, ?, ?)", (said.group, "收到", "new")
        )
        database.commit()

    @other.handle()
    async def _keep(event: _Said) -> None:
        store(event.incoming)
        database.commit()

    async def play(said: Sequence[Incoming]) -> None:
        for one in said:
            await handle_event(bot, _Said(incoming=one))

    return play
