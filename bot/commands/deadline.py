"""``xiaowei deadline --json``: a due time with the days that were counted, as one JSON object."""

from datetime import datetime

from bot.domain.workdays import DueTime, local


def deadline_row(category: str, start: datetime, due: DueTime, explanation: str) -> dict[str, object]:
    """The row; times in Asia/Shanghai, days as ISO dates."""
    return {
        "category": category,
        "start": local(start).isoformat(),
        "due_at": local(due.at).isoformat(),
        "provisional": due.provisional,
        "counted": [day.isoformat() for day in due.counted],
        "skipped": [
            {"first": run.first.isoformat(), "last": run.last.isoformat(), "name": run.name} for run in due.skipped
        ],
        "make_up": [day.isoformat() for day in due.make_up],
        "explanation": explanation,
    }
