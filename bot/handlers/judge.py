"""What handlers ask of classification."""

from typing import Protocol

from bot.classify.stream import Stream
from bot.domain.verdicts import Context, Verdict


class Judge(Protocol):
    """Reads texts. Deterministic, bounded in time for any text, without I/O."""

    @property
    def stream(self) -> Stream:
        """How messages follow one another: their forms of speech, and which words take up others."""
        ...

    def classify(self, text: str, context: Context) -> Verdict:
        """What the text is about, with its reasons."""
        ...

    def is_urgent(self, text: str) -> bool:
        """A cheap look at one message: does it cry for help at once?"""
        ...

    def may_be_urgent(self, text: str) -> bool:
        """A cheaper one at words as they come in: says yes too often, and hardly ever no."""
        ...

    def similarity(self, one: str, other: str) -> float:
        """How surely two texts are about the same matter, 0 to 1."""
        ...
