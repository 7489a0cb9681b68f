"""What only makes sense in a stream: chasing, support, discontent, withdrawal, thanks, corrections, bare pings.

Each question takes a text by itself; whether there is an open matter that it belongs to is for the caller to know.
"""

import re
from collections.abc import Set as AbstractSet

from bot.classify.echo import Echo
from bot.classify.evidence import Finder
from bot.classify.forms import Forms
from bot.classify.lexicon import Lexicon
from bot.classify.normalise import Normaliser, shorten
from bot.domain.categories import Flag

_LONG = 60
_SUPPORT_LENGTH = 45
_OPENING = 3
_ME_TOO = re.compile(
    r"(?:我|咱|们|家|组|栋|单元|队|楼|边|社|户|巷|排|院|弄|寨|屯|塆|庄|村)[^ ]{0,8}(?:也|同样)|"
    r"(?<![同跟和像])(?:我|咱)[^ ]{0,8}一样(?![的东])|也是(?:这样|一样|同样)|同一个(?:问题|情况)"
)
_OWN_PERSON = re.compile(r"^(?:(?:昨|今|前|天|日|夜|早|晚|每)[^ 我]{0,3} ?)?(?:我|俺|咱|阮|偓|阿拉|侬)")
"""How somebody begins who tells what he himself met with: 昨晚我, 天天我, 我们."""
_ME_TOO_IN_FUN = re.compile(
    "也(?:要(?![收交缴给出付]|[0一二两三四五六七八九十百]+[块元])|去|来(?!不)|会|说|想[吃去买喝学跳睡玩耍回]|报名|是醉|"
    "是服|愿意|情愿|认了|无所谓|可以(?!看)|买|爱|喜欢|祝|恭喜|睡|吃|喝|跳舞|玩|耍|抢到|中奖|老了|胖|瘦)"
)
_SAYS_TOO = re.compile(r"也|同|一样|^(?:\+|加|算|写|记|把我|给我)")
"""What agrees wherever it stands; a mere 对头 agrees with what was just said only as the first word."""
_HOW_OFTEN = (
    "(?:整整|足足|都|快|有|好|不止)?[0一二两三四五六七八九十几半好多]+(?:多|来)?个?"
    "(?:天|日|年|月|星期|礼拜|周|钟头|小时|回|遍|次|道|趟|晚)"
)
_DONE = (
    "(?:(?<=[修换补清通接办批发贴弄搞装运拉铲挖查问核算打退整审安报])|"
    "(?<=处)理|(?<=解)决|(?<=落)实|(?<=联)系|(?<=安)排|(?<=公)[布示]|(?<=登)记)"
)
_RESULT = "(?:好|完|成|通|到|着|下来|上去|出来|清楚|妥)"
_CHASES = re.compile(
    "([问等催喊讲说拖报反盼第修换补清通接办批发贴弄搞装运拉铲挖查核算打退整审安处解落联公登卡走进排来到送给管了咗])(?:"
    # asked for the third time, waiting for a month: 问了三年, 第二回问了
    f"(?:(?<=[问等催喊讲说拖报盼])|(?<=反)映)[过了]{_HOW_OFTEN}|"
    "(?<=第)[二三四五六七八九十几0]+[回次遍趟](?:问|讲|说|催|来问|反映)|"
    # whether it is done: 修好没有嘛, 批下来了没, 贴没贴
    f"{_DONE}{_RESULT}?了?(?:没有|没|未|吗|么)(?: |[?!嘛啊呀呢咯哦撒嘞噻]|$)|(?<=[修来贴办批发通换查问])没\\1|"
    # where it is: 办到哪里了, 卡在哪一步
    "(?:(?<=[办卡走弄搞审排])|(?<=进)行)[到在](?:哪|什么(?:程度|地步|环节))|"
    # whether it comes, whether it happened: 今天来不来, 打水泥了没, 查到未
    "(?<![想要肯爱].)(?<=[来到修换送发贴办批给管通])不\\1(?:得?了)?(?: |[?!啊呀嘛哦咯]|$)|"
    "(?<=[^ 吃睡喝起醒]{2}[了咗])[没未](?: |[?!嘛啊呀]|$))"
)
"""Every branch goes on from the one character that stands before them all: so the search leaps from one to the next."""
_ASKS = re.compile("[没未吗么第哪]")
_SPAN = re.compile("[天日年月期拜周头时回遍次道趟晚]")
_ACCEPTS = re.compile(
    r"^(?:好(?:的|嘞|咧|滴|啊|吧|哈|呢)?|要得|行(?:嘞|的|吧)?|中|照|能成|成|得(?:嘞|行)|可以|ok|嗯|知道了|明白|"
    r"收到|没问题|妥)(?= |!|$)"
)
"""The first word of somebody who is content to wait: 要得 我把15号圈起来, 好 我等到你们挖完."""
_NOT_CONTENT = re.compile("[?]|吗|么|怎么|为什么|到底|什么时候|哪|又|还是|还没|但|可是|就怕|拖|不是|没人|老样子")
_PING = re.compile(
    r"^(?:小微|书记|主任|会计|文书|组长|队长|社长|领导|值班员|值班的|支书|村长| )*"
    r"(?:在吗|在不在|在不|在么|在没|在家没|在哪|有人吗|有人在吗)?[ ?!]*$"
)
_GROUPS = {
    Flag.FOLLOWUP: frozenset({"催办", "催问"}),
    Flag.SUPPORT: frozenset({"附和", "同感"}),
    Flag.REOPEN: frozenset({"不满", "不服"}),
    Flag.WITHDRAW: frozenset({"撤销", "了结"}),
    Flag.THANKS: frozenset({"道谢", "致谢"}),
    Flag.CORRECTION: frozenset({"改口", "更正话"}),
}
"""The word groups of each flag: the first also speaks for a category, the second only tells what a word follows."""
_FLAG_OF: dict[str, Flag] = {
    name: flag for flag, names in _GROUPS.items() if flag is not Flag.SUPPORT for name in names
}
_FLAGGING = frozenset(_FLAG_OF)
_FOLLOWUP, _REOPEN, _WITHDRAW, _THANKS, _SUPPORT = Flag.FOLLOWUP, Flag.REOPEN, Flag.WITHDRAW, Flag.THANKS, Flag.SUPPORT
"""By names of their own: Python 3.11 runs code of the enumeration wherever it reads a member of it."""
_AGREES = _GROUPS[_SUPPORT]
_CONTINUES = frozenset({"接着说", "续说"})
_MET_WITH = "亲历"
"""The word group of those who met with the same thing and do not say 也: 我天天从那过, 我就住隔壁, 我数了."""


