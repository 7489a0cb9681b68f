"""A local server that speaks DingTalk's protocols, in a process of its own: stream, open interface, session webhooks.

``python -m tests.platforms.dingtalk.server --port 0`` prints ``READY <port>`` and serves until it is ended. What
people would do in DingTalk is done through ``POST /control``; ``peer.py`` wraps that.
"""

import argparse
import asyncio
import json
import sys

from aiohttp import WSMsgType, web
from aiohttp.typedefs import Handler

from tests.platforms.dingtalk.control import Control
from tests.platforms.dingtalk.server_state import State

MOST_BODY = 64 * 1024 * 1024


class Server:
    """The routes that DingTalk has."""

    def __init__(self, state: State) -> None:
        self.state = state

    def app(self) -> web.Application:
        app = web.Application(client_max_size=MOST_BODY, middlewares=[self._moods])
        app.add_routes(
            [
                web.post("/v1.0/gateway/connections/open", self._open),
                web.get("/stream", self._stream),
                web.post("/v1.0/oauth2/accessToken", self._token),
                web.post("/v1.0/robot/groupMessages/send", self._group_send),
                web.post("/v1.0/robot/oToMessages/batchSend", self._private_send),
                web.post("/v1.0/robot/groupMessages/recall", self._recall),
                web.post("/v1.0/robot/otoMessages/batchRecall", self._recall),
                web.post("/v1.0/robot/messageFiles/download", self._download_code),
                web.post("/v1.0/card/instances/createAndDeliver", self._card),
                web.post("/v1.0/im/sceneGroups/members/batchQuery", self._members),
                web.post("/topapi/v2/user/get", self._user),
                web.post("/media/upload", self._upload),
                web.post("/robot/sendBySession", self._webhook),
                web.get("/files/{code}", self._file),
                *Control(self.state).routes(),
            ]
        )
        return app

    @web.middleware
    async def _moods(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path
        if path.startswith("/control"):
            return await handler(request)
        self.state.calls[path] = self.state.calls.get(path, 0) + 1
        await asyncio.sleep(self.state.moods.slow.get(path, 0))
        spoiled = self.state.spoiled(path)
        if spoiled is not None:
            return spoiled
        answer = await handler(request)
        if self.state.moods.silent.get(path, 0) > 0:
            self.state.moods.silent[path] -= 1
            if request.transport is not None:
                request.transport.abort()
        return answer

    async def _open(self, request: web.Request) -> web.Response:
        self.state.opened.append(asyncio.get_running_loop().time())
        body = await request.json()
        if (body.get("clientId"), body.get("clientSecret")) != (self.state.client_id, self.state.client_secret):
            return web.json_response({"code": "authFailed", "message": "鉴权失败"}, status=401)
        assert {"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"} in body["subscriptions"]
        ticket = f"ticket/{next(self.state.serial)}="
        self.state.tickets.add(ticket)
        return web.json_response({"endpoint": f"ws://{request.host}/stream", "ticket": ticket})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.state.tickets:
            return web.json_response({"code": "badTicket"}, status=401)
        self.state.tickets.discard(ticket)
        socket = web.WebSocketResponse(max_msg_size=MOST_BODY)
        await socket.prepare(request)
        if self.state.moods.close_after_accept:
            await socket.close()
            return socket
        cable = request.transport
        assert cable is not None
        self.state.sockets.append(socket)
        self.state.cables.append(cable)
        try:
            for frame in self.state.unanswered if self.state.moods.repeats else ():
                await socket.send_str(json.dumps(frame, ensure_ascii=False))
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    answer = json.loads(message.data)
                    self.state.answers[answer["headers"]["messageId"]] = answer
        finally:
            self.state.sockets.remove(socket)
            self.state.cables.remove(cable)
        return socket

    async def _token(self, request: web.Request) -> web.Response:
        body = await request.json()
        if (body.get("appKey"), body.get("appSecret")) != (self.state.client_id, self.state.client_secret):
            return web.json_response({"code": "invalidClientIdOrSecret", "message": "无效的clientId"}, status=400)
        token = f"token{next(self.state.serial)}"
        self.state.tokens.add(token)
        return web.json_response({"accessToken": token, "expireIn": self.state.moods.expire_in})

    def _unknown_token(self, request: web.Request) -> web.Response | None:
        if request.headers.get("x-acs-dingtalk-access-token") in self.state.tokens:
            return None
        return web.json_response({"code": "InvalidAuthentication", "message": "不合法的access_token"}, status=400)

    async def _group_send(self, request: web.Request) -> web.Response:
        refused = self._unknown_token(request)
        if refused is not None:
            return refused
        body = await request.json()
        assert body["robotCode"] == self.state.client_id
        fields = json.loads(body["msgParam"])
        number = self.state.record(via="group", to=body["openConversationId"], key=body["msgKey"], fields=fields)
        return web.json_response({"processQueryKey": number})

    async def _private_send(self, request: web.Request) -> web.Response:
        refused = self._unknown_token(request)
        if refused is not None:
            return refused
        body = await request.json()
        moods, users = self.state.moods, body["userIds"]
        assert body["robotCode"] == self.state.client_id
        assert len(users) <= 20
        reached = [user for user in users if user not in {*moods.invalid, *moods.filtered, *moods.flow_controlled}]
        number = ""
        for user in reached:
            fields = json.loads(body["msgParam"])
            number = self.state.record(via="private", to=user, key=body["msgKey"], fields=fields)
        return web.json_response(
            {
                "processQueryKey": number or "pqk0",
                "invalidStaffIdList": [user for user in users if user in moods.invalid],
                "filteredStaffIdList": [user for user in users if user in moods.filtered],
                "flowControlledStaffIdList": [user for user in users if user in moods.flow_controlled],
            }
        )

    async def _webhook(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.state.moods.webhook_expired:
            return web.json_response({"errcode": 300001, "errmsg": "session 已过期"})
        kind = body["msgtype"]
        self.state.record(
            via="webhook", to=request.query["session"], key=kind, fields=body[kind], at_users=body.get("at", {})
        )
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _card(self, request: web.Request) -> web.Response:
        refused = self._unknown_token(request)
        if refused is not None:
            return refused
        body = await request.json()
        self.state.record(via="card", to=body["openSpaceId"], key=body["cardTemplateId"], fields=body)
        return web.json_response({"success": True, "result": {"deliverResults": [{"success": True}]}})

    async def _recall(self, request: web.Request) -> web.Response:
        refused = self._unknown_token(request)
        if refused is not None:
            return refused
        body = await request.json()
        known = {one["id"] for one in self.state.sent}
        keys = body["processQueryKeys"]
        self.state.recalled += [{"id": key, "group": body.get("openConversationId")} for key in keys if key in known]
        return web.json_response(
            {
                "successResult": [key for key in keys if key in known],
                "failedResult": {key: "消息不存在" for key in keys if key not in known},
            }
        )

    async def _members(self, request: web.Request) -> web.Response:
        refused = self._unknown_token(request)
        if refused is not None:
            return refused
        body = await request.json()
        known = self.state.members.get(body["openConversationId"])
        if known is None:
            return web.json_response({"code": "invalidParameter.openConversationId"}, status=400)
        at, size = int(body.get("nextToken") or 0), min(int(body["maxResults"]), 100)
        page, more = list(known)[at : at + size], at + size < len(known)
        return web.json_response({"memberUserIds": page, "hasMore": more, "nextToken": str(at + size) if more else ""})

    async def _user(self, request: web.Request) -> web.Response:
        if request.query.get("access_token") not in self.state.tokens:
            return web.json_response({"errcode": 40014, "errmsg": "不合法的access_token"})
        body = await request.json()
        names = {account: name for group in self.state.members.values() for account, name in group.items()}
        return web.json_response({"errcode": 0, "result": {"name": names.get(body["userid"], "")}})

    async def _upload(self, request: web.Request) -> web.Response:
        if request.query.get("access_token") not in self.state.tokens:
            return web.json_response({"errcode": 40014, "errmsg": "不合法的access_token"})
        form = await request.post()
        media = form["media"]
        assert isinstance(media, web.FileField)
        media_id = self.state.keep_media(media.filename, str(form["type"]), media.file.read())
        return web.json_response({"errcode": 0, "media_id": media_id})

    async def _download_code(self, request: web.Request) -> web.Response:
        refused = self._unknown_token(request)
        if refused is not None:
            return refused
        body = await request.json()
        if body["downloadCode"] not in self.state.files:
            return web.json_response({"code": "invalidParameter.downloadCode"}, status=400)
        return web.json_response({"downloadUrl": f"http://{request.host}/files/{body['downloadCode']}"})

    async def _file(self, request: web.Request) -> web.Response:
        body = self.state.files.get(request.match_info["code"])
        return web.Response(status=404) if body is None else web.Response(body=body)


async def serve(port: int, *, client_id: str, client_secret: str) -> None:
    runner = web.AppRunner(Server(State(client_id=client_id, client_secret=client_secret)).app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, shutdown_timeout=0.1)
    await site.start()
    address = runner.addresses[0]
    sys.stdout.write(f"READY {address[1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--client-id", default="ding-demo")
    parser.add_argument("--client-secret", default="demo-secret")
    said = parser.parse_args()
    asyncio.run(serve(said.port, client_id=said.client_id, client_secret=said.client_secret))


if __name__ == "__main__":
    main()
