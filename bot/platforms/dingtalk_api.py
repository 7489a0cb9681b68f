"""DingTalk's open interface: a token that is always fresh, calls with their failures told apart, up- and downloads."""

import asyncio
import io
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Final
from urllib.parse import quote, urlsplit

import aiohttp

from bot.platforms.dingtalk_http import Answer, DingtalkHttp, TooLarge
from bot.platforms.dingtalk_limits import Throttle
from bot.platforms.dingtalk_timings import DingtalkTimings
from bot.ports import Clock
from bot.ports.platform import Attachment, FailureKind, FetchFailed, SendFailed

API: Final = "https://api.dingtalk.com"
OAPI: Final = "https://oapi.dingtalk.com"
NO_DATA: Final = "钉钉接口返回的是网页,不是数据:多半被代理、防火墙或上网认证页面拦住了"
_TOKEN: Final = "/v1.0/oauth2/accessToken"  # noqa: S105 - a path
_EARLY: Final = timedelta(minutes=5)
"""A token is changed for a new one so long before it ends."""
_SHORTEST: Final = timedelta(seconds=30)
_UNCLEAR: Final = frozenset({500, 502, 504})
"""The interface broke while it worked: what was asked may have been done."""
_BUSY: Final = frozenset({429, 503})
_FORBIDDEN: Final = 403
_DENIED: Final = frozenset({400, 401, 403})
_BAD_TOKEN: Final = frozenset({"InvalidAuthentication", "AuthenticationFailed"})
_OAPI_BAD_TOKEN: Final = frozenset({"40001", "40014", "42001"})
_OAPI_BUSY: Final = frozenset({"88", "90002", "90018", "-1"})
_OAPI_NO_SCOPE: Final = "60011"
"""What stands beneath an 88 for a permission that is missing; some answers say it in the words alone."""


class Refused(SendFailed):
    """DingTalk does not know this application or its secret."""

    def __init__(self, code: str) -> None:
        super().__init__(
            FailureKind.TEMPORARY,
            f"钉钉不认这个应用的 Client ID 或 Client Secret({code or '没有说明'}),请到开发者后台核对",
        )


class NotPermitted(SendFailed):
    """The application was not given the permission that a call needs: trying again helps nobody."""

    def __init__(self, *, attachment: bool = False) -> None:
        super().__init__(
            FailureKind.PERMANENT, "钉钉应用没有开通这项接口权限,请到开发者后台申请", attachment=attachment
        )


