"""Pictures and files of a conversation as its panes show them, each under an address that cannot be guessed.

An address holds for one piece of one line of one talk, and only while that line is among those shown; it is sealed
with a secret of the process. So nobody comes from one picture to another, and no address outlives the process.
"""

import hmac
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from bot.domain.media import Media, MediaState
from bot.domain.messages import MediaKind
from bot.domain.org import PRACTICE
from bot.ports import Line
from bot.web.choices import Choice, Slot, Talk
from bot.web.desk import HallDesk

SHOWN_BY_BROWSERS: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""What every browser shows by itself; anything else is offered to be kept."""
_KINDS: Final = {MediaKind.PICTURE: "图片", MediaKind.VOICE: "语音", MediaKind.VIDEO: "视频", MediaKind.FILE: "文件"}
_LEADS_TO: Final = {
    Slot.VILLAGE: {"group", "as", "where"},
    Slot.OFFICER: {"group", "officer"},
    Slot.INSPECTOR: {"group", "inspector"},
}
_FETCHING: Final = "正在收"
_MISSING: Final = "没收到"
_GONE: Final = "已经不在了"
_KIB: Final = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One picture or file. ``address`` is empty, and ``state`` says why in words, if there is nothing to be shown."""

    kind: str
    address: str = ""
    picture: bool = False
    name: str = ""
    size: str = ""
    state: str = ""


async def pieces_of(
    desk: HallDesk, choice: Choice, slot: Slot, lines: Sequence[Line]
) -> Mapping[str, tuple[Piece, ...]]:
    """What came or went with these lines, by the id of the line. Raises StoreUnavailable."""
    talk = choice.talk(slot)
    if talk is None:
        return {}
    found: dict[str, list[Piece]] = defaultdict(list)
    of_talk = _Addresses(secret=desk.secret, talk=talk, query=_query(choice, slot, talk))
    came = [(PRACTICE, line.id) for line in lines if line.media and not line.from_bot]
    for media in await desk.store.media_of_messages(came) if came else ():
        address = of_talk.piece(media.message, len(found[media.message]))
        found[media.message].append(await _came(desk, media, address))
    for line in lines:
        if line.from_bot and line.attachment is not None:
            found[line.id].append(await _kept(desk, line.attachment, of_talk.piece(line.id, 0), kind=""))
    return {ident: tuple(pieces) for ident, pieces in found.items()}


async def digest_of(desk: HallDesk, line: Line, nth: int) -> str | None:
    """The content hash of a piece of a line, None if it is not there. Raises StoreUnavailable."""
    if line.from_bot:
        return line.attachment if nth == 0 else None
    media = await desk.store.media_of_messages([(PRACTICE, line.id)]) if line.media else ()
    one = media[nth] if 0 <= nth < len(media) else None
    return one.digest if one is not None and one.state is MediaState.KEPT else None


def fits(desk: HallDesk, key: str, talk: Talk, line: str, nth: str) -> bool:
    """Whether a key was given by this process for this piece of this line of this talk."""
    return hmac.compare_digest(key.encode(), _key(desk.secret, talk, line, nth).encode())


def _key(secret: bytes, talk: Talk, line: str, nth: str) -> str:
    words = f"{talk.recipient}\n{talk.conversation}\n{line}\n{nth}"
    return hmac.new(secret, words.encode(), sha256).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Addresses:
    """The addresses of the pieces of one talk."""

    secret: bytes
    talk: Talk
    query: Mapping[str, str]

    def piece(self, line: str, nth: int) -> str:
        key = _key(self.secret, self.talk, line, str(nth))
        return f"/media/{key}?{urlencode({**self.query, 'line': line, 'nth': nth})}"


def _query(choice: Choice, slot: Slot, talk: Talk) -> dict[str, str]:
    """What of the choice leads to the talk, and no more: another choice in another pane reloads no picture."""
    matters = {"group"} if talk.group is not None else _LEADS_TO[slot]
    return {"pane": slot.value, **{key: value for key, value in choice.as_query.items() if key in matters}}


async def _came(desk: HallDesk, media: Media, address: str) -> Piece:
    kind = _KINDS[media.kind]
    if media.state is MediaState.KEPT and media.digest is not None:
        return await _kept(desk, media.digest, address, kind=kind)
    if media.state is MediaState.WAITING:
        return Piece(kind=kind, state=_FETCHING)
    return Piece(kind=kind, state=_GONE if media.state is MediaState.DROPPED else _MISSING)


async def _kept(desk: HallDesk, digest: str, address: str, *, kind: str) -> Piece:
    label = await desk.labels.of(digest, desk.shelf)
    if label is None:
        return Piece(kind=kind or _KINDS[MediaKind.FILE], state=_GONE)
    picture = label.media_type in SHOWN_BY_BROWSERS
    what = kind or _KINDS[MediaKind.PICTURE if picture else MediaKind.FILE]
    return Piece(kind=what, address=address, picture=picture, name=label.name, size=say_size(label.size))


def say_size(size: int) -> str:
    """A size in bytes as people read it: 356 字节, 12 KB, 3.4 MB."""
    if size < _KIB:
        return f"{size} 字节"
    if size < _KIB * _KIB:
        return f"{round(size / _KIB)} KB"
    return f"{size / _KIB / _KIB:.1f} MB"
