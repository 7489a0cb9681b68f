"""Logs for operators: what happened and to which record, never what was said, by whom, or from which number."""

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SAME_AGAIN_AFTER: Final = 60.0
"""Seconds for which the same fault is said once: a database that is away for an hour must not bury everything else."""
_MOST_KNOWN: Final = 1000


class OnceAMinute:
    """Lets a fault through once a minute; the next line that gets through says how often it was held back.

    Two lines are the same if all their values are, so those of two messages are not. Only warnings and errors with a
    cause are held back.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic, *, again_after: float = SAME_AGAIN_AFTER) -> None:
        """Ask this clock, which neither jumps nor goes back."""
        self._seconds = seconds
        self._again_after = again_after
        self._said: dict[str, float] = {}
        self._held = Counter[str]()

    def __call__(self, _logger: WrappedLogger, name: str, line: EventDict) -> EventDict:
        """``structlog.typing.Processor``. Raises DropEvent for what was said a moment ago."""
        if line.get("cause") is None or name not in ("warning", "error"):
            return line
        same, now = repr(sorted(line.items())), self._seconds()
        said = self._said.get(same)
        if said is not None and now - said < self._again_after:
            self._held[same] += 1
            raise structlog.DropEvent
        if len(self._said) >= _MOST_KNOWN:
            self._said = {one: at for one, at in self._said.items() if now - at < self._again_after}
        self._said[same] = now
        held = self._held.pop(same, 0)
        return {**line, "held_back": held} if held else line


def configure_logs(style: str, *, level: int = logging.INFO) -> None:
    """Write to standard error: ``console`` for people, ``json`` for machines, one object a line."""
    shared: list[Processor] = [
        OnceAMinute(),
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
