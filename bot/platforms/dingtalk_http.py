"""One HTTP session for everything that DingTalk is asked, with a deadline on every call and failures told apart.

The question behind each failure is whether the message may have arrived: a call that ``shows`` something to people and
broke after it was written has an unknown result; any other can be made again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import aiohttp

from bot.platforms.dingtalk_timings import DingtalkTimings
from bot.ports.platform import FailureKind, SendFailed

_MOST_JSON: Final = 2 * 1024 * 1024
"""No answer of the interface is longer; what is, is none of its answers."""
_IDLE: Final = 10.0
"""Seconds after which a connection is not used again: long before the server gives it up, because a message written
to a connection that is just being closed has an unknown result."""
_PIECE: Final = 64 * 1024
_OK: Final = range(200, 300)


class TooLarge(Exception):  # noqa: N818 - says what it is
    """More bytes than wanted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back. ``data`` is None if it was no JSON object: a proxy's page, a portal, a fault."""

    status: int
    data: Mapping[str, object] | None

    @property
    def good(self) -> bool:
        """Whether the call did what it was to do, as far as HTTP tells."""
        return self.status in _OK and self.data is not None

    @property
    def code(self) -> str:
        """The interface's own word for a fault, cut to what may stand in a log."""
        said = "" if self.data is None else str(self.data.get("code") or self.data.get("errcode") or "")
        return "".join(letter for letter in said if letter.isalnum() or letter in "._-")[:80]


class DingtalkHttp:
    """The session. Open between ``async with``; a call outside fails as temporary."""

    def __init__(self, *, timings: DingtalkTimings) -> None:
        self._timings = timings
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=_IDLE))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session; raises SendFailed (temporary) while there is none."""
        if self._session is None:
            raise SendFailed(FailureKind.TEMPORARY, "钉钉连接没有打开")
        return self._session

    async def post(
        self,
        url: str,
        *,
        body: Mapping[str, object] | None = None,
        form: aiohttp.FormData | None = None,
        headers: Mapping[str, str] | None = None,
        shows: bool,
        within: float,
    ) -> Answer:
        """The answer to a POST of a JSON body or a form; raises SendFailed if none came. ``within`` seconds."""
        after = FailureKind.UNKNOWN if shows else FailureKind.TEMPORARY
        try:
            async with self.session.post(
                url,
                json=body,
                data=form,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=within, connect=min(within, self._timings.connect)),
                allow_redirects=False,
            ) as response:
                return Answer(status=response.status, data=_object(await read_most(response, most=_MOST_JSON)))
        except aiohttp.ClientSSLError as error:
            raise SendFailed(FailureKind.TEMPORARY, "钉钉的证书没有通过检查,可能被代理换过") from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise SendFailed(FailureKind.TEMPORARY, "连不上钉钉") from error
        except aiohttp.InvalidURL as error:
            raise SendFailed(FailureKind.PERMANENT, "钉钉的接口地址写错了") from error
        except TimeoutError as error:
            raise SendFailed(after, f"钉钉在 {within:g} 秒内没有回答") from error
        except aiohttp.ClientError as error:
            raise SendFailed(after, "与钉钉的连接中途断了") from error
        except TooLarge as error:
            raise SendFailed(after, "钉钉的回答长得不对") from error

    async def get(self, url: str, *, most: int, within: float) -> tuple[int, str, bytes]:
        """Status, media type and body of a download; raises TooLarge, SendFailed (temporary or permanent)."""
        try:
            async with self.session.get(
                url, timeout=aiohttp.ClientTimeout(total=within, connect=min(within, self._timings.connect))
            ) as response:
                if response.content_length is not None and response.content_length > most:
                    raise TooLarge
                return response.status, response.content_type, await read_most(response, most=most)
        except aiohttp.InvalidURL as error:
            raise SendFailed(FailureKind.PERMANENT, "钉钉给的下载地址不对") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SendFailed(FailureKind.TEMPORARY, "没能从钉钉下载下来") from error


async def read_most(response: aiohttp.ClientResponse, *, most: int) -> bytes:
    """The body, in pieces; raises TooLarge as soon as it is longer than ``most``."""
    found = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        found += piece
        if len(found) > most:
            raise TooLarge
    return bytes(found)


def _object(body: bytes) -> Mapping[str, object] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
