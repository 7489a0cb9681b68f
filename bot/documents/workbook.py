"""Sheets of a workbook that all look alike: what stands in a column, and how a table of rows is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil
from typing import Generic, TypeVar

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.domain.workdays import local

Cell = str | int | datetime | date | None
Row = TypeVar("Row")

_A4 = 9
_HEADER_HEIGHT = 24
_HEIGHT = 16
"""Points of one line of text."""
_LATIN = 0x2000


@dataclass(frozen=True, kw_only=True)
class Column(Generic[Row]):
    """A column: its title, its width in (half-width) characters, and what stands in it."""

    title: str
    width: int
    cell: Callable[[Row], Cell]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What all sheets share: the line on top of a printed page, and the formats of cells."""

    title: str
    header: Format
    text: Format
    moment: Format
    day: Format
    link: Format


@dataclass(frozen=True, kw_only=True)
class Link:
    """A number and the rows behind it: from ``first`` to ``last`` (both counted from 1) of another sheet."""

    name: str
    count: int
    sheet: str
    first: int
    last: int


def look_of(book: Workbook, title: str) -> Look:
    """The formats of a book's cells; ``title`` stands on top of every printed page."""
    frame = {"border": 1, "border_color": "#D5DCDA", "valign": "top", "text_wrap": True, "font_size": 11}
    head = {"bold": True, "bg_color": "#1E5B57", "font_color": "#FFFFFF", "valign": "vcenter"}
    return Look(
        title=title,
        header=book.add_format(frame | head),
        text=book.add_format(frame),
        moment=book.add_format(frame | {"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        day=book.add_format(frame | {"num_format": "yyyy-mm-dd", "align": "left"}),
        link=book.add_format(frame | {"font_color": "#1F5FA8", "underline": 1, "align": "left"}),
    )


def fill_overview(book: Workbook, name: str, titles: tuple[str, str, str], links: Sequence[Link], look: Look) -> None:
    """Add the sheet that everything begins with: every number leads to its rows."""
    sheet = book.add_worksheet(name)
    _on_paper(sheet, look)
    sheet.set_row(0, _HEADER_HEIGHT)
    for place, (title, width) in enumerate(zip(titles, (28, 12, 28), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, look.header)
    for line, link in enumerate(links, start=1):
        sheet.write_string(line, 0, link.name, look.text)
        quoted = link.sheet.replace("'", "''")
        sheet.write_url(line, 1, f"internal:'{quoted}'!A{link.first}:A{link.last}", look.link, str(link.count))
        sheet.write_number(line, 1, link.count, look.link)
        sheet.write_string(line, 2, link.sheet, look.text)


def fill(book: Workbook, name: str, columns: Sequence[Column[Row]], rows: Sequence[Row], look: Look) -> None:
    """Add a sheet: a header that stays in sight and prints on every page, filters, and a line for each row."""
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    fill_below(sheet, 0, columns, rows, look)


def fill_below(sheet: Worksheet, line: int, columns: Sequence[Column[Row]], rows: Sequence[Row], look: Look) -> int:
    """Write a header into a line (counted from 0) and the rows below it; the first line behind them.

    Rows are made as high as their longest cell: not every programme does that by itself.
    """
    _on_paper(sheet, look, header=line)
    sheet.set_row(line, _HEIGHT * max(2, *(_lines(column.title, column.width) for column in columns)))
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(line, place, column.title, look.header)
    for at, row in enumerate(rows, start=line + 1):
        cells = [column.cell(row) for column in columns]
        sheet.set_row(at, _HEIGHT * max(_lines(cell, one.width) for cell, one in zip(cells, columns, strict=True)))
        for place, cell in enumerate(cells):
            _write(sheet, (at, place), cell, look)
    return line + 1 + len(rows)


def _lines(cell: Cell, width: int) -> int:
    """How many lines a cell needs in a column so wide; a Chinese character is as wide as two others."""
    if not isinstance(cell, str):
        return 1
    room = max(width - 1, 2)
    return sum(max(1, ceil(sum(1 + (ord(one) > _LATIN) for one in part) / room)) for part in cell.split("\n"))


def _write(sheet: Worksheet, at: tuple[int, int], cell: Cell, look: Look) -> None:
    match cell:
        case None:
            sheet.write_blank(*at, None, look.text)
        case datetime() as moment:
            sheet.write_datetime(*at, plain(moment), look.moment)
        case date() as day:
            sheet.write_datetime(*at, datetime.combine(day, time()), look.day)
        case int() as number:
            sheet.write_number(*at, number, look.text)
        case text:
            sheet.write_string(*at, text, look.text)


def _on_paper(sheet: Worksheet, look: Look, *, header: int = 0) -> None:
    """A wide A4 page with the header on every sheet."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)
    sheet.set_header("&L" + look.title.replace("&", "&&"))
    sheet.set_footer("&R&P/&N")


def plain(at: datetime) -> datetime:
    """The local time without its zone, which a workbook does not know."""
    return local(at).replace(tzinfo=None)
