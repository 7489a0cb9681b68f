"""Looking after the groups from the command line: patrol."""

import asyncio
from typing import Annotated

import typer

from bot.cli.frame import DEMO, AsJson, Config, clear_messages, day_of, group_of, print_row, settings_in
from bot.clock import SystemClock
from bot.commands.patrol import patrol_sheet, sheet_lines, sheet_rows

patrol = group_of("巡群：每个群一天里的实情，只有件数，没有人名")


@patrol.callback()
def _group() -> None:
    """巡群：每个群一天里的实情，只有件数，没有人名。"""


@patrol.command("log")
def log(
    township: Annotated[str, typer.Argument(help="乡镇的编号或名称")],
    day: Annotated[str | None, typer.Option("--date", help="哪一天，如 2026-03-06；不写是今天")] = None,
    as_json: AsJson = False,
    config: Config = DEMO,
) -> None:
    """一个镇的巡群日志：一群一段；--json 时一群一行。"""
    with clear_messages():
        wanted = None if day is None else day_of(day)
        made = patrol_sheet(settings_in(config), township, day=wanted, now=SystemClock().now())
        sheet, office = asyncio.run(made)
        if as_json:
            for row in sheet_rows(sheet):
                print_row(row)
        else:
            for line in sheet_lines(sheet, office):
                typer.echo(line)
