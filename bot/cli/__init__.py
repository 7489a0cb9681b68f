"""The commands (DESIGN section 9): read arguments, call one thing, print, and end with the right exit code."""

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperGroup

from bot.cli.usage import Mistyped, in_words

_WHERE: Mapping[str, str] = {
    "run": "running:app",
    "check": "checking:app",
    "codes": "checking:app",
    "migrate": "running:app",
    "backup": "saving:app",
    "restore": "saving:app",
    "classify": "asking:app",
    "evaluate": "asking:app",
    "deadline": "asking:app",
    "replay": "trying:app",
    "score": "trying:app",
    "digest": "trying:app",
    "patrol": "patrolling:patrol",
    "export": "ledgers:export",
    "import": "rostering:bring_in",
    "roster": "rostering:roster",
    "lexicon": "learning:lexicon",
    "privacy": "keeping:privacy",
    "clues": "guarding:clues",
    "audit": "guarding:audit",
    "bench": "benching:bench",
}
"""Module and attribute behind each command: one that only counts days need not wait for web servers and papers."""


class _OnDemand(TyperGroup):
    """Imports what is behind a command when it is called for. Typer keeps the types of its contexts to itself."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002
        return list(_WHERE)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002
        if cmd_name not in _WHERE:
            return None
        module, attribute = _WHERE[cmd_name].split(":")
        group = typer.main.get_group(getattr(imported(f"{__name__}.{module}"), attribute))
        group.name = cmd_name
        return group.commands.get(cmd_name, group)


def imported(name: str) -> ModuleType:
    """A module, imported without the collector: modules stay, and it would look through all of them many times."""
    if name in sys.modules:
        return sys.modules[name]
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()


app = typer.Typer(
    cls=_OnDemand,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="小微：村民群里的办事助手",
)


@app.callback()
def _root() -> None:
    pass


def main() -> None:
    """The entry point of the ``xiaowei`` command. What was typed wrongly is said in the operator's language."""
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        typer.echo("没有做完就停了", err=True)
        code = 1
    except Mistyped as error:
        told = in_words(error)
        if told:
            typer.echo(told, err=True)
        code = error.exit_code
    sys.exit(code)
