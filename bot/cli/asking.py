"""Asking what the bot makes of words and times: classify, evaluate, deadline."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.building import build_judge, build_office
from bot.cli.frame import DEMO, AsJson, Config, clear_messages, fail, instant_of, print_row, settings_in
from bot.commands import evaluate as evaluation
from bot.commands.deadline import deadline_row
from bot.domain.categories import APPEALS, Category
from bot.domain.verdicts import NO_CONTEXT
from bot.domain.workdays import due_time
from bot.office import Office
from bot.phrasing import explain, say_time

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
