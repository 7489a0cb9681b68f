"""The digest on demand: an inspector said 日报 and wants to see how things stand now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.office import Office
from bot.patrol import digest
from bot.patrol.digest_sending import copies


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts of every township that the asker covers, in the order of the configuration."""

    townships: Sequence[digest.Facts]


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """One page per township, to the person ``slot.scope`` alone, on any day and at any hour: they asked for it."""
    reader = office.org.people.get(slot.scope)
    if reader is None:
        return NOTHING
    outcome = NOTHING
    for township in facts.townships:
        key = f"page:{slot.scope}:{slot.at.isoformat()}:{township.township}"
        page = digest.compose(township, now, office)
        sends = copies(page, reader, office, key=key, made=township.made, answers=True)
        outcome += Outcome(sends=tuple(sends), made=township.made)
    return outcome
