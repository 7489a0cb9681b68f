"""A roster as a table (R28): rows of day, village, group and people, read cell by cell, each fault with its place.

Whoever fills it in is no programmer: unknown columns, blank rows and lines of notes are passed over; what is doubtful
is a fault that says what to write instead. Nothing is guessed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Final

from bot.domain.day_cells import UnreadableDayError, day_in
from bot.domain.duty import Planned, Roster
from bot.domain.org import Organisation, Person, Unit

Cell = object
"""A date, a number, a word, or an empty word."""

AS_USUAL = "照常"
"""In the column of people: the configured plan applies again."""
WHOLE_VILLAGE = "全村"
FARTHEST: Final = timedelta(days=400)
"""A day that lies further ahead has its year wrong."""
_HEADS: Final[Mapping[str, frozenset[str]]] = {
    "day": frozenset({"日期", "值班日期", "时间", "值班时间"}),
    "village": frozenset({"村", "村名", "村庄", "村居", "村(社区)", "行政村", "单位"}),
    "group": frozenset({"群", "群名", "群聊", "微信群", "钉钉群", "村民群"}),
    "people": frozenset({"值班员", "值班人", "值班人员", "值班干部", "值班"}),
}
_HEAD_WITHIN = 15
"""Titles and notes may stand above the heads."""
_BRACKETED: Final = re.compile(r"[(（][^()（）]*[)）]")
_SEPARATORS: Final = re.compile(r"[、,，;；/／|\n\r]+")
_NUMBERS: Final = re.compile(r"\d{6,}")
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A sheet as it was read: rows from A1 on; merged cells hold their value in every cell already."""

    name: str
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where something stands, as Excel calls it. ``row`` and ``column`` count from 0."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        """``清禾镇!D7``."""
        letters, left = "", self.column
        while left >= 0:
            letters = chr(ord("A") + left % 26) + letters
            left = left // 26 - 1
        return f"{self.sheet}!{letters}{self.row + 1}"


@dataclass(frozen=True, kw_only=True, slots=True)
class CellFault:
    """Something wrong in a cell, in words for who filled it in."""

    place: Place
    what: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a workbook says. It may only be used without ``faults``.

    ``past`` counts rows of days that are over, ``unfilled`` those without people; ``unread`` are sheets without heads.
    """

    planned: tuple[Planned, ...]
    faults: tuple[CellFault, ...]
    past: int
    unfilled: int
    unread: tuple[str, ...]


def read(tables: Sequence[Table], org: Organisation, roster: Roster, *, today: date) -> Reading:
    """Everything that the sheets say about days from ``today`` on, in their order."""
    reader = _Reader(org=org, roster=roster, today=today)
    for table in tables:
        reader.table(table)
    planned = tuple(one for one, _ in reader.found.values())
    return Reading(
        planned=planned,
        faults=tuple(reader.faults),
        past=reader.past,
        unfilled=reader.unfilled,
        unread=tuple(reader.unread),
    )


