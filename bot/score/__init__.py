"""Measures a replayed chat against its annotation (``xiaowei score``, DESIGN sections 9 and 11)."""

from bot.score.count import score
from bot.score.gold import Gold, GoldError, read_gold
from bot.score.report import as_json, render
from bot.score.result import Figure, Measure, Miss, Problem, Score, total
from bot.score.run import Run, RunError

__all__ = [
    "Figure",
    "Gold",
    "GoldError",
    "Measure",
    "Miss",
    "Problem",
    "Run",
    "RunError",
    "Score",
    "as_json",
    "read_gold",
    "render",
    "score",
    "total",
]
