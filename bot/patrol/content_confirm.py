"""Where a village wants it: an officer sees tomorrow's item the evening before and decides (R37)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.daily_item import in_order, question
from bot.domain.content import ContentItem
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.own_content import ContentChoice
from bot.domain.workdays import local
from bot.office import Office

MOST_OFFERED = 8
"""Items among which an officer may go on choosing."""
_USEFUL_FOR = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``used``: what each group of the village got within the last 30 days; the others as in ``daily_content``."""

    used: Mapping[str, frozenset[str]] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    own: tuple[ContentItem, ...] = ()
    choice: ContentChoice | None = None


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Show the village ``slot.scope``'s duty officer the item of the next local day: 1 发 2 换一条 3 明天不发.

    Without an answer nothing is posted. Nothing if somebody has decided already, on the eve of a day of mourning, or
    if the village no longer wants to be asked.
    """
    village = office.org.units.get(slot.scope)
    groups = () if village is None else office.org.groups_of(village.id)
    day = local(slot.at).date() + timedelta(days=1)
    if village is None or not village.confirms_content or not groups or facts.choice is not None:
        return NOTHING
    if now - slot.at > _USEFUL_FOR or day in office.rules.content.quiet_days:
        return NOTHING
    used = frozenset[str]().union(*(facts.used.get(group.id, frozenset()) for group in groups))
    items = (*office.content, *facts.own)
    offered = in_order(items, used, groups[0].id, day, asked=facts.asked)[:MOST_OFFERED]
    if not offered:
        return NOTHING
    officer = office.on_duty(village.id, local(now).date())
    text, choices = question(offered[0], [item.id for item in offered[1:]], village.id, day, office)
    return Outcome(
        sends=(
            Outgoing(
                to=ToPerson(person=officer.id),
                kind=OutKind.QUESTION,
                text=text,
                dedupe_key=f"content-confirm:{village.id}:{day}",
                not_before=office.hold(now),
                choices=choices,
            ),
        )
    )
