"""Reads ``content.yaml``: the library of short texts for villagers (R37, R38). Each says where it comes from.

Pictures lie in the folder ``content`` beside it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

from bot.domain.content import ContentItem, Picture, is_day, is_season
from bot.domain.faults import Fault
from bot.domain.seasons import FESTIVALS, TERMS
from bot.settings.chinese import checked, nearest, without_credentials
from bot.settings.fields import Day, Entry, Id, Several, Text
from bot.settings.routing import known_topics
from bot.settings.source import Loc, Source, read_yaml

FOLDER: Final = "content"
MOST_BYTES: Final = 2 * 1024 * 1024
"""Of a picture: it is read on old phones over thin lines."""
_ENDINGS: Final = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
"""How pictures may be called, and how their bytes then begin."""
_WEB: Final = ("https://", "http://")
_SEVERAL = Annotated[tuple[Text, ...], Several]


class _Top(Entry):
    items: tuple[object, ...]


class _Review(Entry):
    by: Text
    date: Day


class _Item(Entry):
    id: Id
    title: Text
    text: Text
    source: Text
    date: Day
    rights: Text = ""
    picture: Text = ""
    link: Text = ""
    video: Text = ""
    topics: _SEVERAL = ()
    seasons: _SEVERAL = ()
    days: _SEVERAL = ()
    valid_from: Day | None = None
    valid_until: Day | None = None
    review: _Review | None = None


def read_content(path: Path, lexicons: Iterable[Path] = ()) -> tuple[tuple[ContentItem, ...], list[Fault]]:
    """Read the file. A county without one has no library, which is no fault. Topics are those of the word lists."""
    if not path.exists():
        return (), []
    source, faults = read_yaml(path)
    if source is None:
        return (), faults
    source = without_credentials(source, faults)
    top = checked(_Top, source, (), faults)
    reader = _Reader(source=source, faults=faults, folder=path.parent / FOLDER, topics=known_topics(lexicons))
    return () if top is None else reader.read(), faults


@dataclass(kw_only=True)
class _Reader:
    """One file on its way to a library; every entry is read on its own, so that one mistake hides no other."""

    source: Source
    faults: list[Fault]
    folder: Path
    topics: frozenset[str]
    lines: dict[str, Loc] = field(default_factory=dict)
    items: dict[str, ContentItem] = field(default_factory=dict)

    def read(self) -> tuple[ContentItem, ...]:
        for loc in self.source.entries(("items",)):
            entry = checked(_Item, self.source, loc, self.faults)
            if entry is None:
                continue
            first = self.lines.setdefault(entry.id, (*loc, "id"))
            if entry.id in self.items:
                self._fault((*loc, "id"), f"编号“{entry.id}”重复了，第 {self.source.line(first)} 行已经用过")
                continue
            self.items[entry.id] = self._item(entry, loc)
        return tuple(self.items.values())

    def _item(self, entry: _Item, loc: Loc) -> ContentItem:
        self._check_words(entry, loc)
        self._check_time(entry, loc)
        for name, address in (("link", entry.link), ("video", entry.video)):
            if address and not address.startswith(_WEB):
                self._fault((*loc, name), f"{name}：链接要以 https:// 开头，现在是“{address}”")
        return ContentItem(
            id=entry.id,
            title=entry.title,
            text=entry.text,
            source=entry.source,
            dated=entry.date,
            rights=entry.rights,
            picture=self._picture(entry.picture, (*loc, "picture")) if entry.picture else None,
            link=entry.link,
            video=entry.video,
            topics=entry.topics,
            seasons=entry.seasons,
            days=entry.days,
            valid_from=entry.valid_from,
            valid_until=entry.valid_until,
            released_by="" if entry.review is None else entry.review.by,
            released_on=None if entry.review is None else entry.review.date,
        )

    def _check_words(self, entry: _Item, loc: Loc) -> None:
        for position, name in enumerate(entry.seasons):
            if not is_season(name):
                hint = nearest(name, TERMS)
                self._fault((*loc, "seasons", position), f"“{name}”不是月份（写成 3月）也不是节气{hint}")
        for position, name in enumerate(entry.days):
            if not is_day(name):
                hint = nearest(name, [*FESTIVALS, *TERMS])
                self._fault((*loc, "days", position), f"不认识“{name}”这一天，写节日、节气或者 03-15 这样{hint}")
        for position, topic in enumerate(entry.topics):
            if self.topics and topic not in self.topics:
                hint = nearest(topic, self.topics)
                self._fault((*loc, "topics", position), f"词表里没有“{topic}”这个事项{hint}")

    def _check_time(self, entry: _Item, loc: Loc) -> None:
        begins, ends = entry.valid_from, entry.valid_until
        if begins is not None and ends is not None and begins > ends:
            self._fault((*loc, "valid_until"), "valid_until 要不早于 valid_from")
        review = None if entry.review is None else entry.review.date
        if review is not None and review < entry.date:
            self._fault((*loc, "review", "date"), "review：审核日期不能早于整理的日期")

    def _picture(self, name: str, loc: Loc) -> Picture | None:
        """A picture of the folder, by its bytes; None with a fault if it is not one that phones show."""
        path = self.folder / name
        begins = _ENDINGS.get(path.suffix.lower())
        if Path(name).name != name or begins is None:
            self._fault(loc, f"picture：写 {FOLDER} 文件夹里的文件名，png 或 jpg，现在是“{name}”")
            return None
        try:
            data = path.read_bytes()
        except OSError:
            self._fault(loc, f"picture：{FOLDER} 文件夹里没有“{name}”，或者读不了")
            return None
        if len(data) > MOST_BYTES:
            self._fault(loc, f"picture：“{name}”太大，老手机打不开，请缩到 2 MB 以内")
        elif not data.startswith(begins):
            self._fault(loc, f"picture：“{name}”不是真正的 {path.suffix[1:]} 图片")
        else:
            return Picture(digest=sha256(data).hexdigest(), file=str(path))
        return None

    def _fault(self, loc: Loc, message: str) -> None:
        self.faults.append(self.source.fault(loc, message))


def pictures_of(items: Iterable[ContentItem]) -> Mapping[str, str]:
    """Where the library's pictures lie, by their content."""
    return {item.picture.digest: item.picture.file for item in items if item.picture is not None}
