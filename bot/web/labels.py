"""What is remembered of contents that were opened once: a name, a type and a size never change for a content hash."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from bot.ports.mail import Attachments

MOST: Final = 500
"""Contents that are remembered; far more than all panes show."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """What stands on a content: a file's name, its MIME type, and its size in bytes."""

    name: str
    media_type: str
    size: int


@dataclass
class Labels:
    """Labels by content hash, those used last."""

    _known: OrderedDict[str, Label] = field(default_factory=OrderedDict)

    async def of(self, digest: str, shelf: Attachments) -> Label | None:
        """The label of a content; None if it is not kept or cannot be read just now. Raises StoreUnavailable."""
        known = self._known.get(digest)
        if known is None:
            known = await _read(digest, shelf)
        if known is not None:
            self._known[digest] = known
            self._known.move_to_end(digest)
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return known


async def _read(digest: str, shelf: Attachments) -> Label | None:
    try:
        found = await shelf.load(digest)
    except OSError:
        return None
    if found is None:
        return None
    return Label(name=found.name, media_type=found.media_type, size=len(found.data))