def _may_chase(plain: str) -> bool:
    """Whether a glance finds anything that ``_CHASES`` needs; most small talk has nothing of it."""
    return bool(_ASKS.search(plain)) or (("了" in plain or "过" in plain) and bool(_SPAN.search(plain)))


class Stream:
    """Answers questions about a message as a follower of others."""

    def __init__(self, lexicon: Lexicon, normaliser: Normaliser | None = None) -> None:
        self.forms = Forms(lexicon)
        self.echo = Echo(lexicon)
        self._normaliser = normaliser or Normaliser(lexicon)
        names = frozenset[str]().union(_CONTINUES, {_MET_WITH}, *_GROUPS.values())
        followers = {name: lexicon.groups.get(name, ()) for name in sorted(names)}
        self._finder = Finder(Lexicon(groups=followers), self._normaliser)

    def is_followup(self, text: str) -> bool:
        """Whether it asks how a matter stands or chases it: 还没修, 到哪一步了, 问了三年."""
        return Flag.FOLLOWUP in self._flags_of(text)

    def is_support(self, text: str) -> bool:
        """Whether it says "me too" to somebody else's matter: 我家也是, +1, 对头我也没看到."""
        return Flag.SUPPORT in self._flags_of(text)

    def is_discontent(self, text: str) -> bool:
        """Whether it is unhappy with an answer: 还是没解决, 说了等于没说."""
        return Flag.REOPEN in self._flags_of(text)

    def is_withdrawal(self, text: str) -> bool:
        """Whether the matter is over for the sender: 不用来了, 来电了, 已经好了."""
        return Flag.WITHDRAW in self._flags_of(text)

    def is_thanks(self, text: str) -> bool:
        """Whether it thanks or praises."""
        return Flag.THANKS in self._flags_of(text)

    def is_ping(self, text: str) -> bool:
        """Whether it only calls somebody: @主任 在吗. It opens nothing but starts the wait for an answer."""
        return bool(_PING.match(self._normaliser.normalise(shorten(text))))

    def is_correction(self, text: str) -> bool:
        """Whether it corrects the sender's own last message: 说错了 是四组."""
        return Flag.CORRECTION in self._flags_of(text)

    def is_continuation(self, text: str) -> bool:
        """Whether it adds to the sender's own last message: 看下图, 上面说的."""
        return bool(_CONTINUES & self._groups(self._normaliser.normalise(shorten(text))))

    def flags(self, plain: str, groups: AbstractSet[str]) -> frozenset[Flag]:
        """Return the flags of a stream for a plain text whose word groups are known already."""
        flags = {_FLAG_OF[name] for name in _FLAGGING & groups}
        if _may_chase(plain) and _CHASES.search(plain):
            flags.add(_FOLLOWUP)
        if flags:
            if _ACCEPTS.match(plain) and not _NOT_CONTENT.search(plain):
                flags -= {_FOLLOWUP, _REOPEN}
            if len(plain) > _LONG:
                flags.discard(_THANKS)
            if _FOLLOWUP in flags or _REOPEN in flags:
                flags.discard(_WITHDRAW)
        if self._supports(plain, groups):
            flags.add(_SUPPORT)
        return frozenset(flags)

    def _supports(self, plain: str, groups: AbstractSet[str]) -> bool:
        """Whether a plain text agrees, by words of agreement or by telling that its sender met with the same."""
        if not plain or len(plain) > _SUPPORT_LENGTH:
            return False
        if "也" in plain and _ME_TOO_IN_FUN.search(plain):
            return False
        if ("也" in plain or "同" in plain or "一样" in plain) and _ME_TOO.search(plain):
            return True
        if _MET_WITH in groups and _OWN_PERSON.match(plain):
            return True
        return not _AGREES.isdisjoint(groups) and any(
            hit.start < _OPENING or _SAYS_TOO.search(hit.word)
            for hit in self._finder.find(plain)
            if not _AGREES.isdisjoint(hit.groups)
        )

    def _flags_of(self, text: str) -> frozenset[Flag]:
        plain = self._normaliser.normalise(shorten(text))
        return self.flags(plain, self._groups(plain))

    def _groups(self, plain: str) -> frozenset[str]:
        return self._finder.groups(plain)
