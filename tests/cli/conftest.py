"""The commands as an operator types them: a process of its own, with its own database."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def xiaowei(tmp_path: Path) -> Command:
    """Run ``xiaowei`` with these words; ``stdin`` may be given as bytes, ``environ`` adds variables."""

    def run(*words: str, stdin: bytes = b"", environ: dict[str, str] | None = None) -> Ended:
        done = subprocess.run(  # noqa: S603 - our own programme with our own words
            [sys.executable, "-W", "error", "-W", "ignore::UserWarning", "-m", "bot", *words],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=120,
            env=os.environ
            | {"XIAOWEI_DATABASE_URL": f"sqlite:///{tmp_path}/county.db", "PYTHONIOENCODING": "utf-8"}
            | (environ or {}),
        )
        return Ended(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    return run


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A copy of the demo county that a test may spoil."""
    copy = tmp_path / "county"
    source = Path(__file__).parents[2] / "config" / "demo"
    copy.mkdir()
    for file in source.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy
