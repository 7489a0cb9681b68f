"""What holds for the whole of the code: pure modules stay pure, every sentence exists and is used."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings

BOT = Path(__file__).resolve().parents[2] / "bot"
DOORS = frozenset(
    {
        "handlers/intake.py",
        "handlers/loading.py",
        "handlers/reception.py",
        "handlers/binding_facts.py",
        "patrol/runner.py",
        "patrol/duty_facts.py",
        "patrol/content_facts.py",
        "patrol/digest_facts.py",
        "patrol/groups_facts.py",
        "patrol/heat_facts.py",
        "patrol/page_facts.py",
        "patrol/paper_facts.py",
        "patrol/review_facts.py",
    }
)
PURE = sorted(
    path.relative_to(BOT).as_posix()
    for folder in ("domain", "classify", "handlers", "patrol")
    for path in (BOT / folder).rglob("*.py")
    if path.relative_to(BOT).as_posix() not in DOORS
)
EVERYWHERE = sorted(path.relative_to(BOT).as_posix() for path in BOT.rglob("*.py") if "migrations" not in path.parts)
CLOCKS = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic", "time.sleep"}
)
SPOKEN = re.compile(r"[a-z_]+\.[a-z0-9_]+")


def _tree(module: str) -> ast.Module:
    return ast.parse((BOT / module).read_text(encoding="utf-8"))


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("module", PURE)
def test_a_decision_waits_for_nothing(module: str) -> None:
    waits = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    assert [node.lineno for node in ast.walk(_tree(module)) if isinstance(node, waits)] == []


@pytest.mark.parametrize("module", [module for module in EVERYWHERE if module != "clock.py"])
def test_nobody_but_the_clock_asks_for_the_time(module: str) -> None:
    asked = [
        f"{node.lineno}: {_dotted(node.func)}"
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.Call) and any(_dotted(node.func).endswith(clock) for clock in CLOCKS)
    ]
    assert asked == []


@pytest.mark.parametrize("module", EVERYWHERE)
def test_no_file_is_too_long_to_read(module: str) -> None:
    assert len((BOT / module).read_text(encoding="utf-8").splitlines()) <= 400


def _strings(module: str) -> Iterator[str]:
    """Every string of a module; an f-string with ``*`` where something is filled in."""
    tree = _tree(module)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)


def _said(module: str) -> Iterator[str]:
    """The first argument of every ``….say(key)``, ``….tell(key)`` and ``….ask(key)``."""
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            key = node.args[0]
            if node.func.attr not in ("say", "tell", "ask") or not isinstance(key, ast.Constant):
                continue
            if isinstance(key.value, str) and SPOKEN.fullmatch(key.value):
                yield key.value


def test_every_sentence_that_is_said_exists(settings: Settings) -> None:
    said = {key for module in EVERYWHERE for key in _said(module)}
    assert len(said) > 80
    assert sorted(said - set(settings.wording)) == []


def test_every_sentence_that_exists_can_be_said(settings: Settings) -> None:
    strings = {text for module in EVERYWHERE for text in _strings(module)}
    patterns = [
        re.compile("[a-z0-9_]+".join(map(re.escape, text.split("*"))))
        for text in strings
        if "*" in text and re.fullmatch(r"[a-z_]+\.[a-z0-9_]*\*[a-z0-9_*]*", text)
    ]
    unused = [
        key
        for key in settings.wording
        if key not in strings and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unused == []
