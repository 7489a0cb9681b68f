"""What officers' corrections teach: lexicon suggest, lexicon accept."""

import asyncio
from typing import Annotated

import typer

from bot.cli.frame import (
    DEMO,
    AsJson,
    Config,
    TheDatabase,
    clear_messages,
    group_of,
    print_row,
    settings_in,
)
from bot.commands.lexicon import ENOUGH, accept, study
from bot.commands.lexicon import as_json as lessons_as_json
from bot.commands.lexicon import render as render_lessons

lexicon = group_of("从值班员的改正里学词：先看建议，人认可了才写进词表")


@lexicon.command("suggest")
def lexicon_suggest(
    config: Config = DEMO,
    database: TheDatabase = None,
    few: Annotated[bool, typer.Option("--few", help="只有一条改正支持的词也提")] = False,
    show: Annotated[bool, typer.Option("--show", help="也打印改正过的原话（号码和名字已隐去）")] = False,
    as_json_: AsJson = False,
) -> None:
    """看看改类、不是诉求这些改正建议加哪些词、改哪些词，改了会怎样；什么也不写。"""
    with clear_messages():
        found = asyncio.run(study(settings_in(config), database=database, least=1 if few else ENOUGH))
        if as_json_:
            print_row(lessons_as_json(found, show=show))
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
    with clear_messages():
        typer.echo(asyncio.run(accept(settings_in(config), numbers, code, database=database)))
