"""``xiaowei check`` for the bot as a whole: what the alarms in chat speak of, in the same words."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.building import build_office
from bot.commands.line_checks import Found
from bot.domain.operator_signs import SignKind
from bot.domain.workdays import local
from bot.machine import disks_of, newest_backup
from bot.office import Office
from bot.operating import folders_of
from bot.overseeing import facts_of
from bot.patrol.operator_alarms import say_sign
from bot.patrol.operator_signs import MIB, Machine, signs
from bot.ports import StoreUnavailable
from bot.ports.operator import Standing
from bot.settings import Environment, Settings
from bot.store import open_store, pending_migrations

_CALLED: Final[Mapping[SignKind, str]] = {
    SignKind.WAITING: "积压",
    SignKind.LATE: "定时",
    SignKind.DISK: "磁盘",
    SignKind.JOB: "定时工作",
    SignKind.BACKUP: "备份",
    SignKind.CALENDAR: "日历",
    SignKind.GAP: "断线",
    SignKind.DOUBT: "发送",
    SignKind.CLOCK: "时间",
}


async def check_signs(settings: Settings, *, now: datetime, real: bool) -> Found:
    """Every trouble that the operator would be told of now; ``real``: whether a real platform is used.

    Without one the database lives by the practice clock, and how late something is cannot be said by the machine's.
    """
    office, environment = build_office(settings), settings.environment
    machine = Machine(
        disks=await asyncio.to_thread(disks_of, folders_of(environment)),
        backups=None if environment.backups is None else str(environment.backups),
        backup_at=None if environment.backups is None else await asyncio.to_thread(newest_backup, environment.backups),
    )
    standing = await _standing(settings, now) if real else Standing(at=now)
    told_already = {str(year) for year in settings.calendar.missing_years(local(now).date())}
    found = [
        sign
        for sign in signs(facts_of(standing, machine, office), now)
        if not (sign.kind is SignKind.CALENDAR and (sign.subject in told_already or not real))
    ]
    return Found(
        fine=tuple(_fine(machine, office, now)),
        faults=tuple(f"{_CALLED[sign.kind]}：{say_sign(sign, office, now=now)}" for sign in found),
    )


def has_platform(environment: Environment) -> bool:
    """Whether a real platform is used, so that people's own time is the bot's."""
    return environment.wechat_endpoint is not None or environment.dingtalk_client_id is not None


async def _standing(settings: Settings, now: datetime) -> Standing:
    """How things stand by the database; nothing of it if it cannot be read, which is told elsewhere."""
    url = settings.environment.database_url.get_secret_value()
    try:
        if await pending_migrations(url):
            return Standing(at=now)
        store = await open_store(url, keys=settings.environment.clue_keys)
        try:
            return await store.standing(now)
        finally:
            await store.close()
    except StoreUnavailable:
        return Standing(at=now)


def _fine(machine: Machine, office: Office, now: datetime) -> list[str]:
    rules = office.rules.alarms
    lines = [
        f"✓ 磁盘：{disk.folder} 还有 {disk.free // MIB} MiB（{disk.percent_free}%）"
        for disk in machine.disks
        if disk.free >= rules.disk_free_mib * MIB and disk.percent_free >= rules.disk_free_percent
    ]
    if machine.backup_at is not None and (now - machine.backup_at).days < rules.backup_days:
        lines.append(f"✓ 备份：最近一次是 {local(machine.backup_at):%m-%d %H:%M}，在 {machine.backups}")
    return lines
