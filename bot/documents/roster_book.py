"""The roster as a workbook (R28): a template with today's plan in it and names to choose from, and what comes back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.domain.org import Group, Person, Unit
from bot.domain.roster_sheet import Cell, Table
from bot.domain.workdays import local
from bot.office import Office

_A4: Final = 9
_SPARE: Final = 20
"""Empty rows below, for groups that have somebody of their own."""
_MOST_ROWS: Final = 60_000
_HEADS: Final = {"day": 13, "weekday": 7, "village": 16, "group": 26, "people": 28, "remark": 30}
"""The columns with their widths in half-width characters."""
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


class UnreadableBookError(Exception):
    """A file that is no workbook."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """One sheet for each township, every day of ``days`` for every village; ``at``: the instant of writing."""

    townships: Sequence[Unit]
    days: Sequence[date]
    at: datetime


def read(data: bytes, *, notes: str) -> tuple[Table, ...]:
    """The visible sheets but the one called ``notes``; a merged cell fills all that it covers.

    Raises UnreadableBookError.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        shown = [one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible]
        return tuple(_table(book.get_sheet_by_name(name)) for name in shown if name != notes)
    except (CalamineError, ValueError) as error:
        raise UnreadableBookError from error


def _table(sheet: CalamineSheet) -> Table:
    rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False, nrows=_MOST_ROWS)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])
    return Table(name=sheet.name, rows=rows)


def write(template: Template, office: Office) -> bytes:
    """An xlsx file; equal plans give equal bytes."""
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": local(template.at).replace(tzinfo=None)})
    frame = {"border": 1, "border_color": "#D5DCDA", "valign": "vcenter", "font_size": 11}
    formats = _Formats(
        head=book.add_format(frame | {"bold": True, "bg_color": "#1E5B57", "font_color": "#FFFFFF", "align": "center"}),
        text=book.add_format(frame | {"text_wrap": True}),
        day=book.add_format(frame | {"num_format": "yyyy-mm-dd", "align": "left"}),
        hole=book.add_format(frame | {"bg_color": "#F6D5D0"}),
    )
    sheets = [(unit, book.add_worksheet(_sheet_name(unit.name))) for unit in template.townships]
    notes = book.add_worksheet(office.say("roster.notes_sheet"))
    lists = _Lists(book.add_worksheet(office.say("roster.names_sheet")), office.say("roster.names_sheet"))
    for township, sheet in sheets:
        _Sheet(sheet=sheet, office=office, formats=formats, lists=lists).fill(township, template.days)
    notes.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top", "font_size": 11}))
    for line, words in enumerate(office.say("roster.notes").splitlines()):
        notes.write_string(line, 0, words)
    book.close()
    return file.getvalue()


@dataclass(frozen=True, kw_only=True)
class _Formats:
    head: Format
    text: Format
    day: Format
    hole: Format


class _Lists:
    """A hidden sheet with a column for every list that cells offer: a list in the cell itself holds 255 signs only."""

    def __init__(self, sheet: Worksheet, name: str) -> None:
        self._sheet = sheet
        self._name = name
        self._known: dict[tuple[str, ...], str] = {}
        sheet.hide()

    def of(self, words: Sequence[str]) -> str:
        """Where the words stand, as a formula."""
        key = tuple(words)
        if key not in self._known:
            column = len(self._known)
            for line, word in enumerate(key):
                self._sheet.write_string(line, column, word)
            letter = _letters(column)
            self._known[key] = f"='{self._name}'!${letter}$1:${letter}${len(key)}"
        return self._known[key]


