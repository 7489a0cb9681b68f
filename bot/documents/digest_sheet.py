"""The digest as a workbook: all tickets, all groups, gaps in duty, what officers got; every row with its evidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Generic, TypeVar

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from bot.domain.digest import DayLoad, Digest, GapRow, GroupRow, OutageRow, SectionKind, TicketRow, VacancyRow
from bot.domain.gaps import Stretch
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol.digest_text import say_matter, say_row, say_sound, say_title
from bot.patrol.gap import platform_name
from bot.phrasing import say_days

Cell = str | int | datetime | date | None
Row = TypeVar("Row")

_A4 = 9
_HEADER_HEIGHT = 24


@dataclass(frozen=True, kw_only=True)
class _Column(Generic[Row]):
    """A column: its title, its width in (half-width) characters, and what stands in it."""

    title: str
    width: int
    cell: Callable[[Row], Cell]


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What all sheets share: the line on top of a printed page, and the formats of cells."""

    title: str
    header: Format
    text: Format
    moment: Format
    day: Format


def write(digest: Digest, office: Office) -> bytes:
    """An xlsx file (R20, R39). Times are local (Asia/Shanghai); text stays text, whatever sign it begins with.

    The same digest gives the same bytes.
    """
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    title = say_title(digest, office)
    book.set_properties({"title": title, "created": _plain(digest.at)})
    frame = {"border": 1, "border_color": "#D5DCDA", "valign": "top", "text_wrap": True, "font_size": 11}
    look = _Look(
        title=title,
        header=book.add_format(
            frame | {"bold": True, "bg_color": "#1E5B57", "font_color": "#FFFFFF", "valign": "vcenter"}
        ),
        text=book.add_format(frame),
        moment=book.add_format(frame | {"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        day=book.add_format(frame | {"num_format": "yyyy-mm-dd", "align": "left"}),
    )
    _fill(book, office.say("digest.sheet_tickets"), _ticket_columns(office), digest.tickets, look)
    _fill(book, office.say("digest.sheet_groups"), _group_columns(digest, office), digest.groups, look)
    gaps = [row for row in digest.rows(SectionKind.DUTY_GAPS) if isinstance(row, GapRow | VacancyRow)]
    _fill(book, office.say("digest.sheet_gaps"), _gap_columns(digest, office), gaps, look)
    _fill(book, office.say("digest.sheet_loads"), _load_columns(office), digest.burden.loads, look)
    if digest.outages:
        _fill(book, office.say("digest.sheet_outages"), _outage_columns(office), digest.outages, look)
    book.close()
    return file.getvalue()


def _ticket_columns(office: Office) -> tuple[_Column[TicketRow], ...]:
    def title(key: str) -> str:
        return office.say(f"digest.column_{key}")

    return (
        _Column(title=title("village"), width=16, cell=lambda row: row.village),
        _Column(title=title("number"), width=7, cell=lambda row: row.number),
        _Column(title=title("category"), width=10, cell=lambda row: office.say(f"category.{row.category}")),
        _Column(title=title("matter"), width=24, cell=lambda row: say_matter(row, office)),
        _Column(title=title("why"), width=18, cell=lambda row: _mark(row, office)),
        _Column(title=title("state"), width=16, cell=lambda row: office.say(f"state.{row.state}")),
        _Column(title=title("owner"), width=22, cell=lambda row: row.owner),
        _Column(title=title("said_at"), width=18, cell=lambda row: row.said_at),
        _Column(title=title("due_at"), width=18, cell=lambda row: row.due_at),
        _Column(title=title("closed_at"), width=18, cell=lambda row: row.closed_at),
        _Column(title=title("ticket"), width=18, cell=lambda row: row.ticket),
    )


def _group_columns(digest: Digest, office: Office) -> tuple[_Column[GroupRow], ...]:
    def title(key: str) -> str:
        return office.say(f"digest.column_{key}", days=digest.burden.days)

    return (
        _Column(title=title("village"), width=16, cell=lambda row: row.village),
        _Column(title=title("group"), width=24, cell=lambda row: row.name),
        _Column(title=title("sound"), width=10, cell=lambda row: office.say(f"digest.silence_{row.judgement.silence}")),
        _Column(title=title("reason"), width=48, cell=lambda row: say_sound(row, office)),
        _Column(title=title("since"), width=18, cell=_last_word),
        _Column(title=title("proof"), width=18, cell=lambda row: row.judgement.proof_at),
        _Column(title=title("villager_messages"), width=16, cell=lambda row: row.villager_messages),
        _Column(title=title("cadre_messages"), width=16, cell=lambda row: row.cadre_messages),
        _Column(title=title("group_id"), width=18, cell=lambda row: row.group),
    )


def _gap_columns(digest: Digest, office: Office) -> tuple[_Column[GapRow | VacancyRow], ...]:
    return (
        _Column(title=office.say("digest.column_village"), width=16, cell=lambda row: row.village),
        _Column(title=office.say("digest.column_gap"), width=48, cell=lambda row: say_row(row, digest, office)),
        _Column(title=office.say("digest.column_evidence"), width=60, cell=lambda row: _evidence(row, office)),
    )


def _evidence(row: GapRow | VacancyRow, office: Office) -> str:
    """Every day without duty, or every ticket that waits: the page names a few and counts the rest."""
    return say_days(row.days, office) if isinstance(row, GapRow) else office.say("due.separator").join(row.evidence)


def _outage_columns(office: Office) -> tuple[_Column[OutageRow], ...]:
    return (
        _Column(
            title=office.say("digest.column_platform"), width=12, cell=lambda row: platform_name(row.platform, office)
        ),
        _Column(title=office.say("digest.column_from"), width=18, cell=lambda row: row.since),
        _Column(title=office.say("digest.column_until"), width=18, cell=lambda row: row.until),
        _Column(
            title=office.say("digest.column_minutes"),
            width=10,
            cell=lambda row: Stretch(since=row.since, until=row.until).minutes,
        ),
        _Column(title=office.say("digest.column_reason"), width=36, cell=lambda row: row.why),
        _Column(
            title=office.say("digest.column_evidence"),
            width=60,
            cell=lambda row: office.say("due.separator").join(row.groups),
        ),
    )


def _load_columns(office: Office) -> tuple[_Column[DayLoad], ...]:
    return (
        _Column(title=office.say("digest.column_day"), width=14, cell=lambda row: row.day),
        _Column(title=office.say("digest.column_messages"), width=18, cell=lambda row: row.messages),
        _Column(title=office.say("digest.column_most"), width=18, cell=lambda row: row.most),
    )


def _mark(row: TicketRow, office: Office) -> str:
    mark = office.say(f"digest.mark_{row.why}")
    return office.say("digest.mark_provisional", mark=mark) if row.provisional else mark


def _last_word(row: GroupRow) -> date | None:
    return row.judgement.since if row.judgement.ever_spoken else None


def _fill(book: Workbook, name: str, columns: Sequence[_Column[Row]], rows: Sequence[Row], look: _Look) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    sheet.set_row(0, _HEADER_HEIGHT)
    # On paper: a wide A4 page with the header on every sheet.
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header("&L" + look.title.replace("&", "&&"))
    sheet.set_footer("&R&P/&N")
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, look.header)
        for line, row in enumerate(rows, start=1):
            match column.cell(row):
                case None:
                    sheet.write_blank(line, place, None, look.text)
                case datetime() as moment:
                    sheet.write_datetime(line, place, _plain(moment), look.moment)
                case date() as day:
                    sheet.write_datetime(line, place, datetime.combine(day, time()), look.day)
                case int() as number:
                    sheet.write_number(line, place, number, look.text)
                case text:
                    sheet.write_string(line, place, text, look.text)


def _plain(at: datetime) -> datetime:
    """The local time without its zone, which a workbook does not know."""
    return local(at).replace(tzinfo=None)
