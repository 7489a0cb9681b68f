"""The wire to a Wechaty gateway: one HTTP/2 connection, every call with a deadline, every foreign error made ours.

What an error of the gateway says is never kept: a refused token is quoted in it.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from enum import StrEnum
from functools import partial
from typing import Any, Final, TypeVar

from grpclib.client import Channel, Handler, Stream
from grpclib.config import Configuration
from grpclib.const import Cardinality, Status
from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError
from grpclib.protocol import H2Protocol
from wechaty_grpc.wechaty import PuppetStub  # type: ignore[import-untyped]
from wechaty_grpc.wechaty import puppet as messages

from bot.platforms.wechat_options import WechatTiming, WechatTls

__all__ = ["Fault", "Wire", "WireFault", "messages"]

CHUNK: Final = 64 * 1024
"""Bytes of a file that travel together; the gateway refuses messages over 4 MiB."""
_CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20"
_UNSUPPORTED: Final = ("unsupported", "not supported", "not implement", "not support", "unimplemented")
_WEB: Final = b"HTTP/1."
_NOT_GRPC: Final = ("content-type", "grpc-status header", "Received :status")


class Fault(StrEnum):
    """What went wrong on the wire."""

    UNREACHABLE = "unreachable"
    """No connection: the request was certainly not sent."""
    BROKEN = "broken"
    """The connection was lost: the request may have been carried out."""
    TIMEOUT = "timeout"
    """No answer in time: the request may have been carried out, now or later."""
    TOKEN = "token"  # noqa: S105 - names a fault
    """The gateway does not accept our token."""
    CERTIFICATE = "certificate"
    """The gateway's certificate is not the one we are to trust, or it does not speak TLS at all."""
    NOT_A_GATEWAY = "not_a_gateway"
    """Something answers, but not in the gateway's language."""
    TAKEN = "taken"
    """The gateway already gives its events to somebody."""
    UNSUPPORTED = "unsupported"
    """The gateway's kind of WeChat client cannot do this."""
    TOO_LARGE = "too_large"
    BAD_REQUEST = "bad_request"
    """The gateway says that this can never be done."""
    FAILED = "failed"
    """The gateway answered that it did not work."""


_OF_STATUS: Final = {
    Status.UNAUTHENTICATED: Fault.TOKEN,
    Status.PERMISSION_DENIED: Fault.TOKEN,
    Status.ALREADY_EXISTS: Fault.TAKEN,
    Status.UNIMPLEMENTED: Fault.UNSUPPORTED,
    Status.RESOURCE_EXHAUSTED: Fault.TOO_LARGE,
    Status.INVALID_ARGUMENT: Fault.BAD_REQUEST,
    Status.NOT_FOUND: Fault.BAD_REQUEST,
    Status.OUT_OF_RANGE: Fault.BAD_REQUEST,
    Status.DEADLINE_EXCEEDED: Fault.TIMEOUT,
    Status.UNAVAILABLE: Fault.BROKEN,
    Status.CANCELLED: Fault.BROKEN,
}


