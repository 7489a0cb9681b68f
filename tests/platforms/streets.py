"""The village's street on either platform: who says what to the bot over its real peer, and what people saw of it.

Both have the same shape, so that one story is told on both. What was seen outlives the peer's process.
"""

import asyncio
import base64
import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from bot.platforms.dingtalk import DingtalkPlatform
from bot.platforms.wechat import WechatPlatform
from bot.platforms.wechat_options import WechatTls
from bot.ports import Clock
from bot.ports.platform import Adapter, Capabilities
from bot.settings import Settings
from tests.platforms.days import moved
from tests.platforms.dingtalk.peer import CLIENT_ID, CLIENT_SECRET, Peer
from tests.platforms.dingtalk.recording import FAST
from tests.platforms.wechat.conftest import QUICK
from tests.platforms.wechat.gateway import BOT_ACCOUNT, Gateway

GROUP = "g-lw1"
OFFICER = "u-lqs"
"""On duty in the group's village on a Friday."""
OFFICERS = {OFFICER: "李青山", "u-cxm": "陈秀梅", "u-sxl": "孙小龙"}
VILLAGERS = {"u-zhen": "阿珍", "u-ly": "老杨", "u-gs": "桂婶"}
MIB = 1024 * 1024
PICTURE_HEAD = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Something that the bot showed: to whom (our group, or an account), its words, and how large a file was."""

    to: str
    text: str
    size: int = 0


class Street(ABC):
    """One platform. ``now`` is the village's time, in which phones stamp what is said."""

    name: str

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.said: list[str] = []
        """Ids of everything that was said while somebody could hear it."""
        self._before: list[Seen] = []
        self._numbers = 0

    @abstractmethod
    def settings(self, settings: Settings) -> Settings:
        """The county with its groups and accounts here."""

    @abstractmethod
    def adapter(self, *, right: bool = True) -> Adapter:
        """A new adapter, with the right credentials or a wrong one."""

    @abstractmethod
    async def move_in(self) -> None:
        """Everybody is there, and the bot's account."""

    @abstractmethod
    async def speak(self, id_: str, text: str, *, by: str, group: str | None) -> None:
        """Somebody says something."""

    @abstractmethod
    async def again(self) -> None:
        """The platform hands everything over once more, the other way round."""

    @abstractmethod
    async def show(self, id_: str, *, size: int, by: str) -> None:
        """Somebody shows a picture of so many bytes in the group."""

    @abstractmethod
    async def _seen_now(self) -> list[Seen]:
        """What people saw since the peer was started."""

    @abstractmethod
    async def acknowledged(self) -> set[str]:
        """The messages of which the peer was told, or must assume, that they were taken."""

    @abstractmethod
    async def kill(self) -> None:
        """The peer's process is gone from one moment to the next."""

    @abstractmethod
    async def start(self) -> None:
        """It is started again, and knows nobody."""

    @abstractmethod
    def freeze(self) -> None: ...

    @abstractmethod
    def thaw(self) -> None: ...

    @abstractmethod
    async def hang_up_on_everybody(self) -> Callable[[], Awaitable[int]]:
        """From now on whoever connects is hung up on at once; returns what counts them."""

    @abstractmethod
    async def behave(self) -> None:
        """The end of that."""

    @abstractmethod
    async def slow_send(self) -> None:
        """The next message of the bot is shown to people, but it is not told so before it stops to wait."""

    async def ask(self, text: str, *, by: str = "u-zhen") -> str:
        """A villager says something in the group."""
        return await self._say(text, by=by, group=GROUP)

    async def tell(self, text: str, *, by: str = OFFICER) -> str:
        """An officer writes to the bot."""
        return await self._say(text, by=by, group=None)

    async def _say(self, text: str, *, by: str, group: str | None) -> str:
        id_ = self.new_id()
        await self.speak(id_, text, by=by, group=group)
        self.said.append(id_)
        return id_

    def new_id(self) -> str:
        self._numbers += 1
        return f"{self.name}-{id(self)}-{self._numbers}"

    @property
    def now_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)

    async def seen(self) -> list[Seen]:
        """Everything that people saw, in the lives of all peers."""
        return [*self._before, *await self._seen_now()]

    async def note(self) -> None:
        """Keep what was seen: the peer forgets it when it is killed."""
        self._before += await self._seen_now()

    async def has_shown(self, to: str, *words: str) -> bool:
        """Whether somebody saw a message with all of these words."""
        return any(one.to == to and all(word in one.text for word in words) for one in await self.seen())

    async def shown_twice(self) -> list[Seen]:
        """What was said more than once to the same."""
        return [one for one, times in Counter(await self.seen()).items() if times > 1]


