"""``xiaowei check``: everything that an operator should know before anyone else notices, fault by fault."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from bot.building import build_judge
from bot.clock import SystemClock
from bot.commands.line_checks import (
    GAPS_SINCE,
    Found,
    check_lines,
    check_practice_accounts,
    permitted,
)
from bot.commands.sign_checks import check_signs, has_platform
from bot.connecting import real_adapters
from bot.daily_item import REST_DAYS
from bot.domain.categories import Category, Level
from bot.domain.faults import reason_of
from bot.domain.outcome import Mark
from bot.domain.routing import scope_of
from bot.domain.workdays import local
from bot.media_building import build_files
from bot.ports import StoreUnavailable
from bot.settings import Settings, SettingsError, read_settings
from bot.store import SqlStore, open_store, pending_migrations
from bot.store.reseal import sealing

LOOKS_BACK = timedelta(days=7)
_MOST_NAMED = 5
"""Items of the library that are named before the rest is only counted."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found, in words for an operator. ``good`` is whether nothing needs a person."""

    lines: tuple[str, ...]
    good: bool


async def run(folder: Path, environ: Mapping[str, str], *, now: datetime) -> Report:
    """Check the configuration in ``folder`` and, if it can be read, what stands on it."""
    try:
        settings = read_settings(folder, environ)
        build_judge(settings)
    except SettingsError as error:
        lines = [f"✗ {fault}" for fault in error.faults]
        return Report(lines=(*lines, f"共 {len(lines)} 处问题"), good=False)
    org = settings.county
    villages = sum(len(org.villages_of(unit.id)) for unit in org.townships)
    size = f"{len(org.townships)} 个乡镇，{villages} 个村，{len(org.groups)} 个群，{len(org.people)} 名干部"
    fine = [f"✓ 配置：{org.county.name}，{size}", *_routing(settings), *_content(settings)]
    faults = _calendar(settings, now)
    found_fine, found_faults = await _database(settings, now)
    fine += found_fine
    faults += found_faults
    platforms = await _lines(settings, now)
    platforms += await check_signs(settings, now=now, real=has_platform(settings.environment))
    fine += platforms.fine
    faults += platforms.faults
    told = [*fine, *(f"✗ {fault}" for fault in faults)]
    told.append(f"共 {len(faults)} 处问题" if faults else "没有发现问题")
    return Report(lines=tuple(told), good=not faults)


def _routing(settings: Settings) -> list[str]:
    """For how many matters each township has an office in charge; the others go to its discipline office (R10)."""
    org, routing = settings.county, settings.routing
    lines = []
    for township in org.townships:
        village = next(iter(org.villages_of(township.id)), None)
        if village is None:
            continue
        routes = (*routing.townships.get(township.id, ()), *routing.routes)
        topics = {topic for route in routes for topic in route.topics}
        near = {
            topic
            for topic in topics
            for charge in routing.in_charge(org, village.id, Category.HELP, topic)
            if scope_of(org, charge.unit.id) is Level.TOWNSHIP
        }
        further = {topic for topic in topics if routing.in_charge(org, village.id, Category.HELP, topic)} - near
        lines.append(
            f"✓ 谁分管谁负责：{township.name}，{len(topics)} 个事项里镇里有人分管的 {len(near)} 个，"
            f"归县里的 {len(further)} 个，其余先转镇纪检"
        )
    return lines


def _content(settings: Settings) -> list[str]:
    """How many items of the library may be posted, and which wait for somebody to release them (R37)."""
    waiting = [item.id for item in settings.content if not item.released_by]
    ready = len(settings.content) - len(waiting)
    lines = []
    if settings.content:
        few = f"，不够 {REST_DAYS} 天不重样，可以再添" if ready < REST_DAYS else ""
        lines.append(f"✓ 每日一条：可以发的 {ready} 条{few}")
    if waiting:
        named = "、".join(waiting[:_MOST_NAMED])
        more = f"等 {len(waiting)} 条" if len(waiting) > _MOST_NAMED else f"，共 {len(waiting)} 条"
        lines.append(f"！ 每日一条：还没有人审核、不会发的有 {named}{more}；审核过的，在 content.yaml 里写上 review")
    return lines


def _calendar(settings: Settings, now: datetime) -> list[str]:
    missing = settings.calendar.missing_years(local(now).date())
    return [
        f"日历：还没有 {year} 年的放假安排。跨到 {year} 年的时限先按周末推算；国务院办公厅的通知出来后，"
        f"照 config/workdays/ 里已有的样子写一个 {year}.yaml 放进去，重启即可"
        for year in missing
    ]


