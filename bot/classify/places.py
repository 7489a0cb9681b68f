"""Find where a matter is (二组, 四组堰塘, 老井旁, 3栋) and what it is about, in a few words."""

import re
from collections.abc import Sequence

from bot.classify.lexicon import Lexicon

_PLACE_LENGTH = 12
_NUMBERED = r"(?:第?[0-9一二三四五六七八九十]{1,3})"
_CORRECTION = re.compile(r"(?:错了?|讲岔了|说岔了|不对|更正)")


class Gazetteer:
    """Knows the words of places and topics."""

    def __init__(self, lexicon: Lexicon) -> None:
        names = "|".join(re.escape(name) for name in sorted(lexicon.places, key=len, reverse=True)) or "(?!)"
        endings = "|".join(re.escape(name) for name in sorted(lexicon.suffixes, key=len, reverse=True)) or "(?!)"
        side = "(?:旁边|旁|边上|边|上头|下头|背后|后头|后面|后|前面|前|门口|口|西边|东边|南边|北边)?"
        self._place = re.compile(
            f"(?:{_NUMBERED}(?:{endings}))(?:{_NUMBERED}(?:{endings}))*(?:的|那个|那边)?(?:{names})?{side}|(?:{names}){side}"
        )
        self._topics: Sequence[tuple[str, tuple[str, ...]]] = tuple(lexicon.topics.items())

    def place(self, text: str) -> str:
        """Return the place that the text names, the corrected one if the sender corrected himself; else empty."""
        corrected = None
        for corrected in _CORRECTION.finditer(text):  # noqa: B007 - only the last one counts
            pass
        start = corrected.end() if corrected else 0
        named = self._first(text, start) or (self._first(text, 0) if start else "")
        return named[:_PLACE_LENGTH]

    def _first(self, text: str, start: int) -> str:
        best = ""
        for found in self._place.finditer(text, start):
            negated = text[max(0, found.start() - 2) : found.start()] == "不是"
            if found.group() and not negated and (not best or (len(found.group()) > len(best) and not best[0].isdigit())):
                best = found.group()
                if any(digit in best for digit in "0123456789一二三四五六七八九十"):
                    return best
        return best

    def topic(self, plain: str) -> str:
        """Return the matter that a normalised text is about, in the lexicon's order; else empty."""
        for topic, words in self._topics:
            if any(word in plain for word in words):
                return topic
        return ""
