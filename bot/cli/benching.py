"""``xiaowei bench``: the measurements of ``bench/``, each in a process of its own. They come with the source only."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.frame import fail

_ROOT = Path(__file__).parents[2]
_FOLDER = _ROOT / "bench"

bench = typer.Typer()


@bench.command("bench", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def measure(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="测哪一项；不写就列出有哪些")] = None,
) -> None:
    """测一测有多快、多准：打印同一次运行里的比值。

    后面接着写那一项自己的选项，例如 bench quarter --days 7；有哪些选项，看 bench quarter -- --help。
    """
    found = _benches()
    if not found:
        fail("测量的程序在源码的 bench 文件夹里，这里没有。请在源码目录里运行。")
    if name is None:
        for each, about in found.items():
            typer.echo(f"{each:<20} {about}")
        return
    if name not in found:
        fail(f"没有这一项：{name}。有：{'、'.join(found)}")
    command = [sys.executable, "-m", f"bench.{name}", *context.args]
    ended = subprocess.run(command, cwd=_ROOT, check=False)  # noqa: S603 - a known module of our own
    raise typer.Exit(ended.returncode)


def _benches() -> dict[str, str]:
    """Every measurement that can be run, with the first line of what it says about itself."""
    modules = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.py"))}
    return {name: _about(module) for name, module in modules.items() if any(map(_runs, module.body))}


def _about(module: ast.Module) -> str:
    return (ast.get_docstring(module) or "").partition("\n")[0]


def _runs(node: ast.stmt) -> bool:
    """Whether a statement is the one that makes a file a program."""
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
