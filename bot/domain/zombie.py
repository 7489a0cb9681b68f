"""Zombie groups (僵尸群): three zeros, each judged by itself and only on days that were provably heard (R36).

* Zero messages (零消息): no villager has said a word for so long that ``silence`` calls it red.
* Zero interaction (零互动): villagers spoke, and nobody took it up. Whatever they asked got no answer from a cadre; or,
  where nothing was asked, no cadre said anything and on no day did two villagers speak.
* Zero effect (零作用): no appeal of the group was brought to an end, and nothing was published.

The bot's own lines count for none of them, and nothing here counts a person (R110).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from bot.domain.silence import Judgement, Silence
from bot.domain.silence_rules import Silence as Limits


class Zero(StrEnum):
    """What a group is without."""

    MESSAGES = "messages"
    INTERACTION = "interaction"
    EFFECT = "effect"


class Waking(StrEnum):
    """What would wake a group, in the order in which it is proposed."""

    PUBLICATION = "publication"
    """Something that the village has been asked to publish and has not."""
    MATTER = "matter"
    """A matter of the group that has had no answer."""
    TOPIC = "topic"
    """What other villages of the township ask about at present."""
    VISIT = "visit"
    """Somebody should go there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wake:
    """One proposal. ``ticket`` and ``number`` are of the publication or the matter, ``topic`` is what is asked."""

    by: Waking
    ticket: str = ""
    number: int = 0
    topic: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DayFacts:
    """What one local day of a group holds for the zeros: counts only.

    ``proven``: whether the group was heard on it. ``together``: whether two villagers or more spoke. ``answered`` are
    those of what was ``asked`` that day to which a cadre has replied since, on whatever day. ``ended`` are appeals
    brought to an end, ``published`` what was published.
    """

    day: date
    proven: bool
    villager_messages: int = 0
    cadre_messages: int = 0
    together: bool = False
    asked: int = 0
    answered: int = 0
    ended: int = 0
    published: int = 0


def zeros(days: Sequence[DayFacts], judgement: Judgement, limits: Limits) -> tuple[Zero, ...]:
    """The zeros of a group, from its local days in order, the last one being today.

    A window is as many *proven* days as the limits say, back from today: what could not be heard makes it reach
    further back and is never held against the group. A group with fewer proven days is not judged by that window, and
    one that is not provably heard now, is new, or lies on a platform that delivers only mentions, by none.
    """
    if not (judgement.silence is Silence.LIVELY or judgement.silence.is_silent):
        return ()
    found = []
    if judgement.silence is Silence.RED:
        found.append(Zero.MESSAGES)
    if _without_interaction(_window(days, limits.interaction_days, limits)):
        found.append(Zero.INTERACTION)
    if _without_effect(_window(days, limits.effect_days, limits)):
        found.append(Zero.EFFECT)
    return tuple(found)


def _window(days: Sequence[DayFacts], length: int, limits: Limits) -> Sequence[DayFacts]:
    """The last days, as many as it takes for the proven ones to be worth ``length``; none if there are too few."""
    worth = Fraction()
    for at in range(len(days) - 1, -1, -1):
        worth += limits.weight(days[at].day) if days[at].proven else 0
        if worth >= length:
            return days[at:]
    return ()


def _without_interaction(window: Sequence[DayFacts]) -> bool:
    if not any(day.villager_messages for day in window):
        return False
    if any(day.asked for day in window):
        # An answer that nobody could hear may have been given: only what was asked on heard days tells anything.
        told = [day for day in _followed(window) if day.asked]
        return bool(told) and not any(day.answered for day in window)
    return not any(day.cadre_messages or day.together for day in window)


def _followed(window: Sequence[DayFacts]) -> Iterable[DayFacts]:
    """The days that were heard and so was the one after them; today, which is not over, is none of them."""
    return (day for day, after in pairwise(window) if day.proven and after.proven)


def _without_effect(window: Sequence[DayFacts]) -> bool:
    return bool(window) and not any(day.ended or day.published for day in window)
