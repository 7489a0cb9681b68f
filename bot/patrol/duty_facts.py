"""What the jobs about unpublished duty notices lean on, loaded from the store."""

from datetime import datetime, time

from bot.domain.messages import ToGroup, recipient_key
from bot.domain.outcome import Slot
from bot.domain.workdays import SHANGHAI, local
from bot.duty_words import dedupe_key
from bot.office import Office
from bot.patrol.duty_draft import Facts
from bot.ports import Store


async def load(store: Store, slot: Slot, office: Office) -> Facts:
    """Which groups of the village ``slot.scope`` have their notice of the slot's local day, or will get it."""
    day = local(slot.at).date()
    since = datetime.combine(day, time(), SHANGHAI)
    posted = []
    for group in office.org.groups_of(slot.scope):
        to = recipient_key(ToGroup(group=group.id))
        lines = (*await store.sent_to(to, since=since), *await store.held_for(to))
        if any(line.outgoing.dedupe_key == dedupe_key(group.id, day) for line in lines):
            posted.append(group.id)
    return Facts(posted=frozenset(posted))
