"""The commands (DESIGN section 9): read arguments, call one thing, print, and end with the right exit code."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import checks
from bot import evaluate as evaluation
from bot.app import make_folder, serve
from bot.building import build_judge, build_office
from bot.chatfile import ChatFileError, read_chat
from bot.clock import SystemClock
from bot.clues_command import rotate_keys, verify_ledger
from bot.digest_command import write_digest
from bot.domain.categories import APPEALS, Category
from bot.domain.verdicts import NO_CONTEXT
from bot.domain.workdays import SHANGHAI, due_time, local
from bot.export_command import ExportError, export_clues, export_tickets
from bot.import_command import import_chat
from bot.lexicon_command import ENOUGH, LessonError, accept, study
from bot.lexicon_command import as_json as lessons_as_json
from bot.lexicon_command import render as render_lessons
from bot.logs import configure_logs
from bot.office import Office
from bot.phrasing import explain, say_time
from bot.ports import StoreUnavailable
from bot.replay import replay as play_back
from bot.score import GoldError, Run, as_json, read_gold, render
from bot.score import score as compare
from bot.settings import Settings, SettingsError, read_settings, settings_for_people
from bot.settings.source import SHIPPED
from bot.store import migrate as upgrade

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="小微：村民群里的办事助手"
)
audit = typer.Typer(no_args_is_help=True, help="核对工单记录")
app.add_typer(audit, name="audit")
export = typer.Typer(no_args_is_help=True, help="导出台账")
app.add_typer(export, name="export")
bring_in = typer.Typer(no_args_is_help=True, help="把别处的记录收进来")
app.add_typer(bring_in, name="import")
clues = typer.Typer(no_args_is_help=True, help="线索台账的封存钥匙和记录")
app.add_typer(clues, name="clues")
lexicon = typer.Typer(no_args_is_help=True, help="从值班员的改正里学词：先看建议，人认可了才写进词表")
app.add_typer(lexicon, name="lexicon")

DEMO = SHIPPED / "demo"
Config = Annotated[Path, typer.Option("--config", envvar="XIAOWEI_CONFIG", help="县的配置文件夹")]
TheDatabase = Annotated[Path | None, typer.Option("--database", help="读这个文件里的数据库，不读正式的")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def main() -> None:
    """The entry point of the ``xiaowei`` command."""
    app()


_SAID_PLAINLY = (
    ChatFileError, ExportError, GoldError, LessonError, StoreUnavailable, evaluation.LabelledFileError
)  # fmt: skip
"""Errors whose text is for a person."""


@contextmanager
def _clear_messages() -> Iterator[None]:
    """Faults that a person can mend end in plain words on standard error and exit code 1, not in a traceback."""
    try:
        yield
    except SettingsError as error:
        _fail(f"配置有 {len(error.faults)} 处问题：\n{error}")
    except _SAID_PLAINLY as error:
        _fail(str(error))
    except FileNotFoundError as error:
        _fail(str(error) if error.filename is None else f"找不到文件：{error.filename}")


def _fail(text: str) -> None:
    typer.echo(text, err=True)
    raise typer.Exit(1)


def _settings(folder: Path) -> Settings:
    settings = read_settings(folder, os.environ)
    configure_logs(settings.environment.log)
    return settings


@app.command()
def run(config: Config = DEMO) -> None:
    """启动小微。"""
    with _clear_messages():
        asyncio.run(serve(_settings(config)))


@app.command()
def check(config: Config = DEMO) -> None:
    """检查配置、日历、数据库和积压；逐条列出问题，有问题时以 1 退出。"""
    report = asyncio.run(checks.run(config, os.environ, now=SystemClock().now()))
    for line in report.lines:
        typer.echo(line)
    raise typer.Exit(0 if report.good else 1)


@app.command()
def classify(
    file: Annotated[Path | None, typer.Argument(help="每行一条消息；不写就从标准输入读")] = None, config: Config = DEMO
) -> None:
    """判断每行消息的类别，一行一个 JSON。"""
    with _clear_messages():
        judge = build_judge(_settings(config))
        raw = sys.stdin.buffer.read() if file is None else file.read_bytes()
        for line in raw.decode(errors="replace").splitlines():
            if line.strip():
                _print(evaluation.verdict_row(line, judge.classify(line, NO_CONTEXT)))


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="每行一个 JSON：text、label，可以有 label2")],
    as_json_: AsJson = False,
    config: Config = DEMO,
) -> None:
    """用标注好的消息考一考分类：每一类的精确率、召回率、F1，和混淆表。"""
    with _clear_messages():
        judge = build_judge(_settings(config))
        rows = evaluation.read_labelled(file)
        found = evaluation.evaluate(rows, [judge.classify(row.text, NO_CONTEXT).label.value for row in rows])
        if as_json_:
            _print(evaluation.as_json(found))
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
    with _clear_messages():
        start = _instant(timestamp)
        office = build_office(_settings(config))
        due = due_time(start, _days(category, office), office.calendar, office.rules.office_hours)
        reason = explain(due, start, office)
        if as_json:
            _print(
                {
                    "category": category,
                    "start": local(start).isoformat(),
                    "due_at": due.at.isoformat(),
                    "provisional": due.provisional,
                    "counted": [day.isoformat() for day in due.counted],
                    "skipped": [
                        {"first": run.first.isoformat(), "last": run.last.isoformat(), "name": run.name}
                        for run in due.skipped
                    ],
                    "make_up": [day.isoformat() for day in due.make_up],
                    "explanation": reason,
                }
            )
        else:
            typer.echo(f"{say_time(due.at, office)}\n{reason}")


def _days(category: str, office: Office) -> int:
    """Working days of a category by its code, or of handing a matter up (R2)."""
    if category == "transfer":
        return office.rules.deadlines.transfer
    if category not in APPEALS:
        known = "、".join((*APPEALS, "transfer"))
        _fail(f"“{category}”没有时限。有时限的是：{known}")
    return office.rules.deadlines.days(Category(category))


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        _fail(f"看不懂这个时间：{text}。请写成 2026-03-06T09:12:03+08:00")
        raise
    return at if at.tzinfo is not None else at.replace(tzinfo=SHANGHAI)


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
    with _clear_messages():
        settings = _settings_of(config, people)
        recorded = read_chat(chat, skip_bad=skip_bad)
        for bad in recorded.bad:
            typer.echo(f"跳过第 {bad.line} 行：{bad.reason}", err=True)
        stop = None if until is None else _instant(until)
        rows = asyncio.run(play_back(recorded.messages, settings, until=stop, with_clues=with_clues, database=database))
        for row in rows:
            _print(row)


def _settings_of(config: Path, people: Path | None) -> Settings:
    if people is None:
        return _settings(config)
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
    with _clear_messages():
        settings = _settings_of(config, people)
        recorded = read_chat(chat, skip_bad=False)
        rows = asyncio.run(play_back(recorded.messages, settings, with_clues=True))
        result = compare(Run.from_rows(rows), read_gold(gold), recorded.messages)
        if as_json_:
            _print(as_json(result))
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
    with _clear_messages():
        settings = _settings(config)
        wanted = None if day is None else _day(day)
        typer.echo(asyncio.run(write_digest(settings, township, day=wanted, out=out, now=SystemClock().now())))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _fail(f"看不懂这个日期：{text}。请写成 2026-03-06")
        raise


@app.command()
def migrate(config: Config = DEMO) -> None:
    """把数据库升级到当前版本。"""
    with _clear_messages():
        settings = _settings(config)
        make_folder(settings)
        applied = asyncio.run(
            upgrade(settings.environment.database_url.get_secret_value(), keys=settings.environment.clue_keys)
        )
        typer.echo(f"已升级：{'、'.join(applied)}" if applied else "数据库已是最新，无需升级")


@audit.command("verify")
def audit_verify(config: Config = DEMO) -> None:
    """核对工单记录的哈希链，查出任何改动；有改动时以 1 退出。"""
    with _clear_messages():
        settings = _settings(config)
        breaks, ends = asyncio.run(checks.verify_history(settings))
        for found in breaks:
            typer.echo(f"{_name(settings, found.village)} 第 {found.position} 条：{found.what}")
        if breaks:
            raise typer.Exit(1)
        typer.echo("记录完整，没有被改动")
        for village, (length, digest_) in sorted(ends.items()):
            typer.echo(f"{_name(settings, village)} 共 {length} 条，末尾 {digest_}")


def _name(settings: Settings, village: str) -> str:
    unit = settings.county.units.get(village)
    return village if unit is None else unit.name


@export.command("clues")
def export_the_clues(
    reader: Annotated[str, typer.Option("--role-of", help="替谁导出：镇纪检或县级专班的人，写编号或姓名")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个 xlsx 文件")],
    config: Config = DEMO,
) -> None:
    """导出这个人能看的线索，写成移送单；导出会逐条留下阅看记录。"""
    with _clear_messages():
        count = asyncio.run(export_clues(_settings(config), reader, out=out, now=SystemClock().now()))
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
    with _clear_messages():
        days = tuple(None if text is None else _day(text) for text in (first, last))
        made = export_tickets(_settings(config), reader, out=out, now=SystemClock().now(), village=village, days=days)
        count = asyncio.run(made)
        typer.echo(f"已写 {out}，共 {count} 件。" if count else "没有符合条件的工单，没有写文件。")


@bring_in.command("chat")
def import_a_chat(
    file: Annotated[Path, typer.Argument(help="导出的聊天记录：每行一个 JSON，或复制出来的文字（带时间和名字）")],
    group: Annotated[str | None, typer.Option("--group", help="是哪个群的，写编号或名称；记录里写明了就不用")] = None,
    config: Config = DEMO,
) -> None:
    """收进一段群聊记录：该立单的立单，时限从说话那天算；收过的不会再收。"""
    with _clear_messages():
        typer.echo(asyncio.run(import_chat(_settings(config), file, group=group, now=SystemClock().now())))


@clues.command("rotate-key")
def clues_rotate_key(config: Config = DEMO) -> None:
    """换一把封存钥匙，把封存的内容用新钥匙重新封好；旧钥匙留着开旧备份。"""
    with _clear_messages():
        done = asyncio.run(rotate_keys(_settings(config)))
        typer.echo(f"已换新钥匙，重新封存 {done} 处。请马上备份钥匙文件；旧备份都不用了，才可以删去文件里后面几行。")


@clues.command("verify")
def clues_verify(config: Config = DEMO) -> None:
    """核对线索台账的记录有没有被改动；有改动时以 1 退出。"""
    with _clear_messages():
        found = asyncio.run(verify_ledger(_settings(config)))
        for one in found:
            typer.echo(f"线索台账记录：{one.what}")
        if found:
            raise typer.Exit(1)
        typer.echo("线索台账记录完整，没有被改动")


@lexicon.command("suggest")
def lexicon_suggest(
    config: Config = DEMO,
    database: TheDatabase = None,
    few: Annotated[bool, typer.Option("--few", help="只有一条改正支持的词也提")] = False,
    show: Annotated[bool, typer.Option("--show", help="也打印改正过的原话（号码和名字已隐去）")] = False,
    as_json_: AsJson = False,
) -> None:
    """看看改类、不是诉求这些改正建议加哪些词、改哪些词，改了会怎样；什么也不写。"""
    with _clear_messages():
        found = asyncio.run(study(_settings(config), database=database, least=1 if few else ENOUGH))
        if as_json_:
            _print(lessons_as_json(found, show=show))
        else:
            where = "" if config == DEMO else f" --config {config}"
            where += "" if database is None else f" --database {database}"
            typer.echo(render_lessons(found, where=where, show=show))


@lexicon.command("accept")
def lexicon_accept(
    numbers: Annotated[list[int], typer.Argument(help="建议的编号，可以写几个")],
    code: Annotated[str, typer.Option("--list", help="建议单的编号，suggest 最后一行写着")],
    config: Config = DEMO,
    database: TheDatabase = None,
) -> None:
    """把认可的建议写进自己县的词表。"""
    with _clear_messages():
        typer.echo(asyncio.run(accept(_settings(config), numbers, code, database=database)))


def _print(row: dict[str, object]) -> None:
    typer.echo(json.dumps(row, ensure_ascii=False))
