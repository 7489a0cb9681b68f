"""``xiaowei patrol log``: the counts of a township's groups on one day, from the bot's own database (R39)."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time

from bot.building import build_office
from bot.commands.units import township_named
from bot.connecting import county_store, heard_by_settings
from bot.domain.digest import FEWEST, GroupRow
from bot.domain.patrol_sheet import PatrolFacts, PatrolSheet
from bot.domain.refusal import Refusal
from bot.domain.workdays import SHANGHAI, local
from bot.office import Office
from bot.patrol.digest_text import say_sound
from bot.patrol.groups_facts import GroupFacts
from bot.patrol.groups_words import say_wake, say_zeros
from bot.settings import Settings


async def patrol_sheet(
    settings: Settings, township: str, *, day: date | None, now: datetime
) -> tuple[PatrolSheet, Office]:
    """The sheet of a local day: as of now for today (``None``), of the whole day for one that is over.

    Raises UnknownUnit, Refusal for a day to come, StoreUnavailable if there is no database.
    """
    office = build_office(settings)
    unit = township_named(township, office)
    at = now if day is None or day == local(now).date() else datetime.combine(day, time.max, SHANGHAI)
    if at > now:
        message = f"{day}还没到，还没有巡群日志"
        raise Refusal(message)
    async with county_store(settings) as store:
        office = office.with_duty(await store.duty_record(since=local(at).date()))
        senses = heard_by_settings(settings)
        sheet = await GroupFacts(store=store, office=office, senses=senses).sheet(unit.id, at=at)
    return sheet, office


def sheet_lines(sheet: PatrolSheet, office: Office) -> Iterator[str]:
    """The sheet as lines to read: a heading, and a block for each group."""
    yield f"【巡群日志】{sheet.name} {sheet.day}（截至{local(sheet.at):%H:%M}）"
    for row in sheet.rows:
        yield ""
        yield f"{row.village}“{row.name}”"
        yield from (f"  {line}" for line in _counts(row))
        sounds = GroupRow(group=row.group, name=row.name, village=row.village, judgement=row.judgement)
        yield f"  {say_sound(sounds, office)}"
        for line in (*say_zeros(row, office), say_wake(row, office)):
            if line:
                yield f"  {line}"


def sheet_rows(sheet: PatrolSheet) -> Iterator[dict[str, object]]:
    """The sheet as rows of JSON, one a group."""
    for row in sheet.rows:
        plain = asdict(row)
        judged = plain.pop("judgement")
        yield {
            "day": sheet.day.isoformat(),
            **plain,
            "silence": judged["silence"],
            "silent_days": judged["days"],
            "unheard_days": judged["unheard"],
            "heard_last": None if row.judgement.proof_at is None else local(row.judgement.proof_at).isoformat(),
            "unheard_because": judged["because"],
        }


def _counts(row: PatrolFacts) -> Iterator[str]:
    said = f"村民{row.villager_messages}条（{_speakers(row)}），干部{row.cadre_messages}条，小微{row.bot_messages}条"
    yield f"消息：{said}"
    yield f"当天要答复的{row.asked}件，已答复{row.answered}件{_first_reply(row)}"
    yield f"手上还没人答复{row.unanswered}件，超期{row.overdue}件；当天办结{row.results}件，公开{row.published}次"
    yield f"值班公告{_done(row.duty_notice)}，每日一条{_done(row.daily_item)}"
    if row.gap_minutes:
        yield f"有{row.gap_minutes}分钟听不到"


def _speakers(row: PatrolFacts) -> str:
    if row.speakers:
        return f"{row.speakers}人"
    return f"不到{FEWEST}人" if row.villager_messages else "没有人说话"


def _first_reply(row: PatrolFacts) -> str:
    return "" if row.first_reply_minutes is None else f"，头一次答复一般等{row.first_reply_minutes}分钟（办公时间）"


def _done(posted: bool) -> str:
    return "已发" if posted else "没发"