async def _database(settings: Settings, now: datetime) -> tuple[list[str], list[str]]:
    url = settings.environment.database_url.get_secret_value()
    try:
        missing = await pending_migrations(url)
        if missing:
            return [], [f"数据库：还差 {len(missing)} 步升级，运行 xiaowei migrate（或直接启动，会自动升级）"]
        store = await open_store(url, keys=settings.environment.clue_keys)
    except StoreUnavailable as error:
        return [], [f"数据库：{error}"]
    try:
        troubles = await store.troubles(since=now - LOOKS_BACK)
        strangers = await store.marked_anywhere(Mark.UNKNOWN_GROUP, since=now - LOOKS_BACK)
        waiting = await store.waiting()
        keys = await store.database.read(partial(sealing, vault=store.vault))
        in_files, unread = await _file_keys(settings, store)
    finally:
        await store.close()
    faults = [
        f"{say_kind(trouble.kind)}:{local(trouble.at):%m-%d %H:%M} {trouble.subject},{trouble.cause}"
        for trouble in troubles
    ]
    faults += [
        f"没有配置的群：{conversation} 最近 7 天来了 {count} 条消息；"
        "要服务这个群，请写进 county.yaml，再在群里发它的绑定码（xiaowei codes）"
        for conversation, count in strangers.items()
    ]
    faults += unread
    missing = sorted({*keys.missing, *in_files} - set(keys.at_hand))
    if missing:
        numbers = "、".join(missing)
        faults.append(
            f"封存钥匙：数据库或图片文件夹里有内容是用别的钥匙封的（钥匙编号 {numbers}），现在打不开，也没有丢。"
            f"请把备份的钥匙文件里的行加到 {store.vault.file} 末尾，再重启小微"
        )
    return [f"✓ 数据库：可用，待处理的会话 {len(waiting)} 个"], faults


async def _file_keys(settings: Settings, store: SqlStore) -> tuple[frozenset[str], list[str]]:
    """The numbers of the keys under which the files of media are sealed, and what is wrong with their folder."""
    files = build_files(settings.environment, store.vault)
    try:
        return await asyncio.to_thread(files.numbers), []
    except OSError as error:
        return frozenset(), [f"图片文件夹：{files.folder} 读不了（{reason_of(error)}），请看磁盘和权限"]


async def _lines(settings: Settings, now: datetime) -> Found:
    """The real platforms: what their owners allow, every step of connecting, and how the lines stood lately."""
    adapters = real_adapters(settings.environment, clock=SystemClock(), random=Random())  # noqa: S311 - jitter
    names = set(adapters)
    if not names:
        return Found()
    from bot.commands.step_checks import check_dingtalk, check_wechat  # noqa: PLC0415 - they load both platforms

    found = Found(fine=permitted(names)) + check_practice_accounts(settings.county, names)
    online: set[str] = set()
    try:
        url = settings.environment.database_url.get_secret_value()
        if not await pending_migrations(url):
            store = await open_store(url, keys=settings.environment.clue_keys)
            try:
                stored = await store.line_states()
                leases = await store.leases()
                gaps = await store.gaps(since=now - GAPS_SINCE)
            finally:
                await store.close()
            found += check_lines(stored, leases, gaps, now=now, names=names)
            online = {line.platform for line in stored if line.is_online} & {
                lease.name for lease in leases if lease.until > now
            }
    except StoreUnavailable:  # told already, with what stands in the database
        pass
    found += await check_wechat(settings.environment, running="wechat" in online)
    return found + await check_dingtalk(settings.environment)


def say_kind(kind: str) -> str:
    """A kind of trouble in words."""
    return {
        "message": "没能处理的消息",
        "send": "没能发出的消息",
        "send_unknown": "不知道有没有发到的消息",
        "media": "没能取到的图片、语音或文件",
        "send_cap": "当天发满上限，其余明早再发",
        "no_files": "线路发不了图片或文件",
        "slot": "没能做成、会再试的事",
        "slot_missed": "到点时没有运行、错过的事",
        "knock_friend": "有人要加小微好友",
        "knock_room": "有人邀请小微进群",
        "code_guessing": "有人在猜绑定码",
        "stranger_binds": "没绑定的人发了群码",
        "code_exposed": "个人码发到了群里",
        "bot_removed": "小微被移出了群",
    }.get(kind, kind)
