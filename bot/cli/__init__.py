"""The commands (DESIGN section 9): read arguments, call one thing, print, and end with the right exit code."""

import typer

from bot.cli import guarding, learning, ledgers, papers, rostering, running, trying

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="小微：村民群里的办事助手"
)
app.add_typer(running.app)
app.add_typer(trying.app)
ledgers.export.add_typer(papers.papers)
app.add_typer(ledgers.export, name="export")
app.add_typer(ledgers.bring_in, name="import")
app.add_typer(rostering.roster, name="roster")
app.add_typer(guarding.audit, name="audit")
app.add_typer(guarding.clues, name="clues")
app.add_typer(learning.lexicon, name="lexicon")


def main() -> None:
    """The entry point of the ``xiaowei`` command."""
    app()
