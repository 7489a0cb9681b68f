"""A fault that goes on for an hour is said once a minute, and nothing else is held back."""

import pytest
from structlog import DropEvent
from structlog.typing import EventDict

from bot.logs import OnceAMinute


class Ticking:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def passed(gate: OnceAMinute, name: str, **line: object) -> EventDict | None:
    try:
        return gate(None, name, dict(line))
    except DropEvent:
        return None


def test_a_database_that_is_away_for_an_hour_says_so_sixty_times_and_how_often_it_was_tried() -> None:
    clock = Ticking()
    gate = OnceAMinute(clock)
    said = []
    for second in range(0, 3600, 5):
        clock.seconds = second
        said.append(passed(gate, "error", event="store_unavailable", cause="磁盘已满"))
    lines = [line for line in said if line is not None]
    assert len(lines) == 60
    assert "held_back" not in lines[0]
    assert {line["held_back"] for line in lines[1:]} == {11}


@pytest.mark.parametrize("other", [{"event": "lease_unknown"}, {"cause": "连不上"}, {"send": "b8"}])
def test_another_fault_is_not_held_back(other: dict[str, object]) -> None:
    gate = OnceAMinute(Ticking())
    line: dict[str, object] = {"event": "send_failed", "cause": "磁盘已满", "send": "b7"}
    assert passed(gate, "error", **line) is not None
    assert passed(gate, "error", **line) is None
    assert passed(gate, "error", **line | other) is not None


def test_what_is_no_fault_is_always_said() -> None:
    gate = OnceAMinute(Ticking())
    for _ in range(3):
        assert passed(gate, "info", event="started", cause="x") is not None
        assert passed(gate, "error", event="stopped") is not None
