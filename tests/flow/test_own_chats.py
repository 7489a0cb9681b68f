"""Our three hard chats, replayed and scored as a whole: the regression test of what people say to one another.

A change that moves a figure is read in ``xiaowei score tests/data/<chat>.jsonl tests/data/<chat>.gold.json --people
tests/data/<chat>.people.json``; what is agreed then stands here.
"""

from pathlib import Path

import pytest

from bot.chatfile import read_chat
from bot.replay import replay
from bot.score import Measure, Run, read_gold, score
from bot.settings import settings_for_people

DATA = Path(__file__).parents[1] / "data"
COUNTED = (
    Measure.APPEALS, Measure.TICKETS, Measure.CATEGORIES, Measure.PIECES, Measure.FOLLOWUPS, Measure.SUPPORTERS,
    Measure.REPLIES, Measure.EMERGENCIES, Measure.SILENCE, Measure.CLUES, Measure.CLUES_APART,
)  # fmt: skip
AGREED = {
    #            appeals  tickets  category pieces   follow   support  replies  urgent silent   clues  apart
    "xinghuaao": ((15, 15), (15, 28), (14, 15), (43, 43), (8, 10), (6, 8), (13, 14), (2, 2), (10, 14), (3, 4), (4, 4)),
    "shaliutan": ((14, 16), (14, 22), (14, 14), (42, 42), (12, 13), (5, 6), (13, 13), (2, 2), (12, 17), (4, 4), (2, 4)),
    "xiangang": ((15, 17), (15, 20), (15, 15), (43, 44), (6, 8), (11, 11), (13, 14), (1, 2), (14, 15), (4, 4), (4, 4)),
}  # fmt: skip


@pytest.mark.parametrize("name", AGREED)
async def test_the_figures_of_our_own_chats_are_as_agreed(name: str) -> None:
    chat = read_chat(DATA / f"{name}.jsonl", skip_bad=False)
    rows = await replay(chat.messages, settings_for_people(DATA / f"{name}.people.json"), with_clues=True)
    figures = score(Run.from_rows(rows), read_gold(DATA / f"{name}.gold.json"), chat.messages).figures
    assert tuple((figures[measure].hits, figures[measure].of) for measure in COUNTED) == AGREED[name]
