"""Pictures and files on the wire: as the boxes that gateways hand over and take. Sizes are checked while bytes come."""

import asyncio
import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

import aiohttp

from bot.domain.messages import MediaRef
from bot.platforms.wechat_options import WechatTiming
from bot.platforms.wechat_wire import CHUNK, Fault, Wire, WireFault, messages
from bot.ports.platform import Attachment, FailureKind, FetchFailed

INLINE: Final = 1024 * 1024
"""Bytes up to which a file travels inside the request; over 4 MiB it would be refused."""
_BASE64, _URL, _UUID = 1, 2, 7
_ARTWORK: Final = 3
"""The original of a picture, not its thumbnail."""


async def box_for(attachment: Attachment, wire: Wire) -> str:
    """An attachment as the gateway takes it, uploaded first if it is large; raises WireFault."""
    box: dict[str, object] = {"name": attachment.name, "metadata": {}, "md5": "", "size": len(attachment.data)}
    if len(attachment.data) <= INLINE:
        box |= {"type": _BASE64, "base64": base64.b64encode(attachment.data).decode()}
    else:
        box |= {"type": _UUID, "uuid": await wire.upload(attachment.data)}
    return json.dumps(box)


async def fetch(media: MediaRef, *, most: int, wire: Wire, timing: WechatTiming) -> bytes:
    """What a reference of ours stands for; raises FetchFailed."""
    try:
        handle = json.loads(media.handle)
        id_, picture = str(handle["id"]), bool(handle["picture"])
    except (ValueError, KeyError, TypeError):
        raise FetchFailed(FailureKind.PERMANENT, "not a handle of this adapter") from None
    try:
        async with asyncio.timeout(timing.transfer):
            box = await _box(id_, picture=picture, wire=wire)
            return await _content(box, most=most, wire=wire)
    except TimeoutError:
        raise FetchFailed(FailureKind.TEMPORARY, "the gateway did not deliver in time") from None
    except WireFault as error:
        gone = error.fault in (Fault.FAILED, Fault.BAD_REQUEST, Fault.UNSUPPORTED, Fault.TOO_LARGE)
        kind = FailureKind.PERMANENT if gone else FailureKind.TEMPORARY
        raise FetchFailed(kind, f"the gateway: {error.fault}") from None


async def _box(id_: str, *, picture: bool, wire: Wire) -> Mapping[str, Any]:
    """The box of a message; a picture's original, or its file where originals cannot be asked for."""
    told = None
    if picture:
        try:
            told = await wire.call("message_image", messages.MessageImageRequest(id=id_, type=_ARTWORK))
        except WireFault as error:
            if error.fault not in (Fault.FAILED, Fault.UNSUPPORTED, Fault.BAD_REQUEST):
                raise
    if told is None:
        told = await wire.call("message_file", messages.MessageFileRequest(id=id_))
    try:
        box = json.loads(told.file_box)
    except ValueError:
        box = None
    if not isinstance(box, dict):
        raise FetchFailed(FailureKind.PERMANENT, "the gateway sent no file")
    return box


async def _content(box: Mapping[str, Any], *, most: int, wire: Wire) -> bytes:
    kind = box.get("type") or box.get("boxType")
    size = box.get("size")
    if isinstance(size, int) and size > most:
        raise _too_large(most)
    if kind == _BASE64:
        try:
            data = base64.b64decode(str(box.get("base64")), validate=True)
        except (binascii.Error, ValueError):
            raise FetchFailed(FailureKind.PERMANENT, "the gateway sent no file") from None
        if len(data) > most:
            raise _too_large(most)
        return data
    if kind == _UUID:
        gathered = await wire.download(str(box.get("uuid")), most=most)
        if gathered is None:
            raise _too_large(most)
        return gathered
    if kind == _URL:
        return await _downloaded(str(box.get("url")), box.get("headers"), most=most)
    raise FetchFailed(FailureKind.PERMANENT, "the gateway sent a box of a kind that holds no file")


async def _downloaded(url: str, headers: object, *, most: int) -> bytes:
    """A file that the gateway says to get elsewhere."""
    if not url.startswith(("http://", "https://")):
        raise FetchFailed(FailureKind.PERMANENT, "the address of the file is none of the web")
    said = {str(key): str(value) for key, value in headers.items()} if isinstance(headers, dict) else {}
    data = bytearray()
    try:
        async with aiohttp.ClientSession() as session, session.get(url, headers=said) as response:
            if not response.ok:
                gone = response.status < 500 and response.status not in (408, 429)  # noqa: PLR2004 - HTTP's numbers
                kind = FailureKind.PERMANENT if gone else FailureKind.TEMPORARY
                raise FetchFailed(kind, f"status {response.status}")
            async for piece in response.content.iter_chunked(CHUNK):
                data += piece
                if len(data) > most:
                    raise _too_large(most)
    except (aiohttp.ClientError, ValueError) as error:
        raise FetchFailed(FailureKind.TEMPORARY, f"the download broke: {type(error).__name__}") from None
    return bytes(data)


def _too_large(most: int) -> FetchFailed:
    return FetchFailed(FailureKind.PERMANENT, f"larger than {most} bytes")
