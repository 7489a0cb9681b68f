"""Running the bot: run, migrate."""

import asyncio
from typing import Annotated

import typer

from bot.app import make_folder, serve
from bot.cli.frame import DEMO, Config, clear_messages, fail, settings_in
from bot.roles import read_roles
from bot.store import migrate as upgrade

app = typer.Typer()
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", help="只做一部分（PostgreSQL）：gateway 收发、worker 处理、scheduler 定时、web 网页"),
]


@app.command()
def run(config: Config = DEMO, role: Roles = None) -> None:
    """启动小微。"""
    with clear_messages():
        try:
            roles = read_roles(role or ())
        except ValueError as error:
            fail(str(error))
        asyncio.run(serve(settings_in(config), roles))


@app.command()
def migrate(config: Config = DEMO) -> None:
    """把数据库升级到当前版本。"""
    with clear_messages():
        settings = settings_in(config)
        make_folder(settings)
        applied = asyncio.run(
            upgrade(settings.environment.database_url.get_secret_value(), keys=settings.environment.clue_keys)
        )
        typer.echo(f"已升级：{'、'.join(applied)}" if applied else "数据库已是最新，无需升级")
