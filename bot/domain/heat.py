"""Whether a group is quarrelling: heated words counted against what is usual there; nobody is named or judged (R45)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from statistics import median

from bot.domain.heat_rules import HeatRules
from bot.domain.workdays import local

SPREADS = 3
"""So many median deviations above the median is more than usual."""


class Tone(StrEnum):
    """What kind of sign a message is."""

    ANGRY = "angry"
    """About a matter."""
    QUARREL = "quarrel"
    """Against somebody."""
    CALM = "calm"
    """Somebody asks for peace."""
    JEST = "jest"
    """Football, red packets, congratulations: loud words that mean no harm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The words by which a tone is known, each kind on its own."""

    angry: tuple[str, ...]
    quarrel: tuple[str, ...]
    calm: tuple[str, ...]
    jest: tuple[str, ...]

    def tone(self, text: str) -> Tone | None:
        """The tone of a message; None for nearly all. Jest takes the edge off anything but a call for peace."""
        for words, tone in (
            (self.calm, Tone.CALM),
            (self.jest, Tone.JEST),
            (self.quarrel, Tone.QUARREL),
            (self.angry, Tone.ANGRY),
        ):
            if _any_of(words).search(text):
                return tone
        return None


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)) or "(?!)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """A message with a tone. ``at`` is aware, ``sender`` only tells speakers apart."""

    at: datetime
    sender: str
    tone: Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class Burst:
    """A quarrel under way: counts only. Both ends are instants of heated messages."""

    began: datetime
    last: datetime
    messages: int
    speakers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Quarrel:
    """One that was noticed: in which group, when it began (aware), and whether anybody was told of it."""

    group: str
    began: datetime
    told: bool


def burst(signs: Sequence[Sign], now: datetime, rules: HeatRules) -> Burst | None:
    """The quarrel that stands at ``now``, None if there is none.

    Either many heated messages in the long window, or fewer in the short one of which some are aimed at somebody or ask
    for peace; always of several speakers, and never among as many jests.
    """
    long = _within(signs, now, timedelta(minutes=rules.minutes))
    short = _within(signs, now, timedelta(minutes=rules.quarrel_minutes))
    aimed = any(sign.tone in (Tone.QUARREL, Tone.CALM) for sign in short)
    for window, least, counts in ((short, rules.quarrel_messages, aimed), (long, rules.messages, True)):
        heated = [sign for sign in window if sign.tone is not Tone.JEST]
        speakers = len({sign.sender for sign in heated})
        jests = len(window) - len(heated)
        if counts and len(heated) >= least and speakers >= rules.speakers and jests < len(heated):
            return Burst(began=heated[0].at, last=heated[-1].at, messages=len(heated), speakers=speakers)
    return None


def is_unusual(found: Burst, before: Iterable[Sign], now: datetime, rules: HeatRules) -> bool:
    """Whether it is more than this group's own normal at this hour of the last days (median and its deviation)."""
    width = timedelta(minutes=rules.minutes)
    known = [sign for sign in before if sign.tone is not Tone.JEST]
    counts = []
    for day in range(1, rules.normal_days + 1):
        end = now - timedelta(days=day)
        counts.append(sum(end - width < sign.at <= end + width for sign in known if _near(sign.at, end)))
    middle = median(counts)
    spread = median(abs(count - middle) for count in counts)
    return found.messages > middle + SPREADS * spread


def _near(one: datetime, other: datetime) -> bool:
    return abs((local(one).date() - local(other).date()).days) <= 1


def _within(signs: Sequence[Sign], now: datetime, width: timedelta) -> list[Sign]:
    return [sign for sign in signs if now - width < sign.at <= now]
