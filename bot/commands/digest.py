"""``xiaowei digest``: the page of a township as text, picture and sheet, from the bot's own database."""

from datetime import date, datetime
from pathlib import Path

from bot.building import build_office
from bot.commands.units import township_named
from bot.connecting import county_store, heard_by_settings
from bot.domain.digest import Digest
from bot.domain.workdays import SHANGHAI, local
from bot.office import Office
from bot.patrol import digest
from bot.patrol.digest_facts import DigestFacts
from bot.patrol.digest_text import say_digest
from bot.settings import Settings


async def write_digest(settings: Settings, township: str, *, day: date | None, out: Path | None, now: datetime) -> str:
    """The digest's text; with ``out`` also ``<township>-<day>.txt``, ``.png`` and ``.xlsx`` there.

    It shows the state at the digest's time of the day (or at ``now`` if that is earlier). Raises UnknownUnit,
    and StoreUnavailable if there is no database.
    """
    office = build_office(settings)
    unit = township_named(township, office)
    at = now if day is None else datetime.combine(day, office.rules.schedule.digest, SHANGHAI)
    async with county_store(settings) as store:
        office = office.with_duty(await store.duty_record(since=local(at).date()))
        senses = heard_by_settings(settings)
        facts = await DigestFacts(store=store, office=office, senses=senses).load(unit.id, at=at)
    page = digest.compose(facts, at, office)
    text = say_digest(page, office)
    if out is not None:
        _save(page, text, office, out, name=f"{unit.id}-{local(at).date()}")
    return text


def _save(page: Digest, text: str, office: Office, folder: Path, *, name: str) -> None:
    from bot.documents.digest_picture import draw  # noqa: PLC0415 - heavy, and mostly the text is all that is wanted
    from bot.documents.digest_sheet import write  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    (folder / f"{name}.png").write_bytes(draw(page, office))
    (folder / f"{name}.xlsx").write_bytes(write(page, office))
