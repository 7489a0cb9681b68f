"""The patrol sheet of a day as a workbook to print, sign and file (巡群日志)."""

from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.documents.workbook import Column, fill_below, look_of, plain
from bot.domain.digest import GroupRow
from bot.domain.patrol_log import LogRow, PatrolLog
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol.digest_text import say_sound
from bot.patrol.groups_words import say_zeros
from bot.phrasing import say_day

_WIDTH = 12
"""Columns of the table: what stands above and below it is as wide."""


def write(log: PatrolLog, office: Office) -> bytes:
    """An xlsx file with one sheet. Times are local; the same log gives the same bytes."""
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day = say_day(log.day, office)
    title = office.say("patrol_log.title", township=log.township, day=day)
    book.set_properties({"title": title, "created": plain(log.until)})
    look = look_of(book, title)
    sheet = book.add_worksheet(office.say("patrol_log.sheet"))
    head = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    line = book.add_format({"font_size": 11, "text_wrap": True, "valign": "top"})
    sheet.merge_range(0, 0, 0, _WIDTH - 1, title, head)
    sheet.set_row(0, 32)
    span = office.say("patrol_log.span", until=f"{local(log.until):%H:%M}", groups=len(log.rows))
    sheet.merge_range(1, 0, 1, _WIDTH - 1, span, line)
    below = fill_below(sheet, 2, _columns(office), log.rows, look)
    _signed(sheet, below + 1, log, office, line)
    book.close()
    return file.getvalue()


def _columns(office: Office) -> tuple[Column[LogRow], ...]:
    def title(key: str) -> str:
        return office.say(f"patrol_log.column_{key}")

    return (
        Column(title=title("village"), width=10, cell=lambda row: row.facts.village),
        Column(title=title("group"), width=18, cell=lambda row: row.facts.name),
        Column(title=title("said"), width=7, cell=lambda row: row.facts.villager_messages),
        Column(title=title("asked"), width=7, cell=lambda row: row.facts.asked),
        Column(title=title("unanswered"), width=7, cell=lambda row: row.facts.unanswered),
        Column(title=title("overdue"), width=7, cell=lambda row: row.facts.overdue),
        Column(title=title("unpublished"), width=14, cell=lambda row: _unpublished(row, office)),
        Column(title=title("heated"), width=7, cell=lambda row: row.heated),
        Column(title=title("silent"), width=26, cell=lambda row: _sound(row, office)),
        Column(title=title("urged"), width=26, cell=lambda row: _urged(row, office)),
        Column(title=title("results"), width=16, cell=lambda row: _results(row, office)),
        Column(title=title("remark"), width=14, cell=lambda _row: None),
    )


def _unpublished(row: LogRow, office: Office) -> str:
    parts = []
    if not row.facts.duty_notice:
        parts.append(office.say("patrol_log.no_notice"))
    if row.awaited:
        parts.append(office.say("patrol_log.awaited", count=row.awaited))
    return office.say("due.separator").join(parts)


def _sound(row: LogRow, office: Office) -> str:
    facts = row.facts
    sound = say_sound(
        GroupRow(group=facts.group, name=facts.name, village=facts.village, judgement=facts.judgement), office
    )
    return "\n".join((sound, *say_zeros(facts, office)))


def _urged(row: LogRow, office: Office) -> str:
    return "\n".join(
        office.say(
            "patrol_log.ordered" if one.number else "patrol_log.reminded",
            at=f"{local(one.at):%H:%M}",
            by=one.by,
            number=one.number,
        )
        for one in row.urged
    )


def _results(row: LogRow, office: Office) -> str:
    return office.say("patrol_log.results", answered=row.facts.answered, results=row.facts.results)


def _signed(sheet: Worksheet, line: int, log: PatrolLog, office: Office, look: Format) -> None:
    """Who stands for the day, and what was added; a day that nobody confirmed says so."""
    said = [] if log.is_confirmed else [office.say("patrol_log.unconfirmed")]
    for one in log.confirmed:
        if one.at is not None:
            said.append(
                office.say(
                    "patrol_log.confirmed",
                    by=one.by,
                    day=say_day(local(one.at).date(), office),
                    at=f"{local(one.at):%H:%M}",
                )
            )
        elif log.is_confirmed:
            said.append(office.say("patrol_log.not_confirmed", by=one.by))
    said += [
        office.say("patrol_log.remark", by=one.by, at=f"{local(one.at):%H:%M}", text=one.text) for one in log.remarks
    ]
    for place, text in enumerate(said):
        sheet.merge_range(line + place, 0, line + place, _WIDTH - 1, text, look)
