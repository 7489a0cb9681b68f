"""The half-year beside the same months of last year, as a report of an office and as a workbook (R99, R108).

Units only, in the order of the configuration; counts of 1 and 2 that could point at somebody are not printed per
village (R54), the totals are (R99).
"""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook

from bot.domain.categories import Level
from bot.domain.digest import FEWEST
from bot.domain.halfyear import HalfYear, Row, Season
from bot.domain.ledger import timeliness
from bot.domain.org import Unit
from bot.domain.papers import Block, Heading, Paper, PaperKind, Table, Text
from bot.domain.results import change
from bot.domain.tickets import Thread
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import state_name

_WIDTHS: Final = (6, 4, 4, 5)
_WIDE: Final = (6, 4, 4, 4, 4)
_COLUMN: Final = 15
"""Half-width characters of a column of the workbook."""


def half_name(page: HalfYear, office: Office) -> str:
    """2026年上半年."""
    key = "halfyear.first" if page.half.first.month == 1 else "halfyear.second"
    return office.say(key, year=page.half.first.year)


def halfyear_paper(page: HalfYear, unit: Unit, office: Office) -> Paper:
    """The report as a draft: a person reads it, gives it number and date, and answers for it."""
    say = office.say
    blocks: list[Block] = [Text(text=_opening(page, unit, office))]
    blocks += [Heading(level=1, text=say("halfyear.total")), Text(text=_figures(page.total, office))]
    blocks.append(Text(text=_compared(page, office)))
    blocks += [Heading(level=1, text=say("halfyear.months")), _received(page.months, "month", page, office)]
    if page.townships:
        blocks += [Heading(level=1, text=say("halfyear.townships")), *_units(page.townships, "township", page, office)]
    blocks += [
        Heading(level=1, text=say("halfyear.villages_after" if page.townships else "halfyear.villages")),
        *_units(page.rows, "village", page, office),
    ]
    blocks.append(Heading(level=1, text=say("halfyear.notes_after" if page.townships else "halfyear.notes")))
    blocks += [Text(text=text) for text in _notes(page, office)]
    place = say("papers.desk" if unit.level is Level.COUNTY else "papers.discipline_office", unit=unit.name)
    return Paper(
        kind=PaperKind.REPORT,
        issuer=place,
        title=say("halfyear.title", unit=unit.name, half=half_name(page, office)),
        to="",
        blocks=tuple(blocks),
        signed=place,
    )


def halfyear_book(page: HalfYear, threads: Sequence[Thread], unit: Unit, office: Office) -> bytes:
    """The same as a workbook: the comparison, and the tickets that it rests on, by number alone."""
    say = office.say
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, wrap = book.add_format({"bold": True, "border": 1, "text_wrap": True}), book.add_format({"border": 1})
    dated = book.add_format({"border": 1, "num_format": "yyyy-mm-dd", "align": "left"})
    title = say("halfyear.title", unit=unit.name, half=half_name(page, office)).replace("\n", "")
    sheet = book.add_worksheet(say("halfyear.sheet_units"))
    sheet.set_column(0, 10, _COLUMN)
    sheet.write(0, 0, title)
    header = [say(f"halfyear.book_{name}") for name in _BOOK]
    sheet.write_row(2, 0, header, bold)
    everything = Row(name=unit.name, now=page.total, before=_whole_before(page))
    rows = (everything, *page.townships, *page.rows)
    for line, row in enumerate(rows, start=3):
        sheet.write_row(line, 0, _book_row(row, office, small=row in page.rows), wrap)
    for line, text in enumerate(_notes(page, office), start=len(rows) + 4):
        sheet.write(line, 0, text)
    sheet.freeze_panes(3, 1)
    months = book.add_worksheet(say("halfyear.sheet_months"))
    months.set_column(0, 10, _COLUMN)
    months.write_row(0, 0, header, bold)
    for line, row in enumerate(page.months, start=1):
        named = say("halfyear.month", month=row.name)
        months.write_row(line, 0, [named, *_book_row(row, office, small=False)[1:]], wrap)
    evidence = book.add_worksheet(say("halfyear.sheet_tickets"))
    evidence.set_column(0, 6, _COLUMN)
    evidence.write_row(0, 0, [say(f"halfyear.ticket_{name}") for name in _TICKET], bold)
    inside = (one for one in threads if one.ticket.said_at in page.period or one.ticket.said_at in page.before)
    shown = [one for one in inside if not one.ticket.careful]
    for line, thread in enumerate(sorted(shown, key=lambda one: (one.ticket.village, one.ticket.said_at)), start=1):
        for column, value in enumerate(_ticket_row(thread, page, office)):
            evidence.write(line, column, value, dated if isinstance(value, date) else wrap)
    evidence.freeze_panes(1, 0)
    book.close()
    return file.getvalue()


