"""The weekly summary in words: one screen of a phone; the lists in full are in the papers (R55)."""

from collections.abc import Iterator

from bot.domain.categories import Level
from bot.domain.results import Results
from bot.domain.visits import Visit
from bot.domain.weekly import Weekly
from bot.office import Office
from bot.phrasing import say_day
from bot.slipping import line as slip_line

MOST_VISITS = 6
MOST_COMMON = 3
MOST_LATE = 3


def say_weekly(page: Weekly, office: Office, *, listed: bool = False) -> str:
    """The whole page as text; ``listed``: whether the list of visits comes behind it as a file."""
    first, last = say_day(page.period.first, office), say_day(page.period.last, office)
    title = office.say("review.title", unit=page.unit.name, first=first, last=last)
    if page.is_calm:
        return f"{title}\n\n{office.say('review.calm')}"
    blocks = [title, "\n".join(_figures(page, office))]
    for block in (
        _parts(page, office),
        _visits(page, office, listed=listed),
        _common(page, office),
        _late(page, office),
        _unclear(page, office),
    ):
        lines = list(block)
        if lines:
            blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _figures(page: Weekly, office: Office) -> Iterator[str]:
    now, before = page.now, page.before
    yield office.say(
        "review.figures",
        received=now.received,
        received_before=before.received,
        closed=now.closed,
        closed_before=before.closed,
    )
    if now.due:
        yield office.say("review.judged", due=now.due, well=now.well, late=now.late, unsolved=now.unsolved)
        yield _compared(now, before, office)
    if now.closed and page.prompts:
        yield office.say(
            "review.burden", prompts=page.prompts, closed=now.closed, each=f"{round(page.prompts / now.closed, 1):g}"
        )


def _compared(now: Results, before: Results, office: Office) -> str:
    share = round(100 * (now.share or 0))
    if before.share is None:
        return office.say("review.share", share=share)
    return office.say("review.share_before", share=share, before=round(100 * before.share))


def _parts(page: Weekly, office: Office) -> Iterator[str]:
    if page.parts:
        yield office.say("review.parts")
    for unit, numbers in page.parts:
        yield office.say(
            "review.part",
            unit=unit.name,
            received=numbers.received,
            due=numbers.due,
            well=numbers.well,
            late=numbers.late,
        )


def _visits(page: Weekly, office: Office, *, listed: bool) -> Iterator[str]:
    if not page.visits:
        return
    yield office.say("review.visits", count=len(page.visits))
    for visit in page.visits[:MOST_VISITS]:
        yield office.say("review.line", text=say_visit(visit, office))
    if len(page.visits) > MOST_VISITS:
        key = "review.more_visits_listed" if listed else "review.more_visits"
        yield office.say(key, more=len(page.visits) - MOST_VISITS)


def say_visit(visit: Visit, office: Office) -> str:
    """One matter and why to go there: place and topic, never a villager's own words, which may hold a name."""
    return office.say(
        "review.visit",
        village=office.org.units[visit.ticket.village].name,
        number=visit.ticket.number,
        matter=matter_of(visit, office),
        reasons=say_reasons(visit, office),
    )


def matter_of(visit: Visit, office: Office) -> str:
    """Its place and topic."""
    ticket = visit.ticket
    known = ticket.topic and not ticket.careful
    return f"{ticket.place}{ticket.topic}" if known else office.say("digest.no_matter")


def say_reasons(visit: Visit, office: Office) -> str:
    """Why somebody should go there."""
    return office.say("due.separator").join(
        office.say(f"review.reason_{reason}", count=visit.ticket.reopenings) for reason in visit.reasons
    )


def _common(page: Weekly, office: Office) -> Iterator[str]:
    if not page.common:
        return
    yield office.say("review.common")
    for row in page.common[:MOST_COMMON]:
        names = [office.org.units[village].name for village in row.villages if village in office.org.units]
        shown = len(names) if page.unit.level is Level.COUNTY else 0
        key = "review.common_line_county" if shown else "review.common_line"
        yield office.say(
            key, topic=row.name, count=row.count, villages=len(names), names=office.say("due.separator").join(names)
        )


def _late(page: Weekly, office: Office) -> Iterator[str]:
    if not page.late:
        return
    yield office.say("review.late_slips", count=len(page.late))
    for slip in page.late[:MOST_LATE]:
        yield slip_line(slip, office, now=page.period.ends)


def _unclear(page: Weekly, office: Office) -> Iterator[str]:
    """Who has been reminded in private already; the township knows whom to help with it (R32)."""
    if page.unclear:
        names = office.say("due.separator").join(
            office.say("nicknames.one", unit=office.org.units[one.unit].name, name=one.title) for one in page.unclear
        )
        yield office.say("nicknames.list", count=len(page.unclear), names=names)
