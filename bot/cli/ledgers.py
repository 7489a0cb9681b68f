"""Ledgers and papers out of the bot: export."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import papers, reviews
from bot.cli.frame import (
    DEMO,
    Config,
    clear_messages,
    day_of,
    group_of,
    settings_in,
)
from bot.clock import SystemClock
from bot.commands.export import export_clues, export_tickets
from bot.commands.patrol_log import export_patrol

export = group_of("导出台账和公文")
export.add_typer(papers.papers)
export.add_typer(reviews.reviews)


@export.command("clues")
def export_the_clues(
    reader: Annotated[str, typer.Option("--role-of", help="替谁导出：镇纪检或县级专班的人，写编号或姓名")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个 xlsx 文件")],
    config: Config = DEMO,
) -> None:
    """导出这个人能看的线索，写成移送单；导出会逐条留下阅看记录。"""
    with clear_messages():
        count = asyncio.run(export_clues(settings_in(config), reader, out=out, now=SystemClock().now()))
        typer.echo(f"已写 {out}，共 {count} 条。每一条都留下了导出记录，请妥善保管。")


@export.command("tickets")
def export_the_tickets(  # noqa: PLR0917 - typer turns parameters into options
    reader: Annotated[str, typer.Option("--role-of", help="替谁导出，写编号或姓名：只有这个人能看的工单")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个 xlsx 文件")],
    village: Annotated[str | None, typer.Option("--village", help="只要这个村，写编号或名称")] = None,
    first: Annotated[str | None, typer.Option("--from", help="从哪天起，如 2026-03-01")] = None,
    last: Annotated[str | None, typer.Option("--to", help="到哪天止，含当天")] = None,
    config: Config = DEMO,
) -> None:
    """导出工单办理台账和成效汇总，里面没有村民的名字、账号和号码。"""
    with clear_messages():
        days = tuple(None if text is None else day_of(text) for text in (first, last))
        made = export_tickets(settings_in(config), reader, out=out, now=SystemClock().now(), village=village, days=days)
        count = asyncio.run(made)
        typer.echo(f"已写 {out}，共 {count} 件。" if count else "没有符合条件的工单，没有写文件。")


@export.command("patrol")
def export_the_patrol(
    township: Annotated[str, typer.Option("--township", help="哪个乡镇，写编号或名称")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个 xlsx 文件，如 巡群日志.xlsx")],
    day: Annotated[str | None, typer.Option("--date", help="哪一天，如 2026-03-06；不写是今天")] = None,
    config: Config = DEMO,
) -> None:
    """导出一个镇一天的巡群日志，给纪检签字存档；没有人确认的日子会写明。"""
    with clear_messages():
        wanted = None if day is None else day_of(day)
        made = export_patrol(settings_in(config), township, day=wanted, out=out, now=SystemClock().now())
        log = asyncio.run(made)
        state = "已有人确认" if log.is_confirmed else "还没有人确认"
        typer.echo(f"已写 {out}：{log.township} {log.day}，{len(log.rows)} 个群，{state}。")
