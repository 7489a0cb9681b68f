"""What is put away for a bad day, and brought back: backup, restore."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.frame import DEMO, Config, clear_messages, fail, settings_in
from bot.clock import SystemClock
from bot.commands.backup import Places, back_up, thin_out
from bot.commands.backup import restore as bring_back
from bot.media_building import media_folder
from bot.settings import SettingsError
from bot.settings.environment import read_environment
from bot.store.engine import keys_beside

app = typer.Typer()


@app.command()
def backup(
    out: Annotated[Path, typer.Option("--out", help="放进哪个文件夹")] = Path("var/backup"),
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="只留最新的几份，更早的删掉")] = None,
    config: Config = DEMO,
) -> None:
    """备份数据库、图片和县里的配置，小微运行着也行；封存钥匙不在里面，请另外存。"""
    with clear_messages():
        environment = settings_in(config).environment
        url, keys = environment.database_url.get_secret_value(), environment.clue_keys
        places = Places(url=url, keys=keys, media=media_folder(environment), config=config)
        made = asyncio.run(back_up(places, out, now=SystemClock().now()))
        where = keys or keys_beside(url)
        size = made.stat().st_size / 1_000_000
        typer.echo(f"备份好了：{made}（{size:.1f} MB）。封存钥匙不在里面，请另外存一份：{where}")
        for old in thin_out(out, keep=keep) if keep is not None else ():
            typer.echo(f"删了旧备份：{old}")


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(help="备份文件")],
    config: Annotated[Path, typer.Option("--config", help="县的配置放回哪个文件夹；已经有的不动")] = Path(
        "config/restored"
    ),
) -> None:
    """从备份恢复：数据库不能已经有；恢复完核对记录，差哪把钥匙也会说。"""
    with clear_messages():
        environment, faults = read_environment(os.environ)
        if faults:
            raise SettingsError(faults)
        url = environment.database_url.get_secret_value()
        places = Places(url=url, keys=environment.clue_keys, media=media_folder(environment), config=config)
        back = asyncio.run(bring_back(archive, places))
        typer.echo(f"恢复好了：{back.made_at} 的备份，{back.villages} 个村有工单记录，图片和配置文件 {back.files} 个。")
        typer.echo(
            "备份以后该删的，里面还有：到期的今晚会自己删；有人要求删除的，请用 xiaowei privacy erase 再删一次。"
        )
        if back.missing:
            where, numbers = environment.clue_keys or keys_beside(url), "、".join(back.missing)
            typer.echo(f"封存钥匙还差 {numbers}：把另存的钥匙文件里的行加到 {where} 末尾")
        if back.breaks:
            fail(f"工单记录有 {back.breaks} 处对不上：用 xiaowei audit verify 看是哪里，换一份备份再试")
