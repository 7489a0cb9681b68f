"""Which words of a text a county could put into its lexicon: whole words that its people would know again."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.classify import decision
from bot.classify.evidence import Finder, Segmenter
from bot.classify.lexicon import COLUMNS, Lexicon
from bot.classify.names import SURNAMES
from bot.classify.normalise import Normaliser, shorten
from bot.classify.scoring import runs

GUARDED = decision.ACCUSING | {"险情", "疑似险情", "险情否定", "轻生家暴", "夸大", "吞吃", "钱款", "公款"}
"""Groups whose words are never re-weighed: what opens an emergency or a clue is not unlearned from a few tickets."""
_MANNER = frozenset({
    "问引子", "疑问", "请求", "程度时间", "家人", "已拖", "应答", "招呼", "道谢", "致谢", "否定", "转折", "以后",
    "接着说", "续说", "催办", "催问",
})  # fmt: skip
"""Groups of how one speaks, whatever it is about (请问, 什么时候): everybody's words, and never taught."""
_DANGEROUS_AT = 1.0
"""Weight for an emergency or a clue from which a word is left alone although it is in none of those groups."""
_LONGEST = 6
_LONGEST_PAIR = 3
_SHORTEST = 2
_WORD = re.compile(f"[\u4e00-\u9fff]{{{_SHORTEST},{_LONGEST}}}")
_BREAK = re.compile("〔[^〕]*〕|[^\u4e00-\u9fff]+")
_PARTICLES = frozenset("的了呢吗吧啊呀嘛哦啦哈嘞着过")
_NUMBERS = frozenset("零一二两三四五六七八九十百千万")
_CALLING = frozenset("老小阿")
_OPENS = frozenset("没不无未老新大小")
"""Single characters that join the word behind them: 没水, 不公开, 老泵房."""
_JOINS_NOTHING = (
    _PARTICLES
    | _NUMBERS
    | frozenset(
        "我你他她它咱俺这那哪谁啥个些又还就也都很太才只再最更是在有把被给对向和跟与同到来去要会能可以想说讲看问叫让放上下里外前后时"
        "中间多少没不无未别家接带"
    )
)
"""Single characters that end or begin no word, however often they stand beside it."""
_NUMBERED = re.compile(f"[{''.join(sorted(_NUMBERS))}]+[组村社队栋号楼块斤元年月日天点个户人次亩米]*")
_EMPTY = frozenset({
    "我们", "你们", "他们", "她们", "咱们", "大家", "自己", "人家", "我家", "你家", "他家", "咱家", "这个", "那个",
    "这些", "那些", "这里", "那里", "这边", "那边", "这样", "那样", "这么", "那么", "今天", "明天", "昨天", "后天",
    "前天", "昨晚", "今晚", "今早", "今年", "去年", "明年", "现在", "早上", "上午", "中午", "下午", "晚上", "已经",
    "一下", "一个", "一点", "就是", "还是", "但是", "可是", "因为", "所以", "然后", "而且", "如果", "的话", "时候",
    "什么", "有点", "真的", "都是", "也是", "我是", "是我", "在我", "我的", "你好", "号码", "隐去", "那儿", "这儿",
    "哪儿", "哪个", "前年", "知道", "觉得", "感觉",
})  # fmt: skip


class Sighting(NamedTuple):
    """A text in its plain form, the features and groups that the scorer sees in it, and the words worth teaching."""

    plain: str
    features: frozenset[str]
    groups: frozenset[str]
    words: frozenset[str]


class Reader:
    """Reads texts as the classifier does and picks the words that may be taught."""

    def __init__(self, lexicon: Lexicon, places: Iterable[str] = ()) -> None:
        """``places`` are names of villages and towns: where a matter arose says nothing of what it is."""
        self._normaliser = Normaliser(lexicon)
        self._finder = Finder(lexicon, self._normaliser)
        self._segmenter = Segmenter(lexicon)
        self._weights = lexicon.weights
        self._places = tuple(places)
        self._known: dict[str, bool] = {}

    def read(self, text: str) -> Sighting:
        """Look at one text, without what was hidden in it."""
        plain = self._normaliser.normalise(shorten(text))
        return Sighting(
            plain=plain,
            features=frozenset(runs(plain, self._segmenter.cut(plain))),
            groups=self._finder.groups(plain),
            words=frozenset(word for piece in _BREAK.split(plain) for word in self._of_piece(piece)),
        )

    def _of_piece(self, piece: str) -> Iterator[str]:
        cut = self._segmenter.cut(piece)
        for word in cut:
            if self._may_be_taught(word):
                yield word
        for word in _joined(cut):
            if self._may_be_taught(word):
                yield word

    def _may_be_taught(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._is_sound(word)
        return known

    def _is_sound(self, word: str) -> bool:
        if not _WORD.fullmatch(word) or word in _EMPTY or _NUMBERED.fullmatch(word):
            return False
        if word[0] in _CALLING and word[1] in SURNAMES:
            return False
        if word[0] in _PARTICLES or word[-1] in _PARTICLES or any(_same_place(word, place) for place in self._places):
            return False
        hits = self._finder.find(word)
        guarded = any(not GUARDED.isdisjoint(hit.groups) for hit in hits)
        manner = any(hit.word == word and not _MANNER.isdisjoint(hit.groups) for hit in hits)
        return not (guarded or manner or self._is_dangerous(word))

    def _is_dangerous(self, word: str) -> bool:
        row = self._weights.get(word)
        return row is not None and any(row[column] >= _DANGEROUS_AT for column in _DANGER)


_DANGER = (COLUMNS.index("clue"), COLUMNS.index("urgent"))


def _joined(cut: Sequence[str]) -> Iterator[str]:
    """Neighbours that may be one word that the dictionary lacks: 合疗, 灯光秀, 没水, 老泵房. Never overlapping ones."""
    start = 0
    while start + 1 < len(cut):
        found = _may_be_one_word(cut[start], cut[start + 1])
        if found:
            yield cut[start] + cut[start + 1]
        start += 2 if found and len(cut[start]) == 1 else 1


def _may_be_one_word(first: str, second: str) -> bool:
    """Whether two words belong together; what may be somebody's name (王二, 老李) does not."""
    if len(first) + len(second) > _LONGEST_PAIR or first in SURNAMES or first in _EMPTY:
        return False
    if len(second) > 1:
        return first in _OPENS
    if second in _JOINS_NOTHING or (first in _CALLING and second in SURNAMES):
        return False
    return len(first) > 1 or first in _OPENS or first not in _JOINS_NOTHING


def _same_place(word: str, place: str) -> bool:
    return word in place or place in word
