"""``xiaowei bench`` as a developer types it."""

import pytest
from typer.testing import CliRunner

from bot.cli import app

RUN = CliRunner()


def test_without_a_name_it_lists_what_can_be_measured() -> None:
    listed = RUN.invoke(app, ["bench"])
    assert listed.exit_code == 0
    assert {line.split()[0] for line in listed.output.splitlines()} >= {"durable", "heat", "quarter", "workers"}
    assert "generated" not in listed.output


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    refused = RUN.invoke(app, ["bench", "nothing"])
    assert refused.exit_code == 1
    assert "没有这一项：nothing。有：" in refused.output
    assert "durable" in refused.output


def test_the_options_behind_a_name_are_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    told = RUN.invoke(app, ["bench", "quarter", "--", "--help"])
    assert told.exit_code == 0
    assert "--groups" in capfd.readouterr().out  # the process writes past typer's runner
