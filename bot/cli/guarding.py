"""Whether the records are whole, and the keys of what is sealed: audit, clues."""

import asyncio

import typer

from bot.cli.frame import (
    DEMO,
    Config,
    clear_messages,
    group_of,
    settings_in,
)
from bot.commands.audit import verify_history
from bot.commands.clues import rotate_keys, verify_ledger
from bot.settings import Settings

audit = group_of("核对工单记录")
clues = group_of("线索台账的封存钥匙和记录")


@audit.command("verify")
def audit_verify(config: Config = DEMO) -> None:
    """核对工单记录的哈希链，查出任何改动；有改动时以 1 退出。"""
    with clear_messages():
        settings = settings_in(config)
        breaks, ends = asyncio.run(verify_history(settings))
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


@clues.command("rotate-key")
def clues_rotate_key(config: Config = DEMO) -> None:
    """换一把封存钥匙，把封存的内容用新钥匙重新封好；旧钥匙留着开旧备份。"""
    with clear_messages():
        done = asyncio.run(rotate_keys(settings_in(config)))
        typer.echo(f"已换新钥匙，重新封存 {done} 处。请马上备份钥匙文件；旧备份都不用了，才可以删去文件里后面几行。")


@clues.command("verify")
def clues_verify(config: Config = DEMO) -> None:
    """核对线索台账的记录有没有被改动；有改动时以 1 退出。"""
    with clear_messages():
        found = asyncio.run(verify_ledger(settings_in(config)))
        for one in found:
            typer.echo(f"线索台账记录：{one.what}")
        if found:
            raise typer.Exit(1)
        typer.echo("线索台账记录完整，没有被改动")
