"""Find where a matter is (二组, 四组堰塘, 老井旁, 3栋2单元, 王家坡) in a few words that name nobody."""

import re
from enum import Enum, auto

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from bot.classify.lexicon import Lexicon
from bot.classify.names import SURNAMES
from bot.classify.normalise import CALLED, Normaliser
from bot.classify.topics import Topics

_PLACE_LENGTH = 12
_DIGITS = "0123456789０１２３４５６７８９一二三四五六七八九十"
_NUMBER_LENGTH = 3
"""Digits before an ending: a longer row of them is a year or somebody's number."""
_MEASURES = frozenset("区期片台院街弄冲村塘井桥坝坡梁岗墩坨洼渡洲垄垅畈坂渠闸涌") | {"院子", "路口", "巷口"}
"""Endings that count things when a number stands before them: 一片, 两三台, 修了三桥."""
_COUNTED_ONLY = frozenset("组組社队隊栋棟幢区期片台院") | {
    "号楼", "单元", "村民小组", "小组", "生产队", "网格", "片区", "院子",
}  # fmt: skip
"""Endings that make a place behind a number only: 东组 is none, and 李家院子 is somebody's yard."""
_BARE = frozenset("庄莊湾灣屯营塆垸寨坳厝埭")
"""Endings that make a place behind a surname alone (张庄); with the others it may be anything."""
_SIDES = "东西南北上下前后里外中"
_NEVER = (
    "上坡", "下坡", "下井", "上街", "下街", "上桥", "下桥", "下沟", "上岗", "下岗", "上塘", "下塘", "上村", "下村",
    "外村", "下冲", "上冲", "外埠", "中台", "中弄", "上弄", "下巷", "上闸", "下闸", "中梁", "上梁", "下垄", "钱庄",
    "康庄", "山庄", "村庄", "农庄", "下营", "中营", "桥梁", "上渠", "下渠", "中渠", "外营", "上巷", "下弄", "前弄",
    "后弄", "里弄", "外弄", "里村", "后村",
)  # fmt: skip
"""What looks like a place and is none, mostly a verb: 下坡, 上街, 往下冲."""
_CORRECTIONS = ("错", "岔了", "不对", "更正", "口误")
_LINKS = frozenset(["", "的", "那", "那个", "那边", "那里"])
_RANGE = frozenset("到至")
_BEHIND = re.compile(
    r"(?:的|那个|那边|那里)?(?:[那这]?一?[段条截]路|斜对面|对面|旁边|旁|边上|边|[上下里]头|[上下]面|背后|后[头面]|后(?![来续悔])|"
    r"前[头面]|前(?![天年几些后段阵])|门口|口子|口(?![渴粮罩水袋])|[东西南北][边头面]|附近|中间|脚下)"
)
_POST = re.compile("副?(?:主任|书记|支书|会计|文书|委员|成员|院长|校长|所长|站长|民警|干部)")
"""Behind 村委会 or 派出所 it makes a person of a place."""
_MENTION = re.compile(CALLED)
_NO_HEADCOUNT = frozenset("为成分户人这")
"""Before a number they make it a count: 分成三组, 五户一组."""
_HOUSES = frozenset("房老空破新别土木砖旧小")


class _Kind(Enum):
    """What a run of characters is."""

    PLACE = auto()
    THING = auto()
    """A place that is also what the matter is about: 公厕 alone tells nothing beside the topic 公厕."""
    COUNTED = auto()
    FAMILY = auto()
    BARE = auto()
    CORRECTION = auto()
    NONE = auto()


