"""What inspectors write down: that they patrolled, what they remarked, whom they reminded, what they did (R39, R73)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class NoteKind(StrEnum):
    """What an inspector has done."""

    CONFIRMED = "confirmed"
    """Looked at the day's facts and stands for them: once a day and person."""
    REMARK = "remark"
    """Added a remark for the patrol sheet."""
    REMINDED = "reminded"
    """Sent a kind reminder to a village's officers."""
    MEETING = "meeting"
    """Held a meeting: nobody but people knows of it, and so of the four that follow."""
    TALK = "talk"
    CHECK = "check"
    """Went to look for himself: a visit or a check."""
    BULLETIN = "bulletin"
    FIX = "fix"
    """Had something mended on the spot that no ticket tells of."""
    STRUCK = "struck"
    """Took back an entry of his own; ``text`` is its key."""


DEEDS = (NoteKind.MEETING, NoteKind.TALK, NoteKind.CHECK, NoteKind.BULLETIN, NoteKind.FIX)
"""What an inspector counts by a word in the chat, in the order of the lists (R73)."""
DEED_WITHIN = 31
"""Days back for which a deed can still be written down, or taken back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PatrolNote:
    """One step of one inspector in a township's patrol of a local day. It is never changed.

    ``key`` makes it unique for ever; ``by`` is the person's id, ``at`` aware. ``village``: the id of the village that a
    reminder went to. ``text`` is the remark, or what the reminder was about.
    """

    key: str
    township: str
    day: date
    kind: NoteKind
    by: str
    at: datetime
    village: str = ""
    text: str = ""


def confirmation(township: str, day: date, *, by: str, at: datetime) -> PatrolNote:
    """One person's confirmation of a day: a second one has the same key and is left out (R39)."""
    key = f"confirmed:{township}:{day}:{by}"
    return PatrolNote(key=key, township=township, day=day, kind=NoteKind.CONFIRMED, by=by, at=at)


def deeds(notes: Iterable[PatrolNote]) -> tuple[PatrolNote, ...]:
    """What was done and not taken back, in the order of the notes (R73)."""
    known = list(notes)
    struck = {note.text for note in known if note.kind is NoteKind.STRUCK}
    return tuple(note for note in known if note.kind in DEEDS and note.key not in struck)


def confirmed_by(notes: Iterable[PatrolNote], township: str, day: date, person: str) -> PatrolNote | None:
    """The person's confirmation of that day, if there is one."""
    wanted = confirmation(township, day, by=person, at=datetime.min).key  # noqa: DTZ901 - only the key is used
    return next((note for note in notes if note.key == wanted), None)
