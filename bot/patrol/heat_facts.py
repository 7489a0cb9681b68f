"""Loads what a quarrel is judged by; the weeks before only where the last minutes speak for one (R45)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.heat import Sign, burst
from bot.domain.messages import Message, ToGroup, ToPerson, recipient_key
from bot.domain.org import Person
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.tickets import Thread
from bot.heating import signs_of, words_of
from bot.office import Office
from bot.patrol import heat
from bot.ports import Store

MOST_READ = 6000
"""Messages of the weeks before that are read at most: the latest."""
_ANY_SEQ = 2**62


class HeatJobs:
    """Loads the facts and asks the decisions; committing is the runner's."""

    def __init__(self, *, store: Store, office: Office) -> None:
        """Stand before the store."""
        self._store = store
        self._office = office

    async def look(self, slot: Slot, now: datetime) -> Outcome:
        """A heated word has fallen in a group."""
        rules = self._office.rules.heat
        minutes = max(rules.minutes, rules.quarrel_minutes)
        messages, signs = await self._said(slot.scope, now - timedelta(minutes=minutes))
        pending = await self._store.pending_slots(job=Job.HEAT_CALM)
        is_open = any(one.scope.startswith(f"{slot.scope}|") for one in pending)
        facts = heat.Facts(signs=signs, is_open=is_open)
        if is_open or burst(signs, now, rules) is None:
            return heat.decide(facts, slot, now, self._office)
        _, before = await self._said(slot.scope, now - timedelta(days=heat.looks_back_days(self._office) + 1))
        threads = await self._threads(slot.scope, messages, now)
        facts = heat.Facts(signs=signs, before=before, threads=threads)
        return heat.decide(facts, slot, now, self._office)

    async def calm(self, slot: Slot, now: datetime) -> Outcome:
        """Is it over?"""
        known = self._office.org.groups.get(heat.group_of(slot.scope))
        if known is None:
            return Outcome()
        _, began = heat.quarrel_of(slot.scope)
        messages, signs = await self._said(known.id, began)
        unheard = [
            person.id for person in heat.readers(known, now, self._office) if await self._waits(slot.scope, person)
        ]
        threads = await self._threads(known.id, messages, now) if unheard else ()
        facts = heat.Facts(signs=signs, threads=threads, unheard=frozenset(unheard))
        return heat.decide_calm(facts, slot, now, self._office)

    async def _waits(self, scope: str, person: Person) -> bool:
        """Whether somebody's alert of a quarrel has not gone yet."""
        held = await self._store.held_for(recipient_key(ToPerson(person=person.id)))
        return any(one.outgoing.dedupe_key == heat.alert_key(scope, person) for one in held)

    async def _said(self, group: str, since: datetime) -> tuple[Sequence[Message], tuple[Sign, ...]]:
        """What the group said, without the words of those who want to be left alone."""
        key = recipient_key(ToGroup(group=group))
        messages = await self._store.recent(key, since=since, before_seq=_ANY_SEQ, most=MOST_READ)
        words = words_of(self._office)
        loud = [message for message in messages if words.tone(message.text) is not None]
        alone = {
            account
            for account in {(message.platform, message.sender) for message in loud}
            if await self._store.left_alone(*account)
        }
        return messages, signs_of((one for one in loud if (one.platform, one.sender) not in alone), words)

    async def _threads(self, group: str, messages: Sequence[Message], now: datetime) -> tuple[Thread, ...]:
        known = self._office.org.groups.get(group)
        if known is None:
            return ()
        said = {(one.platform, one.id) for one in messages}
        threads = await self._store.threads([known.village], since=now)
        return tuple(
            thread
            for thread in threads
            if thread.ticket.state.is_live
            and not thread.ticket.careful
            and any((link.platform, link.message) in said for link in thread.links)
        )
