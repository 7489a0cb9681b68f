"""The local DingTalk from a test's side: start and stop it, speak as the people in it, see what the bot posted.

A whole story needs no more than ``Peer``; times are the bot's clock's, ids are DingTalk's.
"""

import asyncio
import io
import itertools
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

import aiohttp

CLIENT_ID = "ding-demo"
CLIENT_SECRET = "demo-secret"  # noqa: S105 - of a server that lives as long as a test
ROOT = Path(__file__).parents[3]
BOT_ID = "$:LWCP_v1:$bot"
LONGEST = 20.0
"""Seconds that anything in these tests may take before it counts as broken."""


class Manner(TypedDict, total=False):
    """How something is said: in which group (None: privately), by whom, when, under which id (None: without)."""

    group: str | None
    sender: str
    name: str
    at_ms: int
    msg_id: str | None
    staff: bool


class Peer:
    """A server in its own process. ``async with Peer() as peer``; ``kill`` and ``start`` again keep the port."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._http: aiohttp.ClientSession | None = None
        self._port = 0
        self._serial = itertools.count(1)

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        await self.start()
        return self

    @asynccontextmanager
    async def from_here(self) -> AsyncIterator["Peer"]:
        """The same server, spoken to from a process that was forked off and must not use our connections."""
        other = Peer()
        other._port = self._port
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as other._http:
            yield other

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()
        assert self._http is not None
        await self._http.close()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start, on the same port as before if it ran before."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.platforms.dingtalk.server",
            f"--port={self._port}",
            f"--client-id={CLIENT_ID}",
            f"--client-secret={CLIENT_SECRET}",
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(LONGEST):
            line = (await self._process.stdout.readline()).decode().split()
        assert line[:1] == ["READY"], f"the local DingTalk did not start: {line}"
        self._port = int(line[1])

    async def kill(self) -> None:
        """End it on the spot, as a power cut does."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGCONT)
                process.kill()
            await process.wait()

    def freeze(self) -> None:
        """Stop it without closing anything: connections stay half-open."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    # What the server is told and asked

    async def control(self, do: str, **what: object) -> dict[str, Any]:
        assert self._http is not None
        body = io.BytesIO(json.dumps({"do": do, **what}).encode())
        async with self._http.post(f"{self.base}/control", data=body) as response:
            assert response.status == 200, await response.text()
            found: dict[str, Any] = await response.json()
            return found

    async def state(self) -> dict[str, Any]:
        assert self._http is not None
        async with self._http.get(f"{self.base}/control/state") as response:
            found: dict[str, Any] = await response.json()
            return found

    async def mood(self, **moods: object) -> None:
        """Misbehave: see ``server_state.Moods``."""
        await self.control("mood", **moods)

    async def put_file(self, code: str, body: bytes) -> None:
        assert self._http is not None
        async with self._http.put(f"{self.base}/control/files/{code}", data=io.BytesIO(body)) as response:
            assert response.status == 200

    async def sent(self) -> list[dict[str, Any]]:
        """What the bot posted, in order."""
        found: list[dict[str, Any]] = (await self.state())["sent"]
        return found

    async def answered(self, *frames: dict[str, Any]) -> list[dict[str, Any]]:
        """The bot's answers to frames, as soon as it has given them all."""
        ids = [frame["headers"]["messageId"] for frame in frames]

        async def all_there() -> bool:
            return set(ids) <= set((await self.state())["answers"])

        await until(all_there)
        answers = (await self.state())["answers"]
        return [answers[one] for one in ids]

    async def connected(self, count: int = 1) -> None:
        async def there() -> bool:
            return bool((await self.state())["connections"] == count)

        await until(there)

    # What people do in DingTalk

    async def push(self, *frames: dict[str, Any], connection: int | None = None) -> list[bool]:
        """Push frames, each to a connection at random; False for one that nobody was there to get."""
        to = {} if connection is None else {"connection": connection}
        found: list[bool] = (await self.control("push", frames=frames, to=to))["pushed"]
        return found

    async def say(self, text: str, **manner: Unpack[Manner]) -> dict[str, Any]:
        """Somebody says something to the bot; the frame that was pushed."""
        frame = self.said(text, **manner)
        await self.push(frame)
        return frame

    def said(self, text: str, **manner: Unpack[Manner]) -> dict[str, Any]:
        """A text message as a frame, not yet pushed."""
        return self.robot("text", {"text": {"content": text}}, **manner)

    def robot(self, msgtype: str, content: Mapping[str, object], **manner: Unpack[Manner]) -> dict[str, Any]:
        """A robot message as a frame; ``content`` are the fields that its kind brings, over all others."""
        number, group, sender = next(self._serial), manner.get("group", "cidLiuwan"), manner.get("sender", "staff-zhen")
        conversation = group or f"cidp-{sender}"
        data = {
            "conversationId": conversation,
            "conversationType": "2" if group else "1",
            "conversationTitle": "柳湾村务群",
            "chatbotUserId": BOT_ID,
            "robotCode": CLIENT_ID,
            "msgId": manner.get("msg_id", f"msg{number}"),
            "createAt": manner.get("at_ms", 1772759523000),
            "senderId": f"$:LWCP_v1:${sender}",
            "senderStaffId": sender if manner.get("staff", True) else None,
            "senderNick": manner.get("name", "阿珍"),
            "isInAtList": group is not None,
            "atUsers": [{"dingtalkId": BOT_ID}] if group else [],
            "sessionWebhook": f"{self.base}/robot/sendBySession?session={conversation}",
            "sessionWebhookExpiredTime": 4102444800000,
            "msgtype": msgtype,
            **content,
        }
        return self.frame("CALLBACK", "/v1.0/im/bot/messages/get", data)

    def event(self, kind: str, **data: object) -> dict[str, Any]:
        """An event of a group as a frame."""
        frame = self.frame("EVENT", "*", data)
        frame["headers"] |= {"eventType": kind, "eventId": f"ev{next(self._serial)}", "eventBornTime": 1772759523000}
        return frame

    def tap(self, card: str, number: int, *, by: str, group: str | None = None) -> dict[str, Any]:
        """A tapped button of an interactive card as a frame."""
        content = {"cardPrivateData": {"actionIds": ["choose"], "params": {"choice": str(number)}}}
        data = {"type": "actionCallback", "outTrackId": card, "userId": by, "content": json.dumps(content)}
        data |= {"spaceType": "IM_GROUP", "spaceId": group} if group else {"spaceType": "IM_ROBOT", "spaceId": by}
        return self.frame("CALLBACK", "/v1.0/card/instances/callback", data)

    def system(self, topic: str, **data: object) -> dict[str, Any]:
        return self.frame("SYSTEM", topic, data)

    def frame(self, kind: str, topic: str, data: dict[str, Any]) -> dict[str, Any]:
        headers = {
            "topic": topic,
            "messageId": f"frame{next(self._serial)}",
            "contentType": "application/json",
            "time": "1772759523000",
        }
        return {
            "specVersion": "1.0",
            "type": kind,
            "headers": headers,
            "data": json.dumps(data, ensure_ascii=False),
        }


async def until(happened: Callable[[], Awaitable[bool]], *, within: float = LONGEST) -> None:
    """Wait until something has happened; fails the test if it does not."""
    async with asyncio.timeout(within):
        while not await happened():  # noqa: ASYNC110 - another process has no event to wait for
            await asyncio.sleep(0.02)


def sequence(frames: Sequence[dict[str, Any]]) -> list[str]:
    """The platform's message ids of pushed frames."""
    return [json.loads(frame["data"])["msgId"] for frame in frames]