@dataclass(kw_only=True)
class _Sheet:
    sheet: Worksheet
    office: Office
    formats: _Formats
    lists: _Lists
    line: int = 0

    def fill(self, township: Unit, days: Sequence[date]) -> None:
        office, sheet = self.office, self.sheet
        for place, (head, width) in enumerate(_HEADS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, office.say(f"roster.{head}"), self.formats.head)
        villages = office.org.villages_of(township.id)
        for village in villages:
            self._village(village, days)
        self._spare(villages)
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, self.line, len(_HEADS) - 1)
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        title = office.say("roster.title", place=township.name, year=days[0].year, month=days[0].month)
        sheet.set_header("&C" + title.replace("&", "&&"))
        sheet.set_footer("&C&P/&N")

    def _village(self, village: Unit, days: Sequence[date]) -> None:
        first = self.line + 1
        groups = self.office.org.groups_of(village.id)
        for day in days:
            self._row(village, day, None)
            for group in groups:
                if (group.id, day) in self.office.roster.read:
                    self._row(village, day, group)
        people = [written(person, self.office) for person in _may_stand(village, self.office)]
        self._offers(first, self.line, "people", people)
        self._offers(first, self.line, "group", [group.name for group in groups])

    def _row(self, village: Unit, day: date, group: Group | None) -> None:
        self.line += 1
        office, sheet, formats = self.office, self.sheet, self.formats
        people = office.org.people
        planned = office.roster.before_swaps(village.id, day, group=None if group is None else group.id)
        there = [one for one in planned if one in people and not office.roster.is_away(one, day)]
        names = office.say("due.separator").join(written(people[one], office) for one in there)
        sheet.write_datetime(self.line, 0, datetime(day.year, day.month, day.day), formats.day)  # noqa: DTZ001 - a cell
        sheet.write_string(self.line, 1, office.say(f"day.weekday_{day.weekday()}"), formats.text)
        sheet.write_string(self.line, 2, village.name, formats.text)
        sheet.write_string(self.line, 3, "" if group is None else group.name, formats.text)
        sheet.write_string(self.line, 4, names, formats.text if there else formats.hole)
        remark = office.say("due.separator").join(self._remarks(village, day, planned, there))
        sheet.write_string(self.line, 5, remark, formats.text)

    def _remarks(self, village: Unit, day: date, planned: Sequence[str], there: Sequence[str]) -> Iterator[str]:
        office, people = self.office, self.office.org.people
        rest = office.calendar.name_of(day)
        if rest is not None:
            yield rest
        for one in planned:
            if one in people and one not in there:
                yield office.say("roster.away", name=people[one].name)
        for swap in office.roster.swaps_on(village.id, day):
            if swap.taker in people and swap.giver in people:
                yield office.say("roster.swapped", taker=people[swap.taker].name, giver=people[swap.giver].name)
        if not there:
            yield office.say("roster.nobody")

    def _spare(self, villages: Sequence[Unit]) -> None:
        last = self.line + _SPARE
        for line in range(self.line + 1, last + 1):
            sheet_formats = (self.formats.day, *([self.formats.text] * (len(_HEADS) - 1)))
            for place, shape in enumerate(sheet_formats):
                self.sheet.write_blank(line, place, None, shape)
        org = self.office.org
        self._offers(self.line + 1, last, "village", [village.name for village in villages])
        names = [written(person, self.office) for village in villages for person in _may_stand(village, self.office)]
        self._offers(self.line + 1, last, "people", list(dict.fromkeys(names)))
        groups = [group.name for village in villages for group in org.groups_of(village.id)]
        self._offers(self.line + 1, last, "group", groups)

    def _offers(self, first: int, last: int, column: str, words: Sequence[str]) -> None:
        """Words to choose from; anything else may be written too, several people for one."""
        if words and last >= first:
            place = list(_HEADS).index(column)
            rule = {"validate": "list", "source": self.lists.of(words), "show_error": False}
            self.sheet.data_validation(first, place, last, place, rule)


def written(person: Person, office: Office) -> str:
    """How somebody is named in the table: by name, by id where the village has two of that name."""
    same = [one for one in office.org.people_of(person.unit) if one.name == person.name]
    return person.name if len(same) == 1 else person.id


def month_of(first: date) -> tuple[date, ...]:
    """All days of the month in which ``first`` lies, from it on."""
    following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    return tuple(first + timedelta(days=count) for count in range((following - first).days))


def _may_stand(village: Unit, office: Office) -> tuple[Person, ...]:
    """Whom a village's duty is offered for: its duty officers first, then its other people."""
    return tuple(sorted(office.org.people_of(village.id), key=lambda person: "duty_officer" not in person.roles))


def _sheet_name(name: str) -> str:
    return name.translate(_NOT_IN_NAMES).strip()[:31]


def _letters(column: int) -> str:
    words = ""
    while column >= 0:
        words = chr(ord("A") + column % 26) + words
        column = column // 26 - 1
    return words
