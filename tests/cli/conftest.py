"""The commands as an operator types them: a process of its own, with its own database."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.nursery import PATIENCE, Ended, Nursery

Command = Callable[..., Ended]


@pytest.fixture
def around(tmp_path: Path) -> Mapping[str, str]:
    """The environment of every command: a database of the test's own."""
    return os.environ | {"XIAOWEI_DATABASE_URL": f"sqlite:///{tmp_path}/county.db", "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def xiaowei(nursery: Nursery, around: Mapping[str, str]) -> Command:
    """Run ``xiaowei`` with these words; ``stdin`` may be given as bytes, ``environ`` adds variables.

    Its modules are read already; every group of commands has a test that starts it ``anew``.
    """

    def run(*words: str, stdin: bytes = b"", environ: Mapping[str, str] | None = None) -> Ended:
        return nursery.run("-m", "bot", *words, environ={**around, **(environ or {})}, stdin=stdin, strict=True)

    return run


@pytest.fixture
def anew(around: Mapping[str, str]) -> Command:
    """The same from nothing, with whatever it imports and warns of on the way."""

    def run(*words: str, stdin: bytes = b"", environ: Mapping[str, str] | None = None) -> Ended:
        done = subprocess.run(  # noqa: S603 - our own programme with our own words
            [sys.executable, "-W", "error", "-W", "ignore::UserWarning", "-m", "bot", *words],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            env={**around, **(environ or {})},
        )
        return Ended(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    return run


@pytest.fixture
def migrated(tmp_path: Path, empty_database: Path) -> Path:
    """The database of the commands, as ``xiaowei migrate`` leaves it."""
    shutil.copy(empty_database.with_name("clue.keys"), tmp_path)
    return Path(shutil.copy(empty_database, tmp_path / "county.db"))


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A copy of the demo county that a test may spoil."""
    copy = tmp_path / "county"
    source = Path(__file__).parents[2] / "config" / "demo"
    copy.mkdir()
    for file in source.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


def lived_through(folder: Path, nursery: Nursery, *said: Mapping[str, object]) -> Path:
    """The folder with the database of a county in which this was said, to be copied."""
    chat = folder / "chat.jsonl"
    chat.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in said), encoding="utf-8")
    played = nursery.run("-m", "bot", "replay", str(chat), "--database", str(folder / "county.db"), environ=os.environ)
    assert played.code == 0, played.err
    return folder
