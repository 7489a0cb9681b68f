"""YAML files as plain values that remember where they stand, so that every fault can name its file and line.

A scalar stays the text that was written (``08:30``, ``0123``, ``on``); what it means is decided by the field that
takes it. Only an empty value and ``~`` are None. Nothing here knows what the files are about.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yaml.error import MarkedYAMLError, YAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.domain.faults import Fault, reason_of
from bot.nodes import anchors, compose

Loc = tuple[str | int, ...]
"""The way to a value from the top of a file: keys of mappings and positions in lists."""

SHIPPED = Path(__file__).resolve().parents[2] / "config"
"""The folder of defaults that comes with the product."""

_NULL = "tag:yaml.org,2002:null"

# What the parser says, by the words that it always uses, and what an operator can do about it.
_SYNTAX = (
    ("'\\t'", "缩进里有制表符（Tab），请改用空格"),
    ("mapping values are not allowed", "这里多了一个冒号，或者上下行没有对齐；文字里有冒号时请用引号括起来"),
    ("unexpected end of stream", "引号没有成对"),
    ("another document", "一个文件里只能有一份内容，请去掉多余的 --- "),
    ("undefined alias", "这里的 * 有特殊含义，请用引号括起来"),
    ("scanning an alias", "这里的 * 有特殊含义，请用引号括起来"),
    ("scanning an anchor", "这里的 & 有特殊含义，请用引号括起来"),
    ("expected ',' or", "方括号或花括号没有成对"),
    ("expected the node content", "这里缺少内容，或者前面的括号没有成对"),
    ("cannot start any token", "开头的符号有特殊含义，请用引号括起来"),
    ("could not find expected ':'", "少了冒号，或者冒号后面没有空格"),
    ("<block end>", "上下行没有对齐"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A line of a file; lines count from 1."""

    file: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Source:
    """What one file says, or several laid over one another. ``name`` is the file as a reader knows it."""

    name: str
    value: object = None
    places: Mapping[Loc, Place] = field(default_factory=dict)

    def fault(self, loc: Loc, message: str) -> Fault:
        """Report a mistake at the value, or at the nearest thing around it that has a line."""
        for length in range(len(loc), -1, -1):
            place = self.places.get(loc[:length])
            if place is not None:
                return Fault(file=place.file, line=place.line, message=message)
        return Fault(file=self.name, line=None, message=message)

    def line(self, loc: Loc) -> int | None:
        """Return the line of the value at ``loc``, or of the nearest thing around it."""
        return self.fault(loc, "").line

    def entries(self, loc: Loc) -> Iterator[Loc]:
        """Yield the way to every member of the list at ``loc``; nothing if there is no list."""
        members = self.at(loc)
        if isinstance(members, list):
            yield from ((*loc, position) for position in range(len(members)))

    def at(self, loc: Loc) -> object:
        """Return the value at ``loc``, None if there is none."""
        value = self.value
        for step in loc:
            known = value if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else {}
            if step not in known:
                return None
            value = known[step]
        return value

    def over(self, base: "Source") -> "Source":
        """Lay this file over ``base``: mappings are joined key by key, everything else is replaced whole."""
        places = dict(base.places)
        value = _joined(base.value, self.value, (), places)
        return Source(name=self.name, value=value, places=places | dict(self.places))


def _joined(base: object, over: object, loc: Loc, places: dict[Loc, Place]) -> object:
    if isinstance(base, dict) and isinstance(over, dict):
        joined = dict(base)
        for key, value in over.items():
            joined[key] = _joined(base[key], value, (*loc, key), places) if key in base else value
        return joined
    for known in [known for known in places if known[: len(loc)] == loc]:
        del places[known]
    return over


def shown(path: Path) -> str:
    """Name a file as the operator does: from the product's folder if it lies there, else as it was given."""
    top = SHIPPED.parent
    return str(path.relative_to(top)) if path.is_relative_to(top) else str(path)


def read_yaml(path: Path) -> tuple[Source | None, list[Fault]]:
    """Read one file (UTF-8, YAML 1.2). None if it cannot be read at all; the faults then say why.

    An empty file counts as an empty mapping. Keys that stand twice are faults, each; the first one is kept.
    """
    name = shown(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None, [Fault(file=name, line=None, message="没有找到这个文件")]
    except UnicodeDecodeError:
        return None, [Fault(file=name, line=None, message="文件不是 UTF-8 编码，请另存为 UTF-8")]
    except OSError as error:
        return None, [Fault(file=name, line=None, message=f"读不了这个文件（{reason_of(error)}）")]
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> tuple[Source | None, list[Fault]]:
    """Do as ``read_yaml`` for text at hand, whose faults are to name the file ``name``."""
    try:
        top = compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        return None, [Fault(file=name, line=line, message=f"格式读不懂：{_plainly(error)}")]
    except YAMLError:
        return None, [Fault(file=name, line=None, message="格式读不懂：文件里有不能显示的控制字符")]
    if top is None:
        return Source(name=name, value={}), []
    tree = _Tree(name=name, anchors=anchors(text))
    value = tree.value_of(top, ())
    if not isinstance(value, dict):
        return None, [*tree.faults, Fault(file=name, line=1, message="最外层要写成“名称: 内容”的样子")]
    return Source(name=name, value=value, places=tree.places), tree.faults


def _plainly(error: MarkedYAMLError) -> str:
    said = f"{error.context} {error.problem}"
    return next((words for mark, words in _SYNTAX if mark in said), f"请检查缩进、冒号和引号（{error.problem}）")


@dataclass(kw_only=True)
class _Tree:
    """Turns the parser's nodes into values, noting the line of each."""

    name: str
    anchors: frozenset[int]
    places: dict[Loc, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def value_of(self, node: Node, loc: Loc) -> object:
        line = node.start_mark.line + 1
        self.places.setdefault(loc, Place(file=self.name, line=line))
        if node.start_mark.index in self.anchors:
            # A shared node may contain itself; nothing that a county writes needs one.
            self._complain(line, "不支持用 & 和 * 引用别处的内容，请直接写出来")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, SequenceNode):
            return [self.value_of(member, (*loc, position)) for position, member in enumerate(node.value)]
        return None if node.tag == _NULL else node.value

    def _mapping(self, node: MappingNode, loc: Loc) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._complain(line, "名称只能是文字；文字里有花括号或方括号时请用引号括起来")
                continue
            key = str(key_node.value)
            if key in values:
                self._complain(line, f"“{key}”在同一处写了两遍，前一遍在第 {self.places[(*loc, key)].line} 行")
                continue
            self.places[(*loc, key)] = Place(file=self.name, line=line)
            values[key] = self.value_of(value_node, (*loc, key))
        return values

    def _complain(self, line: int, message: str) -> None:
        self.faults.append(Fault(file=self.name, line=line, message=message))
