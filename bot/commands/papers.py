"""``xiaowei export slip | letter | talk | order | assignment | ranking | weekly | agenda``: papers as Word files.

All are drafts for a person to sign, except a slip that was issued from the chat: that one has its number and date.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.building import build_office
from bot.commands.units import one_of
from bot.connecting import county_store, heard_by_settings
from bot.documents.papers_order import assignment_paper, issued_paper, order_paper
from bot.documents.papers_review import agenda_paper, circular_paper, talk_paper, visit_paper
from bot.documents.papers_slip import slip_paper
from bot.domain.categories import Level
from bot.domain.faults import reason_of
from bot.domain.org import Unit
from bot.domain.papers import Paper
from bot.domain.periods import Period, month_before, month_named, same_season
from bot.domain.refusal import Refusal
from bot.domain.slips import SlipKind
from bot.domain.supervision import orders
from bot.domain.tickets import Ticket
from bot.domain.workdays import SHANGHAI, local
from bot.office import Office
from bot.papering import on_agenda
from bot.patrol import monthly, weekly
from bot.patrol.digest_facts import DigestFacts
from bot.patrol.paper_facts import tickets_of
from bot.patrol.ranking_text import say_ranking
from bot.patrol.review_facts import ReviewFacts
from bot.patrol.weekly_text import say_weekly
from bot.settings import Settings
from bot.store import SqlStore
from bot.supervising import order_for


class PaperError(Refusal):
    """A paper that cannot be made; the text says why, in Chinese."""


@dataclass(frozen=True, kw_only=True)
class PaperDesk:
    """The office and its database, as long as a command looks into them."""

    office: Office
    store: SqlStore
    reviews: ReviewFacts
    now: datetime

    def unit(self, wanted: str, *levels: Level) -> Unit:
        """A unit of these levels by id or name; raises UnknownUnit with those that there are."""
        return one_of(wanted, [unit for unit in self.office.org.units.values() if unit.level in levels])

    def month(self, wanted: str | None) -> Period:
        """The month that is meant, by default the last whole one; raises PaperError for what is none."""
        if wanted is None:
            return month_before(local(self.now).date())
        try:
            return month_named(wanted)
        except ValueError:
            message = f"看不懂这个月份：{wanted}。请写成 2026-03"
            raise PaperError(message) from None


async def export_slip(
    settings: Settings, wanted: str, *, kind: SlipKind, month: str | None, out: Path, talk: bool, now: datetime
) -> str:
    """Write the notice or letter of a month to a unit, or (``talk``) the outline of a talk about it; returns its name.

    Raises PaperError if the facts of that month made it no candidate, StoreUnavailable without a database.
    """
    async with opened(settings, now) as desk:
        level = Level.VILLAGE if kind is SlipKind.NOTICE else Level.DEPARTMENT
        unit = desk.unit(wanted, level)
        name = f"{desk.month(month).first:%Y-%m}"
        slip = await desk.store.slip(f"{kind}-{name}-{unit.id}")
        if slip is None:
            message = f"{unit.name} {name} 没有列为候选，没有可导出的。候选在每月头一个工作日列出。"
            raise PaperError(message)
        if talk:
            paper = talk_paper(slip, desk.office)
        else:
            paper = slip_paper(slip, await tickets_of(slip, desk.store), desk.office)
        save_paper(paper, desk.office, out)
        return paper.title.replace("\n", "")


async def export_order(settings: Settings, wanted: str, *, assignment: bool, out: Path, now: datetime) -> str:
    """Write the supervision order (or the assignment) of a ticket, called 柳湾村12 or by its id; returns its title.

    An order that was issued has the number and date of the latest one, otherwise it is a draft. Raises PaperError for
    an unknown ticket.
    """
    async with opened(settings, now) as desk:
        ticket = await _ticket(wanted, desk)
        drawn = order_for(ticket, now=now, office=desk.office)
        issued = orders(await desk.store.history(ticket.id))
        if assignment:
            paper = assignment_paper(ticket, drawn, issuer=desk.office.org.county, office=desk.office)
        elif issued:
            paper = issued_paper(ticket, issued[-1], desk.office)
        else:
            paper = order_paper(ticket, drawn, serial="", issued_at=None, office=desk.office)
        save_paper(paper, desk.office, out)
        return paper.title


async def export_ranking(settings: Settings, wanted: str, *, month: str | None, out: Path | None, now: datetime) -> str:
    """The comparison of a township's villages in a month as text; with ``out`` also the circular as a draft (R110)."""
    async with opened(settings, now) as desk:
        office, township = desk.office, desk.unit(wanted, Level.TOWNSHIP)
        period = desk.month(month)
        villages = [unit.id for unit in office.org.villages_of(township.id)]
        threads = await desk.store.threads(villages, since=same_season(period).begins)
        drawn = monthly.circular(threads, township, period, office, now=min(now, period.ends))
        if out is not None:
            save_paper(circular_paper(drawn, office), office, out)
        return say_ranking(drawn.ranking, township, period, office)


