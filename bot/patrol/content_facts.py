"""What the daily item, its confirmation and the lines to groups lean on, loaded from the store."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from bot.daily_item import REST_DAYS, key_of
from bot.domain.content import ContentItem
from bot.domain.outcome import Outcome, Slot
from bot.domain.own_content import ItemState
from bot.domain.silence import Senses
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol import content_confirm, content_fate, daily_content, monthly_hint, nicknames, welcome, words_away
from bot.ports import Store

_ASKED_WITHIN = timedelta(days=30)
_LIVELY_WITHIN = timedelta(hours=1)


class ContentJobs:
    """Loads the facts of these jobs and asks their decisions; committing is the runner's."""

    def __init__(self, *, store: Store, office: Office, senses: Mapping[str, Senses]) -> None:
        """Stand before the store."""
        self._store = store
        self._office = office
        self._senses = senses

    async def item(self, slot: Slot, now: datetime) -> Outcome:
        """The daily item of a group."""
        group = self._office.org.groups.get(slot.scope)
        if group is None:
            return Outcome()
        facts = daily_content.Facts(
            used=await self._used(group.id, now),
            asked=await self._asked(group.village, now),
            own=await self._own(group.village),
            raised=await self._store.raised_in(group.id, since=now - _LIVELY_WITHIN),
            danger=await self._danger(group.village, now),
            choice=await self._store.content_choice(group.village, local(slot.at).date()),
        )
        return daily_content.decide(facts, slot, now, self._office)

    async def fate(self, slot: Slot, now: datetime) -> Outcome:
        """What became of an item."""
        group, _, day = slot.scope.rpartition("/")
        fate = await self._store.fate(key_of(group, date.fromisoformat(day)))
        return content_fate.decide(content_fate.Facts(fate=fate), slot, now, self._office)

    async def confirm(self, slot: Slot, now: datetime) -> Outcome:
        """The question about a village's next day."""
        if slot.scope not in self._office.org.units:
            return Outcome()
        groups = self._office.org.groups_of(slot.scope)
        facts = content_confirm.Facts(
            used={group.id: await self._used(group.id, now) for group in groups},
            asked=await self._asked(slot.scope, now),
            own=await self._own(slot.scope),
            choice=await self._store.content_choice(slot.scope, local(slot.at + timedelta(days=1)).date()),
        )
        return content_confirm.decide(facts, slot, now, self._office)

    async def welcome(self, slot: Slot, now: datetime) -> Outcome:
        """The line to newcomers of a group."""
        hears_all, danger = await self._group(slot.scope, now)
        return welcome.decide(welcome.Facts(hears_all=hears_all, danger=danger), slot, now, self._office)

    async def monthly(self, slot: Slot, now: datetime) -> Outcome:
        """The month's line to a group."""
        hears_all, danger = await self._group(slot.scope, now)
        return monthly_hint.decide(monthly_hint.Facts(hears_all=hears_all, danger=danger), slot, now, self._office)

    async def nicknames(self, slot: Slot, now: datetime) -> Outcome:
        """How a township's cadres are called in its groups."""
        org = self._office.org
        groups = [group.id for village in org.villages_of(slot.scope) for group in org.groups_of(village.id)]
        seen = await self._store.cadre_names(groups, since=now - nicknames.LOOK_BACK)
        return nicknames.decide(nicknames.Facts(seen=seen), slot, now, self._office)

    async def words_away(self, slot: Slot, now: datetime) -> Outcome:
        """What has been kept long enough."""
        if words_away.tidies(slot):
            facts = words_away.Facts(untidy=await self._store.tidy())
        elif (step := words_away.step_of(slot)) is not None:
            before = words_away.oldest_kept(step, now, self._office)
            facts = words_away.Facts(due=await self._store.expired(step, before=before, most=words_away.PORTION))
        else:
            bound = (await self._store.bindings()).people
            facts = words_away.Facts(bound=tuple((person, one.at) for (person, _), one in bound.items()))
        return words_away.decide(facts, slot, now, self._office)

    async def _group(self, group_id: str, now: datetime) -> tuple[bool, bool]:
        group = self._office.org.groups.get(group_id)
        if group is None:
            return False, False
        senses = self._senses.get(group.platform)
        return senses is not None and senses.hears_all, await self._danger(group.village, now)

    async def _used(self, group: str, now: datetime) -> frozenset[str]:
        used = await self._store.content_used(group, since=now - timedelta(days=REST_DAYS))
        return frozenset(used)

    async def _asked(self, village: str, now: datetime) -> tuple[str, ...]:
        """Topics that the township asks about, most asked first; a single person's matter is none."""
        org = self._office.org
        villages = [unit.id for unit in org.villages_of(org.township_of(village).id)]
        counts = await self._store.topics_raised(villages, since=now - _ASKED_WITHIN)
        least = self._office.rules.content.asked_at_least
        return tuple(sorted((topic for topic in counts if counts[topic] >= least), key=lambda one: (-counts[one], one)))

    async def _own(self, village: str) -> tuple[ContentItem, ...]:
        items = await self._store.own_items(self._office.org.line_of(village))
        return tuple(item.as_item() for item in items if item.state is ItemState.RELEASED)

    async def _danger(self, village: str, now: datetime) -> bool:
        hours = self._office.rules.content.after_emergency_hours
        return await self._store.danger_since(village, since=now - timedelta(hours=hours))
