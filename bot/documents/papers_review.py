"""What looks back or ahead over several matters: circular, list of visits, outline of a talk, Tuesday's agenda.

Circulars speak of villages, never of persons (R110); outline, list and agenda stay in the office and have no head.
"""

from collections.abc import Sequence
from datetime import date

from bot.domain.circular import Circular
from bot.domain.common import Topic
from bot.domain.org import Unit
from bot.domain.papers import Block, Heading, Paper, PaperKind, Table, Text
from bot.domain.results import Band, Results, change
from bot.domain.slips import Slip
from bot.domain.talk import Talk
from bot.domain.tickets import Ticket
from bot.domain.visits import Visit
from bot.domain.weekly import Weekly
from bot.office import Office
from bot.patrol.ranking_text import say_band, say_place
from bot.patrol.weekly_text import matter_of, say_reasons
from bot.phrasing import category_name, say_day, say_time, state_name
from bot.slipping import called, finding, limit

_ONE_IN = 100


def circular_paper(month: Circular, office: Office) -> Paper:
    """通报 of a month to all villages of a township, always as a draft."""
    township, period, ranking = month.township, month.month, month.ranking
    say = office.say
    blocks: list[Block] = [
        Text(text=say("papers.circular_opening", township=township.name)),
        Heading(level=1, text=say("papers.circular_total")),
        Text(text=_totals(month.total, month.season, office)),
        Heading(level=1, text=say("papers.circular_villages")),
    ]
    for band in ranking.bands:
        blocks += [Text(text=say_band(band, office)), _band(band, office)]
    if ranking.without:
        names = say("due.separator").join(office.org.units[unit].name for unit in ranking.without)
        blocks.append(Text(text=say("review.ranking_without", names=names)))
    if not ranking.bands:
        blocks.append(Text(text=say("review.ranking_nothing")))
    blocks.append(Text(text=say("papers.circular_note")))
    blocks.append(Heading(level=1, text=say("papers.circular_common")))
    blocks.append(_topics(month.frequent, office) if month.frequent else Text(text=say("papers.circular_no_common")))
    blocks.append(Text(text=say("papers.circular_end")))
    place = say("papers.discipline_office", unit=township.name)
    return Paper(
        kind=PaperKind.CIRCULAR,
        issuer=place,
        title=say("papers.circular_title", year=period.first.year, month=period.first.month),
        to=say("papers.circular_to"),
        blocks=tuple(blocks),
        signed=place,
    )


def visit_paper(page: Weekly, office: Office) -> Paper:
    """走访清单 of a week: where to go and why, with room for what was found there (R55)."""
    rows = tuple(_visit(visit, office) for visit in page.visits)
    header = tuple(office.say(f"papers.visit_{name}") for name in ("where", "matter", "why", "found"))
    first, last = say_day(page.period.first, office), say_day(page.period.last, office)
    opening = Text(text=office.say("papers.visit_opening" if rows else "papers.visit_none", first=first, last=last))
    table = (Table(header=header, rows=rows, widths=(4, 6, 7, 8)),) if rows else ()
    return _internal(PaperKind.VISIT_LIST, office.say("papers.visit_title", unit=page.unit.name), (opening, *table))


def talk_paper(slip: Slip, office: Office) -> Paper:
    """约谈提纲: whom, which facts, on what basis, by when. For the person who talks; never sent to anybody (R39)."""
    say = office.say
    facts = [
        Text(text=say("slips.item", number=number, text=finding(slip, one, office)))
        for number, one in enumerate(slip.findings, 1)
    ]
    bases = dict.fromkeys(say(f"papers.basis_{one.ground}") for one in slip.findings)
    blocks: tuple[Block, ...] = (
        Heading(level=1, text=say("papers.talk_whom")),
        Text(text=say("papers.talk_unit", unit=office.org.units[slip.unit].name)),
        Heading(level=1, text=say("papers.talk_facts")),
        *facts,
        Heading(level=1, text=say("papers.talk_basis")),
        *(Text(text=base) for base in bases),
        Heading(level=1, text=say("papers.talk_course")),
        Text(text=say("papers.talk_slip", name=called(slip, office))),
        Text(text=slip.reply or say("papers.talk_no_reply")),
        Heading(level=1, text=say("papers.talk_limit")),
        Text(text=limit(slip, office)),
        Text(text=say("papers.talk_note")),
    )
    return _internal(PaperKind.TALK_OUTLINE, say("papers.talk_title"), blocks)


