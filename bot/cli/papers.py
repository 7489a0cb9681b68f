"""Papers out of the bot as Word files, each for a person to sign."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.frame import DEMO, Config, clear_messages, day_of, settings_in
from bot.clock import SystemClock
from bot.commands.papers import export_agenda, export_order, export_ranking, export_slip, export_weekly
from bot.domain.slips import SlipKind

papers = typer.Typer()

Out = Annotated[Path, typer.Option("--out", help="写到哪个 docx 文件")]
PerhapsOut = Annotated[Path | None, typer.Option("--out", help="同时写到这个 docx 文件")]
Month = Annotated[str | None, typer.Option("--month", help="哪个月，如 2026-03；不写是上个月")]
Day = Annotated[str | None, typer.Option("--date", help="哪一天，如 2026-03-09；不写是今天")]


def _slip(unit: str, kind: SlipKind, month: str | None, out: Path, config: Path, *, talk: bool = False) -> None:
    with clear_messages():
        made = export_slip(
            settings_in(config), unit, kind=kind, month=month, out=out, talk=talk, now=SystemClock().now()
        )
        typer.echo(f"已写 {out}：{asyncio.run(made)}。")


@papers.command("slip")
def slip(
    village: Annotated[str, typer.Argument(help="村的编号或名称")], out: Out, month: Month = None, config: Config = DEMO
) -> None:
    """导出发给一个村的廉情提示单；没有签发的是草稿。"""
    _slip(village, SlipKind.NOTICE, month, out, config)


@papers.command("letter")
def letter(
    department: Annotated[str, typer.Argument(help="部门的编号或名称")],
    out: Out,
    month: Month = None,
    config: Config = DEMO,
) -> None:
    """导出发给一个部门的提示函；没有签发的是草稿。"""
    _slip(department, SlipKind.LETTER, month, out, config)


@papers.command("talk")
def talk(
    village: Annotated[str, typer.Argument(help="村的编号或名称")], out: Out, month: Month = None, config: Config = DEMO
) -> None:
    """导出约谈提纲，给谈话的人准备用；小微不发给任何人。"""
    _slip(village, SlipKind.NOTICE, month, out, config, talk=True)


@papers.command("order")
def order(
    ticket: Annotated[str, typer.Argument(help="工单：柳湾村12，或者编号")], out: Out, config: Config = DEMO
) -> None:
    """导出一件工单的督办单；没有发过的是草稿。"""
    with clear_messages():
        made = export_order(settings_in(config), ticket, assignment=False, out=out, now=SystemClock().now())
        typer.echo(f"已写 {out}：{asyncio.run(made)}。")


@papers.command("assignment")
def assignment(
    ticket: Annotated[str, typer.Argument(help="工单：柳湾村12，或者编号")], out: Out, config: Config = DEMO
) -> None:
    """导出一件工单的交办单草稿。"""
    with clear_messages():
        made = export_order(settings_in(config), ticket, assignment=True, out=out, now=SystemClock().now())
        typer.echo(f"已写 {out}：{asyncio.run(made)}。")


@papers.command("ranking")
def ranking(
    township: Annotated[str, typer.Argument(help="乡镇的编号或名称")],
    out: PerhapsOut = None,
    month: Month = None,
    config: Config = DEMO,
) -> None:
    """比较一个镇各村上个月的办理结果，同时可写通报草稿；只比村，不比人，不用来考核。"""
    with clear_messages():
        made = export_ranking(settings_in(config), township, month=month, out=out, now=SystemClock().now())
        typer.echo(asyncio.run(made))


@papers.command("weekly")
def weekly(
    unit: Annotated[str, typer.Argument(help="乡镇或县的编号或名称")],
    out: PerhapsOut = None,
    day: Day = None,
    config: Config = DEMO,
) -> None:
    """一周小结，同时可写走访清单。"""
    with clear_messages():
        wanted = None if day is None else day_of(day)
        made = export_weekly(settings_in(config), unit, day=wanted, out=out, now=SystemClock().now())
        typer.echo(asyncio.run(made))


@papers.command("agenda")
def agenda(
    village: Annotated[str, typer.Argument(help="村的编号或名称")], out: Out, day: Day = None, config: Config = DEMO
) -> None:
    """导出周二矛盾纠纷研判的议程：没办结的事项，留出写意见的地方。"""
    with clear_messages():
        wanted = None if day is None else day_of(day)
        made = export_agenda(settings_in(config), village, day=wanted, out=out, now=SystemClock().now())
        typer.echo(f"已写 {out}，共 {asyncio.run(made)} 件。")
