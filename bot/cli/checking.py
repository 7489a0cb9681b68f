"""What an operator looks at before and beside running: check, codes."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.frame import DEMO, Config, clear_messages, settings_in
from bot.clock import SystemClock
from bot.commands import checks
from bot.commands.bindings import codes_wanted

app = typer.Typer()


@app.command()
def check(config: Config = DEMO) -> None:
    """检查配置、日历、数据库和积压；逐条列出问题，有问题时以 1 退出。"""
    report = asyncio.run(checks.run(config, os.environ, now=SystemClock().now()))
    for line in report.lines:
        typer.echo(line)
    raise typer.Exit(0 if report.good else 1)


@app.command()
def codes(
    names: Annotated[list[str] | None, typer.Argument(help="只看这些人、这些群，写姓名、群名或编号")] = None,
    void: Annotated[bool, typer.Option("--void", help="解除他们现在的绑定，换新码")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="另写一份，可以打印了剪开")] = None,
    config: Config = DEMO,
) -> None:
    """列出还没连上的人和群的绑定码，以及让谁把哪句话发到哪里。"""
    with clear_messages():
        wanted = codes_wanted(settings_in(config), names or (), void=void, out=out, now=SystemClock().now())
        typer.echo(asyncio.run(wanted))
