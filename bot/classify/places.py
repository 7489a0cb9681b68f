"""Find where a matter is (二组, 四组堰塘, 老井旁, 3栋) and what it is about, in a few words."""

import re

from ahocorasick_rs import AhoCorasick, MatchKind

from bot.classify.lexicon import Lexicon

_PLACE_LENGTH = 12
_NUMBERED = r"(?:第?[0-9一二三四五六七八九十]{1,3})"
_NUMBER = re.compile(r"[0-9一二三四五六七八九十]")
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
        self._topics = [topic for topic, words in lexicon.topics.items() for _word in words]
        ranks = {topic: rank for rank, topic in enumerate(lexicon.topics)}
        self._ranks = [ranks[topic] for topic in self._topics]
        words = [word for group in lexicon.topics.values() for word in group]
        self._words = AhoCorasick(words, matchkind=MatchKind.Standard) if words else None

    def place(self, text: str) -> str:
        """Return the place that the text names, the corrected one if the sender corrected himself; else empty."""
        corrected = None
        for corrected in _CORRECTION.finditer(text):  # noqa: B007 - only the last one counts
            pass
        start = corrected.end() if corrected else 0
        named = self._first(text, start) or (self._first(text, 0) if start else "")
        return named[:_PLACE_LENGTH]

    def _first(self, text: str, start: int) -> str:
        """Return the first place with a number (二组), else the longest of the others; none after 不是."""
        best = ""
        for found in self._place.finditer(text, start):
            name = found.group()
            if text.endswith("不是", 0, found.start()):
                continue
            if _NUMBER.search(name):
                return name
            best = max(best, name, key=len)
        return best

    def topic(self, plain: str) -> str:
        """Return the matter that a normalised text is about, in the lexicon's order; else empty."""
        found = self._words.find_matches_as_indexes(plain, overlapping=True) if self._words else []
        if not found:
            return ""
        return self._topics[min((which for which, _start, _end in found), key=self._ranks.__getitem__)]