class _HastyWechat(WechatPlatform):
    """Without the pauses between two messages, which are delivery's and tested there."""

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, pause_seconds=0.0, jitter_seconds=0.0)


class WechatStreet(Street):
    """Over a Wechaty gateway."""

    name = "wechat"

    def __init__(self, clock: Clock, gateway: Gateway, *, authority: Path | None = None) -> None:
        super().__init__(clock)
        self.gateway = gateway
        self._authority = authority
        self._last: list[str] = []
        self._slamming: asyncio.Server
        self.wrong: dict[str, Any] = {"token": "not-the-token"}

    def settings(self, settings: Settings) -> Settings:
        return moved(settings, "wechat", lambda conversation: f"{conversation}@chatroom")

    def adapter(self, *, right: bool = True) -> Adapter:
        tls = None
        if self._authority is not None:
            tls = WechatTls(on=True, ca_file=self._authority, server_name="insecure")
        told = {"token": self.gateway.token, "tls": tls} | ({} if right else self.wrong)
        # A frozen gateway is noticed soon, and an answer is not awaited for long.
        timing = replace(QUICK, call=1.5)
        jitter = Random(7)  # noqa: S311 - spreads attempts, keeps no secret
        return _HastyWechat(endpoint=self.gateway.endpoint, clock=self.clock, random=jitter, timing=timing, **told)

    async def move_in(self) -> None:
        await self.gateway.order("reset")
        await self._people()

    async def _people(self) -> None:
        names = {**VILLAGERS, **OFFICERS, BOT_ACCOUNT: "小微"}
        for account, name in names.items():
            await self.gateway.order("contact", id=account, name=name)
        await self.gateway.order("room", id=f"{GROUP}@chatroom", topic="柳湾村村民群①", members=list(names))
        await self.gateway.order("login", id=BOT_ACCOUNT)

    async def speak(self, id_: str, text: str, *, by: str, group: str | None) -> None:
        room = "" if group is None else f"{group}@chatroom"
        await self.gateway.say(text, by=by, room=room, id=id_, at=self.now_ms)
        self._last.append(id_)

    async def again(self) -> None:
        for id_ in (*reversed(self._last), *self._last):
            await self.gateway.order("emit", event="message", payload={"messageId": id_})

    async def show(self, id_: str, *, size: int, by: str) -> None:
        await self.gateway.say(
            "", by=by, room=f"{GROUP}@chatroom", id=id_, at=self.now_ms, type=6, size=size, head=PICTURE_HEAD
        )
        self.said.append(id_)

    async def _seen_now(self) -> list[Seen]:
        if not self.gateway.running:
            return []
        return [
            Seen(
                to=str(one["to"]).removesuffix("@chatroom"),
                text=one.get("text", ""),
                size=one.get("size", 0),
            )
            for one in await self.gateway.order("sent")
        ]

    async def acknowledged(self) -> set[str]:
        """WeChat does not ask: everything that was said while the line stood."""
        return set(self.said)

    async def kill(self) -> None:
        await self.note()
        self._last.clear()
        await asyncio.to_thread(self.gateway.stop)

    async def start(self) -> None:
        await asyncio.to_thread(self.gateway.start)
        await self._people()

    def freeze(self) -> None:
        self.gateway.freeze()

    def thaw(self) -> None:
        self.gateway.thaw()

    async def hang_up_on_everybody(self) -> Callable[[], Awaitable[int]]:
        await self.kill()
        came = 0

        async def slam(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal came
            came += 1
            writer.close()

        host, _, port = self.gateway.endpoint.partition(":")
        self._slamming = await asyncio.start_server(slam, host, int(port))

        async def counted() -> int:
            return came

        return counted

    async def behave(self) -> None:
        self._slamming.close()
        await self._slamming.wait_closed()
        await self.start()

    async def slow_send(self) -> None:
        await self.gateway.order("fault", method="messageSendTextAfter", ms=3_000, times=1)


class DingtalkStreet(Street):
    """Over a server that speaks DingTalk's protocols."""

    name = "dingtalk"

    def __init__(self, clock: Clock, peer: Peer) -> None:
        super().__init__(clock)
        self.peer = peer
        self._frames: dict[str, dict[str, Any]] = {}
        self._message_of: dict[str, str] = {}
        self._acknowledged: set[str] = set()

    def settings(self, settings: Settings) -> Settings:
        return moved(settings, "dingtalk", lambda conversation: f"cid-{conversation}")

    def adapter(self, *, right: bool = True) -> Adapter:
        return DingtalkPlatform(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET if right else "not-the-secret",
            clock=self.clock,
            source=Random(7),  # noqa: S311 - spreads attempts, keeps no secret
            api_base=self.peer.base,
            oapi_base=self.peer.base,
            timings=replace(FAST, call=1.5, heartbeat=0.4, pong=0.4, connect=1.0),
        )

    async def move_in(self) -> None:
        """Whoever speaks is there."""

    async def speak(self, id_: str, text: str, *, by: str, group: str | None) -> None:
        await self._push(id_, "text", {"text": {"content": f" {text}"}}, by=by, group=group)

    async def _push(self, id_: str, kind: str, content: Mapping[str, object], *, by: str, group: str | None) -> None:
        frame = self.peer.robot(
            kind,
            content,
            group=None if group is None else f"cid-{group}",
            sender=by,
            name={**VILLAGERS, **OFFICERS}[by],
            at_ms=self.now_ms,
            msg_id=id_,
        )
        await self.push(frame, id_)

    async def push(self, frame: dict[str, Any], id_: str) -> None:
        """Give a frame to the bot; whether it acknowledges it is counted for this message."""
        self._message_of[frame["headers"]["messageId"]] = id_
        self._frames[id_] = frame
        await self.peer.push(frame)

    def forgive(self, messages: set[str]) -> None:
        """These were acknowledged by somebody else: they are not the bot's to keep."""
        self._message_of = {frame: id_ for frame, id_ in self._message_of.items() if id_ not in messages}

    async def again(self) -> None:
        frames = list(self._frames.values())
        await self.peer.push(*reversed(frames), *frames)

    async def show(self, id_: str, *, size: int, by: str) -> None:
        await self.peer.put_file(id_, picture(size))
        await self._push(id_, "picture", {"content": {"downloadCode": id_}}, by=by, group=GROUP)
        self.said.append(id_)

    async def _seen_now(self) -> list[Seen]:
        state = await self.peer.state()
        return [_seen(one, state["media"]) for one in state["sent"]]

    async def acknowledged(self) -> set[str]:
        answers = (await self.peer.state())["answers"]
        return self._acknowledged | {
            message for frame, message in self._message_of.items() if answers.get(frame, {}).get("code") == 200
        }

    async def kill(self) -> None:
        await self.note()
        self._acknowledged = await self.acknowledged()
        self._frames.clear()
        await self.peer.kill()

    async def start(self) -> None:
        await self.peer.start()

    def freeze(self) -> None:
        self.peer.freeze()

    def thaw(self) -> None:
        self.peer.thaw()

    async def hang_up_on_everybody(self) -> Callable[[], Awaitable[int]]:
        before = len((await self.peer.state())["opened"])
        await self.peer.mood(close_after_accept=True)
        await self.peer.control("cut")

        async def counted() -> int:
            return len((await self.peer.state())["opened"]) - before

        return counted

    async def behave(self) -> None:
        await self.peer.mood(close_after_accept=False)

    async def slow_send(self) -> None:
        await self.peer.mood(
            silent={"/robot/sendBySession": 1, "/v1.0/robot/groupMessages/send": 1},
        )


def picture(size: int) -> bytes:
    """A picture of so many bytes."""
    return base64.b64decode(PICTURE_HEAD).ljust(size, b"\7")


def _seen(one: Mapping[str, Any], media: Mapping[str, Mapping[str, Any]]) -> Seen:
    """A message on DingTalk, whichever way it went."""
    words = json.dumps(one["fields"], ensure_ascii=False)
    size = sum(int(kept["size"]) for media_id, kept in media.items() if media_id in words)
    to = str(one["to"]).removeprefix("cid-").removeprefix("cidp-")
    return Seen(to=to, text=words, size=size)
