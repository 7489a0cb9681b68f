"""The digest as a workbook: all tickets, all groups, gaps in duty, what officers got; every row with its evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TypeVar

from xlsxwriter import Workbook

from bot.documents.workbook import Column, fill, fill_overview, look_of, plain
from bot.documents.workbook import Link as To
from bot.domain.digest import (
    CallsRow,
    DayLoad,
    Digest,
    GapRow,
    GroupRow,
    HeatRow,
    OutageRow,
    Row,
    Section,
    SectionKind,
    SlipRow,
    TicketRow,
    VacancyRow,
    VillageCount,
)
from bot.domain.gaps import Stretch
from bot.office import Office
from bot.patrol.digest_text import say_heading, say_matter, say_row, say_sound, say_title
from bot.patrol.gap import platform_name
from bot.phrasing import say_days

One = TypeVar("One", TicketRow, GroupRow, OutageRow)

_OTHERS = (SectionKind.HEAT, SectionKind.SLIPS)
"""Sections whose rows share one sheet."""


@dataclass(frozen=True, kw_only=True)
class _Part:
    """The rows of a section that stand in one sheet; ``rows`` are all rows of that sheet."""

    kind: SectionKind
    sheet: str
    shown: Sequence[Row]
    rows: Sequence[Row]


def write(digest: Digest, office: Office) -> bytes:
    """An xlsx file (R20, R39). Times are local (Asia/Shanghai); text stays text, whatever sign it begins with.

    The same digest gives the same bytes.
    """
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    title = say_title(digest, office)
    book.set_properties({"title": title, "created": plain(digest.at)})
    look = look_of(book, title)
    tickets = _first(digest, digest.tickets)
    groups = _first(digest, digest.groups)
    calls = [row for row in digest.rows(SectionKind.UNANSWERED) if isinstance(row, CallsRow)]
    gaps = [row for row in digest.rows(SectionKind.DUTY_GAPS) if isinstance(row, GapRow | VacancyRow)]
    others = [row for kind in _OTHERS for row in digest.rows(kind) if isinstance(row, HeatRow | SlipRow)]
    outages = _first(digest, digest.outages)
    sheets: dict[str, Sequence[Row]] = {
        "tickets": tickets,
        "groups": groups,
        "calls": calls,
        "gaps": gaps,
        "others": others,
        "outages": outages,
    }
    fill_overview(
        book,
        office.say("digest.sheet_overview"),
        (office.say("digest.column_part"), office.say("digest.column_count"), office.say("digest.column_where")),
        [_line(part, office) for kind in SectionKind for part in _parts(kind, digest, sheets)],
        look,
    )
    fill(book, office.say("digest.sheet_villages"), _village_columns(office), digest.villages, look)
    fill(book, office.say("digest.sheet_tickets"), _ticket_columns(office), tickets, look)
    fill(book, office.say("digest.sheet_groups"), _group_columns(digest, office), groups, look)
    fill(book, office.say("digest.sheet_gaps"), _gap_columns(digest, office), gaps, look)
    fill(book, office.say("digest.sheet_loads"), _load_columns(office), digest.burden.loads, look)
    if calls:
        fill(book, office.say("digest.sheet_calls"), _call_columns(office), calls, look)
    if others:
        fill(book, office.say("digest.sheet_others"), _other_columns(digest, office), others, look)
    if digest.outages:
        fill(book, office.say("digest.sheet_outages"), _outage_columns(office), outages, look)
    book.close()
    return file.getvalue()


def _first(digest: Digest, everything: Sequence[One]) -> list[One]:
    """All rows of a kind, those of the page first and section by section, so that a number can point at its rows."""
    shown = [row for section in digest.sections for row in section.rows]
    order = {row: place for place, row in enumerate(shown)}
    return sorted(everything, key=lambda row: order.get(row, len(order)))


def _parts(kind: SectionKind, digest: Digest, sheets: Mapping[str, Sequence[Row]]) -> Iterable[_Part]:
    for name, rows in sheets.items():
        shown = [row for row in digest.rows(kind) if row in rows]
        if shown:
            yield _Part(kind=kind, sheet=name, shown=shown, rows=rows)


def _line(part: _Part, office: Office) -> To:
    """A number of the overview; rows are counted from 1 and the header is the first."""
    sheet = office.say(f"digest.sheet_{part.sheet}")
    first = part.rows.index(part.shown[0]) + 2
    return To(
        name=say_heading(Section(kind=part.kind, rows=tuple(part.shown)), office) if part.sheet != "calls" else sheet,
        count=len(part.shown),
        sheet=sheet,
        first=first,
        last=first + len(part.shown) - 1,
    )


def _village_columns(office: Office) -> tuple[Column[VillageCount], ...]:
    return (
        Column(title=office.say("digest.column_village"), width=20, cell=lambda row: row.village),
        Column(title=office.say("digest.chart_overdue"), width=10, cell=lambda row: row.overdue),
        Column(title=office.say("digest.chart_due_soon"), width=10, cell=lambda row: row.due_soon),
        Column(title=office.say("digest.chart_open"), width=10, cell=lambda row: row.open),
        Column(title=office.say("digest.chart_done"), width=10, cell=lambda row: row.done),
    )


def _call_columns(office: Office) -> tuple[Column[CallsRow], ...]:
    return (
        Column(title=office.say("digest.column_village"), width=16, cell=lambda row: row.village),
        Column(title=office.say("digest.column_group"), width=24, cell=lambda row: row.name),
        Column(title=office.say("digest.column_calls"), width=14, cell=lambda row: row.calls),
        Column(title=office.say("digest.column_group_id"), width=18, cell=lambda row: row.group),
    )


def _other_columns(digest: Digest, office: Office) -> tuple[Column[HeatRow | SlipRow], ...]:
    return (
        Column(title=office.say("digest.column_part"), width=18, cell=lambda row: _kind_of(row, office)),
        Column(title=office.say("digest.column_reason"), width=60, cell=lambda row: say_row(row, digest, office)),
        Column(title=office.say("digest.column_evidence"), width=30, cell=lambda row: row.evidence[0]),
    )


def _kind_of(row: HeatRow | SlipRow, office: Office) -> str:
    kind = SectionKind.HEAT if isinstance(row, HeatRow) else SectionKind.SLIPS
    return say_heading(Section(kind=kind, rows=(row,)), office)


def _ticket_columns(office: Office) -> tuple[Column[TicketRow], ...]:
    def title(key: str) -> str:
        return office.say(f"digest.column_{key}")

    return (
        Column(title=title("village"), width=16, cell=lambda row: row.village),
        Column(title=title("number"), width=7, cell=lambda row: row.number),
        Column(title=title("category"), width=10, cell=lambda row: office.say(f"category.{row.category}")),
        Column(title=title("matter"), width=24, cell=lambda row: say_matter(row, office)),
        Column(title=title("why"), width=18, cell=lambda row: _mark(row, office)),
        Column(title=title("state"), width=16, cell=lambda row: office.say(f"state.{row.state}")),
        Column(title=title("owner"), width=22, cell=lambda row: row.owner),
        Column(title=title("said_at"), width=18, cell=lambda row: row.said_at),
        Column(title=title("due_at"), width=18, cell=lambda row: row.due_at),
        Column(title=title("closed_at"), width=18, cell=lambda row: row.closed_at),
        Column(title=title("ticket"), width=18, cell=lambda row: row.ticket),
    )


def _group_columns(digest: Digest, office: Office) -> tuple[Column[GroupRow], ...]:
    def title(key: str) -> str:
        return office.say(f"digest.column_{key}", days=digest.burden.days)

    return (
        Column(title=title("village"), width=16, cell=lambda row: row.village),
        Column(title=title("group"), width=24, cell=lambda row: row.name),
        Column(title=title("sound"), width=10, cell=lambda row: office.say(f"digest.silence_{row.judgement.silence}")),
        Column(title=title("reason"), width=48, cell=lambda row: say_sound(row, office)),
        Column(title=title("since"), width=18, cell=_last_word),
        Column(title=title("proof"), width=18, cell=lambda row: row.judgement.proof_at),
        Column(title=title("villager_messages"), width=16, cell=lambda row: row.villager_messages),
        Column(title=title("cadre_messages"), width=16, cell=lambda row: row.cadre_messages),
        Column(title=title("group_id"), width=18, cell=lambda row: row.group),
    )


def _gap_columns(digest: Digest, office: Office) -> tuple[Column[GapRow | VacancyRow], ...]:
    return (
        Column(title=office.say("digest.column_village"), width=16, cell=lambda row: row.village),
        Column(title=office.say("digest.column_gap"), width=48, cell=lambda row: say_row(row, digest, office)),
        Column(title=office.say("digest.column_evidence"), width=60, cell=lambda row: _evidence(row, office)),
    )


def _evidence(row: GapRow | VacancyRow, office: Office) -> str:
    """Every day without duty, or every ticket that waits: the page names a few and counts the rest."""
    return say_days(row.days, office) if isinstance(row, GapRow) else office.say("due.separator").join(row.evidence)


def _outage_columns(office: Office) -> tuple[Column[OutageRow], ...]:
    return (
        Column(
            title=office.say("digest.column_platform"), width=12, cell=lambda row: platform_name(row.platform, office)
        ),
        Column(title=office.say("digest.column_from"), width=18, cell=lambda row: row.since),
        Column(title=office.say("digest.column_until"), width=18, cell=lambda row: row.until),
        Column(
            title=office.say("digest.column_minutes"),
            width=10,
            cell=lambda row: Stretch(since=row.since, until=row.until).minutes,
        ),
        Column(title=office.say("digest.column_reason"), width=36, cell=lambda row: row.why),
        Column(
            title=office.say("digest.column_evidence"),
            width=60,
            cell=lambda row: office.say("due.separator").join(row.groups),
        ),
    )


def _load_columns(office: Office) -> tuple[Column[DayLoad], ...]:
    return (
        Column(title=office.say("digest.column_day"), width=14, cell=lambda row: row.day),
        Column(title=office.say("digest.column_messages"), width=18, cell=lambda row: row.messages),
        Column(title=office.say("digest.column_most"), width=18, cell=lambda row: row.most),
    )


def _mark(row: TicketRow, office: Office) -> str:
    mark = office.say(f"digest.mark_{row.why}")
    return office.say("digest.mark_provisional", mark=mark) if row.provisional else mark


def _last_word(row: GroupRow) -> date | None:
    return row.judgement.since if row.judgement.ever_spoken else None