@dataclass(kw_only=True)
class _Reader:
    org: Organisation
    roster: Roster
    today: date
    found: dict[tuple[str, date], tuple[Planned, Place]] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    past: int = 0
    unfilled: int = 0

    def table(self, table: Table) -> None:
        heads = _heads(table)
        if heads is None:
            self.unread.append(table.name)
            return
        line, columns = heads
        named = [unit for unit in self.org.villages if unit.name == table.name.strip()]
        if "village" not in columns and len(named) != 1:
            place = Place(sheet=table.name, row=line, column=columns["day"])
            self._fault(place, "这张表没有“村”这一列，请加上；或者用村名给表命名，一个村一张")
            return
        for number, row in enumerate(table.rows[line + 1 :], start=line + 1):
            self._row(_Line(sheet=table.name, number=number, row=row, columns=columns), next(iter(named), None))

    def _row(self, line: "_Line", only: Unit | None) -> None:
        day_cell, people = line.cell("day"), line.text("people")
        village_said = line.text("village")
        if not (_shown(day_cell) or people or village_said):
            return
        if line.is_note() or (not people and only is None and not village_said):
            return
        before = len(self.faults)
        day = self._day(line, day_cell)
        village = only if "village" not in line.columns else self._village(line, village_said)
        if day is not None and day < self.today and len(self.faults) == before:
            self.past += 1
            return
        if not people:
            self.unfilled += 1
            return
        if day is None or village is None:
            return
        group = self._group(line, village)
        named = () if people == AS_USUAL else self._people(line, people, village, day)
        if len(self.faults) == before:
            self._keep(line, Planned(village=village.id, day=day, people=named, group=group))

    def _keep(self, line: "_Line", planned: Planned) -> None:
        key = (planned.group or planned.village, planned.day)
        place = line.place("people")
        known = self.found.get(key)
        if known is None:
            self.found[key] = (planned, place)
        elif known[0].people != planned.people:
            self._fault(
                place, f"和 {known[1]} 说的是同一天，人却不一样，请只留一行；一天几个人就写在一格里，用顿号隔开"
            )

    def _day(self, line: "_Line", value: Cell) -> date | None:
        place = line.place("day")
        if not _shown(value):
            self._fault(place, "这一行没有日期，请补上")
            return None
        try:
            day = day_in(value, today=self.today)
        except UnreadableDayError as error:
            self._fault(place, str(error))
            return None
        if day - self.today > FARTHEST:
            self._fault(place, f"{day} 离今天一年多，年份是不是写错了？")
            return None
        return day

    def _village(self, line: "_Line", said: str) -> Unit | None:
        place = line.place("village")
        if not said:
            self._fault(place, "这一行没有写是哪个村，请补上")
            return None
        found = [unit for unit in self.org.villages if said in self._names(unit)]
        on_sheet = [unit for unit in found if self.org.township_of(unit.id).name == line.sheet.strip()]
        if len(found) > 1 and len(on_sheet) == 1:
            return on_sheet[0]
        if len(found) > 1:
            full = "、".join(f"{self.org.township_of(unit.id).name}{unit.name}" for unit in found)
            self._fault(place, f"有几个村叫“{said}”，请写清楚是 {full} 里的哪个")
            return None
        if not found:
            self._fault(place, f"没有“{said}”这个村{_like(said, [unit.name for unit in self.org.villages])}")
            return None
        return found[0]

    def _names(self, unit: Unit) -> tuple[str, ...]:
        return (unit.id, unit.name, unit.name.removesuffix("村"), self.org.township_of(unit.id).name + unit.name)

    def _group(self, line: "_Line", village: Unit) -> str | None:
        said = line.text("group")
        if said in ("", WHOLE_VILLAGE):
            return None
        groups = self.org.groups_of(village.id)
        found = [group for group in groups if said in (group.id, _bare(group.name))]
        if len(found) != 1:
            names = "、".join(group.name for group in groups) or "（还没有登记群）"
            what = f"{village.name}没有“{said}”这个群，可以写：{names}；整个村一样就空着"
            self._fault(line.place("group"), what)
            return None
        return found[0].id

    def _people(self, line: "_Line", said: str, village: Unit, day: date) -> tuple[str, ...]:
        place = line.place("people")
        found: list[str] = []
        for name in self._split(said, village):
            person = self._person(place, name, village)
            if person is None:
                continue
            away = self.roster.away(person.id, day)
            if away is not None:
                until = f"到{away.last.month}月{away.last.day}日"
                self._fault(place, f"{person.name}{day.month}月{day.day}日请假（{until}），请换一个人，或先让本人销假")
            found.append(person.id)
        return tuple(dict.fromkeys(found))

    def _split(self, said: str, village: Unit) -> Iterator[str]:
        """The names in a cell. 李　明 with a space inside is one name, 李明 王芳 are two."""
        for part in _SEPARATORS.split(said):
            if any(self._means(_bare(part), person) for person in self.org.people.values()):
                yield _bare(part)
                continue
            whole = _bare(_NUMBERS.sub("", part))
            words = [word for word in _SPACE.split(_NUMBERS.sub("", part).strip()) if word]
            if not whole:
                continue
            known = any(self._means(whole, person) for person in self.org.people.values())
            each = len(words) > 1 and all(
                any(self._means(word, person) for person in self.org.people_of(village.id)) for word in words
            )
            yield from words if each and not known else (whole,)

    @staticmethod
    def _means(word: str, person: Person) -> bool:
        return word in (person.id, _bare(person.name), _bare(person.title), _bare(person.name + person.post))

    def _person(self, place: Place, name: str, village: Unit) -> Person | None:
        all_called = [person for person in self.org.people.values() if self._means(name, person)]
        here = [person for person in all_called if person.unit == village.id]
        if len(here) == 1:
            return here[0]
        if here:
            ids = "、".join(f"{person.id}（{person.post}）" for person in here)
            self._fault(place, f"{village.name}有{len(here)}个“{name}”，请写编号：{ids}")
        elif all_called:
            homes = "、".join(dict.fromkeys(self.org.units[person.unit].name for person in all_called))
            self._fault(place, f"{name}是{homes}的人，不能排{village.name}的班，请写本村的人")
        else:
            known = [person.name for person in self.org.people_of(village.id)]
            hint = _like(name, known) or f"，可以写：{'、'.join(known)}"
            self._fault(place, f"{village.name}的名册上没有“{name}”{hint}")
        return None

    def _fault(self, place: Place, what: str) -> None:
        self.faults.append(CellFault(place=place, what=what))


@dataclass(frozen=True, kw_only=True)
class _Line:
    sheet: str
    number: int
    row: Sequence[Cell]
    columns: Mapping[str, int]

    def cell(self, column: str) -> Cell:
        at = self.columns.get(column)
        return "" if at is None or at >= len(self.row) else self.row[at]

    def text(self, column: str) -> str:
        """The words of a cell; inner spaces are kept for people only."""
        words = _shown(self.cell(column))
        return _BRACKETED.sub("", words).strip() if column == "people" else _bare(words)

    def place(self, column: str) -> Place:
        return Place(sheet=self.sheet, row=self.number, column=self.columns[column])

    def is_note(self) -> bool:
        """A sentence below the table, or one merged over it: 注：有事提前换班."""
        words = {_shown(value) for value in self.row if _shown(value)}
        return len(words) == 1 and isinstance(self.cell("day"), str) and self._says_no_day()

    def _says_no_day(self) -> bool:
        words = _shown(self.cell("day"))
        return bool(words) and (not words[0].isdigit() or words == self.text("people"))


def _heads(table: Table) -> tuple[int, dict[str, int]] | None:
    """The row of heads and the column of each; None for a sheet that is no roster."""
    for number, row in enumerate(table.rows[:_HEAD_WITHIN]):
        columns: dict[str, int] = {}
        for place, value in enumerate(row):
            word = _bare(_shown(value)).replace("（", "(").replace("）", ")")
            plain = _BRACKETED.sub("", word)
            for column, words in _HEADS.items():
                if (word in words or plain in words) and column not in columns:
                    columns[column] = place
        if {"day", "people"} <= columns.keys():
            return number, columns
    return None


def _shown(value: Cell) -> str:
    return "" if value is None else str(value).strip()


def _bare(words: str) -> str:
    return _SPACE.sub("", words)


def _like(word: str, known: Iterable[str]) -> str:
    matches = get_close_matches(word, list(known), n=1)
    return f"，是不是“{matches[0]}”？" if matches else ""
