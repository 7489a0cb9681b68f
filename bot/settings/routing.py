"""Reads ``routing.yaml``: which office answers for which matter, and who in it (谁分管谁负责, R10, R11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from bot.domain.categories import APPEALS, Category
from bot.domain.faults import Fault
from bot.domain.org import Organisation
from bot.domain.routing import Route, Routing, above
from bot.settings.chinese import checked, nearest, spoken, without_credentials
from bot.settings.county import CountyFile
from bot.settings.fields import Entry, Id, Several, Text
from bot.settings.source import Loc, Source, read_yaml

CATEGORY_WORDS = {
    "咨询": Category.CONSULTATION,
    "求助": Category.HELP,
    "建议": Category.SUGGESTION,
    "信息公开": Category.DISCLOSURE,
}
"""Categories as a county writes them; the English codes are understood as well."""


def _category(value: object) -> Category:
    text = str(value).strip()
    if text in CATEGORY_WORDS:
        return CATEGORY_WORDS[text]
    if text in APPEALS:
        return Category(text)
    message = f"没有“{text}”这个类别{nearest(text, CATEGORY_WORDS)}；可以写：{'、'.join(CATEGORY_WORDS)}"
    raise spoken(message)


CategoryWord = Annotated[Category, BeforeValidator(_category)]


class _Top(Entry):
    routes: tuple[object, ...] = ()
    townships: Mapping[str, object] = {}
    villages: Mapping[str, object] = {}


class _Route(Entry):
    topics: Annotated[tuple[Text, ...], Several] = ()
    categories: Annotated[tuple[CategoryWord, ...], Several] = ()
    units: Annotated[tuple[Text, ...], Several] = ()
    post: Text = ""
    person: Id | None = None


def read_routing(
    shipped: Path, own: Path | None, county: CountyFile | Organisation | None, lexicons: Sequence[Path]
) -> tuple[Routing, list[Fault]]:
    """Read both files; either may be missing. The county's ``routes`` take the place of the shipped ones.

    Topics are judged by the word lists in ``lexicons``, units and people of the county's own file by its list. The
    table may only be used without faults.
    """
    topics = known_topics(lexicons)
    base, faults = _file(shipped, None, topics)
    if own is None or not own.exists():
        return base, faults
    mine, found = _file(own, county, topics)
    return (
        Routing(routes=mine.routes or base.routes, townships=mine.townships, villages=mine.villages),
        faults + found,
    )


def known_topics(folders: Iterable[Path]) -> frozenset[str]:
    """Every matter that the word lists know, as it stands in a ticket: without the ids behind it."""
    known: set[str] = set()
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            source, _ = read_yaml(path)  # its own faults are reported by the one who reads the words
            named = None if source is None else source.at(("topics",))
            known.update(str(key).partition("(")[0].strip() for key in (named if isinstance(named, dict) else ()))
    return frozenset(known)


def _file(path: Path, county: CountyFile | Organisation | None, topics: frozenset[str]) -> tuple[Routing, list[Fault]]:
    if not path.exists():
        return Routing(), []
    source, faults = read_yaml(path)
    if source is None:
        return Routing(), faults
    org = county.organisation if isinstance(county, CountyFile) else county
    broken = county.broken if isinstance(county, CountyFile) else frozenset[str]()
    reader = _Reader(source=without_credentials(source, faults), faults=faults, org=org, broken=broken, topics=topics)
    return reader.read(), faults


@dataclass(kw_only=True)
class _Reader:
    source: Source
    faults: list[Fault]
    org: Organisation | None
    broken: frozenset[str]
    """Ids of entries of the county's list that are there but faulty: naming one is no further mistake."""
    topics: frozenset[str]
    seen: dict[tuple[Loc, str, frozenset[Category]], Loc] = field(default_factory=dict)

    def read(self) -> Routing:
        checked(_Top, self.source, (), self.faults)
        return Routing(
            routes=self._routes(("routes",), None),
            townships=self._tables("townships", "镇"),
            villages=self._tables("villages", "村"),
        )

    def _tables(self, key: str, kind: str) -> dict[str, tuple[Route, ...]]:
        tables = self.source.at((key,))
        found = {}
        for unit in tables if isinstance(tables, dict) else ():
            loc: Loc = (key, unit)
            if not isinstance(self.source.at(loc), list):
                self.faults.append(self.source.fault(loc, f"{unit}：要写成列表（每行用 - 开头）"))
            elif self._knows(unit, kind, loc):
                found[unit] = self._routes(loc, unit)
        return found

    def _knows(self, unit: str, kind: str, loc: Loc) -> bool:
        if self.org is None or unit in self.broken:
            return True
        known = [one.id for one in (self.org.townships if kind == "镇" else self.org.villages)]
        if unit in known:
            return True
        self.faults.append(self.source.fault(loc, f"county.yaml 里没有编号为“{unit}”的{kind}{nearest(unit, known)}"))
        return False

    def _routes(self, loc: Loc, unit: str | None) -> tuple[Route, ...]:
        routes = (self._route(one, loc, unit) for one in self.source.entries(loc))
        return tuple(route for route in routes if route is not None)

    def _route(self, loc: Loc, table: Loc, unit: str | None) -> Route | None:
        entry = checked(_Route, self.source, loc, self.faults)
        if entry is None:
            return None
        if not entry.topics and not entry.categories:
            self.faults.append(self.source.fault(loc, "这一条没有写 topics（事项）或 categories（类别）"))
        if not entry.units and not entry.post and entry.person is None:
            self.faults.append(self.source.fault(loc, "这一条没有写归谁：units（单位）、post（职务）或 person（人）"))
        self._check_topics(entry, loc, table)
        if self.org is not None:
            self._check_target(entry, loc, self.org, unit)
        return Route(
            topics=frozenset(entry.topics),
            categories=frozenset(entry.categories),
            units=entry.units,
            post=entry.post,
            person=entry.person,
        )

    def _check_topics(self, entry: _Route, loc: Loc, table: Loc) -> None:
        categories = frozenset(entry.categories)
        for position, topic in enumerate(entry.topics):
            place = (*loc, "topics", position)
            first = self.seen.setdefault((table, topic, categories), place)
            if self.topics and topic not in self.topics:
                message = f"词表里没有“{topic}”这个事项{nearest(topic, self.topics)}"
                self.faults.append(self.source.fault(place, message))
            elif first != place:
                message = f"“{topic}”在第 {self.source.line(first)} 行已经写过，这一条用不上"
                self.faults.append(self.source.fault(place, message))

    def _check_target(self, entry: _Route, loc: Loc, org: Organisation, table: str | None) -> None:
        """Report units and people who are on nobody's list, or out of reach of the township or village (R11)."""
        villages = [org.units[table]] if table in {one.id for one in org.villages} else []
        if villages:
            self._check_village(entry, loc, org, villages[0].id)
            return
        if not entry.units and entry.post and entry.person is None:
            self.faults.append(self.source.fault((*loc, "post"), "只写职务不知道是哪个单位的，请写上 units"))
        reach = org.villages if table is None else org.villages_of(table)
        units = list(dict.fromkeys(unit for village in reach for unit in above(org, village.id)))
        for position, word in enumerate(entry.units):
            if word in self.broken or any(word in (unit.id, unit.name) or word in unit.name for unit in units):
                continue
            names = [name for unit in units for name in (unit.id, unit.name)]
            message = f"没有找到单位“{word}”{nearest(word, names)}；要写编号、全名或名称里的字"
            self.faults.append(self.source.fault((*loc, "units", position), message))
        if entry.person is not None:
            self._check_person(entry.person, loc, org, [unit.id for unit in units])

    def _check_village(self, entry: _Route, loc: Loc, org: Organisation, village: str) -> None:
        if entry.units:
            message = "村里的表只写 post 或 person；要转到镇里、县里的写在 townships 或 routes 里"
            self.faults.append(self.source.fault((*loc, "units"), message))
        if entry.post and not any(entry.post in person.post for person in org.people_of(village)):
            message = f"{org.units[village].name}没有职务带“{entry.post}”的人"
            self.faults.append(self.source.fault((*loc, "post"), message))
        if entry.person is not None:
            self._check_person(entry.person, loc, org, [village])

    def _check_person(self, person: str, loc: Loc, org: Organisation, units: Sequence[str]) -> None:
        if person in self.broken:
            return
        if person not in org.people:
            message = f"county.yaml 里没有编号为“{person}”的人{nearest(person, org.people)}"
            self.faults.append(self.source.fault((*loc, "person"), message))
        elif org.people[person].unit not in units:
            home = org.units[org.people[person].unit].name
            message = f"{org.people[person].name}（{person}）是{home}的人，管不到这里"
            self.faults.append(self.source.fault((*loc, "person"), message))
