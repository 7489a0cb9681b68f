"""Pictures, voice messages and papers that came with a message: what became of each, and who may be shown it (R25).

The bytes lie outside the database under their SHA-256; everything here is about the record of them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.messages import MediaKind, MediaRef


class MediaState(StrEnum):
    """Where a piece of media stands."""

    WAITING = "waiting"
    """Still with its platform."""
    KEPT = "kept"
    """Fetched, and lying on our side."""
    REFUSED = "refused"
    """Too large, or nothing that the bot takes: kept out."""
    LOST = "lost"
    """The platform could not give it, for good."""
    DROPPED = "dropped"
    """Nobody needs it any more: its file goes."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will be heard of it from the platform."""
        return self is not MediaState.WAITING


class Why(StrEnum):
    """Why a piece of media is not there."""

    NONE = ""
    TOO_LARGE = "too_large"
    WRONG_KIND = "wrong_kind"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """One piece of media and what became of it. ``id`` is ours; times are aware.

    ``digest`` is the SHA-256 of the bytes in hex once it is kept, ``media_type`` a MIME type by content, ``size`` in
    bytes. ``shown_at`` is when it was offered to the officer who holds its ticket. ``by_cadre``: an officer sent it.
    """

    id: int
    platform: str
    message: str
    ref: MediaRef
    state: MediaState
    arrived_at: datetime
    digest: str | None = None
    media_type: str = ""
    size: int = 0
    attempts: int = 0
    why: Why = Why.NONE
    shown_at: datetime | None = None
    by_cadre: bool = False
    aside: bool = False
    """Part of a clue: nobody but the discipline role is ever shown it (R50)."""
    for_clue: bool = False
    """A case of the ledger rests on it, so it outlives the days that others have."""

    @property
    def kind(self) -> MediaKind:
        """Picture, voice message, video or file, as the platform says."""
        return self.ref.kind


class MediaStep(StrEnum):
    """What a decision changes of a piece of media."""

    SHOWN = "shown"
    DROPPED = "dropped"
    HIDDEN = "hidden"
    """A case rests on it: from now on its row does not show which message it came with (R50)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaChange:
    """One step of one piece of media, by its id."""

    id: int
    step: MediaStep


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """The result of fetching: kept with digest, type and size, or refused or lost with the reason.

    ``cause`` is for an operator, in Chinese, without a name or a token.
    """

    state: MediaState
    digest: str | None = None
    media_type: str = ""
    size: int = 0
    why: Why = Why.NONE
    cause: str = ""
