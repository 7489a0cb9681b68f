"""What an office reports about longer times: half-year, monthly and quarterly analysis, households and groups."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.frame import DEMO, Config, clear_messages, fail, settings_in
from bot.clock import SystemClock
from bot.commands.review import export_analysis, export_coverage, export_duties, export_halfyear

reviews = typer.Typer()

Township = Annotated[str | None, typer.Option("--township", help="哪个乡镇，写编号或名称")]
County = Annotated[bool, typer.Option("--county", help="全县")]
Out = Annotated[Path, typer.Option("--out", help="写到哪个 docx 文件")]


def _unit(township: str | None, *, county: bool) -> str | None:
    if county == (township is not None):
        fail("请写 --county（全县）或者 --township 乡镇，两个里写一个")
    return township


@reviews.command("halfyear")
def halfyear(
    half: Annotated[str, typer.Option("--half", help="哪个半年，如 2026H1")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个 docx 或 xlsx 文件")],
    township: Township = None,
    config: Config = DEMO,
    *,
    county: County = False,
) -> None:
    """半年和上年同期比：收到、按时办好、首次答复、信息公开、反复；没有上年数据的如实写明，不排名。"""
    with clear_messages():
        unit = _unit(township, county=county)
        made = export_halfyear(settings_in(config), unit, half=half, out=out, now=SystemClock().now())
        typer.echo(f"已写 {out}：{asyncio.run(made)}。")


@reviews.command("analysis")
def analysis(
    out: Out,
    township: Township = None,
    month: Annotated[str | None, typer.Option("--month", help="哪个月，如 2026-03；不写是上个月")] = None,
    quarter: Annotated[str | None, typer.Option("--quarter", help="哪个季度，如 2026Q1")] = None,
    config: Config = DEMO,
    *,
    county: County = False,
) -> None:
    """一个月或一个季度的数据分析：问题分布、和上一期比、每千户件数、几个村共有的问题。"""
    with clear_messages():
        unit = _unit(township, county=county)
        if month is not None and quarter is not None:
            fail("--month 和 --quarter 只写一个")
        made = export_analysis(
            settings_in(config), unit, month=month, quarter=quarter, out=out, now=SystemClock().now()
        )
        typer.echo(f"已写 {out}：{asyncio.run(made)}。")


@reviews.command("coverage")
def coverage(out: Out, township: Township = None, config: Config = DEMO, *, county: County = False) -> None:
    """户数和群里的人数，只作参考：不排名，不通报，不考核。"""
    with clear_messages():
        unit = _unit(township, county=county)
        made = export_coverage(settings_in(config), unit, out=out, now=SystemClock().now())
        typer.echo(f"已写 {out}：{asyncio.run(made)}。")


@reviews.command("duties")
def duties(
    township: Annotated[str, typer.Argument(help="哪个乡镇，写编号或名称")],
    out: Out,
    month: Annotated[str | None, typer.Option("--month", help="哪个月，如 2026-03；不写是上个月")] = None,
    config: Config = DEMO,
) -> None:
    """一个镇的责任、任务、履职三张清单：履职的数从实际办的事里来，开会和谈话由人填；不排名。"""
    with clear_messages():
        made = export_duties(settings_in(config), township, month=month, out=out, now=SystemClock().now())
        typer.echo(f"已写 {out}：{asyncio.run(made)}。")