class WireFault(Exception):  # noqa: N818 - reads as what happened
    """A call that did not end well. Says only which kind of fault it was."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def _ours(error: Exception) -> WireFault:
    """What an error of the libraries underneath means to us."""
    if isinstance(error, GRPCError):
        said = error.message or ""
        if any(mark in said for mark in _NOT_GRPC) and error.status is not Status.UNAVAILABLE:
            return WireFault(Fault.NOT_A_GATEWAY)
        if error.status is Status.UNKNOWN:
            lowered = said.lower()
            if any(mark in lowered for mark in _UNSUPPORTED):
                return WireFault(Fault.UNSUPPORTED)
            if "timeout" in lowered or "timed out" in lowered:
                return WireFault(Fault.TIMEOUT)
        return WireFault(_OF_STATUS.get(error.status, Fault.FAILED))
    if isinstance(error, TimeoutError):
        return WireFault(Fault.TIMEOUT)
    return WireFault(Fault.UNREACHABLE if isinstance(error, _NeverSent) else Fault.BROKEN)


_FOREIGN: Final = (GRPCError, StreamTerminatedError, ProtocolError, OSError, TimeoutError)

T = TypeVar("T")


async def _apart(work: Callable[[], Awaitable[T]]) -> T:
    """The result of work with the library, done in a task of its own; raises WireFault.

    When a connection is lost the library cancels the task that waits for it and never takes that back; in a task of
    ours every later time limit and task group would take itself for cancelled.
    """
    async with asyncio.TaskGroup() as group:
        task = group.create_task(_outcome(work))
    outcome = task.result()
    if isinstance(outcome, WireFault):
        raise outcome
    return outcome


async def _outcome(work: Callable[[], Awaitable[T]]) -> T | WireFault:
    try:
        return await work()
    except _FOREIGN as error:
        return _ours(error)
    except AssertionError:  # the stub's way of saying that an answer was empty
        return WireFault(Fault.BROKEN)


class _Protocol(H2Protocol):
    """Knows the transport below it."""

    transport: asyncio.BaseTransport | None = None
    lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.lost = True
        super().connection_lost(exc)


class _NeverSent(ConnectionError):  # noqa: N818 - reads as what happened
    """There is no connection, so what was to be asked was not."""


class _Channel(Channel):
    """Hangs up at once and for good.

    The library waits for a gateway that stands still and for the end of TLS, and connects again by itself for a call
    that was about to begin: such a connection would never be closed.
    """

    def __init__(self, host: str, port: int, *, secure: ssl.SSLContext | None, config: Configuration) -> None:
        super().__init__(host, port, ssl=secure, config=config)
        self._made: list[_Protocol] = []
        self._hung_up = False

    async def __connect__(self) -> H2Protocol:
        """Raises _NeverSent, ssl.SSLError."""
        try:
            protocol = await self._while_wanted()
        except ssl.SSLError:
            raise
        except OSError as error:
            raise _NeverSent from error
        if self._hung_up:
            self.close()
            raise _NeverSent
        return protocol

    async def _while_wanted(self) -> H2Protocol:
        if self._hung_up:
            raise _NeverSent
        return await super().__connect__()

    def _protocol_factory(self) -> H2Protocol:
        made = _Protocol(Handler(), self._config, self._h2_config)
        self._made = [one for one in self._made if not one.lost] + [made]
        return made

    def close(self) -> None:
        self._hung_up = True
        super().close()
        for made in self._made:
            if isinstance(made.transport, asyncio.WriteTransport):
                made.transport.abort()
        self._made.clear()


class Wire:
    """The connection, opened and closed many times over the life of the bot; calls fail at once while it is closed."""

    def __init__(self, *, endpoint: str, token: str, tls: WechatTls, timing: WechatTiming) -> None:
        """Know the way; ``endpoint`` is ``host:port``. Raises ValueError for anything else."""
        host, colon, port = endpoint.rpartition(":")
        if not colon or not host or not port.isdigit():
            message = "an endpoint is host:port"
            raise ValueError(message)
        self._host = host.strip("[]")
        self._port = int(port)
        self._metadata = {"authorization": f"Wechaty {token}"}
        self._tls = tls
        self._timing = timing
        self._channel: Channel | None = None

    async def open(self) -> None:
        """Connect anew; raises WireFault."""
        self.close()
        secure = None
        if self._tls.on:
            try:
                secure = await asyncio.to_thread(_secure, self._tls)
            except OSError as error:  # the file with the authority cannot be read, or holds none
                raise WireFault(Fault.CERTIFICATE) from error
        config = Configuration(
            _keepalive_time=self._timing.keepalive,
            _keepalive_timeout=self._timing.heartbeat_answer,
            _keepalive_permit_without_calls=True,
            _http2_max_pings_without_data=0,
            _http2_min_sent_ping_interval_without_data=self._timing.keepalive / 2,
            ssl_target_name_override=self._tls.server_name,
        )
        self._channel = _Channel(self._host, self._port, secure=secure, config=config)
        await self._connected(self._channel)

    def close(self) -> None:
        """Hang up; what is under way fails as broken."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    async def call(self, method: str, request: Any, *, within: float | None = None) -> Any:  # noqa: ANN401 - the stubs are untyped
        """The answer to one request, ``within`` seconds; raises WireFault."""
        channel = await self._open_channel()
        seconds = self._timing.call if within is None else within
        asked = partial(getattr(PuppetStub(channel), method), request, timeout=seconds, metadata=self._metadata)
        try:
            async with asyncio.timeout(seconds):
                return await _apart(asked)
        except TimeoutError:
            raise WireFault(Fault.TIMEOUT) from None

    async def listen(self, hear: Callable[[int, str], Awaitable[None]]) -> None:
        """Give ``hear`` all that happens, as type and payload, until the gateway ends it; raises WireFault."""
        channel = await self._open_channel()

        async def listening() -> None:
            async with self._stream(channel, "Event", messages.EventRequest, messages.EventResponse) as stream:
                await stream.send_message(messages.EventRequest(), end=True)
                async for event in stream:
                    await hear(int(event.type), event.payload)

        await _apart(listening)

    async def download(self, uuid: str, *, most: int) -> bytes | None:
        """A file that the gateway keeps, None if it has more than ``most`` bytes; raises WireFault."""
        channel = await self._open_channel()

        async def downloading() -> bytes | None:
            data = bytearray()
            async with self._stream(channel, "Download", messages.DownloadRequest, messages.DownloadResponse) as stream:
                await stream.send_message(messages.DownloadRequest(id=uuid), end=True)
                async for piece in stream:
                    data += piece.chunk
                    if len(data) > most:
                        return None
            return bytes(data)

        try:
            async with asyncio.timeout(self._timing.transfer):
                return await _apart(downloading)
        except TimeoutError:
            raise WireFault(Fault.TIMEOUT) from None

    async def upload(self, data: bytes) -> str:
        """Hand a file to the gateway and return the name that it gets there; raises WireFault."""
        channel = await self._open_channel()

        async def pieces() -> AsyncIterator[Any]:
            for start in range(0, len(data), CHUNK):
                yield messages.UploadRequest(chunk=data[start : start + CHUNK])

        try:
            async with asyncio.timeout(self._timing.transfer):
                answer = await _apart(partial(PuppetStub(channel).upload, pieces(), metadata=self._metadata))
        except TimeoutError:
            raise WireFault(Fault.TIMEOUT) from None
        return str(answer.id)

    def _stream(self, channel: Channel, method: str, asks: type[Any], answers: type[Any]) -> Stream[Any, Any]:
        """A method that keeps answering; not by the stub, which would leave it open when nobody listens any more."""
        route = f"/wechaty.Puppet/{method}"
        return channel.request(route, Cardinality.UNARY_STREAM, asks, answers, metadata=self._metadata)

    async def answers_like_the_web(self) -> bool:
        """Whether an ordinary web server is at the other end: the library would wait for ever for its answer to end."""
        try:
            async with asyncio.timeout(self._timing.connect):
                secure = await asyncio.to_thread(_secure, self._tls) if self._tls.on else None
                name = self._tls.server_name if self._tls.on else None
                reader, writer = await asyncio.open_connection(self._host, self._port, ssl=secure, server_hostname=name)
                try:
                    writer.write(b"GET / HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n")
                    return await reader.read(len(_WEB)) == _WEB
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return False

    async def _open_channel(self) -> Channel:
        if self._channel is None:
            raise WireFault(Fault.UNREACHABLE)
        await self._connected(self._channel)
        return self._channel

    async def _connected(self, channel: Channel) -> None:
        """Be connected before anything is asked: only so is it known what was certainly never sent."""
        try:
            async with asyncio.timeout(self._timing.connect):
                await channel.__connect__()
        except ssl.SSLError:
            raise WireFault(Fault.CERTIFICATE) from None
        except (OSError, TimeoutError):
            raise WireFault(Fault.UNREACHABLE) from None


def _secure(tls: WechatTls) -> ssl.SSLContext:
    """Trust as configured; reads files, so it runs in a thread. Raises OSError."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=tls.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.set_alpn_protocols(["h2"])
    return context
