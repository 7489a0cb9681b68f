"""``xiaowei export halfyear | analysis | coverage | duties``: what an office reports (R46, R53, R54, R72, R73, R99).

Drafts for a person to read and sign. Nothing in them ranks anybody.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.commands.papers import PaperDesk, PaperError, opened, save, save_paper
from bot.documents.papers_analysis import analysis_paper, coverage_paper
from bot.documents.papers_duties import duties_paper
from bot.documents.papers_halfyear import half_name, halfyear_book, halfyear_paper
from bot.domain.analysis import analyse, stretches
from bot.domain.categories import Level
from bot.domain.coverage import coverage
from bot.domain.doings import doings
from bot.domain.halfyear import Clock, compare, half_named
from bot.domain.org import Unit
from bot.domain.periods import Period, month_of, quarter_named, quarter_of, same_season
from bot.domain.results import results
from bot.domain.workdays import local
from bot.office import Office
from bot.settings import Settings

_BOOK = ".xlsx"
_ENDINGS = (".docx", _BOOK)


async def export_halfyear(settings: Settings, wanted: str | None, *, half: str, out: Path, now: datetime) -> str:
    """Write a half-year beside the same months of last year, as a report or (``.xlsx``) a workbook; returns its name.

    ``wanted``: a township by id or name, None for the whole county; ``half``: 2026H1 or 2026年上半年. While it is still
    going on it is counted to yesterday. Raises PaperError for what cannot be understood, is still to come, or cannot be
    written; StoreUnavailable without a database.
    """
    _check(out)
    try:
        period = half_named(half)
    except ValueError:
        message = f"看不懂这个半年：{half}。请写成 2026H1 或 2026年上半年"
        raise PaperError(message) from None
    today = local(now).date()
    if today <= period.first:
        message = f"{half} 还没有开始，没有可比的"
        raise PaperError(message)
    async with opened(settings, now) as desk:
        office, org = desk.office, desk.office.org
        unit = org.county if wanted is None else desk.unit(wanted, Level.TOWNSHIP, Level.COUNTY)
        villages = {village.id: village.name for village in _villages(unit, office)}
        county = unit.level is Level.COUNTY
        threads = await desk.store.threads(list(villages), since=same_season(period).begins)
        page = compare(
            threads,
            period,
            villages=villages,
            townships={one.name: [village.id for village in org.villages_of(one.id)] for one in org.townships}
            if county
            else {},
            since=await _since(desk, villages),
            now=now,
            today=today,
            clock=Clock(calendar=office.calendar, office_hours=office.rules.office_hours),
        )
        if out.suffix == _BOOK:
            save(halfyear_book(page, threads, unit, office), out)
        else:
            save_paper(halfyear_paper(page, unit, office), office, out)
        return office.say("halfyear.title", unit=unit.name, half=half_name(page, office)).replace("\n", "")


async def export_analysis(
    settings: Settings, wanted: str | None, *, month: str | None, quarter: str | None, out: Path, now: datetime
) -> str:
    """Write what people raised in a month (by default the last one) or a quarter, and what is common to villages.

    Raises PaperError for what cannot be understood or written, StoreUnavailable without a database.
    """
    _check(out, (".docx",))
    async with opened(settings, now) as desk:
        office = desk.office
        unit = office.org.county if wanted is None else desk.unit(wanted, Level.TOWNSHIP, Level.COUNTY)
        period = desk.month(month) if quarter is None else _quarter(quarter)
        day_before = period.first - timedelta(days=1)
        before = month_of(day_before) if quarter is None else quarter_of(day_before)
        villages = [village.id for village in _villages(unit, office)]
        since = await _since(desk, villages)
        when = stretches(period, before, since=max(since.values()) if len(since) == len(villages) else None)
        threads = await desk.store.threads(villages, since=same_season(period).begins)
        tickets = [thread.ticket for thread in threads]
        rows = analyse(
            tickets,
            when,
            households={village: office.org.units[village].households for village in villages},
            villages=office.rules.review.common_villages,
            least=office.rules.review.common_tickets,
        )
        key = "analysis.month" if quarter is None else "analysis.quarter"
        name = office.say(key, year=period.first.year, month=period.first.month, quarter=(period.first.month + 2) // 3)
        at = min(now, period.ends)
        paper = analysis_paper(
            unit,
            name,
            when,
            rows,
            total=results(tickets, period, now=at),
            before=None if when.before is None else results(tickets, when.before, now=at),
            tickets=tickets,
            known=coverage(office.org, villages) if office.rules.review.coverage else (),
            office=office,
        )
        save_paper(paper, office, out)
        return paper.title.replace("\n", "")


async def export_coverage(settings: Settings, wanted: str | None, *, out: Path, now: datetime) -> str:
    """Write households beside people in the groups, for reference alone (R46, R110); returns its title."""
    _check(out, (".docx",))
    async with opened(settings, now) as desk:
        office = desk.office
        unit = office.org.county if wanted is None else desk.unit(wanted, Level.TOWNSHIP, Level.COUNTY)
        rows = coverage(office.org, [village.id for village in _villages(unit, office)])
        paper = coverage_paper(unit, rows, office)
        save_paper(paper, office, out)
        return paper.title.replace("\n", "")


async def export_duties(settings: Settings, wanted: str, *, month: str | None, out: Path, now: datetime) -> str:
    """Write a township's three lists of a month: duties, tasks, and what was done (R72, R73); returns its title.

    A month that is still going on is counted to yesterday. Raises PaperError for what cannot be understood or written,
    StoreUnavailable without a database.
    """
    _check(out, (".docx",))
    async with opened(settings, now) as desk:
        office, org = desk.office, desk.office.org
        unit = desk.unit(wanted, Level.TOWNSHIP)
        whole, today = desk.month(month), local(now).date()
        if today <= whole.first:
            message = f"{month} 还没有开始，没有可写的"
            raise PaperError(message)
        period = Period(first=whole.first, after=min(whole.after, today))
        villages = [village.id for village in org.villages_of(unit.id)]
        threads = await desk.store.threads(villages, since=period.begins)
        slips = await desk.store.slips([unit.id], since=f"{period.first - timedelta(days=200):%Y-%m}")
        found = doings(
            [thread.ticket for thread in threads],
            [one for one in slips if one.office == unit.id],
            await desk.store.patrol_notes([unit.id], since=period.first, until=period.last),
            period,
            office.calendar,
            office.rules.office_hours,
        )
        paper = duties_paper(unit, period, found, office, today=today)
        save_paper(paper, office, out)
        return paper.title.replace("\n", "")


def _check(out: Path, endings: tuple[str, ...] = _ENDINGS) -> None:
    if out.suffix not in endings:
        message = f"文件名要以 {' 或 '.join(endings)} 结尾，现在是 {out.name}"
        raise PaperError(message)


def _quarter(name: str) -> Period:
    try:
        return quarter_named(name)
    except ValueError:
        message = f"看不懂这个季度：{name}。请写成 2026Q1"
        raise PaperError(message) from None


def _villages(unit: Unit, office: Office) -> tuple[Unit, ...]:
    """The villages of a township or of the county that have groups: the others are not looked after yet."""
    org = office.org
    inside = org.villages if unit.level is Level.COUNTY else org.villages_of(unit.id)
    return tuple(village for village in inside if org.groups_of(village.id))


async def _since(desk: PaperDesk, villages: Iterable[str]) -> Mapping[str, date]:
    """By village the local day since which the bot has looked after the first of its groups, where that is known."""
    groups = {village: [group.id for group in desk.office.org.groups_of(village)] for village in villages}
    known = await desk.store.known_since([group for ids in groups.values() for group in ids])
    by_village = {village: [known[group] for group in ids if group in known] for village, ids in groups.items()}
    return {village: min(days) for village, days in by_village.items() if days}
