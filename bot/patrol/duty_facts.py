"""Which groups still wait for their duty notice, loaded from the store."""

from datetime import date, datetime, time

from bot.domain.messages import ToGroup, recipient_key
from bot.domain.workdays import SHANGHAI
from bot.duty_words import dedupe_key
from bot.office import Office
from bot.ports import Store


async def unposted(store: Store, village: str, day: date, office: Office) -> frozenset[str]:
    """Groups of the village, among those that are bound, that neither have the day's notice nor will get it."""
    since = datetime.combine(day, time(), SHANGHAI)
    waiting = []
    for group in office.org.groups_of(village):
        to = recipient_key(ToGroup(group=group.id))
        lines = (*await store.sent_to(to, since=since), *await store.held_for(to))
        there = any(line.outgoing.dedupe_key == dedupe_key(group.id, day) for line in lines)
        if group.conversation and not there:
            waiting.append(group.id)
    return frozenset(waiting)
