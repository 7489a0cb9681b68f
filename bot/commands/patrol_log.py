"""``xiaowei export patrol``: the patrol sheet of a township and day, to sign and file (R39)."""

from datetime import date, datetime, time
from pathlib import Path

from bot.building import build_office
from bot.commands.units import township_named
from bot.connecting import county_store, heard_by_settings
from bot.documents import patrol_book
from bot.domain.faults import reason_of
from bot.domain.patrol_log import PatrolLog
from bot.domain.refusal import Refusal
from bot.domain.workdays import SHANGHAI, local
from bot.office import Office
from bot.patrol import digest
from bot.patrol.digest_facts import DigestFacts
from bot.patrol.patrol_sheet import log_of
from bot.settings import Settings
from bot.store import SqlStore


class PatrolLogError(Refusal):
    """A sheet that cannot be made; the text says why, in Chinese."""


async def export_patrol(settings: Settings, township: str, *, day: date | None, out: Path, now: datetime) -> PatrolLog:
    """Write the sheet of a local day and return what stands in it: today's (``None``) as of now, another's whole day.

    Raises UnknownUnit, PatrolLogError for a day to come or a file that cannot be written, StoreUnavailable without a
    database.
    """
    office = build_office(settings)
    unit = township_named(township, office)
    today = local(now).date()
    if day is not None and day > today:
        message = f"{day} 还没到，还没有巡群日志。"
        raise PatrolLogError(message)
    at = now if day is None or day == today else datetime.combine(day, time.max, SHANGHAI)
    async with county_store(settings) as store:
        office = office.with_duty(await store.duty_record(since=local(at).date()))
        digests = DigestFacts(store=store, office=office, senses=heard_by_settings(settings))
        log = await patrol_log(store, digests, office, unit.id, at=at)
    _save(patrol_book.write(log, office), out)
    return log


async def patrol_log(
    store: SqlStore, digests: DigestFacts, office: Office, township: str, *, at: datetime
) -> PatrolLog:
    """The sheet of the local day of an instant, as of then."""
    facts = await digests.load(township, at=at)
    day = local(at).date()
    notes = await store.patrol_notes([township], since=day, until=day)
    supervised = [thread.ticket for thread in facts.threads if thread.ticket.supervised_at is not None]
    events = [(one.village, one.number, event) for one in supervised for event in await store.history(one.id)]
    return log_of(digest.compose(facts, at, office), notes, events, office)


def _save(book: bytes, out: Path) -> None:
    try:
        out.touch(mode=0o600, exist_ok=True)
        out.chmod(0o600)
        out.write_bytes(book)
    except OSError as error:
        message = f"没能写文件 {out}：{reason_of(error)}"
        raise PatrolLogError(message) from error
