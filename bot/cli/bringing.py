"""Records of other places into the bot: import, to which ``rostering`` adds the roster."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.frame import DEMO, Config, clear_messages, group_of, settings_in
from bot.clock import SystemClock
from bot.commands.importing import import_chat

bring_in = group_of("把别处的记录收进来")


@bring_in.command("chat")
def import_a_chat(
    file: Annotated[Path, typer.Argument(help="导出的聊天记录：每行一个 JSON，或复制出来的文字（带时间和名字）")],
    group: Annotated[str | None, typer.Option("--group", help="是哪个群的，写编号或名称；记录里写明了就不用")] = None,
    config: Config = DEMO,
) -> None:
    """收进一段群聊记录：该立单的立单，时限从说话那天算；收过的不会再收。"""
    with clear_messages():
        typer.echo(asyncio.run(import_chat(settings_in(config), file, group=group, now=SystemClock().now())))