_BOOK: Final = (
    "unit",
    "received",
    "received_before",
    "change",
    "well",
    "well_before",
    "first_word",
    "first_word_before",
    "disclosure",
    "again",
    "note",
)
_TICKET: Final = ("village", "number", "said", "due", "closed", "state", "timeliness")


def _opening(page: HalfYear, unit: Unit, office: Office) -> str:
    key = "halfyear.opening" if page.is_whole else "halfyear.opening_so_far"
    return office.say(key, unit=unit.name, half=half_name(page, office), last=_day(page.period.last, office))


def _figures(total: Season, office: Office) -> str:
    found = total.results
    text = office.say(
        "halfyear.figures",
        received=found.received,
        disclosure=total.disclosure,
        again=total.again,
        due=found.due,
        well=found.well,
        late=found.late,
        unsolved=found.unsolved,
    )
    if found.share is not None:
        text += office.say("halfyear.share", share=round(100 * found.share))
    if total.first_word is not None:
        text += office.say("halfyear.first_word", minutes=total.first_word, worded=total.worded)
    return text


def _compared(page: HalfYear, office: Office) -> str:
    """How it stands beside last year: all villages, those that can be compared, or honestly none (R99)."""
    if page.alike is None:
        return office.say("halfyear.nothing_before", begin=_day(page.before.first, office))
    now, before = page.alike
    whole = page.compared == len(page.rows)
    text = office.say(
        "halfyear.before_all" if whole else "halfyear.before_some",
        compared=page.compared,
        villages=len(page.rows),
        received=now.results.received,
        before=before.results.received,
        change=_change(now, before, office),
    )
    if now.results.share is not None and before.results.share is not None:
        text += office.say(
            "halfyear.share_before", share=round(100 * now.results.share), before=round(100 * before.results.share)
        )
    if now.first_word is not None and before.first_word is not None:
        text += office.say("halfyear.first_word_before", minutes=now.first_word, before=before.first_word)
    return text


def _units(rows: Sequence[Row], what: str, page: HalfYear, office: Office) -> tuple[Block, ...]:
    """Two tables: how many came, and what was done with them."""
    header = tuple(
        office.say(f"halfyear.{name}", year=page.half.first.year, before=page.before.first.year)
        for name in (f"head_{what}", "head_well", "head_well_before", "head_word", "head_word_before")
    )
    done = tuple(
        (
            row.name,
            _share(row.now, office),
            _share(row.before, office),
            _word(row.now, office),
            _word(row.before, office),
        )
        for row in rows
    )
    frequent = tuple(
        (
            row.name,
            _few(row.now.disclosure, office, small=what == "village"),
            _few(None if row.before is None else row.before.disclosure, office, small=what == "village"),
            _few(row.now.again, office, small=what == "village"),
            _few(None if row.before is None else row.before.again, office, small=what == "village"),
        )
        for row in rows
    )
    kinds = tuple(
        office.say(f"halfyear.{name}", year=page.half.first.year, before=page.before.first.year)
        for name in (f"head_{what}", "head_disclosure", "head_disclosure_before", "head_again", "head_again_before")
    )
    return (
        Text(text=office.say("halfyear.table_received")),
        _received(rows, what, page, office),
        Text(text=office.say("halfyear.table_done")),
        Table(header=header, rows=done, widths=_WIDE),
        Text(text=office.say("halfyear.table_kinds")),
        Table(header=kinds, rows=frequent, widths=_WIDE),
    )