class DingtalkApi:
    """Calls of the open interface in the name of one application."""

    def __init__(
        self,
        *,
        http: DingtalkHttp,
        client_id: str,
        client_secret: str,
        clock: Clock,
        timings: DingtalkTimings,
        api_base: str = API,
        oapi_base: str = OAPI,
    ) -> None:
        self._http = http
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._timings = timings
        self._api, self._oapi = api_base.rstrip("/"), oapi_base.rstrip("/")
        self._throttle = Throttle()
        self._token = ""
        self._token_until: datetime | None = None
        self._asking = asyncio.Lock()

    async def token(self) -> str:
        """A token that is good for a while yet; raises Refused for a wrong secret, SendFailed."""
        async with self._asking:
            if self._token_until is None or self._clock.now() >= self._token_until:
                self._not_throttled(_TOKEN)
                body = {"appKey": self._client_id, "appSecret": self._client_secret}
                answer = await self._http.post(self._api + _TOKEN, body=body, shows=False, within=self._timings.call)
                if not answer.good or answer.data is None:
                    raise self._failure(_TOKEN, answer, shows=False, credentials=True)
                life = timedelta(seconds=_number(answer.data.get("expireIn"), otherwise=7200))
                self._token = str(answer.data.get("accessToken") or "")
                self._token_until = self._clock.now() + max(life - _EARLY, min(life, _SHORTEST))
            return self._token

    async def open_line(self, subscriptions: tuple[Mapping[str, str], ...]) -> str:
        """The address of a websocket to connect to, good once and for 90 s; raises Refused, SendFailed."""
        path = "/v1.0/gateway/connections/open"
        body = {
            "clientId": self._client_id,
            "clientSecret": self._client_secret,
            "subscriptions": list(subscriptions),
            "ua": "xiaowei",
            "localIp": "127.0.0.1",
        }
        answer = await self._http.post(self._api + path, body=body, shows=False, within=self._timings.connect)
        if not answer.good or answer.data is None:
            raise self._failure(path, answer, shows=False, credentials=True)
        endpoint, ticket = str(answer.data.get("endpoint") or ""), str(answer.data.get("ticket") or "")
        expected = ("wss://",) if self._api.startswith("https://") else ("ws://", "wss://")
        if not endpoint.startswith(expected) or not ticket:
            raise SendFailed(FailureKind.TEMPORARY, "钉钉没有给出可用的长连接地址")
        return f"{endpoint}?ticket={quote(ticket, safe='')}"

    async def call(self, path: str, body: Mapping[str, object], *, shows: bool) -> Mapping[str, object]:
        """The data that a call of the interface answers with; raises SendFailed.

        A token that is refused is changed once. ``shows`` is whether people see what it does.
        """
        answer: Answer | None = None
        for _ in range(2):
            self._not_throttled(path)
            token = await self.token()
            headers = {"x-acs-dingtalk-access-token": token}
            answer = await self._http.post(
                self._api + path, body=body, headers=headers, shows=shows, within=self._timings.call
            )
            if answer.good and answer.data is not None:
                self._throttle.passed(path)
                return answer.data
            if not _bad_token(answer):
                raise self._failure(path, answer, shows=shows)
            self._forget(token)
        raise SendFailed(FailureKind.TEMPORARY, "钉钉不认刚换的访问凭证")

    async def call_old(self, path: str, body: Mapping[str, object]) -> Mapping[str, object]:
        """A look-up in the older interface, with the token in the address; raises SendFailed."""
        return await self._old(path, body=body, within=self._timings.call)

    async def upload(self, attachment: Attachment, *, kind: str) -> str:
        """The media id of an uploaded picture (``image``) or ``file``; raises SendFailed, never of unknown result."""

        def form() -> aiohttp.FormData:
            data = aiohttp.FormData({"type": kind})
            body = io.BytesIO(attachment.data)  # aiohttp writes it in pieces; bytes it would write in one go
            ending = PurePath(attachment.name).suffix
            name = f"media{ending}" if ending.isascii() else "media"  # what people see is said when it is sent
            data.add_field("media", body, filename=name, content_type=attachment.media_type)
            return data

        data = await self._old("/media/upload", form=form, within=self._timings.transfer)
        media_id = data.get("media_id")
        if not isinstance(media_id, str) or not media_id:
            raise SendFailed(FailureKind.TEMPORARY, "钉钉收了文件,却没有给编号")
        return media_id

    async def post_webhook(self, url: str, body: Mapping[str, object]) -> Answer:
        """What a session webhook answers; raises SendFailed if nothing, or nothing that can be read."""
        answer = await self._http.post(url, body=body, shows=True, within=self._timings.call)
        if not answer.good:
            raise self._failure("webhook", answer, shows=True)
        return answer

    def trusts(self, url: str) -> bool:
        """Whether a webhook leads to DingTalk: replies are posted nowhere else, whatever a message says."""
        ours, theirs = urlsplit(self._oapi), urlsplit(url)
        return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)

    async def download(self, code: str, *, robot_code: str, most: int) -> bytes:
        """The bytes behind a download code; raises FetchFailed."""
        try:
            found = await self.call(
                "/v1.0/robot/messageFiles/download", {"robotCode": robot_code, "downloadCode": code}, shows=False
            )
            url = found.get("downloadUrl")
            if not isinstance(url, str) or not url:
                raise FetchFailed(FailureKind.PERMANENT, "钉钉已经不留着这个文件了")
            status, kind, body = await self._http.get(url, most=most, within=self._timings.transfer)
        except SendFailed as failure:
            raise FetchFailed(failure.kind, failure.reason) from failure
        except TooLarge as error:
            raise FetchFailed(FailureKind.PERMANENT, f"文件超过 {most // (1024 * 1024)} MB,没有取回") from error
        if status in {404, 410}:
            raise FetchFailed(FailureKind.PERMANENT, "钉钉已经不留着这个文件了")
        if status != 200 or kind == "text/html":  # noqa: PLR2004 - OK
            raise FetchFailed(FailureKind.TEMPORARY, f"从钉钉下载没有成功({status})")
        return body

    async def _old(
        self,
        path: str,
        *,
        body: Mapping[str, object] | None = None,
        form: Callable[[], aiohttp.FormData] | None = None,
        within: float,
    ) -> Mapping[str, object]:
        for _ in range(2):
            self._not_throttled(path)
            token = await self.token()
            url = f"{self._oapi}{path}?access_token={quote(token, safe='')}"
            answer = await self._http.post(
                url, body=body, form=None if form is None else form(), shows=False, within=within
            )
            if answer.data is None or not answer.good:
                raise self._failure(path, answer, shows=False)
            code = str(answer.data.get("errcode") or "0")
            if code == "0":
                self._throttle.passed(path)
                return answer.data
            if code == "88" and _OAPI_NO_SCOPE in f"{answer.data.get('sub_code')} {answer.data.get('errmsg')}":
                raise NotPermitted
            if code in _OAPI_BUSY:
                raise self._throttled(path)
            if code not in _OAPI_BAD_TOKEN:
                raise SendFailed(FailureKind.PERMANENT, f"钉钉没有接受(错误码 {answer.code})")
            self._forget(token)
        raise SendFailed(FailureKind.TEMPORARY, "钉钉不认刚换的访问凭证")

    def _forget(self, token: str) -> None:
        """Ask for a new one next time, unless somebody has already."""
        if token == self._token:
            self._token_until = None

    def _not_throttled(self, path: str) -> None:
        if self._throttle.held(path, now=self._clock.now()):
            raise SendFailed(FailureKind.TEMPORARY, "钉钉刚说调用太频繁,先等一等")

    def _throttled(self, path: str) -> SendFailed:
        pause = self._throttle.refused(path, now=self._clock.now())
        return SendFailed(FailureKind.TEMPORARY, f"钉钉说调用太频繁,等 {pause.total_seconds():g} 秒再试")

    def _failure(self, path: str, answer: Answer, *, shows: bool, credentials: bool = False) -> SendFailed:
        """What an answer that is not good means for the message."""
        status, code = answer.status, answer.code
        if status in _UNCLEAR:
            kind = FailureKind.UNKNOWN if shows else FailureKind.TEMPORARY
            return SendFailed(kind, f"钉钉出了故障({status})")
        if answer.data is None:
            return SendFailed(FailureKind.TEMPORARY, NO_DATA)
        if status in _BUSY or (status == _FORBIDDEN and "QpsLimit" in code):
            return self._throttled(path)
        if credentials and status in _DENIED:
            return Refused(code)
        return SendFailed(FailureKind.PERMANENT, f"钉钉没有接受({status} {code})")


def _bad_token(answer: Answer) -> bool:
    return answer.data is not None and (answer.status == 401 or answer.code in _BAD_TOKEN)  # noqa: PLR2004 - as named


def _number(value: object, *, otherwise: int) -> int:
    return int(value) if isinstance(value, int | float) else otherwise
