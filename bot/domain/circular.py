"""A month of a township's villages as one value: what a circular is written from (R110)."""

from dataclasses import dataclass

from bot.domain.common import Topic
from bot.domain.org import Unit
from bot.domain.periods import Period
from bot.domain.results import Ranking, Results


@dataclass(frozen=True, kw_only=True, slots=True)
class Circular:
    """``total``: the results of all villages; ``season``: those of the same month a year ago, None if unknown.

    ``frequent``: what was often asked for, the most frequent first.
    """

    township: Unit
    month: Period
    ranking: Ranking
    total: Results
    season: Results | None
    frequent: tuple[Topic, ...]
