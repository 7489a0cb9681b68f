"""From when a group counts as silent, without interaction or without effect, and what makes a county wait longer (R36).

No public source gives numbers for supervision groups; all of these are the county's.
"""

from datetime import date
from fractions import Fraction
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_Positive = Annotated[int, Field(gt=0)]
_Factor = Annotated[float, Field(ge=1, le=10)]
_DayOfYear = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Size(_Rule):
    """Groups of up to ``up_to`` members get ``factor`` times as long."""

    up_to: _Positive
    factor: _Factor


class Season(_Rule):
    """From one day of the year to another, both included, perhaps over New Year; a day counts 1/``factor`` of one."""

    name: str
    begin: _DayOfYear
    end: _DayOfYear
    factor: _Factor

    def __contains__(self, day: date) -> bool:
        """Whether a local day lies in it."""
        on = f"{day:%m-%d}"
        if self.begin <= self.end:
            return self.begin <= on <= self.end
        return on >= self.begin or on <= self.end


class Silence(_Rule):
    """Days until a group is judged (R36), each of them a local day on which it was provably heard.

    ``yellow_days``, ``orange_days``, ``red_days``: without a villager's word. ``interaction_days``: villagers spoke and
    nobody took it up. ``effect_days``: no appeal brought to an end and nothing published. ``heard_within_days``: how
    old a proof of hearing may be. ``deaf_hours``: a day with so many waking hours without hearing was not heard.
    ``sizes``: small groups get longer; the first that fits counts, the smallest first. ``seasons``: times in which
    people have other things to do; of several on one day the longest counts.
    """

    yellow_days: _Positive = 3
    orange_days: _Positive = 7
    red_days: _Positive = 30
    interaction_days: _Positive = 30
    effect_days: _Positive = 30
    heard_within_days: _Positive = 2
    deaf_hours: _Positive = 2
    sizes: tuple[Size, ...] = (Size(up_to=50, factor=2), Size(up_to=100, factor=1.5))
    seasons: tuple[Season, ...] = ()

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.yellow_days < self.orange_days < self.red_days:
            message = "yellow_days < orange_days < red_days must hold"
            raise ValueError(message)
        if [size.up_to for size in self.sizes] != sorted({size.up_to for size in self.sizes}):
            message = "sizes must rise"
            raise ValueError(message)
        return self

    def weight(self, day: date) -> Fraction:
        """How much of a day a local day counts: all of it outside of the seasons."""
        factors = (Fraction(str(season.factor)) for season in self.seasons if day in season)
        return 1 / max(factors, default=Fraction(1))

    def for_size(self, members: int) -> Self:
        """The same for a group of so many members; 0 if nobody knows how many: then as it stands."""
        factor = next((size.factor for size in self.sizes if 0 < members <= size.up_to), 1)
        names = ("yellow_days", "orange_days", "red_days", "interaction_days", "effect_days")
        return self.model_copy(update={name: round(getattr(self, name) * factor) for name in names})
