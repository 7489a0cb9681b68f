"""Take the names of people out of a text before anybody learns from it (taxonomy, practical rule 12)."""

import re
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from bot.classify.normalise import CALLED

NAME = "〔名〕"
"""Stands where a name stood."""
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟"
    "谭陆汪范廖石贾韦付傅邹熊孟秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱覃武戴孔汤庞樊兰殷施洪翟倪严牛温季俞章鲁葛"
    "毕聂焦柳邢岳齐梅莫庄辛管祝左涂祁耿詹关费纪欧靳童柯阎桂娄卜鲍"
)
"""The first characters of names; those that are prepositions and the like in most sentences (向 于 和) are left out."""
_TITLE = (
    "主任|书记|支书|会计|文书|主席|委员|专干|组长|社长|网格员|干事|站长|所长|镇长|乡长|村长|局长|医生|老师|师傅|老板"
)
_MENTION = re.compile(CALLED)
_WITH_TITLE = re.compile(f"[{''.join(sorted(SURNAMES))}](?={_TITLE})")
_SAID_OF_ONESELF = re.compile(
    f"((?:我叫|我名叫|名字叫|姓名)[是:： ]?)[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{1,2}}"
)
_NO_NAME = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")
_PLACE = re.compile(r"[0-9一二三四五六七八九十]+(?:组|村|社|队|栋|号|楼|单元)*")
_SHORTEST = 2


class NameHider:
    """Knows the people of the organisation; nicknames of villagers are told with each text."""

    def __init__(self, people: Iterable[str]) -> None:
        names = sorted({name for name in people if len(name) >= _SHORTEST})
        self._automaton = (
            AhoCorasick(names, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA)
            if names
            else None
        )

    def hide(self, text: str, nicknames: Iterable[str] = ()) -> str:
        """Return the text with 〔名〕 for every mention, listed person, nickname and surname before a title.

        Of a nickname made of parts (二组-阿珍) each part counts that is no number of a group. A nickname of a single
        character stays: to hide it would leave nothing of the text.
        """
        hidden = _MENTION.sub(f"@{NAME}", text)
        called = _called(nicknames)
        if called:
            hidden = re.sub("|".join(map(re.escape, called)), NAME, hidden, flags=re.IGNORECASE)
        if self._automaton is not None:
            hidden = self._without_people(hidden)
        return _SAID_OF_ONESELF.sub(rf"\1{NAME}", _WITH_TITLE.sub(NAME, hidden))

    def _without_people(self, text: str) -> str:
        pieces: list[str] = []
        end = 0
        for _which, start, stop in self._automaton.find_matches_as_indexes(text) if self._automaton else ():
            pieces += (text[end:start], NAME)
            end = stop
        return "".join((*pieces, text[end:]))


def _called(nicknames: Iterable[str]) -> list[str]:
    """What somebody of such a nickname may be called, the longest first."""
    found: set[str] = set()
    for nickname in nicknames:
        whole = nickname.strip()
        found.update({whole, *_NO_NAME.split(whole)})
    kept = {name for name in found if len(name) >= _SHORTEST and not _PLACE.fullmatch(name)}
    return sorted(kept, key=lambda name: (-len(name), name))
