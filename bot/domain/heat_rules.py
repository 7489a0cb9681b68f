"""From when a quarrel in a group is told to those who answer for the village (R45)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class HeatRules(BaseModel):
    """``messages`` heated ones in ``minutes``, or ``quarrel_messages`` in ``quarrel_minutes`` aimed at somebody.

    Always of at least ``speakers`` people, and more than is usual in the group at this hour in ``normal_days``. It is
    over when ``calm_minutes`` have passed without such a word.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    messages: Annotated[int, Field(ge=3)] = 10
    minutes: Annotated[int, Field(gt=0, le=120)] = 30
    speakers: Annotated[int, Field(ge=3)] = 3
    quarrel_messages: Annotated[int, Field(ge=3)] = 4
    quarrel_minutes: Annotated[int, Field(gt=0, le=120)] = 15
    calm_minutes: Annotated[int, Field(gt=0, le=240)] = 30
    normal_days: Annotated[int, Field(ge=7, le=60)] = 28
