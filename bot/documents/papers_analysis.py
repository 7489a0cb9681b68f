"""数据分析 of a month or quarter, and the reference table of households and groups (R46, R53, R54).

For the discipline office and the county desk: drafts that stay in the office until a person signs them.
"""

from collections.abc import Sequence

from bot.domain.analysis import Stretches, TopicRow, is_told
from bot.domain.categories import Level
from bot.domain.coverage import Coverage
from bot.domain.digest import FEWEST
from bot.domain.org import Unit
from bot.domain.papers import Block, Heading, Paper, PaperKind, Table, Text
from bot.domain.results import Results
from bot.domain.tickets import Ticket
from bot.office import Office
from bot.phrasing import say_day


def analysis_paper(
    unit: Unit,
    name: str,
    when: Stretches,
    rows: Sequence[TopicRow],
    *,
    total: Results,
    before: Results | None,
    tickets: Sequence[Ticket],
    known: Sequence[Coverage],
    office: Office,
) -> Paper:
    """The report. ``name``: the month or quarter in words; ``known``: villages for the reference table, if wanted."""
    say = office.say
    numbers = {ticket.id: ticket.number for ticket in tickets}
    blocks: list[Block] = [
        Text(text=say("analysis.opening", unit=unit.name, period=name)),
        Heading(level=1, text=say("analysis.total")),
        Text(text=_figures(total, before, office)),
        Heading(level=1, text=say("analysis.topics")),
    ]
    blocks.append(_topics(rows, office) if rows else Text(text=say("analysis.no_topics", most=FEWEST)))
    blocks.append(Heading(level=1, text=say("analysis.common")))
    shared = [row for row in rows if row.is_common]
    if shared:
        blocks.append(
            Text(
                text=say(
                    "analysis.common_opening",
                    villages=office.rules.review.common_villages,
                    tickets=office.rules.review.common_tickets,
                )
            )
        )
        blocks.append(_common(shared, numbers, office))
        blocks.append(Text(text=say("analysis.common_end")))
    else:
        blocks.append(Text(text=say("analysis.no_common")))
    blocks.append(Heading(level=1, text=say("analysis.notes")))
    blocks += [Text(text=text) for text in _notes(when, rows, office)]
    if known:
        blocks += [Heading(level=1, text=say("analysis.coverage")), *coverage_blocks(known, office)]
    place = say("papers.desk" if unit.level is Level.COUNTY else "papers.discipline_office", unit=unit.name)
    return Paper(
        kind=PaperKind.REPORT,
        issuer=place,
        title=say("analysis.title", unit=unit.name, period=name),
        to="",
        blocks=tuple(blocks),
        signed=place,
    )


def coverage_paper(unit: Unit, rows: Sequence[Coverage], office: Office) -> Paper:
    """Households beside groups, as a table that stays in the office (R46, R110)."""
    return Paper(
        kind=PaperKind.VISIT_LIST,
        issuer="",
        title=office.say("coverage.title", unit=unit.name),
        to="",
        blocks=coverage_blocks(rows, office),
        signed="",
    )


def coverage_blocks(rows: Sequence[Coverage], office: Office) -> tuple[Block, ...]:
    """The table with what has to be said beside it."""
    header = tuple(office.say(f"coverage.{name}") for name in ("village", "households", "groups", "members", "each"))
    lines = tuple(
        (
            office.org.units[row.village].name,
            _known(row.households, office),
            str(row.groups),
            office.say("coverage.partly", members=row.members, groups=row.uncounted)
            if row.uncounted and row.members
            else _known(row.members, office),
            office.say("coverage.unknown") if row.per_hundred is None else str(row.per_hundred),
        )
        for row in rows
    )
    return (Table(header=header, rows=lines, widths=(5, 3, 3, 6, 5)), Text(text=office.say("coverage.note")))


def _known(count: int, office: Office) -> str:
    return str(count) if count else office.say("coverage.unknown")


def _figures(total: Results, before: Results | None, office: Office) -> str:
    text = office.say(
        "analysis.figures",
        received=total.received,
        closed=total.closed,
        due=total.due,
        well=total.well,
        late=total.late,
        unsolved=total.unsolved,
    )
    if before is None:
        return text + office.say("analysis.before_unknown")
    return text + office.say("analysis.before", received=before.received, closed=before.closed, late=before.late)


def _topics(rows: Sequence[TopicRow], office: Office) -> Table:
    header = tuple(
        office.say(f"analysis.head_{name}") for name in ("topic", "count", "before", "season", "rate", "villages")
    )
    lines = tuple(
        (
            row.topic.name,
            str(row.topic.count),
            _told(row.before, office),
            _told(row.season, office),
            office.say("halfyear.unknown") if row.per_thousand is None else f"{row.per_thousand:.1f}",
            str(len(row.topic.villages)),
        )
        for row in rows
    )
    return Table(header=header, rows=lines, widths=(6, 3, 4, 4, 4, 4))


def _common(rows: Sequence[TopicRow], numbers: dict[str, int], office: Office) -> Table:
    """Where it came up, with some matters by their numbers: whoever may see them opens them there."""
    header = tuple(office.say(f"analysis.head_{name}") for name in ("topic", "count", "where"))
    lines = tuple(
        (
            row.topic.name,
            str(row.topic.count),
            office.say("due.separator").join(
                office.say(
                    "analysis.where",
                    village=office.org.units[village].name,
                    numbers=office.say("due.separator").join(str(numbers[one]) for one in some),
                )
                for village, some in row.examples.items()
                if village in office.org.units
            ),
        )
        for row in rows
    )
    return Table(header=header, rows=lines, widths=(5, 3, 12))


def _told(count: int | None, office: Office) -> str:
    if count is None:
        return office.say("halfyear.unknown")
    return str(count) if is_told(count) else office.say("halfyear.few", most=FEWEST)


def _notes(when: Stretches, rows: Sequence[TopicRow], office: Office) -> list[str]:
    notes = [office.say("analysis.note_few", most=FEWEST)]
    if when.before is not None:
        first, last = say_day(when.before.first, office), say_day(when.before.last, office)
        notes.append(office.say("analysis.note_before", first=first, last=last))
    if when.before is None or when.season is None:
        notes.append(office.say("analysis.note_unknown"))
    if any(row.per_thousand is None for row in rows):
        notes.append(office.say("analysis.note_households"))
    notes.append(office.say("analysis.note_rate"))
    return [office.say("slips.item", number=number, text=text) for number, text in enumerate(notes, start=1)]
