"""Loads what a township's patrol sheet is made of: a fixed number of queries, however many groups there are."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from math import ceil

from bot.domain.patrol_sheet import PatrolSheet
from bot.domain.silence import Senses
from bot.domain.silence_rules import Silence
from bot.domain.workdays import SHANGHAI, local
from bot.office import Office
from bot.patrol.groups_day import TOPIC_DAYS, Record, compose
from bot.ports import GroupDay, Hearing, Store

FARTHEST = timedelta(days=400)
"""How far back the days of a group are looked at that has long been without a word."""
_SLACK = 2
"""Windows reach as many times further back as days may have gone unheard in them."""


class GroupFacts:
    """Loads and composes the sheet of a township."""

    def __init__(self, *, store: Store, office: Office, senses: Mapping[str, Senses]) -> None:
        """Stand before the store."""
        self._store = store
        self._office = office
        self._senses = senses

    async def sheet(self, township: str, *, at: datetime) -> PatrolSheet:
        """The sheet as of an instant. Raises KeyError for an unknown township, StoreUnavailable."""
        return compose(await self.load(township, at=at), at, self._office)

    async def load(self, township: str, *, at: datetime) -> Record:
        """What is on record of a township as of an instant."""
        org, store = self._office.org, self._store
        villages = [unit.id for unit in org.villages_of(township)]
        groups = [group for village in villages for group in org.groups_of(village)]
        ids = [group.id for group in groups]
        today = local(at).date()
        begins = today - timedelta(days=longest_window(self._office.rules.silence))
        since = datetime.combine(begins, time.min, SHANGHAI)
        midnight = datetime.combine(today, time.min, SHANGHAI)
        hearing = await store.hearing(ids)
        known = await store.known_since(ids)
        days = await store.days(ids, since=_first_day(hearing, known, begins, today))
        return Record(
            township=township,
            threads=await store.threads(villages, since=since),
            days=days,
            hearing=hearing,
            known_since=known,
            counted={one.group: one.members for one in await store.members_counted(ids)},
            senses=self._senses,
            gaps=await store.gaps(since=since),
            lines=await store.line_states(),
            rooms=await store.rooms([(group.platform, group.conversation) for group in groups]),
            wanted=await store.wanted(ids, since=since),
            together=await store.together(self._only_villagers(days, today), since=since),
            speakers=await store.speakers(ids, since=midnight, until=at),
            posted=await store.kinds_posted(ids, since=midnight, until=at),
        )

    def _only_villagers(self, days: Sequence[GroupDay], today: date) -> list[str]:
        """Groups in which villagers spoke lately and no cadre did: only there it matters whether they were alone."""
        since = today - timedelta(days=self._office.rules.silence.interaction_days - 1)
        villagers = {day.group for day in days if day.day >= since and day.villager_messages}
        cadres = {day.group for day in days if day.day >= since and day.cadre_messages}
        return sorted(villagers - cadres)


def longest_window(limits: Silence) -> int:
    """Days that the windows of R36 may reach back, small groups, seasons and days without hearing considered."""
    longest = max(limits.red_days, limits.interaction_days, limits.effect_days, TOPIC_DAYS)
    size = max((one.factor for one in limits.sizes), default=1.0)
    season = max((one.factor for one in limits.seasons), default=1.0)
    return min(ceil(longest * size * season * _SLACK), FARTHEST.days)


def _first_day(hearing: Mapping[str, Hearing], known: Mapping[str, date], begins: date, today: date) -> date:
    """The day of the longest silence's beginning, if that is before the windows begin."""
    words = [local(one.villager_at).date() for one in hearing.values() if one.villager_at is not None]
    never = [known[group] for group, one in hearing.items() if one.villager_at is None and group in known]
    return max(min((*words, *never, begins)), today - FARTHEST)
