"""The lexicon: word groups, dialect, topics and weights, read from folders that an officer can edit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from yaml.error import MarkedYAMLError, YAMLError
from yaml.nodes import MappingNode, Node, ScalarNode

from bot.domain.categories import Category
from bot.domain.faults import Fault, reason_of
from bot.nodes import compose

CATEGORIES = tuple(Category)
BIAS = "(基数)"
"""The row of ``weights.tsv`` that holds what every text starts from."""
PAUSE = "_"
"""Stands in ``weights.tsv`` for a pause and for both ends of a text."""
REMARK = "#"
"""A row of ``weights.tsv`` that begins with it is a remark."""
GROUP = "〔〕"
"""What stands around the name of a word group in ``weights.tsv``."""
COLUMNS = (*(category.value for category in CATEGORIES), "urgent")
"""The columns of ``weights.tsv`` after the word: one per category, then how much it speaks for an emergency."""
COLUMN = {category: number for number, category in enumerate(CATEGORIES)}
NO_TOPIC = "不算"
"""The name under ``topics`` of words that are about nothing, and hide shorter words in them."""
FIRST = "^"
"""What stands before a word that outweighs all others: danger to life."""
VAGUE = "~"
"""What stands before a word that only counts where nothing else is said."""
TOGETHER = "+"
"""What stands between two words that only count together."""
_REMOVE = "-"
_TOPIC = re.compile(r"(?P<name>[^\s()（）]{1,8})(?: ?[(（](?P<ids>[A-Za-z0-9.\- ]+)[)）])?")
_TOPIC_WORD = re.compile(r"(?P<mark>[~^]?)(?P<word>[^~^+]+(?:\+[^~^+]+)?)")
_LIMIT = 100.0
_PAIR_OF_CHARACTERS = 2

V = TypeVar("V")

NEEDED_GROUPS = frozenset({
    "险情", "疑似险情", "险情否定", "轻生家暴", "官职", "重话", "正式举报", "催办", "附和", "不满", "撤销",
    "道谢", "改口", "接着说", "违法", "态度", "无人值班", "未成年", "疾病", "外地", "反话", "接龙", "截图",
    "往事", "交易", "通知", "夸大", "玩笑", "求邻居", "吞吃", "已拖", "求修", "求公开", "钱款", "否定", "损坏",
    "待遇异常",
})  # fmt: skip
"""Groups that the code asks for by name; a lexicon without them is refused."""
NEEDED_FORMS = frozenset({
    "笑", "追问", "指前事", "盼回音", "在哪呢", "不是东西", "找公家", "找生意人", "另有一问", "另有一事", "反问",
    "问下文", "探口风", "客气问", "应声", "自家", "遭难处", "没遭到", "自己有事", "也这样", "跟着问", "亲眼见", "空话",
    "虚字", "许诺", "打算", "办成", "没办成",
})  # fmt: skip
"""The same for the forms of speech."""
_UNBOUNDED = re.compile(r"(?<!\\)[*+]")


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """Everything that classification knows about words. Read by ``read_lexicon``; values only, no behaviour.

    ``groups``: name → words. ``forms``: name → words and small patterns that are looked for in the text as it was
    written, and weigh nothing. ``characters``: one character → its simplified or plain form. ``replacements``: dialect
    or variant → standard word. ``topics``: topic → words that name it, each with its mark (``FIRST``, ``VAGUE``) and
    perhaps ``TOGETHER`` in it. ``topic_ids``: topic → its ids in the power list (C6-01) and the disclosure catalogue
    (D7); a topic without any is missing. ``suffixes``: word endings that make a place.
    ``places``: whole words that are places. ``weights``: feature → one weight per column of ``COLUMNS``.
    """

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    characters: Mapping[str, str] = field(default_factory=dict)
    replacements: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    topic_ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    weights: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


def read_lexicon(folders: Sequence[Path]) -> tuple[Lexicon, list[Fault]]:
    """Read every ``*.yaml`` and ``weights.tsv`` of the folders, in order.

    A later folder adds words, overrides weights, and takes a word out of a group by writing it with a leading ``-``;
    so a county has its own words without a change of code. All faults are returned at once, with file and line; with
    faults the lexicon holds what could be read.
    """
    reader = _Reader()
    for folder in folders:
        reader.read_folder(folder)
    reader.check_whole(folders)
    return reader.lexicon(), reader.faults


class _TopicWord(NamedTuple):
    """A word of a topic as it is written: its mark, and how manieth it was read, from which file and line."""

    mark: str
    order: int
    path: Path
    line: int


class _Reader:
    """Collects what the files say and what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._written = ""
        self._groups: dict[str, dict[str, None]] = {}
        self._forms: dict[str, dict[str, None]] = {}
        self._topics: dict[str, dict[str, _TopicWord]] = {}
        self._topic_ids: dict[str, tuple[str, ...]] = {}
        self._topic_words_read = 0
        self._characters: dict[str, str] = {}
        self._replacements: dict[str, str] = {}
        self._lists: dict[str, dict[str, None]] = {"places": {}, "suffixes": {}, "terms": {}}
        self._weights: dict[str, tuple[float, ...]] = {}

    def lexicon(self) -> Lexicon:
        return Lexicon(
            groups={name: tuple(words) for name, words in self._groups.items()},
            forms={name: tuple(words) for name, words in self._forms.items()},
            characters=self._characters,
            replacements=self._replacements,
            topics={
                name: tuple(word.mark + key for key, word in words.items()) for name, words in self._topics.items()
            },
            topic_ids=self._topic_ids,
            places=tuple(self._lists["places"]),
            suffixes=tuple(self._lists["suffixes"]),
            terms=tuple(self._lists["terms"]),
            weights=self._weights,
        )

    def read_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self._fault(folder, None, "找不到词库文件夹")
            return
        for path in sorted(folder.iterdir()):
            if path.suffix == ".yaml":
                self._read_yaml(path)
            elif path.name == "weights.tsv":
                self._read_weights(path)

    def check_whole(self, folders: Sequence[Path]) -> None:
        self._check_topics()
        missing = sorted(name for name in NEEDED_GROUPS if not self._groups.get(name))
        missing += sorted(name for name in NEEDED_FORMS if not self._forms.get(name))
        if missing:
            where = folders[0] if folders else Path()
            self._fault(where, None, f"词库缺少这些词组,或词组是空的:{'、'.join(missing)}")
        if not self._weights:
            where = folders[0] if folders else Path()
            self._fault(where, None, "词库缺少权重文件 weights.tsv,或其中没有一行可用")

    def _fault(self, path: Path, line: int | None, message: str) -> None:
        self.faults.append(Fault(file=path.as_posix(), line=line, message=message))

    def _text(self, path: Path) -> str | None:
        try:
            return path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            self._fault(path, None, "文件不是 UTF-8 编码,请另存为 UTF-8")
        except OSError as error:
            self._fault(path, None, f"文件读不出来:{reason_of(error)}")
        return None

    def _read_yaml(self, path: Path) -> None:
        text = self._text(path)
        if text is None:
            return
        self._written = text
        try:
            root = compose(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._fault(path, mark.line + 1 if mark else None, "格式不对,请检查缩进、冒号和引号")
            return
        except YAMLError:
            self._fault(path, None, "文件里有不能出现的字符")
            return
        if root is None:
            return
        for key, node, line in self._items(path, root, "文件"):
            self._section(path, key, node, line)

    def _section(self, path: Path, key: str, node: Node, line: int) -> None:
        if key == "groups":
            self._named_words(path, node, self._groups, "词组")
        elif key == "forms":
            self._read_forms(path, node)
        elif key == "topics":
            self._read_topics(path, node)
        elif key in self._lists:
            self._add_words(path, node, self._lists[key], key)
        elif key == "characters":
            self._read_characters(path, node)
        elif key == "replace":
            self._read_replacements(path, node)
        else:
            self._fault(path, line, f"不认识的栏目“{key}”")

    def _items(self, path: Path, node: Node, what: str) -> list[tuple[str, Node, int]]:
        if not isinstance(node, MappingNode):
            self._fault(path, node.start_mark.line + 1, f"{what}应当写成“名称: 内容”的样子")
            return []
        found = []
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            name = str(key.value)
            if name in seen:
                self._fault(path, line, f"“{name}”写了两次,请合成一处")
            seen.add(name)
            found.append((name, value, line))
        return found

    def _words(self, path: Path, node: Node, what: str) -> list[tuple[str, int]]:
        """Return the words of a block of text with the line that each stands in."""
        if not isinstance(node, ScalarNode):
            self._fault(path, node.start_mark.line + 1, f"“{what}”的词应当写成一段,词与词之间空一格")
            return []
        first = node.start_mark.line + 1
        raw = self._written[node.start_mark.index : node.end_mark.index].split("\n")
        words = []
        if node.style in {"|", ">"}:
            raw[0] = ""
        for number, row in enumerate(raw):
            stripped = row.strip()
            if stripped.startswith("#") and node.style not in {"|", ">"}:
                continue
            words += [(word.strip("\"'"), first + number) for word in stripped.split()]
        if not words:
            self._fault(path, first, f"“{what}”里一个词也没有")
        return words

    def _named_words(self, path: Path, node: Node, into: dict[str, dict[str, None]], what: str) -> None:
        for name, value, _line in self._items(path, node, what):
            self._add_words(path, value, into.setdefault(name, {}), name)

    def _read_forms(self, path: Path, node: Node) -> None:
        for name, value, _line in self._items(path, node, "说法"):
            for word, line in self._words(path, value, name):
                self._check_pattern(path, name, word.removeprefix(_REMOVE), line)
            self._add_words(path, value, self._forms.setdefault(name, {}), name)

    def _check_pattern(self, path: Path, name: str, word: str, line: int) -> None:
        """A pattern that could match any length would let one message hold up all others."""
        if _UNBOUNDED.search(word):
            self._fault(path, line, f"“{name}”里的“{word}”不能用 * 和 +,请写成 {{1,4}} 这样的长度")
        try:
            re.compile(word)
        except re.error:
            self._fault(path, line, f"“{name}”里的“{word}”写法不对,请检查括号")

    def _add_words(self, path: Path, node: Node, into: dict[str, None], what: str) -> None:
        for word, line in self._words(path, node, what):
            if not word.startswith(_REMOVE):
                into[word] = None
            elif word[1:] in into:
                del into[word[1:]]
            else:
                self._fault(path, line, f"“{what}”里没有“{word[1:]}”这个词,不用去掉")

    def _read_topics(self, path: Path, node: Node) -> None:
        for key, value, line in self._items(path, node, "事项"):
            named = _TOPIC.fullmatch(key)
            if named is None:
                self._fault(path, line, f"“{key}”应当写成“叫法”或“叫法 (编号)”,叫法最多 8 个字")
                continue
            if named["ids"]:
                self._topic_ids[named["name"]] = tuple(named["ids"].split())
            self._add_topic_words(path, value, self._topics.setdefault(named["name"], {}), named["name"])

    def _add_topic_words(self, path: Path, node: Node, into: dict[str, _TopicWord], topic: str) -> None:
        for written, line in self._words(path, node, topic):
            found = _TOPIC_WORD.fullmatch(written.removeprefix(_REMOVE))
            if found is None:
                self._fault(path, line, f"“{written}”应当是一个词,或者两个词中间一个加号")
            elif not written.startswith(_REMOVE):
                self._topic_words_read += 1
                into[found["word"]] = _TopicWord(found["mark"], self._topic_words_read, path, line)
            elif into.pop(found["word"], None) is None:
                self._fault(path, line, f"“{topic}”里没有“{found['word']}”这个词,不用去掉")

    def _check_topics(self) -> None:
        """A word of two topics says nothing; the later place is named, which is where a county would move it from."""
        seen: dict[str, str] = {}
        for topic, words in self._topics.items():
            for key, word in words.items():
                other = seen.setdefault(key, topic)
                if other != topic:
                    rival = self._topics[other][key]
                    place = max(word, rival, key=_reading_order)
                    self._fault(place.path, place.line, f"“{key}”在“{other}”和“{topic}”里都有,请去掉一处")

    def _read_characters(self, path: Path, node: Node) -> None:
        for pair, line in self._words(path, node, "characters"):
            if len(pair) != _PAIR_OF_CHARACTERS:
                self._fault(path, line, f"“{pair}”应当是两个字:前一个是繁体或异体,后一个是简体")
            else:
                self._characters[pair[0]] = pair[1]

    def _read_replacements(self, path: Path, node: Node) -> None:
        for pair, line in self._words(path, node, "replace"):
            old, equals, new = pair.partition("=")
            if not (old and equals and new):
                self._fault(path, line, f"“{pair}”应当写成“方言=普通话”")
            else:
                self._replacements[old] = new

    def _read_weights(self, path: Path) -> None:
        text = self._text(path)
        weight_of = _Cells().__getitem__
        for number, row in enumerate((text or "").splitlines(), start=1):
            if not row or row.startswith(REMARK):
                continue
            name, *cells = row.split("\t")
            try:
                weights = tuple(map(weight_of, cells))
            except ValueError:
                weights = ()
            if len(weights) != len(COLUMNS):
                self._fault(path, number, f"应当是一个词加 {len(COLUMNS)} 个数,用制表符隔开,每个数在 -100 到 100 之间")
            else:
                self._weights[name] = weights


class _Cells(dict[str, float]):
    """What the cells of ``weights.tsv`` say: of some 400 000 hardly a thousand differ, and each is read once."""

    def __missing__(self, cell: str) -> float:
        weight = float(cell)
        if not -_LIMIT < weight < _LIMIT:
            raise ValueError(cell)
        self[cell] = weight
        return weight


def _reading_order(word: _TopicWord) -> int:
    return word.order
