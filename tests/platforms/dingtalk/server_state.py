"""What the local DingTalk remembers and how it misbehaves when told to."""

import asyncio
import hashlib
import itertools
import os
import random
import signal
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

ACKNOWLEDGED = 200


@dataclass(kw_only=True)
class Moods:
    """How the server behaves. Numbers count down with every call that they spoil."""

    html: bool = False
    """Every call answers with a page, as a portal does."""
    close_after_accept: bool = False
    open_status: int = 200
    qps: dict[str, int] = field(default_factory=dict)
    """Calls of a path that are throttled."""
    status: dict[str, list[int]] = field(default_factory=dict)
    """Statuses that a path answers with, one a call, before it works again."""
    silent: dict[str, int] = field(default_factory=dict)
    """Calls of a path that are done and then cut off without an answer."""
    errors: dict[str, list[dict[str, str | int]]] = field(default_factory=dict)
    """What calls of a path answer with in the older interface: a 200 that names a fault."""
    slow: dict[str, float] = field(default_factory=dict)
    """Seconds that a path takes."""
    webhook_expired: bool = False
    expire_in: int = 7200
    invalid: list[str] = field(default_factory=list)
    filtered: list[str] = field(default_factory=list)
    flow_controlled: list[str] = field(default_factory=list)
    repeats: bool = False
    """Whoever connects is given once more what nobody has acknowledged."""
    kills: int = 0
    """A process that is killed as soon as people have seen so many (``kills_after``) messages more."""
    kills_after: int = 0


class State:
    """Everything that happened."""

    def __init__(self, *, client_id: str, client_secret: str) -> None:
        self.client_id, self.client_secret = client_id, client_secret
        self.moods = Moods()
        self.tokens: set[str] = set()
        self.tickets: set[str] = set()
        self.sockets: list[web.WebSocketResponse] = []
        self.cables: list[asyncio.Transport] = []
        self.opened: list[float] = []
        self.frames: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.sent: list[dict[str, Any]] = []
        self.recalled: list[dict[str, Any]] = []
        self.media: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.members: dict[str, dict[str, str]] = {}
        self.calls: dict[str, int] = {}
        self.serial = itertools.count(1)
        self.random = random.Random(1)  # noqa: S311 - no secret

    @property
    def unanswered(self) -> list[dict[str, Any]]:
        """What was pushed and not acknowledged, in order."""
        return [frame for id_, frame in self.frames.items() if self.answers.get(id_, {}).get("code") != ACKNOWLEDGED]

    def spoiled(self, path: str) -> web.Response | None:
        """The answer of a server in a bad mood, None in a good one."""
        if self.moods.html:
            return web.Response(text="<html><body>请先登录校园网</body></html>", content_type="text/html")
        if self.moods.qps.get(path, 0) > 0:
            self.moods.qps[path] -= 1
            code = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
            return web.json_response({"code": code, "message": "too fast"}, status=403)
        statuses = self.moods.status.get(path)
        if statuses:
            return web.json_response({"code": "said.so", "message": "as told"}, status=statuses.pop(0))
        errors = self.moods.errors.get(path)
        if errors:
            return web.json_response(errors.pop(0))
        return None

    def keep_media(self, name: str, kind: str, body: bytes) -> str:
        media_id = f"@media{next(self.serial)}"
        self.media[media_id] = {
            "name": name,
            "type": kind,
            "size": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        return media_id

    def record(self, **what: object) -> str:
        """A message that people can see."""
        number = f"pqk{next(self.serial)}"
        self.sent.append({"id": number, "at": asyncio.get_running_loop().time(), **what})
        if self.moods.kills:
            self.moods.kills_after -= 1
            if not self.moods.kills_after:
                os.kill(self.moods.kills, signal.SIGKILL)
        return number
