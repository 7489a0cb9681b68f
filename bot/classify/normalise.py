"""Bring the many ways of writing into one: width, script, control characters, repeats, mentions, numbers, dialect."""

import re
import unicodedata

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from bot.classify.lexicon import Lexicon

HEAD = 3000
TAIL = 1000
"""Characters looked at from the start and the end of a text: nobody states an appeal in the middle of a novel."""

CALLED = r"@[^\s@,，。:：?？!！]{1,24}"
"""Somebody who is mentioned, as a pattern: the sign and the nickname behind it."""
_MENTION = re.compile(
    rf"{CALLED}[\s\u2005]?"
    r"(?:[^\s@,，。:：?？!！]{0,8}(?:主任|书记|支书|会计|文书|主席|委员|专干|组长|社长|网格员|干事|站长|民警|村医)(?=[\s\u2005]|$))?"
)
"""A mention with the post that many officers write behind their name: 李青山 村委会副主任. Nobody is accused by it."""
_LINK = re.compile(r"https?://[^\s\u4e00-\u9fff]{1,200}")
_NUMBER = re.compile(r"[0-9][0-9.,:]*")
_SPACES = re.compile(r" {2,}")
_BREAKS = ",，。、;；:：…~～—-·\"“”‘’'()（）[]【】{}<>《》「」『』|/\\_*^=`"
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_FULL_WIDTH_SHIFT = 0xFEE0
_FIRST_ASTRAL = 0x10000


def shorten(text: str) -> str:
    """Keep the first and the last few thousand characters, so that the work on any text is bounded."""
    if len(text) <= HEAD + TAIL:
        return text
    return f"{text[:HEAD]} {text[-TAIL:]}"


class Normaliser:
    """Makes the plain form of a text that words are looked up in."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._table = _character_table(lexicon)
        olds = sorted(lexicon.replacements)
        self._news = [lexicon.replacements[old] for old in olds]
        self._dialect = (
            AhoCorasick(olds, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA) if olds else None
        )

    def normalise(self, text: str) -> str:
        """Return the plain form: simplified, half-width, one blank for every pause, numbers as 0, dialect mapped."""
        plain = text
        if "@" in plain:
            plain = _MENTION.sub(" ", plain)
        if "http" in plain:
            plain = _LINK.sub("网址", plain)
        plain = _NUMBER.sub("0", plain.translate(self._table).lower())
        if "  " in plain:
            plain = _SPACES.sub(" ", plain)
        return self._standard(plain.strip())

    def _standard(self, plain: str) -> str:
        if self._dialect is None:
            return plain
        found = self._dialect.find_matches_as_indexes(plain)
        if not found:
            return plain
        pieces: list[str] = []
        end = 0
        for which, start, stop in found:
            pieces += (plain[end:start], self._news[which])
            end = stop
        pieces.append(plain[end:])
        return "".join(pieces)


def _character_table(lexicon: Lexicon) -> list[int | str | None]:
    """Build the table of single characters: full width, traditional, pauses, invisible and broken ones.

    It lists every character, because ``str.translate`` takes twice as long over those that it does not find.
    """
    last = max([_FIRST_ASTRAL, *map(ord, lexicon.characters)])
    table: list[int | str | None] = list(range(last + 1))
    for code in range(_FIRST_ASTRAL):
        category = unicodedata.category(chr(code))
        if category in {"Cc", "Zs", "Zl", "Zp"}:
            table[code] = " "
        elif category in {"Cf", "Cs", "Mn", "Me"}:
            table[code] = None
    for code in _FULL_WIDTH:
        table[code] = chr(code - _FULL_WIDTH_SHIFT)
    for old, new in {**dict.fromkeys(_BREAKS, " "), **lexicon.characters}.items():
        table[ord(old)] = new
    return table