def outline_paper(talk: Talk, office: Office) -> Paper:
    """约谈提纲 of what an inspector sees today, with room for what is said; never sent to anybody else (R39)."""
    say = office.say
    blocks: tuple[Block, ...] = (
        Heading(level=1, text=say("papers.talk_whom")),
        Text(text=say("papers.talk_unit", unit=talk.village)),
        Heading(level=1, text=say("papers.talk_facts")),
        Text(text=say("papers.talk_as_of", at=say_time(talk.at, office))),
        *(Text(text=say("slips.item", number=number, text=fact)) for number, fact in enumerate(talk.facts, 1)),
        Heading(level=1, text=say("papers.talk_basis")),
        Text(text=say("papers.talk_basis_patrol")),
        Heading(level=1, text=say("papers.talk_course")),
        Text(text=say("papers.talk_open")),
        Heading(level=1, text=say("papers.talk_limit")),
        Text(text=say("papers.talk_open")),
        Text(text=say("papers.talk_note")),
    )
    return _internal(PaperKind.TALK_OUTLINE, say("papers.talk_title"), blocks)


def agenda_paper(village: Unit, tickets: Sequence[Ticket], day: date, office: Office) -> Paper:
    """The village's Tuesday study of disputes: its open matters, room for what is decided, no clue (R62)."""
    say = office.say
    rows = tuple(
        (
            str(ticket.number),
            say("papers.agenda_matter", category=category_name(ticket, office), matter=_matter(ticket, office)),
            say("papers.agenda_state", state=state_name(ticket, office), due=say_time(ticket.due_at, office)),
            "",
            "",
        )
        for ticket in tickets
    )
    header = tuple(say(f"papers.agenda_{name}") for name in ("number", "what", "where", "decided", "who"))
    opening = Text(text=say("papers.agenda_opening" if rows else "papers.agenda_none", count=len(rows)))
    table = (Table(header=header, rows=rows, widths=(2, 6, 6, 7, 5)),) if rows else ()
    title = say("papers.agenda_title", village=village.name, day=say_day(day, office))
    tail = tuple(Text(text=say(f"papers.agenda_{name}")) for name in ("present", "last_time", "next_time"))
    return _internal(PaperKind.VISIT_LIST, title, (opening, *table, *tail))


def _internal(kind: PaperKind, title: str, blocks: tuple[Block, ...]) -> Paper:
    return Paper(kind=kind, issuer="", title=title, to="", blocks=blocks, signed="")


def _matter(ticket: Ticket, office: Office) -> str:
    if ticket.careful or not ticket.topic:
        return office.say("papers.matter_in_ticket")
    return f"{ticket.place}{ticket.topic}"


def _totals(total: Results, season: Results | None, office: Office) -> str:
    words = office.say(
        "papers.circular_figures",
        received=total.received,
        closed=total.closed,
        due=total.due,
        well=total.well,
        late=total.late,
        unsolved=total.unsolved,
    )
    return words + compared(total, season, office)


def compared(now: Results, season: Results | None, office: Office) -> str:
    """How many matters came beside the same season a year ago (R99, R108); says so if that is not known."""
    part = None if season is None else change(now.received, season.received)
    if season is None or part is None:
        return office.say("papers.season_unknown")
    if not part:
        return office.say("papers.season_same", before=season.received)
    key = "papers.season_more" if part > 0 else "papers.season_less"
    return office.say(key, before=season.received, part=f"{abs(_ONE_IN * part):.0f}")


def _band(band: Band, office: Office) -> Table:
    header = tuple(office.say(f"papers.rank_{name}") for name in ("place", "village", "due", "well", "late", "range"))
    rows = tuple(
        (
            say_place(place, office),
            office.org.units[place.unit].name,
            str(place.results.due),
            str(place.results.well),
            str(place.results.late),
            office.say(
                "papers.rank_percent",
                low=round(_ONE_IN * place.interval.low),
                high=round(_ONE_IN * place.interval.high),
            ),
        )
        for place in band.places
    )
    return Table(header=header, rows=rows, widths=(6, 5, 3, 4, 3, 6))


def _topics(frequent: Sequence[Topic], office: Office) -> Table:
    """Topics with their counts; per 1000 households where the villages' households are known (R54)."""
    header = tuple(office.say(f"papers.topic_{name}") for name in ("name", "count", "villages"))
    rows = tuple((row.name, str(row.count), str(len(row.villages))) for row in frequent)
    return Table(header=header, rows=rows, widths=(6, 3, 3))


def _visit(visit: Visit, office: Office) -> tuple[str, ...]:
    village = office.org.units[visit.ticket.village].name
    return (
        office.say("papers.ticket", village=village, number=visit.ticket.number),
        matter_of(visit, office),
        say_reasons(visit, office),
        "",
    )
