"""What is stored about a person, for an operator whom the person has asked: privacy."""

import asyncio
from typing import Annotated

import typer

from bot.cli.frame import DEMO, Config, clear_messages, group_of, settings_in
from bot.clock import SystemClock
from bot.commands.privacy import erase, show

privacy = group_of("村民要看、要删自己的记录")
Account = Annotated[str, typer.Argument(help="平台/账号，例如 wechat/wxid_abc")]


@privacy.command("show")
def privacy_show(account: Account, config: Config = DEMO) -> None:
    """列出存着这个账号的什么；会留一条不带内容的登记。"""
    with clear_messages():
        typer.echo(asyncio.run(show(settings_in(config), account, now=SystemClock().now())))


@privacy.command("erase")
def privacy_erase(
    account: Account,
    yes: Annotated[bool, typer.Option("--yes", help="不再问一遍")] = False,
    config: Config = DEMO,
) -> None:
    """删掉这个账号的话和图片，办结的工单去掉账号；没办结的办结以后再去掉。"""
    if not yes:
        typer.confirm("删了找不回来（线索台账不动），真要删吗？", abort=True)
    with clear_messages():
        typer.echo(asyncio.run(erase(settings_in(config), account, now=SystemClock().now())))
