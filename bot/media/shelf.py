"""The media that is kept, by content: what delivery attaches, what the hall shows and takes in."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from bot.domain.media import Media
from bot.domain.messages import MediaKind
from bot.media.kinds import extension_of, media_type_of
from bot.ports.media import MediaFiles, MediaStore
from bot.ports.platform import Attachment

_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+')
"""What a file's name must not hold on its way out: control and turning characters, and what paths are made of."""
_LONGEST_NAME: Final = 80
_SHORT: Final = 8


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """``ports.mail.Attachments`` over the records and the files."""

    records: MediaStore
    files: MediaFiles
    library: Mapping[str, str] = field(default_factory=dict)
    """Where pictures lie that come with the configuration, by content."""

    async def load(self, digest: str) -> Attachment | None:
        """The bytes of a content with a name and its type; None if it is not kept, or cannot be opened.

        Raises OSError or StoreUnavailable: then it may be tried again.
        """
        shipped = self.library.get(digest)
        data = await self.files.get(digest) if shipped is None else await asyncio.to_thread(_unchanged, shipped, digest)
        if data is None:
            return None
        known = await self.records.media_at(digest)
        media_type = known.media_type if known is not None else media_type_of(data)
        return Attachment(
            name=_name(known, digest, media_type or ""), media_type=media_type or "application/octet-stream", data=data
        )


def _unchanged(path: str, digest: str) -> bytes | None:
    """The bytes of a file as they were when the configuration was read; None if somebody has changed it since."""
    data = Path(path).read_bytes()
    return data if sha256(data).hexdigest() == digest else None


def _name(known: Media | None, digest: str, media_type: str) -> str:
    """A paper keeps the name that its sender gave it; a picture's says nothing."""
    ending = extension_of(media_type)
    plain = f"{digest[:_SHORT]}.{ending}" if ending else digest[:_SHORT]
    if known is None or known.kind is not MediaKind.FILE:
        return plain
    given = _UNFIT.sub("", known.ref.name).strip(". ")
    if not given:
        return plain
    stem = given.removesuffix(f".{ending}")[:_LONGEST_NAME]
    return f"{stem}.{ending}" if ending else stem
