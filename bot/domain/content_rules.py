"""What a county decides about the daily item, newcomers and cadres' names: parts of ``config/rules.yaml``."""

from datetime import date, time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[int, Field(gt=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ContentRules(_Part):
    """When the daily item waits, and when there is none (R37, R38). Times are local.

    It waits while at least ``lively`` matters or questions came up in the group within the last hour, and for
    ``after_emergency_hours`` after anything happened in an emergency of the village; it is looked at again after
    ``again_minutes``, until ``until``. None on ``quiet_days`` (mourning). A topic is asked for from ``asked_at_least``
    matters in the township within 30 days. ``confirm_at``: when an officer is asked about tomorrow's item.
    """

    lively: Positive = 3
    after_emergency_hours: Positive = 6
    again_minutes: Annotated[int, Field(ge=5)] = 30
    until: time = time(19, 0)
    quiet_days: tuple[date, ...] = ()
    asked_at_least: Positive = 2
    confirm_at: time = time(17, 0)


class Newcomers(_Part):
    """When newcomers of the day are greeted with one line, and when a group is told once a month how to be heard (R27).

    ``welcome`` and ``monthly`` switch them off.
    """

    welcome: bool = True
    welcome_at: time = time(18, 30)
    monthly: bool = True
    monthly_at: time = time(15, 0)


class Nicknames(_Part):
    """When cadres whose group name lacks name or post are reminded (R32). ``weekday``: 1 is Monday, 7 Sunday."""

    check: bool = True
    weekday: Annotated[int, Field(ge=1, le=7)] = 4
    at: time = time(16, 0)


class Privacy(_Part):
    """How many days the words of the chats are kept; tickets keep their own masked text (legal.md 2 and 10)."""

    words_days: Annotated[int, Field(ge=7)] = 90
    clear_at: time = time(3, 40)