class Gazetteer:
    """Knows the words of places; asks ``Topics`` for what a text is about.

    A place is for an officer to find the spot and may stand where all can read it. It is put together from the words
    of the lexicon only, never from what stands before 家门口 or 屋后: a household is a person (R50). So 老李头家门口
    gives no place, 二组老李头家 gives 二组, and 王家坡, a name on the map, stays.
    """

    def __init__(self, lexicon: Lexicon, normaliser: Normaliser | None = None) -> None:
        self._topics = Topics(lexicon, normaliser)
        runs = _runs(lexicon)
        self._kinds = list(runs.values())
        self._automaton = AhoCorasick(
            list(runs), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
        )

    def place(self, text: str) -> str:
        """Return the place that the text names, at most 12 characters, or empty.

        The first place with a number (二组) goes before the longest of the others. If the sender corrected himself,
        what he said after it counts first. A place after 不是 is none.
        """
        told = _MENTION.sub(_blank, text) if "@" in text else text
        try:
            found = self._automaton.find_matches_as_indexes(told)
        except UnicodeEncodeError:  # half of an emoji that a client has cut in two
            found = self._automaton.find_matches_as_indexes(told.encode(errors="replace").decode())
        if not found:
            return ""
        spots: list[tuple[int, int, bool]] = []
        corrected = 0
        for which, first, end in found:
            kind = self._kinds[which]
            if kind is _Kind.CORRECTION:
                corrected = len(spots)
                continue
            start = _start(text, kind, first, end)
            if start < 0:
                continue
            behind = _BEHIND.match(text, end)
            stop = behind.end() if behind else end
            if kind is _Kind.THING and not behind:
                continue
            counted = kind is _Kind.COUNTED
            if not _joins(text, spots, corrected, (start, stop), counted=counted):
                spots.append((start, stop, counted))
        best = _best(text, spots[corrected:]) if corrected else ""
        return best or _best(text, spots)

    def topic(self, plain: str) -> str:
        """Return what a normalised text is about (``Topics.topic``)."""
        return self._topics.topic(plain)


def _blank(mention: re.Match[str]) -> str:
    """As many characters, so that what stands behind keeps its place: a nickname such as 桥头阿珍 is no place."""
    return " " * len(mention.group())


def _runs(lexicon: Lexicon) -> dict[str, _Kind]:
    """Lay out all runs of characters to look for; a later kind of the same run replaces an earlier one."""
    named = [ending for ending in lexicon.suffixes if ending not in _COUNTED_ONLY]
    runs = {ending: _Kind.BARE for ending in named if ending in _BARE}
    runs |= {f"家{ending}": _Kind.FAMILY for ending in named}
    runs |= {side + ending: _Kind.PLACE for side in _SIDES for ending in named}
    numbered = [ending for ending in lexicon.suffixes if ending not in _MEASURES]
    runs |= {digit + ending: _Kind.COUNTED for digit in _DIGITS for ending in numbered}
    runs |= dict.fromkeys(_NEVER, _Kind.NONE)
    things = tuple(lexicon.topics)
    runs |= {name: _Kind.THING if name.endswith(things) else _Kind.PLACE for name in lexicon.places}
    return runs | dict.fromkeys(_CORRECTIONS, _Kind.CORRECTION)


def _start(text: str, kind: _Kind, start: int, end: int) -> int:
    """Return where the place begins, -1 if it is none: a number and a surname stand before what was found."""
    if kind is _Kind.COUNTED:
        return _start_of_number(text, start, end)
    before = text[start - 1 : start] if start else ""
    if kind is _Kind.FAMILY:
        somebody = before not in SURNAMES or text[max(0, start - 2) : start - 1] in {"老", "小", "阿", "主"}
        return -1 if not before or somebody else start - 1
    if kind is _Kind.BARE:
        return start - 1 if before and before in SURNAMES else -1
    return -1 if kind is _Kind.NONE or _POST.match(text, end) else start


def _start_of_number(text: str, start: int, end: int) -> int:
    first = start
    while first and text[first - 1] in _DIGITS:
        first -= 1
    if start - first >= _NUMBER_LENGTH:
        return -1
    before = text[first - 1 : first] if first else ""
    if before == "第":
        return first - 1
    if before in _NO_HEADCOUNT or (before == "家" and text[first - 2 : first - 1] in {*_DIGITS, "两", "几"}):
        return -1
    if text[first:end] in {"一栋", "一幢"} and text[end : end + 1] in _HOUSES:
        return -1
    return first


def _joins(
    text: str, spots: list[tuple[int, int, bool]], corrected: int, place: tuple[int, int], *, counted: bool
) -> bool:
    """Lengthen the last spot if the place goes on from it: 3栋2单元, 四组的堰塘, 村口小卖部对面, 二组到三组."""
    if len(spots) <= corrected:
        return False
    first, last, numbered = spots[-1]
    start, stop = place
    gap = text[last:start]
    if gap not in _LINKS and not (numbered and counted and gap in _RANGE):
        return False
    if stop - first <= _PLACE_LENGTH:
        spots[-1] = (first, stop, numbered or counted)
        return True
    return not counted or numbered


def _best(text: str, spots: list[tuple[int, int, bool]]) -> str:
    best = ""
    for start, stop, counted in spots:
        if text.endswith("不是", 0, start):
            continue
        if counted:
            return text[start:stop]
        if stop - start > len(best):
            best = text[start:stop]
    return best[:_PLACE_LENGTH]
