"""``xiaowei export …``: ledgers out of the bot's own database as workbooks, one function for each ledger."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from bot.building import build_office
from bot.connecting import county_store
from bot.documents import ledger_clues, ledger_tickets
from bot.domain import clues as ledger
from bot.domain.clues import Case, holds_role, may_see
from bot.domain.faults import reason_of
from bot.domain.ledger import Wanted, entries, has_ledger
from bot.domain.org import Person
from bot.domain.outcome import Outcome
from bot.domain.refusal import Refusal
from bot.domain.supervision import orders
from bot.domain.tickets import Thread
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import say_day
from bot.settings import Settings
from bot.store import SqlStore

_EVER = datetime.fromisoformat("2000-01-01T00:00:00+08:00")


class ExportError(Refusal):
    """An export that cannot be made; the text says why, in Chinese."""


async def export_tickets(
    settings: Settings, reader: str, *, out: Path, now: datetime, village: str | None, days: Sequence[date | None]
) -> int:
    """Write the ledger of tickets that a person may see; returns how many they are, 0 if none: then no file is written.

    ``village`` is an id or a name, ``days`` the first and the last local day of what was said, both included. Raises
    ExportError for an unknown person or village or a file that cannot be written, StoreUnavailable without a database.
    """
    office = build_office(settings)
    person = next((one for one in office.org.people.values() if reader in (one.id, one.name)), None)
    if person is None or not has_ledger(person):
        message = f"{reader} 不在干部名单里，或者不看台账，不能导出。"
        raise ExportError(message)
    wanted = Wanted(village=None if village is None else _village(village, office), first=days[0], last=days[1])
    async with county_store(settings) as store:
        threads = entries(await store.all_threads(), wanted, person, office.org)
        nicknames = await _nicknames(store, threads)
        supervised = [thread.ticket.id for thread in threads if thread.ticket.supervised_at is not None]
        issued = {ticket: orders(await store.history(ticket)) for ticket in supervised}
    if threads:
        title = _title(wanted, person, office, now=now)
        ledger = ledger_tickets.Ledger(
            threads=threads, reader=person, nicknames=nicknames, title=title, at=now, orders=issued
        )
        _save(ledger_tickets.write(ledger, office), out)
    return len(threads)


def _village(wanted: str, office: Office) -> str:
    found = next((unit for unit in office.org.villages if wanted in (unit.id, unit.name)), None)
    if found is None:
        known = "、".join(f"{unit.id}（{unit.name}）" for unit in office.org.villages)
        message = f"没有这个村：{wanted}。有：{known}"
        raise ExportError(message)
    return found.id


def _title(wanted: Wanted, person: Person, office: Office, *, now: datetime) -> str:
    last = wanted.last or local(now).date()
    period = office.say("ledger.period_open", last=last)
    if wanted.first is not None:
        period = office.say("ledger.period", first=wanted.first, last=last)
    place = office.org.units[wanted.village or person.unit].name
    day = say_day(local(now).date(), office)
    return office.say("ledger.title", place=place, period=period, reader=person.title, day=day)


async def _nicknames(store: SqlStore, threads: Sequence[Thread]) -> dict[str, tuple[str, ...]]:
    """What those who raised or joined a ticket are called in the chat, so that it can be left out (R33)."""
    found: dict[str, tuple[str, ...]] = {}
    for thread in threads:
        keys = [(link.platform, link.message) for link in thread.links if link.relation.joins]
        said = await store.said(keys) if keys else ()
        found[thread.ticket.id] = tuple(sorted({message.name for message in said if message.name}))
    return found


async def export_clues(settings: Settings, reader: str, *, out: Path, now: datetime) -> int:
    """Write the cases that a person of the discipline role may see; returns how many they are (R50).

    ``reader`` is the person's id or name. Every case that is written counts as read by that person and is logged as
    exported before the file exists. Raises ExportError for somebody without the role or a file that cannot be written,
    StoreUnavailable if there is no database.
    """
    office = build_office(settings)
    person = _person(reader, office)
    async with county_store(settings) as store:
        found = await store.cases(list(office.org.units), since=_EVER, checker=person.id)
        cases = [case for case in found if may_see(person, case, office.org)]
        logged = tuple(ledger.exported(case, at=now, by=person.id) for case in cases)
        await store.commit(Outcome(cases=logged), now=now)
    _write(cases, person, office, out, now=now)
    return len(cases)


def _person(reader: str, office: Office) -> Person:
    person = next((one for one in office.org.people.values() if reader in (one.id, one.name)), None)
    if person is None or not holds_role(person, office.org):
        message = f"{reader} 不是镇纪检或县级专班的人，不能导出线索。"
        raise ExportError(message)
    return person


def _write(cases: list[Case], person: Person, office: Office, out: Path, *, now: datetime) -> None:
    title = office.say("ledger_clues.title", reader=person.title, day=say_day(local(now).date(), office))
    book = ledger_clues.write(cases, office, title=title, at=now)
    _save(book, out)


def _save(book: bytes, out: Path) -> None:
    try:
        out.touch(mode=0o600, exist_ok=True)
        out.chmod(0o600)
        out.write_bytes(book)
    except OSError as error:
        message = f"没能写文件 {out}：{reason_of(error)}"
        raise ExportError(message) from error