def _received(rows: Sequence[Row], what: str, page: HalfYear, office: Office) -> Table:
    header = tuple(
        office.say(f"halfyear.{name}", year=page.half.first.year, before=page.before.first.year)
        for name in (f"head_{what}", "head_received", "head_received_before", "head_change")
    )
    lines = tuple(
        (
            office.say("halfyear.month", month=row.name) if what == "month" else row.name,
            str(row.now.results.received),
            office.say("halfyear.unknown") if row.before is None else str(row.before.results.received),
            "" if row.before is None else _change(row.now, row.before, office),
        )
        for row in rows
    )
    return Table(header=header, rows=lines, widths=_WIDTHS)


def _change(now: Season, before: Season, office: Office) -> str:
    """By how much it grew or shrank; in matters where last year's were too few for a percentage to mean anything."""
    part = change(now.results.received, before.results.received)
    if now.results.received == before.results.received:
        return office.say("halfyear.same")
    more = now.results.received > before.results.received
    if part is None or before.results.received < _PERCENT_FROM:
        apart = abs(now.results.received - before.results.received)
        return office.say("halfyear.more_by" if more else "halfyear.less_by", count=apart)
    return office.say("halfyear.more" if more else "halfyear.less", part=f"{abs(100 * part):.0f}")


_PERCENT_FROM: Final = 10


def _share(found: Season | None, office: Office) -> str:
    if found is None:
        return office.say("halfyear.unknown")
    share = found.results.share
    return office.say("halfyear.none_due") if share is None else office.say("halfyear.percent", part=round(100 * share))


def _word(found: Season | None, office: Office) -> str:
    if found is None:
        return office.say("halfyear.unknown")
    return office.say("halfyear.no_word") if found.first_word is None else str(found.first_word)


def _few(count: int | None, office: Office, *, small: bool) -> str:
    """A count, unless it is so small that in a village it points at somebody (R54)."""
    if count is None:
        return office.say("halfyear.unknown")
    return office.say("halfyear.few", most=FEWEST) if small and 0 < count < FEWEST else str(count)


def _notes(page: HalfYear, office: Office) -> list[str]:
    notes = [office.say("halfyear.note_same_way")]
    lacking = [row for row in page.rows if row.before is None]
    if lacking:
        names = office.say("due.separator").join(
            office.say("halfyear.since", village=row.name, day=_day(row.since, office)) if row.since else row.name
            for row in lacking
        )
        notes.append(office.say("halfyear.note_unknown", names=names))
    notes.append(office.say("halfyear.note_few", most=FEWEST))
    notes.append(office.say("halfyear.note_fewer"))
    notes.append(office.say("halfyear.note_units"))
    return [office.say("slips.item", number=number, text=text) for number, text in enumerate(notes, start=1)]


def _book_row(row: Row, office: Office, *, small: bool) -> list[str | int]:
    before = row.before
    return [
        row.name,
        row.now.results.received,
        office.say("halfyear.unknown") if before is None else before.results.received,
        "" if before is None else _change(row.now, before, office),
        _share(row.now, office),
        _share(before, office),
        _word(row.now, office),
        _word(before, office),
        _few(row.now.disclosure, office, small=small),
        _few(row.now.again, office, small=small),
        ""
        if before is not None or row.since is None
        else office.say("halfyear.since_when", day=_day(row.since, office)),
    ]


def _ticket_row(thread: Thread, page: HalfYear, office: Office) -> list[str | int | date]:
    ticket = thread.ticket
    return [
        office.org.units[ticket.village].name,
        ticket.number,
        local(ticket.said_at).date(),
        local(ticket.due_at).date(),
        "" if ticket.closed_at is None else local(ticket.closed_at).date(),
        state_name(ticket, office),
        office.say(f"ledger.{timeliness(ticket, now=page.period.ends)}"),
    ]


def _day(day: date, office: Office) -> str:
    """With its year: two years stand side by side."""
    return office.say("halfyear.day", year=day.year, month=day.month, day=day.day)


def _whole_before(page: HalfYear) -> Season | None:
    """All of last year's stretch, if every village can be compared."""
    return page.alike[1] if page.alike is not None and page.compared == len(page.rows) else None