async def export_weekly(settings: Settings, wanted: str, *, day: date | None, out: Path | None, now: datetime) -> str:
    """The weekly summary of a township or the county as text; with ``out`` also the list of visits (R55)."""
    async with opened(settings, now) as desk:
        office = desk.office
        unit = desk.unit(wanted, Level.TOWNSHIP, Level.COUNTY)
        at = now if day is None else datetime.combine(day, office.rules.schedule.weekly, SHANGHAI)
        page = weekly.compose(await desk.reviews.weekly(unit.id, at=at), unit, at, office)
        if out is not None:
            save_paper(visit_paper(page, office), office, out)
        return say_weekly(page, office)


async def export_agenda(settings: Settings, wanted: str, *, day: date | None, out: Path, now: datetime) -> int:
    """Write the agenda of a village's Tuesday study; returns how many open matters are on it (R62)."""
    async with opened(settings, now) as desk:
        village = desk.unit(wanted, Level.VILLAGE)
        threads = await desk.store.threads([village.id], since=now)
        ordered = on_agenda(threads)
        save_paper(agenda_paper(village, ordered, day or local(now).date(), desk.office), desk.office, out)
        return len(ordered)


@asynccontextmanager
async def opened(settings: Settings, now: datetime) -> AsyncIterator[PaperDesk]:
    """The office and its database while a paper is made. Raises StoreUnavailable without a database."""
    office = build_office(settings)
    async with county_store(settings) as store:
        office = office.with_duty(await store.duty_record(since=local(now).date()))
        digests = DigestFacts(store=store, office=office, senses=heard_by_settings(settings))
        reviews = ReviewFacts(store=store, office=office, digests=digests)
        yield PaperDesk(office=office, store=store, reviews=reviews, now=now)


async def _ticket(wanted: str, desk: PaperDesk) -> Ticket:
    """A ticket by its id, or as people call it: the village's name and the number, of this year."""
    thread = await desk.store.thread(wanted)
    if thread is None:
        for village in desk.office.org.villages:
            number = wanted.removeprefix(village.name).removesuffix("号")
            if wanted.startswith(village.name) and number.isdecimal():
                thread = await desk.store.thread(f"{village.id}-{local(desk.now).year}-{int(number)}")
    if thread is None:
        message = f"没有这件工单：{wanted}。请写村名和号，例如 柳湾村12，或者工单编号。"
        raise PaperError(message)
    return thread.ticket


def save_paper(paper: Paper, office: Office, out: Path) -> None:
    """Write a paper as a Word file, as ``save`` does."""
    from bot.documents.official import write_paper  # noqa: PLC0415 - heavy, and most commands beside these write no paper

    save(write_paper(paper, office.wording), out)


def save(data: bytes, out: Path) -> None:
    """Write a paper that its owner alone can read; raises PaperError if that cannot be."""
    try:
        out.touch(mode=0o600, exist_ok=True)
        out.chmod(0o600)
        out.write_bytes(data)
    except OSError as error:
        message = f"没能写文件 {out}：{reason_of(error)}"
        raise PaperError(message) from error
