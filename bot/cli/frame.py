"""What every command shares: its options, its way of printing, and plain words for what a person can mend."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.domain.refusal import Refusal
from bot.domain.workdays import SHANGHAI
from bot.logs import configure_logs
from bot.ports import StoreUnavailable
from bot.settings import Settings, SettingsError, read_settings
from bot.settings.source import SHIPPED

DEMO = SHIPPED / "demo"
Config = Annotated[Path, typer.Option("--config", envvar="XIAOWEI_CONFIG", help="县的配置文件夹")]
TheDatabase = Annotated[Path | None, typer.Option("--database", help="读这个文件里的数据库，不读正式的")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def group_of(help_: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(no_args_is_help=True, help=help_)


@contextmanager
def clear_messages() -> Iterator[None]:
    """Faults that a person can mend end in plain words on standard error and exit code 1, not in a traceback."""
    try:
        yield
    except SettingsError as error:
        fail(f"配置有 {len(error.faults)} 处问题：\n{error}")
    except (Refusal, StoreUnavailable) as error:
        fail(str(error))
    except FileNotFoundError as error:
        fail(str(error) if error.filename is None else f"找不到文件：{error.filename}")


def fail(text: str) -> None:
    """Say what is wrong on standard error and end with 1."""
    typer.echo(text, err=True)
    raise typer.Exit(1)


def settings_in(folder: Path) -> Settings:
    """The settings of a county, and logs as they want them."""
    settings = read_settings(folder, os.environ)
    configure_logs(settings.environment.log)
    return settings


def day_of(text: str) -> date:
    """A date as it is typed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"看不懂这个日期：{text}。请写成 2026-03-06")
        raise


def instant_of(text: str) -> datetime:
    """An instant as it is typed; without a zone it is Beijing's."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        fail(f"看不懂这个时间：{text}。请写成 2026-03-06T09:12:03+08:00")
        raise
    return at if at.tzinfo is not None else at.replace(tzinfo=SHANGHAI)


def print_row(row: dict[str, object]) -> None:
    """A row of JSON."""
    typer.echo(json.dumps(row, ensure_ascii=False))
