"""What the daily item, its confirmation and the lines to groups lean on, loaded from the store."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.daily_item import REST_DAYS, key_of
from bot.domain.content import ContentItem
from bot.domain.outcome import Outcome, Slot
from bot.domain.own_content import ItemState
from bot.domain.silence import Senses
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol import content_confirm, content_fate, daily_content, monthly_hint, nicknames, welcome, words_away
from bot.ports import Store, StoreUnavailable

_ASKED_WITHIN = timedelta(days=30)
_LIVELY_WITHIN = timedelta(hours=1)
_AT_ONCE = 200
"""For so many groups is read together: few enough that the last of them is still decided on what is fresh."""


class ContentJobs:
    """Loads the facts of these jobs and asks their decisions; committing is the runner's."""

    def __init__(self, *, store: Store, office: Office, senses: Mapping[str, Senses]) -> None:
        """Stand before the store."""
        self._store = store
        self._office = office
        self._senses = senses
        self._awaited: dict[Slot, None] = {}
        self._read: dict[Slot, daily_content.Facts] = {}

    def expect(self, slots: Iterable[Slot]) -> None:
        """Daily items that are due at this moment, in the order in which they will be asked for.

        What they lean on is read for many groups at once, once: whoever asks a second time, because something has
        changed meanwhile, gets what is there then.
        """
        self._awaited = dict.fromkeys(slots)
        self._read = {}

    async def item(self, slot: Slot, now: datetime) -> Outcome:
        """The daily item of a group."""
        if slot.scope not in self._office.org.groups:
            return Outcome()
        if slot in self._awaited:
            await self._read_ahead(slot, now)
        facts = self._read.pop(slot, None) or (await self._facts((slot,), now))[slot]
        return daily_content.decide(facts, slot, now, self._office)

    async def _read_ahead(self, slot: Slot, now: datetime) -> None:
        waiting = list(self._awaited)
        together = waiting[waiting.index(slot) :][:_AT_ONCE]
        for one in together:
            del self._awaited[one]
        try:
            self._read |= await self._facts(together, now)
        except StoreUnavailable:
            raise
        except Exception:  # noqa: BLE001 - what cannot be read of one group must not keep the others from theirs
            self._read = {}  # each is read by itself, and fails, or not, by itself

    async def _facts(self, slots: Sequence[Slot], now: datetime) -> dict[Slot, daily_content.Facts]:
        org = self._office.org
        groups = {slot.scope: org.groups[slot.scope] for slot in slots if slot.scope in org.groups}
        villages = list(dict.fromkeys(group.village for group in groups.values()))
        used = await self._used(groups, now)
        asked, own = await self._asked(villages, now), await self._own(villages)
        raised = await self._store.raised_in(list(groups), since=now - _LIVELY_WITHIN)
        danger = await self._danger(villages, now)
        days = {local(slot.at).date() for slot in slots}
        choices = {day: await self._store.content_choices(villages, day) for day in days}
        return {
            slot: daily_content.Facts(
                used=used[slot.scope],
                asked=asked[village],
                own=own[village],
                raised=raised.get(slot.scope, 0),
                danger=village in danger,
                choice=choices[local(slot.at).date()].get(village),
            )
            for slot, village in ((slot, groups[slot.scope].village) for slot in slots if slot.scope in groups)
        }

    async def fate(self, slot: Slot, now: datetime) -> Outcome:
        """What became of an item."""
        group, _, day = slot.scope.rpartition("/")
        fate = await self._store.fate(key_of(group, date.fromisoformat(day)))
        return content_fate.decide(content_fate.Facts(fate=fate), slot, now, self._office)

    async def confirm(self, slot: Slot, now: datetime) -> Outcome:
        """The question about a village's next day."""
        if slot.scope not in self._office.org.units:
            return Outcome()
        village, tomorrow = slot.scope, local(slot.at + timedelta(days=1)).date()
        facts = content_confirm.Facts(
            used=await self._used([group.id for group in self._office.org.groups_of(village)], now),
            asked=(await self._asked([village], now))[village],
            own=(await self._own([village]))[village],
            choice=(await self._store.content_choices([village], tomorrow)).get(village),
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
        return senses is not None and senses.hears_all, bool(await self._danger([group.village], now))

    async def _used(self, groups: Iterable[str], now: datetime) -> dict[str, frozenset[str]]:
        """By group the items that rest in it."""
        used: dict[str, set[str]] = {group: set() for group in groups}
        for one in await self._store.content_posted(list(used), since=now - timedelta(days=REST_DAYS)):
            used[one.group].add(one.item)
        return {group: frozenset(items) for group, items in used.items()}

    async def _asked(self, villages: Iterable[str], now: datetime) -> dict[str, tuple[str, ...]]:
        """By village the topics that its township asks about, most asked first; a single person's matter is none."""
        org = self._office.org
        at = {village: org.township_of(village).id for village in villages}
        asked = {township: await self._asked_in(township, now) for township in dict.fromkeys(at.values())}
        return {village: asked[township] for village, township in at.items()}

    async def _asked_in(self, township: str, now: datetime) -> tuple[str, ...]:
        villages = [unit.id for unit in self._office.org.villages_of(township)]
        counts = await self._store.topics_raised(villages, since=now - _ASKED_WITHIN)
        least = self._office.rules.content.asked_at_least
        return tuple(sorted((topic for topic in counts if counts[topic] >= least), key=lambda one: (-counts[one], one)))

    async def _own(self, villages: Iterable[str]) -> dict[str, tuple[ContentItem, ...]]:
        """By village the released items of its own and of what stands above it."""
        lines = {village: self._office.org.line_of(village) for village in villages}
        items = await self._store.own_items(list(dict.fromkeys(unit for line in lines.values() for unit in line)))
        released = [(item.unit, item.as_item()) for item in items if item.state is ItemState.RELEASED]
        return {village: tuple(item for unit, item in released if unit in line) for village, line in lines.items()}

    async def _danger(self, villages: Sequence[str], now: datetime) -> frozenset[str]:
        hours = self._office.rules.content.after_emergency_hours
        return await self._store.danger_in(villages, since=now - timedelta(hours=hours))
