"""Trying out what the bot does: replay, score, digest."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.chatfile import read_chat
from bot.cli.frame import (
    DEMO,
    AsJson,
    Config,
    clear_messages,
    day_of,
    instant_of,
    print_row,
    settings_in,
)
from bot.clock import SystemClock
from bot.commands.digest import write_digest
from bot.logs import configure_logs
from bot.replay import replay as play_back
from bot.score import Run, as_json, read_gold, render
from bot.score import score as compare
from bot.settings import Settings, settings_for_people

app = typer.Typer()


@app.command()
def replay(  # noqa: PLR0917 - typer turns parameters into options
    chat: Annotated[Path, typer.Argument(help="聊天记录，每行一个 JSON")],
    config: Config = DEMO,
    people: Annotated[Path | None, typer.Option("--people", help="这段聊天的人物表：临时建一个村来放")] = None,
    until: Annotated[str | None, typer.Option("--until", help="放到什么时间为止")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON 行（默认就是）")] = True,
    with_clues: Annotated[bool, typer.Option("--with-clues", help="也输出保密线索的行")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="跳过坏行，其余照放")] = False,
    database: Annotated[Path | None, typer.Option("--database", help="数据库留在这个文件里，已有则接着放")] = None,
) -> None:
    """把一段聊天记录放一遍，输出小微发了什么、发给谁、几点发的，然后是工单。"""
    del as_json  # the rows are JSON lines either way; the option is part of the stable interface
    with clear_messages():
        settings = _settings_of(config, people)
        recorded = read_chat(chat, skip_bad=skip_bad)
        for bad in recorded.bad:
            typer.echo(f"跳过第 {bad.line} 行：{bad.reason}", err=True)
        stop = None if until is None else instant_of(until)
        rows = asyncio.run(play_back(recorded.messages, settings, until=stop, with_clues=with_clues, database=database))
        for row in rows:
            print_row(row)


def _settings_of(config: Path, people: Path | None) -> Settings:
    if people is None:
        return settings_in(config)
    settings = settings_for_people(people)
    configure_logs(settings.environment.log)
    return settings


@app.command()
def score(
    chat: Annotated[Path, typer.Argument(help="聊天记录")],
    gold: Annotated[Path, typer.Argument(help="标注")],
    people: Annotated[Path | None, typer.Option("--people")] = None,
    config: Config = DEMO,
    as_json_: AsJson = False,
) -> None:
    """放一遍聊天记录，和标注对照打分。"""
    with clear_messages():
        settings = _settings_of(config, people)
        recorded = read_chat(chat, skip_bad=False)
        rows = asyncio.run(play_back(recorded.messages, settings, with_clues=True))
        result = compare(Run.from_rows(rows), read_gold(gold), recorded.messages)
        if as_json_:
            print_row(as_json(result))
        else:
            typer.echo(render(result))


@app.command()
def digest(
    township: Annotated[str, typer.Argument(help="乡镇的编号或名称")],
    day: Annotated[str | None, typer.Option("--date", help="哪一天，如 2026-03-06;不写是今天")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="把文字、图片、表格写进这个文件夹")] = None,
    config: Config = DEMO,
) -> None:
    """生成一个乡镇的巡群日报：文字、图片、表格。"""
    with clear_messages():
        settings = settings_in(config)
        wanted = None if day is None else day_of(day)
        typer.echo(asyncio.run(write_digest(settings, township, day=wanted, out=out, now=SystemClock().now())))
