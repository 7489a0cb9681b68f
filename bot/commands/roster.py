"""``xiaowei roster template`` and ``xiaowei import roster``: the roster out as a table, and back in (R28).

What a table says is written like a swap or a leave: the running bot sees it at its next step. It goes before the
configured plan, and swaps lie on top of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path

from bot.building import build_office
from bot.commands.units import township_named
from bot.documents import roster_book
from bot.documents.roster_book import Template, UnreadableBookError, month_of
from bot.domain.faults import reason_of
from bot.domain.outcome import Outcome
from bot.domain.refusal import Refusal
from bot.domain.roster_change import Step, holes, steps
from bot.domain.roster_sheet import Reading, read
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import say_day
from bot.settings import Settings
from bot.store import SqlStore, open_store

_NEXT_MONTH_FROM = 21
"""From this day of the month on a template without a month is for the next one."""


class RosterError(Refusal):
    """A roster that cannot be written or read in; the text says why, in Chinese."""


async def write_template(
    settings: Settings, out: Path, *, now: datetime, township: str | None, month: date | None
) -> str:
    """Write the plan of a month as a table to be changed; returns what was written, in Chinese.

    Of the current month only the days from today on. Raises
    UnknownUnit, RosterError for a month that is over, or a file that cannot be written; StoreUnavailable.
    """
    office = build_office(settings)
    today = local(now).date()
    townships = office.org.townships if township is None else (township_named(township, office),)
    if month is None:
        month = month_of(today)[-1] + timedelta(days=1) if today.day >= _NEXT_MONTH_FROM else today
    first = max(month.replace(day=1), today)
    if (first.year, first.month) != (month.year, month.month):
        message = f"{month.year}年{month.month}月已经过去了，请写往后的月份，例如 --month {today:%Y-%m}"
        raise RosterError(message)
    environment = settings.environment
    url = environment.database_url.get_secret_value()
    store = await open_store(url, keys=environment.clue_keys)
    try:
        office = office.with_duty(await store.duty_record(since=today))
    finally:
        await store.close()
    book = roster_book.write(Template(townships=townships, days=month_of(first), at=now), office)
    _save(book, out)
    return f"已写 {out}：{'、'.join(unit.name for unit in townships)}{first.year}年{first.month}月，里面是现在的安排。"


def _save(book: bytes, out: Path) -> None:
    try:
        out.write_bytes(book)
    except OSError as error:
        message = f"没能写文件 {out}：{reason_of(error)}"
        raise RosterError(message) from error


async def import_roster(settings: Settings, path: Path, *, now: datetime, apply: bool) -> str:
    """What a table changes, by village and day, in Chinese; written only with ``apply`` and without faults.

    Raises RosterError for a file that cannot be read or has faults, each with its cell; StoreUnavailable.
    """
    environment = settings.environment
    store = await open_store(environment.database_url.get_secret_value(), keys=environment.clue_keys)
    try:
        return await take_in(_bytes(path), build_office(settings), store, now=now, apply=apply)
    finally:
        await store.close()


async def take_in(data: bytes, configured: Office, store: SqlStore, *, now: datetime, apply: bool) -> str:
    """The same for the bytes of a workbook, under the configured office."""
    today = local(now).date()
    office = configured.with_duty(await store.duty_record(since=today))
    reading = _read(data, office, today)
    changes = steps(reading.planned, office.roster)
    if apply and changes:
        await store.commit(Outcome(duty=tuple(step.planned for step in changes)), now=now)
    return "\n".join(_report(reading, changes, office, apply=apply))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"打不开值班表 {path}：{reason_of(error)}"
        raise RosterError(message) from error


def _read(data: bytes, office: Office, today: date) -> Reading:
    try:
        tables = roster_book.read(data, notes=office.say("roster.notes_sheet"))
    except UnreadableBookError as error:
        message = "这个文件不是能打开的表格。请存成 xlsx 再导入，不要加密码；空表用 xiaowei roster template 写。"
        raise RosterError(message) from error
    reading = read(tables, office.org, office.roster, today=today)
    if reading.faults:
        lines = "\n".join(f"  {fault.place}：{fault.what}" for fault in reading.faults)
        message = f"值班表有 {len(reading.faults)} 处要改，什么也没有写：\n{lines}"
        raise RosterError(message)
    if tables and len(reading.unread) == len(tables):
        message = "没有找到表头。要有一行写着：日期、村、群、值班员（群可以不写）。空表用 xiaowei roster template 写。"
        raise RosterError(message)
    return reading


def _report(reading: Reading, changes: Sequence[Step], office: Office, *, apply: bool) -> Iterator[str]:
    by_village = sorted(changes, key=lambda step: (step.planned.village, step.planned.day, step.planned.group or ""))
    for village, its in groupby(by_village, key=lambda step: step.planned.village):
        yield office.org.units[village].name
        yield from (_line(step, office) for step in its)
    same = len(reading.planned) - len(changes)
    after = office.roster.changed(step.planned for step in changes)
    empty = holes(((one.village, one.day) for one in reading.planned), after, office.org)
    counted = [f"改 {len(changes)} 天"] if changes else []
    counted += [f"{words} {count} 行" for words, count in _left_alone(reading, same) if count]
    if counted:
        yield "；".join(counted) + "。"
    if reading.unread:
        yield f"这几张表没有表头，没有读：{'、'.join(reading.unread)}"
    for village, day in empty:
        yield f"注意：{office.org.units[village].name}{say_day(day, office)}没有人值班。"
    if not changes:
        yield "没有要改的，值班表还是现在的安排。"
    else:
        yield "已经写进去了，小微马上照着办。" if apply else "这是试看，什么也没有改。没有问题就加 --apply 再导入一次。"


def _left_alone(reading: Reading, same: int) -> tuple[tuple[str, int], ...]:
    return (("和现在一样", same), ("日子已经过去、没有动", reading.past), ("没有写值班员、没有动", reading.unfilled))


def _line(step: Step, office: Office) -> str:
    planned = step.planned
    where = "" if planned.group is None else f" {office.org.groups[planned.group].name}"
    swaps = "".join(f"（已说好换班：{_name(swap.taker, office)}替{_name(swap.giver, office)}）" for swap in step.swaps)
    before, after = _names(step.before, office), _names(step.after, office)
    return f"  {say_day(planned.day, office)}{where}：{before} → {after}{swaps}"


def _names(people: Iterable[str], office: Office) -> str:
    return "、".join(_name(person, office) for person in people) or "没有人"


def _name(person: str, office: Office) -> str:
    found = office.org.people.get(person)
    return person if found is None else found.name
