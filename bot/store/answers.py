"""Answers that officers kept for the next time: written with the decision that made them, read as they count now."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, func, insert, select

from bot.domain.knowledge import KeptAnswer
from bot.store.office_tables import KEPT_ANSWERS

_NEW: Final = insert(KEPT_ANSWERS)
_VERSION: Final = select(func.max(KEPT_ANSWERS.c.id))
_LATEST: Final = select(func.max(KEPT_ANSWERS.c.id)).group_by(KEPT_ANSWERS.c.unit, KEPT_ANSWERS.c.name)
_COUNTING: Final = (
    select(KEPT_ANSWERS).where(KEPT_ANSWERS.c.id.in_(_LATEST), KEPT_ANSWERS.c.text != "").order_by(KEPT_ANSWERS.c.id)
)


def add(connection: Connection, answers: Sequence[KeptAnswer]) -> None:
    """Write answers, in their order; a later one of the same unit and name counts instead of the earlier."""
    if answers:
        connection.execute(_NEW, [_values(answer) for answer in answers])


def version(connection: Connection) -> int:
    """Grows with every answer kept or dropped, 0 before the first."""
    return connection.execute(_VERSION).scalar() or 0


def counting(connection: Connection) -> tuple[KeptAnswer, ...]:
    """The answers that count now: the latest of each unit and name, unless it was dropped."""
    return tuple(
        KeptAnswer(
            unit=row.unit,
            name=row.name,
            topic=row.topic,
            asked=row.asked,
            text=row.text,
            by=row.kept_by,
            at=row.kept_at,
        )
        for row in connection.execute(_COUNTING)
    )


def _values(answer: KeptAnswer) -> dict[str, object]:
    return {
        "unit": answer.unit,
        "name": answer.name,
        "topic": answer.topic,
        "asked": answer.asked,
        "text": answer.text,
        "kept_by": answer.by,
        "kept_at": answer.at,
    }
