"""Pictures and sheets that the bot itself has made and sends: what they are and where their bytes lie."""

from dataclasses import dataclass

from bot.domain.messages import MediaKind

PICTURE = "image/png"


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """Something that was drawn or written and lies in the media folder. ``digest``: SHA-256 of the bytes in hex.

    ``name`` is the file's name as a reader sees it, ``media_type`` a MIME type, ``size`` in bytes.
    """

    digest: str
    name: str
    media_type: str
    size: int

    @property
    def kind(self) -> MediaKind:
        """A picture to look at, or a file to open."""
        return MediaKind.PICTURE if self.media_type == PICTURE else MediaKind.FILE
