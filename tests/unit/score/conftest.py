"""One evening in 柳湾: a dark lamp, a burning straw stack, accounts, a whisper; each figure is counted by hand.

The chat, its annotation and a perfect run are ``tests/data/liuwan.*``: appeals a1 (m2 m3 m4, chased by m7, joined by
u-3), a2 (m8 m9, urgent, last piece at 18:00:10), a3 (m11, joined by u-3 in m18), a4 (m16); clues c1 (m11 again) and c2
(m12 m13, private); m14 and m15 only tempt; anger from 19:00 to 19:04.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.chatfile import read_chat
from bot.domain.messages import Incoming
from bot.score import Gold, Run, Score, read_gold, score

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def chat() -> tuple[Incoming, ...]:
    """What was said that evening."""
    return read_chat(DATA / "liuwan.jsonl", skip_bad=False).messages


@pytest.fixture(scope="session")
def gold() -> Gold:
    """What a careful reader makes of it."""
    return read_gold(DATA / "liuwan.gold.json")


@pytest.fixture(scope="session")
def judge(gold: Gold, chat: tuple[Incoming, ...]) -> Callable[..., Score]:
    """Scores rows of a run of that evening."""

    def judged(*rows: dict[str, Any]) -> Score:
        return score(Run.from_rows(rows), gold, chat)

    return judged
