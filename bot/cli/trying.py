"""Trying out what the bot understands and does: classify, evaluate, deadline, replay, score, digest."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import evaluate as evaluation
from bot.building import build_judge, build_office
from bot.chatfile import read_chat
from bot.cli.frame import (
    DEMO,
    AsJson,
    Config,
    clear_messages,
    day_of,
    fail,
    instant_of,
    print_row,
    settings_in,
)
from bot.clock import SystemClock
from bot.deadline_command import deadline_row
from bot.digest_command import write_digest
from bot.domain.categories import APPEALS, Category
from bot.domain.verdicts import NO_CONTEXT
from bot.domain.workdays import due_time
from bot.logs import configure_logs
from bot.office import Office
from bot.phrasing import explain, say_time
from bot.replay import replay as play_back
from bot.score import Run, as_json, read_gold, render
from bot.score import score as compare
from bot.settings import Settings, settings_for_people

app = typer.Typer()


@app.command()
def classify(
    file: Annotated[Path | None, typer.Argument(help="每行一条消息；不写就从标准输入读")] = None, config: Config = DEMO
) -> None:
    """判断每行消息的类别，一行一个 JSON。"""
    with clear_messages():
        judge = build_judge(settings_in(config))
        raw = sys.stdin.buffer.read() if file is None else file.read_bytes()
        for line in raw.decode(errors="replace").splitlines():
            if line.strip():
                print_row(evaluation.verdict_row(line, judge.classify(line, NO_CONTEXT)))


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="每行一个 JSON：text、label，可以有 label2")],
    as_json_: AsJson = False,
    config: Config = DEMO,
) -> None:
    """用标注好的消息考一考分类：每一类的精确率、召回率、F1，和混淆表。"""
    with clear_messages():
        judge = build_judge(settings_in(config))
        rows = evaluation.read_labelled(file)
        found = evaluation.evaluate(rows, [judge.classify(row.text, NO_CONTEXT).label.value for row in rows])
        if as_json_:
            print_row(evaluation.as_json(found))
        else:
            typer.echo(evaluation.render(found))


@app.command()
def deadline(
    category: Annotated[str, typer.Argument(help="consultation、help、suggestion、disclosure 或 transfer（流转）")],
    timestamp: Annotated[str, typer.Argument(help="村民发消息的时间，如 2026-03-06T09:12:03+08:00;不写时区按北京时间")],
    as_json: AsJson = False,
    config: Config = DEMO,
) -> None:
    """算办结时限，并说明数了哪些天、跳过了哪些天。"""
    with clear_messages():
        start = instant_of(timestamp)
        office = build_office(settings_in(config))
        due = due_time(start, _days(category, office), office.calendar, office.rules.office_hours)
        reason = explain(due, start, office)
        if as_json:
            print_row(deadline_row(category, start, due, reason))
        else:
            typer.echo(f"{say_time(due.at, office)}\n{reason}")


def _days(category: str, office: Office) -> int:
    """Working days of a category by its code, or of handing a matter up (R2)."""
    if category == "transfer":
        return office.rules.deadlines.transfer
    if category not in APPEALS:
        known = "、".join((*APPEALS, "transfer"))
        fail(f"“{category}”没有时限。有时限的是：{known}")
    return office.rules.deadlines.days(Category(category))


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
