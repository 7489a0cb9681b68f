"""What classification says about a text, and what it may know about the text's surroundings."""

from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.categories import Category, Flag


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What is known of a message besides its words.

    ``by_cadre``: the sender is on the organisation's list, so an answer or a notice is no appeal
    (taxonomy, decision order 0). ``private``: written to the bot alone. ``to_bot``: mentions the bot or
    the duty officer. ``voice``: a speech transcript, which lacks punctuation. ``joined``: several messages whose
    pieces by themselves were no cry for help; together they are one only where a word of danger is among them.
    """

    by_cadre: bool = False
    private: bool = False
    to_bot: bool = False
    voice: bool = False
    joined: bool = False


NO_CONTEXT = Context()


class Reason(NamedTuple):
    """One piece of evidence: the words found, what they speak for, and how strongly (negative: against)."""

    words: str
    category: Category
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A further category in the same message and the part of the text that it rests on."""

    category: Category
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The judgement of one text.

    ``confidence`` is in 0..1. ``urgent`` means danger to life or safety: people at once (R8). ``public_text``
    is the text as it may stand in a ticket: without the accusation when a part of it is a clue, and with private
    numbers masked. ``place`` holds words such as 二组 or 老井旁, ``topic`` the matter in two or three words, for
    receipts and prompts; both may be empty.
    """

    label: Category
    confidence: float
    urgent: bool = False
    flags: frozenset[Flag] = frozenset()
    also: tuple[Part, ...] = ()
    why: tuple[Reason, ...] = ()
    public_text: str = ""
    place: str = ""
    topic: str = ""
    suspects_clue: bool = False
    """Too weak to be called a clue, yet a person of the discipline role should look at it."""
    may_want_answer: bool = False
    """Called none, yet perhaps an appeal: nothing happens in the group, and the duty officer can find it."""
