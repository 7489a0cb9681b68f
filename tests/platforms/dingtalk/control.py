"""The door through which a test plays the people in DingTalk, and the faults of its servers."""

import json
from typing import Any

from aiohttp import web

from tests.platforms.dingtalk.server_state import State


class Control:
    """``POST /control`` with ``{"do": …}``; files are put as bodies under ``/control/files/<code>``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control", self._control),
            web.put("/control/files/{code}", self._put_file),
            web.get("/control/state", self._show),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        del request
        state = self._state
        return web.json_response(
            {
                "sent": state.sent,
                "answers": state.answers,
                "pushed": list(state.frames),
                "unanswered": [frame["headers"]["messageId"] for frame in state.unanswered],
                "recalled": state.recalled,
                "media": state.media,
                "calls": state.calls,
                "opened": state.opened,
                "connections": len(state.sockets),
            }
        )

    async def _put_file(self, request: web.Request) -> web.Response:
        self._state.files[request.match_info["code"]] = await request.read()
        return web.json_response({})

    async def _control(self, request: web.Request) -> web.Response:
        said = await request.json()
        match said.pop("do"):
            case "push":
                pushed = [await self._push(frame, **said.get("to", {})) for frame in said["frames"]]
                return web.json_response({"pushed": pushed})
            case "raw":
                await self._state.sockets[-1].send_str(said["text"])
            case "mood":
                for name, value in said.items():
                    setattr(self._state.moods, name, value)
            case "revoke":
                self._state.tokens.clear()
            case "members":
                self._state.members[said["group"]] = said["members"]
            case "cut":
                for cable in list(self._state.cables):
                    cable.abort()
        return web.json_response({})

    async def _push(self, frame: dict[str, Any], *, connection: int | None = None) -> bool:
        """Give a frame to one connection at random, as DingTalk does; False if nobody is connected."""
        self._state.frames[frame["headers"]["messageId"]] = frame
        sockets = [socket for socket in self._state.sockets if not socket.closed]
        if not sockets:
            return False
        socket = self._state.random.choice(sockets) if connection is None else sockets[connection]
        await socket.send_str(json.dumps(frame, ensure_ascii=False))
        return True
