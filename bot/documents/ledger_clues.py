"""The clue ledger as a workbook: one row per case with the fields of a transfer sheet, and nothing of who told it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook

from bot.domain.clues import Case, CaseState, desk_of, pointed_units
from bot.domain.workdays import local
from bot.handlers.discipline.words import exhibits, handovers, result_name, summary
from bot.office import Office

_A4: Final = 9
_WIDTHS: Final = (10, 14, 12, 16, 60, 30, 16, 10, 36, 30, 36)
_COLUMNS: Final = (
    "code",
    "received",
    "channel",
    "place",
    "summary",
    "exhibits",
    "rank",
    "pressing",
    "handovers",
    "measure",
    "result",
)
"""In the order of the transfer sheet (documents.md 3.4)."""


def write(cases: Sequence[Case], office: Office, *, title: str, at: datetime) -> bytes:
    """An xlsx file of these cases, which the reader may see (R50); equal cases at one instant give equal bytes.

    Days instead of times, and no group: in a village the minute of a message tells who wrote it (legal.md 8).
    """
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": local(at).replace(tzinfo=None)})
    frame = {"border": 1, "border_color": "#D5DCDA", "valign": "top", "text_wrap": True, "font_size": 11}
    header = book.add_format(frame | {"bold": True, "bg_color": "#1E5B57", "font_color": "#FFFFFF"})
    text = book.add_format(frame)
    day = book.add_format(frame | {"num_format": "yyyy-mm-dd", "align": "left"})
    sheet = book.add_worksheet(office.say("ledger_clues.sheet"))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header("&L" + title.replace("&", "&&"))
    for place, (name, width) in enumerate(zip(_COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, office.say(f"ledger_clues.{name}"), header)
        for line, case in enumerate(cases, start=1):
            cell = _CELLS[name](case, office)
            if isinstance(cell, date):
                sheet.write_datetime(line, place, datetime.combine(cell, time()), day)
            else:
                sheet.write_string(line, place, cell, text)
    book.close()
    return file.getvalue()


def _channel(case: Case, office: Office) -> str:
    return office.say("clue.channel_private" if case.clue.private else "clue.channel_group")


def _rank(case: Case, office: Office) -> str:
    """Only the rank of those pointed at, never who (documents.md 3.4)."""
    units = [office.org.units[unit] for unit in pointed_units(case.clue, office.org) if unit in office.org.units]
    if not units:
        return office.say("ledger_clues.rank_unknown")
    highest = max(unit.level for unit in units)
    return office.say(f"ledger_clues.rank_{highest.name.lower()}")


def _pressing(case: Case, office: Office) -> str:
    return office.say("ledger_clues.pressing_yes" if case.clue.pressing else "ledger_clues.pressing_no")


def _result(case: Case, office: Office) -> str:
    """What the organ reported back; open cases have none yet."""
    if not case.state.is_result:
        return ""
    name = result_name(case, office)
    return office.say("ledger_clues.result_with_words", result=name, words=case.result) if case.result else name


def _measure(case: Case, office: Office) -> str:
    if case.state in (CaseState.RECEIVED, CaseState.HANDED_OVER):
        return ""
    return case.measure or result_name(case, office)


_CELLS: Final[dict[str, Callable[[Case, Office], str | date]]] = {
    "code": lambda case, _office: case.code,
    "received": lambda case, _office: local(case.received_at).date(),
    "channel": _channel,
    "place": lambda case, office: office.say(
        f"ledger_clues.desk_{desk_of(case.clue, office.org)}", village=office.org.units[case.clue.village].name
    ),
    "summary": lambda case, _office: summary(case),
    "exhibits": exhibits,
    "rank": _rank,
    "pressing": _pressing,
    "handovers": handovers,
    "measure": _measure,
    "result": _result,
}
