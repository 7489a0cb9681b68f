"""The roster as a table: roster template, import roster."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.bringing import bring_in
from bot.cli.frame import DEMO, Config, clear_messages, fail, group_of, settings_in
from bot.clock import SystemClock
from bot.commands.roster import import_roster, write_template

roster = group_of("值班表：写出表格来填，填好用 import roster 收回")


@roster.command("template")
def roster_template(
    out: Annotated[Path, typer.Argument(help="写到哪个 xlsx 文件")],
    township: Annotated[str | None, typer.Option("--township", help="只要这个乡镇，写编号或名称")] = None,
    month: Annotated[
        str | None, typer.Option("--month", help="哪个月，如 2026-12；不写就是这个月，21号起是下个月")
    ] = None,
    config: Config = DEMO,
) -> None:
    """写出一个月的值班表，里面是现在的安排：照着改，再收回来。"""
    with clear_messages():
        settings, now = settings_in(config), SystemClock().now()
        made = write_template(settings, out, now=now, township=township, month=None if month is None else _month(month))
        typer.echo(asyncio.run(made))


@bring_in.command("roster")
def import_the_roster(
    file: Annotated[Path, typer.Argument(help="填好的值班表 xlsx")],
    apply: Annotated[bool, typer.Option("--apply/--dry-run", help="写进去；不加只是试看")] = False,
    config: Config = DEMO,
) -> None:
    """收回填好的值班表：先试看改了哪个村哪一天，加 --apply 才写；有错逐格说明，一处也不写。"""
    with clear_messages():
        typer.echo(asyncio.run(import_roster(settings_in(config), file, now=SystemClock().now(), apply=apply)))


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        fail(f"看不懂这个月份：{text}。请写成 2026-12")
        raise
