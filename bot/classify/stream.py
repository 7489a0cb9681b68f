"""What only makes sense in a stream: chasing, support, discontent, withdrawal, thanks, corrections, bare pings.

Each question takes a text by itself; whether there is an open matter that it belongs to is for the caller to know.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bot.classify.evidence import Finder, Hit
from bot.classify.lexicon import Lexicon
from bot.classify.normalise import Normaliser, shorten
from bot.domain.categories import Flag

_LONG = 60
_SUPPORT_LENGTH = 45
_OPENING = 3
_ME_TOO = re.compile(r"(?:我|咱|家|组|栋|单元|队|楼|边|社)[^ ]{0,8}也")
_ME_TOO_IN_FUN = re.compile("也(?:要|去|来|会|说|想吃|报名|是醉|是服)")
_PING = re.compile(
    r"^(?:小微|书记|主任|会计|文书|组长|队长|社长|领导|值班员|值班的|支书|村长| )*"
    r"(?:在吗|在不在|在不|在么|在没|在家没|在哪|有人吗|有人在吗)?[ ?!]*$"
)


class Stream:
    """Answers questions about a message as a follower of others."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._normaliser = Normaliser(lexicon)
        followers = {name: lexicon.groups.get(name, ()) for name in _ASKED}
        self._finder = Finder(Lexicon(groups=followers), self._normaliser)

    def is_followup(self, text: str) -> bool:
        """Whether it asks how a matter stands or chases it: 还没修, 到哪一步了."""
        return "催办" in self._groups(text)

    def is_support(self, text: str) -> bool:
        """Whether it says "me too" to somebody else's matter: 我家也是, +1, 对头我也没看到."""
        plain = self._normaliser.normalise(shorten(text))
        if not plain or len(plain) > _SUPPORT_LENGTH or _ME_TOO_IN_FUN.search(plain):
            return False
        opens = any("附和" in hit.groups and hit.start < _OPENING for hit in self._finder.find(plain))
        return opens or bool(_ME_TOO.search(plain))

    def is_discontent(self, text: str) -> bool:
        """Whether it is unhappy with an answer: 还是没解决, 说了等于没说."""
        return "不满" in self._groups(text)

    def is_withdrawal(self, text: str) -> bool:
        """Whether the matter is over for the sender: 不用来了, 来电了, 已经好了."""
        groups = self._groups(text)
        return "撤销" in groups and not groups & {"催办", "不满"}

    def is_thanks(self, text: str) -> bool:
        """Whether it thanks or praises."""
        return "道谢" in self._groups(text)

    def is_ping(self, text: str) -> bool:
        """Whether it only calls somebody: @主任 在吗. It opens nothing but starts the wait for an answer."""
        return bool(_PING.match(self._normaliser.normalise(shorten(text))))

    def is_correction(self, text: str) -> bool:
        """Whether it corrects the sender's own last message: 说错了 是四组."""
        return "改口" in self._groups(text)

    def is_continuation(self, text: str) -> bool:
        """Whether it adds to the sender's own last message: 看下图, 上面说的."""
        return "接着说" in self._groups(text)

    def flags(self, plain: str, groups: AbstractSet[str]) -> frozenset[Flag]:
        """Return the flags of a stream for a plain text whose word groups are known already."""
        flags = {flag for group, flag in _FLAGS.items() if group in groups}
        if len(plain) > _LONG:
            flags -= {Flag.THANKS, Flag.SUPPORT}
        if flags & {Flag.FOLLOWUP, Flag.REOPEN}:
            flags.discard(Flag.WITHDRAW)
        if _ME_TOO_IN_FUN.search(plain):
            flags.discard(Flag.SUPPORT)
        elif len(plain) <= _SUPPORT_LENGTH and _ME_TOO.search(plain):
            flags.add(Flag.SUPPORT)
        return frozenset(flags)

    def _groups(self, text: str) -> set[str]:
        plain = self._normaliser.normalise(shorten(text))
        found: Sequence[Hit] = self._finder.find(plain)
        return {group for hit in found for group in hit.groups}


_ASKED = ("催办", "附和", "不满", "撤销", "道谢", "改口", "接着说")
_FLAGS = {
    "催办": Flag.FOLLOWUP, "附和": Flag.SUPPORT, "不满": Flag.REOPEN, "撤销": Flag.WITHDRAW, "道谢": Flag.THANKS,
    "改口": Flag.CORRECTION,
}  # fmt: skip
