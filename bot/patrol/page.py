"""The digest on demand: an inspector said 日报 and wants to see how things stand now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import Outcome, Slot
from bot.office import Office
from bot.patrol import digest
from bot.patrol.digest_text import say_digest


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts of every township that the asker covers, in the order of the configuration."""

    townships: Sequence[digest.Facts]


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """One page per township, to the person ``slot.scope`` alone, on any day and at any hour: they asked for it."""
    return Outcome(
        sends=tuple(
            Outgoing(
                to=ToPerson(person=slot.scope),
                kind=OutKind.DIGEST,
                text=say_digest(digest.compose(township, now, office), office),
                dedupe_key=f"page:{slot.scope}:{slot.at.isoformat()}:{township.township}",
                answers=True,
            )
            for township in facts.townships
        )
    )
