"""What a county decides about the daily item, newcomers and cadres' names: parts of ``config/rules.yaml``."""

from datetime import date, time
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

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
    """How many days what is kept (legal.md 2, 8 and 10; ``domain.retention`` says what of which table, and why).

    ``words_days``: what was said; tickets keep their own masked text. ``chat_days``: of it what belongs to no matter; a
    stranger's words wait three days for the name of his village. ``names_days``: how long after its end a ticket still
    knows whose it was; for two weeks people come back to it. ``sent_days``: that the bot said something, without words.
    ``schedule_days``: that a job has run. ``counts_days``: counts, the roster, and the record of people's requests.
    """

    words_days: Annotated[int, Field(ge=7, le=365)] = 90
    chat_days: Annotated[int, Field(ge=4, le=90)] = 7
    names_days: Annotated[int, Field(ge=15, le=730)] = 90
    sent_days: Annotated[int, Field(ge=90, le=1100)] = 400
    schedule_days: Annotated[int, Field(ge=60, le=1100)] = 180
    counts_days: Annotated[int, Field(ge=400, le=3700)] = 1100
    clear_at: time = time(3, 40)

    @model_validator(mode="after")
    def _chat_goes_first(self) -> Self:
        if self.chat_days > self.words_days:
            message = "chat_days must not be more than words_days"
            raise ValueError(message)
        if self.words_days > self.sent_days:
            message = "words_days must not be more than sent_days"
            raise ValueError(message)
        return self
