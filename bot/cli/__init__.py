"""The commands (DESIGN section 9): read arguments, call one thing, print, and end with the right exit code."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

_WHERE: Mapping[str, str] = {
    "run": "running:app",
    "check": "running:app",
    "codes": "running:app",
    "migrate": "running:app",
    "backup": "running:app",
    "restore": "running:app",
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
        group = typer.main.get_group(getattr(import_module(f"{__name__}.{module}"), attribute))
        group.name = cmd_name
        return group.commands.get(cmd_name, group)


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
    """The entry point of the ``xiaowei`` command."""
    app()
