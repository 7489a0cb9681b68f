"""What people of a village say: the invented messages of the bench, by what they are meant as.

Every row was written for the bench and bears the label that its author gave it; what the bot makes of it is up to it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.categories import Category

DATA = Path(__file__).parents[1] / "data"
SMALL_TALK = ("talk2", "talk3", "talk14")
"""Where nobody wants anything: trade, weather, jokes, children, parcels."""
MATTERS = ("typical9", "plain2", "plain3", "loop9", "loop11", "loop12")
"""Where somebody wants something, said as it is usually said."""

APPEALS = (Category.CONSULTATION, Category.HELP, Category.SUGGESTION, Category.DISCLOSURE)
PIECES = ("就在桥头那边", "昨天就这样了", "好几户都这样", "拍个照给你们看", "家里老人急得很", "麻烦哪个管一下")
"""What follows a matter a few seconds later."""
OFFICERS_SAY = (
    "收到",
    "大家早上好，今天有事群里说",
    "通知：下午两点村部开会，户主来一位",
    "刚从镇上回来",
    "辛苦大家了",
)
"""What officers say in the group without answering anybody."""
THANKS = ("好的谢谢", "晓得了", "辛苦了", "收到👍", "好嘞")


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """``talk`` and ``cries`` (for help, at once) and ``hints`` (at something crooked); ``matters`` by category."""

    talk: Sequence[str]
    cries: Sequence[str]
    hints: Sequence[str]
    matters: Mapping[Category, Sequence[str]]


def read_phrases(folder: Path = DATA) -> Phrases:
    """Read the messages. Raises OSError if they are not there."""
    rows = [row for name in MATTERS for row in _rows(folder / f"{name}.jsonl")]
    wanted = {category: _texts(row for row in rows if _is(row, category)) for category in APPEALS}
    return Phrases(
        talk=_texts(row for name in SMALL_TALK for row in _rows(folder / f"{name}.jsonl") if row["label"] == "none"),
        cries=_texts(row for row in rows if row.get("urgent")),
        hints=_texts(row for row in rows if row["label"] == "clue"),
        matters=wanted,
    )


def _is(row: Mapping[str, object], category: Category) -> bool:
    return row["label"] == category.value and not row.get("urgent") and not row.get("label2")


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _texts(rows: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    return tuple(str(row["text"]) for row in rows)
